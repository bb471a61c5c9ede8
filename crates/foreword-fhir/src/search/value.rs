//! What a parameter asks for: one value, read once and compared with elements as often as needed.

use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    element::{at, text},
    moment::{Found, Prefix, Stretch},
    reference::{self, Reference},
    table::Type,
    text::{contact, fold, split, unescape},
};

/// A code as it is looked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The system it must be of; nothing for any, empty for none.
    pub system: Option<String>,
    /// The code, as given; nothing for any of the system.
    pub code: Option<String>,
}

/// A value that is looked for.
#[derive(Clone)]
pub(super) enum Wanted {
    Token(Token),
    Contact(Token),
    Reference(Reference),
    Canonical(String),
    Date(Prefix, Stretch),
    Text(String),
    Uri(String),
    Quantity(Prefix, Number, Token),
    Composite(Token, Token),
}

/// A number and the half of its last digit.
#[derive(Clone, Copy)]
pub(super) struct Number {
    value: Decimal,
    half: Decimal,
}

impl Wanted {
    /// Reads one value of a parameter, or says what would be right.
    pub fn read(of: Type, value: &str) -> Result<Self, &'static str> {
        const ESCAPES: &str = "has a backslash that is none of \\, \\| \\$ \\\\";
        let plain = || unescape(value).ok_or(ESCAPES);
        Ok(match of {
            Type::Token => Self::Token(token(value)?),
            Type::Contact => Self::Contact(token(value)?),
            Type::Reference => {
                let reference = Reference::parse(&plain()?);
                let is_relative = !reference.id.contains("://") && !reference.id.starts_with("urn:");
                if reference.id.is_empty() || (is_relative && reference.id.contains(['/', '|'])) {
                    return Err("must be an id, Type/id or the address of a resource");
                }
                Self::Reference(reference)
            }
            Type::Canonical => Self::Canonical(plain()?),
            Type::Date => {
                let (prefix, rest) = Prefix::split(value);
                let stretch = Stretch::parse(rest);
                let said = "must be a date or time such as 2026, 2026-11, 2026-11-23 or 2026-11-23T10:00:00Z, \
                            with eq, ne, lt, gt, le, ge, sa, eb, ap or nothing before it";
                Self::Date(prefix, stretch.ok_or(said)?)
            }
            Type::Text => Self::Text(plain()?),
            Type::Uri => Self::Uri(plain()?),
            Type::Quantity => quantity(value)?,
            Type::Composite => {
                let said = "must be two values with a $ between them, such as focus$symptom";
                let [first, second] = split(value, '$')[..] else { return Err(said) };
                Self::Composite(token(first)?, token(second)?)
            }
        })
    }

    /// Whether an element is what is looked for.
    pub fn fits(&self, element: &Value) -> bool {
        match self {
            Self::Token(token) => token.fits(element),
            Self::Contact(token) => is_contact(token, element),
            Self::Reference(wanted) => {
                let found = element.as_str().map(Reference::parse).or_else(|| Reference::read(element));
                found.is_some_and(|found| found.fits(wanted))
            }
            Self::Canonical(wanted) => {
                element.as_str().is_some_and(|found| reference::is_canonical(found, wanted))
            }
            Self::Date(prefix, stretch) => {
                Found::read(element).is_some_and(|found| found.is(*prefix, stretch))
            }
            Self::Text(wanted) => {
                let wanted = fold(wanted);
                words(element).iter().any(|found| fold(found).starts_with(&wanted))
            }
            Self::Uri(wanted) => element.as_str() == Some(wanted),
            Self::Quantity(prefix, number, unit) => is_quantity(*prefix, *number, unit, element),
            Self::Composite(kind, value) => {
                let is_kind = at(element, "code").into_iter().any(|code| kind.fits(code));
                is_kind && at(element, "valueCodeableConcept").into_iter().any(|found| value.fits(found))
            }
        }
    }
}

impl Token {
    /// Whether a code, yes or no, `Coding`, `CodeableConcept` or `Identifier` is this. Codes are compared without
    /// case, as FHIR advises; identifiers and ids as they are.
    pub(super) fn fits(&self, element: &Value) -> bool {
        match element {
            // The systems of elements that are codes are FHIR's own, and not written there.
            Value::String(code) => {
                let is_own =
                    |system: &String| system.is_empty() || system.starts_with("http://hl7.org/fhir/");
                self.system.as_ref().is_none_or(is_own) && self.is_code(code)
            }
            Value::Bool(is) => self.system.is_none() && self.is_code(if *is { "true" } else { "false" }),
            Value::Object(members) => match members.get("coding") {
                Some(Value::Array(codings)) => codings.iter().any(|coding| self.is_coding(coding)),
                _ if members.contains_key("code") => self.is_coding(element),
                _ => text(element, "value").is_some_and(|value| {
                    self.is_system(text(element, "system"))
                        && self.code.as_deref().is_none_or(|code| code == value)
                }),
            },
            _ => false,
        }
    }

    /// Whether it is exactly this id.
    pub(super) fn is_id(&self, element: &Value) -> bool {
        self.system.is_none() && self.code.as_deref() == element.as_str()
    }

    fn is_coding(&self, coding: &Value) -> bool {
        self.is_system(text(coding, "system")) && text(coding, "code").is_some_and(|code| self.is_code(code))
    }

    fn is_system(&self, found: Option<&str>) -> bool {
        self.system.as_deref().is_none_or(|system| system == found.unwrap_or_default())
    }

    fn is_code(&self, found: &str) -> bool {
        self.code.as_deref().is_none_or(|code| code.to_lowercase() == found.to_lowercase())
    }
}

/// The texts of an element: of a text itself, of a name its parts, and its given and family name together.
pub(super) fn words(element: &Value) -> Vec<String> {
    if let Some(text) = element.as_str() {
        return vec![text.to_owned()];
    }
    let mut found = Vec::new();
    for key in ["text", "family", "given", "prefix", "suffix"] {
        found.extend(at(element, key).into_iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let given: Vec<&str> = at(element, "given").into_iter().filter_map(Value::as_str).collect();
    if let (false, Some(family)) = (given.is_empty(), text(element, "family")) {
        found.push(format!("{} {family}", given.join(" ")));
    }
    found
}

/// Reads `code`, `system|code`, `|code` or `system|`.
pub(super) fn token(value: &str) -> Result<Token, &'static str> {
    const SAID: &str = "must be code, system|code, |code or system|, with a backslash before each comma, | and $ \
                        that is part of them";
    let plain = |part: &str| unescape(part).ok_or(SAID);
    let token = match split(value, '|')[..] {
        [code] => Token { system: None, code: Some(plain(code)?) },
        [system, ""] => Token { system: Some(plain(system)?), code: None },
        [system, code] => Token { system: Some(plain(system)?), code: Some(plain(code)?) },
        _ => return Err(SAID),
    };
    let is_empty = token.code.as_deref().unwrap_or_default().is_empty();
    let is_nothing = is_empty && token.system.as_deref().unwrap_or_default().is_empty();
    if is_nothing { Err(SAID) } else { Ok(token) }
}

/// Whether an address of somebody is this. What stands before the `|` is its use (`work`) or kind (`phone`).
fn is_contact(token: &Token, element: &Value) -> bool {
    let is_of = |system: &String| {
        system.is_empty() || ["use", "system"].iter().any(|key| text(element, key) == Some(system.as_str()))
    };
    let is_value =
        |code: &String| text(element, "value").is_some_and(|value| contact(value) == contact(code));
    token.system.as_ref().is_none_or(is_of) && token.code.as_ref().is_none_or(is_value)
}

fn quantity(value: &str) -> Result<Wanted, &'static str> {
    const SAID: &str = "must be number, number|system|code or number||code, with eq, ne, lt, gt, le, ge, sa, eb, ap or \
                        nothing before it";
    let (prefix, rest) = Prefix::split(value);
    let (digits, unit) = match split(rest, '|')[..] {
        [number] => (number, Token { system: None, code: None }),
        [number, system, code] => {
            let plain = |part: &str| {
                let part = unescape(part).ok_or(SAID)?;
                Ok::<_, &'static str>((!part.is_empty()).then_some(part))
            };
            (number, Token { system: plain(system)?, code: plain(code)? })
        }
        _ => return Err(SAID),
    };
    Ok(Wanted::Quantity(prefix, Number::read(digits).ok_or(SAID)?, unit))
}

impl Number {
    fn read(text: &str) -> Option<Self> {
        let value = decimal(text)?;
        let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let places = digits.split_once('.').map_or(0, |(_, places)| i64::try_from(places.len()).unwrap_or(0));
        // The last digit stands for 10 to this power.
        let power = exponent.parse::<i64>().ok()?.checked_sub(places)?;
        let half = match u32::try_from(power) {
            Ok(up) => Decimal::from(10)
                .checked_mul(Decimal::from(10_i64.checked_pow(up)?))?
                .checked_div(20.into())?,
            Err(_) => Decimal::try_new(5, u32::try_from(1 - power).ok()?).ok()?,
        };
        Some(Self { value, half })
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let starts = text.strip_prefix(['-', '+']).unwrap_or(text);
    if text.len() > 40 || !starts.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()
    } else {
        Decimal::from_str_exact(text).ok()
    }
}

fn is_quantity(prefix: Prefix, wanted: Number, unit: &Token, element: &Value) -> bool {
    let Some(found) =
        element.get("value").filter(|value| value.is_number()).and_then(|value| decimal(&value.to_string()))
    else {
        return false;
    };
    let is_unit = |code: &String| {
        let written = || unit.system.is_none() && text(element, "unit") == Some(code);
        text(element, "code") == Some(code) || written()
    };
    if !unit.code.as_ref().is_none_or(is_unit)
        || unit.system.as_deref().is_some_and(|system| text(element, "system") != Some(system))
    {
        return false;
    }
    let Number { value, half } = wanted;
    let is_near = |half: Decimal| {
        let from = value.checked_sub(half).unwrap_or(Decimal::MIN);
        let until = value.checked_add(half).unwrap_or(Decimal::MAX);
        from <= found && found < until
    };
    match prefix {
        Prefix::Equal => is_near(half),
        Prefix::Unequal => !is_near(half),
        Prefix::Less | Prefix::Before => found < value,
        Prefix::Greater | Prefix::After => found > value,
        Prefix::AtMost => found <= value,
        Prefix::AtLeast => found >= value,
        // A tenth of it on either side, as FHIR advises.
        Prefix::About => value.checked_div(10.into()).is_some_and(|tenth| is_near(tenth.abs().max(half))),
    }
}
