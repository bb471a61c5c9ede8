//! LOINC codes: the check digit that tells a code from a slip of the pen.

/// What is wrong with a LOINC code (`44250-9`) or a LOINC answer code (`LA6568-5`).
///
/// The check digit is mod 10 over the digits before the hyphen (LOINC Users' Guide, appendix on
/// calculating the check digit). In answer codes the letters `LA` count, too; what they add depends only
/// on whether they stand on even places, and was read off some eighty published codes.
pub(super) fn fault(code: &str) -> Option<String> {
    let answer = code.strip_prefix("LA");
    let Some((number, check)) = answer.unwrap_or(code).split_once('-') else {
        return Some(format!("{code:?} is no LOINC code such as 44250-9 or LA6568-5"));
    };
    let is_number =
        |text: &str| !text.is_empty() && text.len() < 9 && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(number) || !is_number(check) {
        return Some(format!("{code:?} is no LOINC code such as 44250-9 or LA6568-5"));
    }
    let letters = match (answer, number.len() % 2) {
        (None, _) => 0,
        (Some(_), 0) => 5,
        (Some(_), _) => 8,
    };
    let right = check_digit(number, letters);
    (check != right.to_string()).then(|| {
        format!("{code:?} has a wrong check digit: after {number} comes {right}; a digit is mistyped")
    })
}

fn check_digit(number: &str, letters: u32) -> u32 {
    // From the right, every other digit is doubled, and the digits of the products are added up.
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(n, digit)| {
            let digit = u32::from(digit - b'0');
            let twice = digit * 2;
            if n % 2 == 0 { twice / 10 + twice % 10 } else { digit }
        })
        .sum();
    (10 - (sum + letters) % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_tells_a_code_from_a_slip() {
        for code in
            ["44249-1", "44261-6", "69737-5", "70274-6", "LA6568-5", "LA18334-5", "LA33-6", "102010-6"]
        {
            assert_eq!(fault(code), None, "{code}");
        }
        for code in ["44249-2", "44294-1", "LA6568-6", "LA-1", "44249", "", "-", "４４-1"] {
            assert!(fault(code).is_some(), "{code}");
        }
    }
}
