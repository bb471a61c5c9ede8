//! Codes from an app (RFC 6238): SHA-1, six digits, thirty seconds, and the step before and after.

use data_encoding::BASE32_NOPAD;
use totp_rs::Builder;

/// How long a code counts, in seconds.
const STEP: u64 = 30;

/// A new secret of 160 bits, in base32, as apps take it.
pub(crate) fn new_secret() -> String {
    BASE32_NOPAD.encode(&foreword_store::random::<20>())
}

/// The step a code is of, if it is this one, the one before or the one after, and comes after the last
/// that was accepted.
///
/// Apps know SHA-1, six digits and thirty seconds best, and some know nothing else; HMAC does not suffer
/// from the collisions of SHA-1.
pub(crate) fn step_of(code: &str, secret: &str, last: u64, now: jiff::Timestamp) -> Option<u64> {
    let bytes: [u8; 20] = BASE32_NOPAD.decode(secret.as_bytes()).ok()?.try_into().ok()?;
    // One step at a time, the newest first: a code that happens to be that of two uses both up.
    let totp = Builder::new().with_skew(0).with_step_duration(STEP).with_secret(bytes).build().ok()?;
    let newest = u64::try_from(now.as_second()).ok()? / STEP + 1;
    let mut steps = (newest.saturating_sub(2)..=newest).rev().filter(|step| *step > last);
    steps.find(|step| totp.check(code, step * STEP).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of its eight digits.
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let step = u64::try_from(seconds).unwrap() / 30;
            assert_eq!(step_of(code, &secret, 0, at(seconds)), Some(step), "{code}");
            for near in [-30, 30] {
                assert_eq!(step_of(code, &secret, 0, at(seconds + near)), Some(step), "{code}, {near} s off");
            }
            for far in [-60, 60] {
                assert_eq!(step_of(code, &secret, 0, at(seconds + far)), None, "{code}, {far} s off");
            }
            assert_eq!(step_of(code, &secret, step, at(seconds)), None, "{code} counts once");
            assert_eq!(step_of(&code[1..], &secret, 0, at(seconds)), None);
        }
        assert_eq!(step_of("287082", "no base32!", 0, at(59)), None);
    }
}
