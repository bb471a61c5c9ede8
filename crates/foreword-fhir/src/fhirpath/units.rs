//! The units of UCUM that clinics use: what each measures, and how much of it one is.
//!
//! Units with an offset (degrees Celsius) and arbitrary ones (`[IU]`) are comparable to themselves only.
//! Source of the factors: The Unified Code for Units of Measure, version 2.1, ucum.org.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

/// A unit in terms of what it is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measure {
    /// How many of the base units one is.
    pub factor: Decimal,
    /// The base units and their powers.
    pub dimensions: BTreeMap<&'static str, i32>,
}

/// Code, whether prefixes may stand before it, how many of what.
type Atom = (&'static str, bool, &'static str, &'static [(&'static str, i32)]);

const FORCE: &[(&str, i32)] = &[("g", 1), ("m", 1), ("s", -2)];
const PRESSURE: &[(&str, i32)] = &[("g", 1), ("m", -1), ("s", -2)];
const ENERGY: &[(&str, i32)] = &[("g", 1), ("m", 2), ("s", -2)];
const POWER: &[(&str, i32)] = &[("g", 1), ("m", 2), ("s", -3)];
const VOLUME: &[(&str, i32)] = &[("m", 3)];
const TIME: &[(&str, i32)] = &[("s", 1)];
const LENGTH: &[(&str, i32)] = &[("m", 1)];
const MASS: &[(&str, i32)] = &[("g", 1)];
const AMOUNT: &[(&str, i32)] = &[("mol", 1)];

const ATOMS: &[Atom] = &[
    ("m", true, "1", LENGTH),
    ("s", true, "1", TIME),
    ("g", true, "1", MASS),
    ("K", true, "1", &[("K", 1)]),
    ("C", true, "1", &[("C", 1)]),
    ("cd", true, "1", &[("cd", 1)]),
    ("mol", true, "1", AMOUNT),
    ("eq", true, "1", AMOUNT),
    ("osm", true, "1", AMOUNT),
    ("rad", true, "1", &[]),
    ("deg", false, "0.0174532925199432957692369077", &[]),
    ("L", true, "0.001", VOLUME),
    ("l", true, "0.001", VOLUME),
    ("min", false, "60", TIME),
    ("h", false, "3600", TIME),
    ("d", false, "86400", TIME),
    ("wk", false, "604800", TIME),
    ("mo", false, "2629800", TIME),
    ("a", false, "31557600", TIME),
    ("Hz", true, "1", &[("s", -1)]),
    ("N", true, "1000", FORCE),
    ("Pa", true, "1000", PRESSURE),
    ("bar", true, "100000000", PRESSURE),
    ("m[Hg]", true, "133322000", PRESSURE),
    ("m[H2O]", true, "9806650", PRESSURE),
    ("J", true, "1000", ENERGY),
    ("cal", true, "4184", ENERGY),
    ("W", true, "1000", POWER),
    ("A", true, "1", &[("C", 1), ("s", -1)]),
    ("V", true, "1000", &[("g", 1), ("m", 2), ("s", -2), ("C", -1)]),
    ("kat", true, "1", &[("mol", 1), ("s", -1)]),
    ("t", true, "1000000", MASS),
    ("%", false, "0.01", &[]),
    ("[ppth]", false, "0.001", &[]),
    ("[ppm]", false, "0.000001", &[]),
    ("10*", false, "10", &[]),
    ("10^", false, "10", &[]),
    ("[in_i]", false, "0.0254", LENGTH),
    ("[ft_i]", false, "0.3048", LENGTH),
    ("[yd_i]", false, "0.9144", LENGTH),
    ("[mi_i]", false, "1609.344", LENGTH),
    ("[lb_av]", false, "453.59237", MASS),
    ("[oz_av]", false, "28.349523125", MASS),
    ("[stone_av]", false, "6350.29318", MASS),
    ("Cel", true, "1", &[("Cel", 1)]),
    ("[degF]", false, "1", &[("[degF]", 1)]),
    ("U", true, "1", &[("U", 1)]),
    ("[IU]", true, "1", &[("[IU]", 1)]),
    ("[iU]", true, "1", &[("[IU]", 1)]),
    ("[pH]", false, "1", &[("[pH]", 1)]),
    ("[arb'U]", false, "1", &[("[arb'U]", 1)]),
    ("dB", false, "1", &[("dB", 1)]),
    ("bit", true, "1", &[("bit", 1)]),
];

const PREFIXES: &[(&str, i32)] = &[
    ("da", 1),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
];

/// Codes are short; brackets in them too.
pub(super) const MAX_LENGTH: usize = 80;

/// What a code of UCUM means; nothing when it is not understood.
pub(super) fn parse(code: &str) -> Option<Measure> {
    if code.len() > MAX_LENGTH || !code.is_ascii() || code.is_empty() {
        return None;
    }
    let mut rest = code;
    let measure = term(&mut rest, 0)?;
    rest.is_empty().then_some(measure)
}

/// Factors with `.` and `/` between them.
fn term(rest: &mut &str, depth: usize) -> Option<Measure> {
    let mut whole = Measure { factor: Decimal::ONE, dimensions: BTreeMap::new() };
    let mut sign = 1;
    if let Some(after) = rest.strip_prefix('/') {
        (*rest, sign) = (after, -1);
    }
    loop {
        let part = component(rest, depth)?;
        whole = whole.times(&part.power(sign)?)?;
        if let Some(after) = rest.strip_prefix('.') {
            (*rest, sign) = (after, 1);
        } else if let Some(after) = rest.strip_prefix('/') {
            (*rest, sign) = (after, -1);
        } else {
            return Some(whole);
        }
    }
}

fn component(rest: &mut &str, depth: usize) -> Option<Measure> {
    if let Some(after) = rest.strip_prefix('(') {
        if depth > 8 {
            return None;
        }
        *rest = after;
        let inner = term(rest, depth + 1)?;
        *rest = rest.strip_prefix(')')?;
        return Some(inner);
    }
    if rest.starts_with('{') {
        skip_annotation(rest)?;
        return Some(Measure { factor: Decimal::ONE, dimensions: BTreeMap::new() });
    }
    let symbol = take_symbol(rest);
    let exponent = take_exponent(rest)?;
    if rest.starts_with('{') {
        skip_annotation(rest)?;
    }
    if symbol.is_empty() {
        // A bare number: the digits were taken for an exponent.
        return Some(Measure { factor: exponent.parse().ok()?, dimensions: BTreeMap::new() });
    }
    let exponent = if exponent.is_empty() { 1 } else { exponent.parse().ok()? };
    atom(symbol)?.power(exponent)
}

/// Up to the exponent, the next operator or the annotation; `10*` and what is in square brackets are whole.
fn take_symbol<'t>(rest: &mut &'t str) -> &'t str {
    let bytes = rest.as_bytes();
    let mut end = if rest.starts_with("10*") || rest.starts_with("10^") { 3 } else { 0 };
    if end == 0 {
        let mut bracket = false;
        for byte in bytes {
            match byte {
                b'[' => bracket = true,
                b']' => bracket = false,
                b'.' | b'/' | b'(' | b')' | b'{' | b'+' | b'-' | b'0'..=b'9' if !bracket => break,
                _ => {}
            }
            end += 1;
        }
    }
    let (symbol, after) = rest.split_at(end);
    *rest = after;
    symbol
}

/// The exponent, empty if there is none; nothing for a sign without digits.
fn take_exponent<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let signed = usize::from(rest.starts_with(['+', '-']));
    let digits = rest[signed..].bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return (signed == 0).then_some("");
    }
    let (number, after) = rest.split_at(signed + digits);
    *rest = after;
    Some(number)
}

fn skip_annotation(rest: &mut &str) -> Option<()> {
    let end = rest.find('}')?;
    *rest = &rest[end + 1..];
    Some(())
}

fn atom(symbol: &str) -> Option<Measure> {
    let find = |code: &str| ATOMS.iter().find(|(its, ..)| *its == code);
    let (found, exponent) = match find(symbol) {
        Some(found) => (found, 0),
        None => PREFIXES.iter().find_map(|(prefix, exponent)| {
            let found = find(symbol.strip_prefix(prefix)?)?;
            found.1.then_some((found, *exponent))
        })?,
    };
    let (.., factor, dimensions) = found;
    let ten = Measure { factor: Decimal::TEN, dimensions: BTreeMap::new() };
    let base = Measure { factor: factor.parse().ok()?, dimensions: dimensions.iter().copied().collect() };
    ten.power(exponent)?.times(&base)
}

impl Measure {
    fn times(&self, other: &Self) -> Option<Self> {
        let mut dimensions = self.dimensions.clone();
        for (base, power) in &other.dimensions {
            let sum = dimensions.get(base).copied().unwrap_or(0).checked_add(*power)?;
            if sum == 0 {
                dimensions.remove(base)
            } else {
                dimensions.insert(base, sum)
            };
        }
        Some(Self { factor: self.factor.checked_mul(other.factor)?, dimensions })
    }

    fn power(&self, exponent: i32) -> Option<Self> {
        // Beyond this no factor but 1 can be told from nothing.
        if exponent.unsigned_abs() > 40 {
            return None;
        }
        let mut factor = Decimal::ONE;
        for _ in 0..exponent.unsigned_abs() {
            factor = factor.checked_mul(self.factor)?;
        }
        if exponent < 0 {
            factor = Decimal::ONE.checked_div(factor)?;
        }
        let mut dimensions = BTreeMap::new();
        for (base, power) in &self.dimensions {
            let power = power.checked_mul(exponent)?;
            if power != 0 {
                dimensions.insert(*base, power);
            }
        }
        Some(Self { factor, dimensions })
    }
}
