//! Changes to inputs, the same each time: for where there is no libFuzzer.

use crate::Target;

/// Random numbers that are the same each time (xorshift64*).
pub struct Dice(u64);

impl Dice {
    /// Begins with a number.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below another, which is above zero.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(drawn).unwrap_or(0) % n.max(1)
    }
}

/// Bytes that mean something to many parsers.
const SIGNS: &[u8] =
    b"\0\t\n\r \"#$%&'()*+,-./0129:;<=>?@AZ[\\]^_`az{|}~\x0b\x1c\x7f\x80\xbf\xc3\xe2\xf0\xff";
/// Numbers at which something may turn over.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "255",
    "65536",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "1e-400",
    "0.1",
    "9999-12-31",
    "0000-00-00",
    "٣",
];

/// One of a target's seeds with some changes.
pub fn mutant(target: &Target, seeds: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut data = seeds.get(dice.below(seeds.len())).cloned().unwrap_or_default();
    for _ in 0..=dice.below(4) {
        change(&mut data, target, seeds, dice);
    }
    data.truncate(target.longest);
    data
}

fn change(data: &mut Vec<u8>, target: &Target, seeds: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(data.len() + 1);
    let end = at + dice.below((data.len() - at + 1).min(64));
    match dice.below(9) {
        0 => {
            if let Some(byte) = data.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
        1 => {
            if let Some(byte) = data.get_mut(at) {
                *byte = SIGNS[dice.below(SIGNS.len())];
            }
        }
        2 => data.insert(at, SIGNS[dice.below(SIGNS.len())]),
        3 => drop(data.drain(at..end)),
        4 => {
            let piece = data[at..end].repeat(1 + dice.below(8));
            data.splice(at..at, piece);
        }
        5 => data.truncate(at),
        6 => {
            let other = seeds.get(dice.below(seeds.len())).cloned().unwrap_or_default();
            let from = dice.below(other.len() + 1);
            let to = from + dice.below(other.len() - from + 1);
            data.splice(at..end, other[from..to].iter().copied());
        }
        7 => {
            let word = target.words.get(dice.below(target.words.len())).copied().unwrap_or_default();
            data.splice(at..end, word.bytes());
        }
        _ => {
            // A number where there is one.
            let from = data[at..].iter().position(u8::is_ascii_digit).map_or(at, |more| at + more);
            let to = data[from..].iter().position(|b| !b.is_ascii_digit()).map_or(data.len(), |n| from + n);
            data.splice(from..to, NUMBERS[dice.below(NUMBERS.len())].bytes());
        }
    }
}
