//! Changes to inputs, the same each time: for where there is no libFuzzer.

use super::dice::Dice;
use crate::Target;

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
    let mut data = seeds.get(below(dice, seeds.len())).cloned().unwrap_or_default();
    for _ in 0..=below(dice, 4) {
        change(&mut data, target, seeds, dice);
    }
    data.truncate(target.longest);
    data
}

fn change(data: &mut Vec<u8>, target: &Target, seeds: &[Vec<u8>], dice: &mut Dice) {
    let at = below(dice, data.len() + 1);
    let end = at + below(dice, (data.len() - at + 1).min(64));
    match below(dice, 9) {
        0 => {
            if let Some(byte) = data.get_mut(at) {
                *byte ^= 1 << below(dice, 8);
            }
        }
        1 => {
            if let Some(byte) = data.get_mut(at) {
                *byte = SIGNS[below(dice, SIGNS.len())];
            }
        }
        2 => data.insert(at, SIGNS[below(dice, SIGNS.len())]),
        3 => drop(data.drain(at..end)),
        4 => {
            let piece = data[at..end].repeat(1 + below(dice, 8));
            data.splice(at..at, piece);
        }
        5 => data.truncate(at),
        6 => {
            let other = seeds.get(below(dice, seeds.len())).cloned().unwrap_or_default();
            let from = below(dice, other.len() + 1);
            let to = from + below(dice, other.len() - from + 1);
            data.splice(at..end, other[from..to].iter().copied());
        }
        7 => {
            let word = target.words.get(below(dice, target.words.len())).copied().unwrap_or_default();
            data.splice(at..end, word.bytes());
        }
        _ => {
            // A number where there is one.
            let from = data[at..].iter().position(u8::is_ascii_digit).map_or(at, |more| at + more);
            let to = data[from..].iter().position(|b| !b.is_ascii_digit()).map_or(data.len(), |n| from + n);
            data.splice(from..to, NUMBERS[below(dice, NUMBERS.len())].bytes());
        }
    }
}

/// A number below another; zero below zero.
fn below(dice: &mut Dice, n: usize) -> usize {
    let limit = u64::try_from(n.max(1)).unwrap_or(u64::MAX);
    usize::try_from(dice.roll(limit)).unwrap_or(0)
}
