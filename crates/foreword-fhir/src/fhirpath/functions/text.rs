//! Strings. Lengths and places count characters.

use regex::{Regex, RegexBuilder};

use super::{Call, Texts, some, truth};
use crate::fhirpath::{
    Error, MAX_PATTERN, MAX_TEXT, arithmetic,
    evaluate::{self, Collection, Evaluator},
    value::Value,
};

/// Bytes that a compiled expression may take.
const COMPILED: usize = 1 << 18;
/// What compiling one costs, in steps.
const COMPILING: usize = 2_000;
/// How many compiled expressions are kept.
const KEPT: usize = 32;

/// The string and its first argument; nothing when one is missing.
pub(super) fn both(evaluator: &mut Evaluator<'_>, call: &Call<'_, '_>) -> Result<Texts, Error> {
    let (text, argument) = (call.text(evaluator)?, call.text_argument(evaluator, 0)?);
    Ok(text.zip(argument))
}

/// A string that was made: not too long, and paid for.
pub(super) fn made(evaluator: &mut Evaluator<'_>, at: usize, text: &str) -> Result<Collection, Error> {
    arithmetic::join(evaluator, at, &[text]).map(|text| vec![text])
}

fn number(count: usize) -> Collection {
    some(i32::try_from(count).ok().map(Value::Integer))
}

pub(super) fn length(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some(text) = call.text(evaluator)? else { return Ok(Vec::new()) };
    Ok(number(text.chars().count()))
}

pub(super) fn index_of(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, part)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    Ok(place(&text, text.find(&*part)))
}

pub(super) fn last_index_of(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let Some((text, part)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let found = if part.is_empty() { Some(0) } else { text.rfind(&*part) };
    Ok(place(&text, found))
}

fn place(text: &str, byte: Option<usize>) -> Collection {
    match byte.and_then(|byte| text.get(..byte)) {
        Some(before) => number(before.chars().count()),
        None => vec![Value::Integer(-1)],
    }
}

pub(super) fn substring(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let (text, start) = (call.text(evaluator)?, call.integer_argument(evaluator, 0)?);
    let length = call.integer_argument(evaluator, 1)?;
    let Some((text, start)) = text.zip(start) else { return Ok(Vec::new()) };
    let Ok(start) = usize::try_from(start) else { return Ok(Vec::new()) };
    let mut rest = text.chars().skip(start).peekable();
    if rest.peek().is_none() {
        return Ok(Vec::new());
    }
    let length = length.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
    Ok(vec![Value::text(rest.take(length).collect::<String>())])
}

pub(super) fn starts_with(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let both = both(evaluator, call)?;
    Ok(both.map_or_else(Vec::new, |(text, part)| truth(text.starts_with(&*part))))
}

pub(super) fn ends_with(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let both = both(evaluator, call)?;
    Ok(both.map_or_else(Vec::new, |(text, part)| truth(text.ends_with(&*part))))
}

pub(super) fn contains(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let both = both(evaluator, call)?;
    Ok(both.map_or_else(Vec::new, |(text, part)| truth(text.contains(&*part))))
}

pub(super) fn upper(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    call.text(evaluator)?.map_or(Ok(Vec::new()), |text| made(evaluator, call.at, &text.to_uppercase()))
}

pub(super) fn lower(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    call.text(evaluator)?.map_or(Ok(Vec::new()), |text| made(evaluator, call.at, &text.to_lowercase()))
}

pub(super) fn trim(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    call.text(evaluator)?.map_or(Ok(Vec::new()), |text| made(evaluator, call.at, text.trim()))
}

pub(super) fn replace(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let (Some((text, part)), Some(by)) = (both(evaluator, call)?, call.text_argument(evaluator, 1)?) else {
        return Ok(Vec::new());
    };
    let growth = text.matches(&*part).count().saturating_mul(by.len());
    if text.len().saturating_add(growth) > MAX_TEXT {
        return too_long(call.at);
    }
    made(evaluator, call.at, &text.replace(&*part, &by))
}

fn too_long<T>(at: usize) -> Result<T, Error> {
    Err(Error::Limit { at, what: "a string grows too long" })
}

/// The regular expression, with the time it takes to search a text with it paid for.
fn pattern(
    evaluator: &mut Evaluator<'_>,
    call: &Call<'_, '_>,
    text: &str,
    pattern: &str,
    flags: Option<&str>,
) -> Result<Regex, Error> {
    if pattern.len() > MAX_PATTERN {
        return Err(Error::Limit { at: call.at, what: "the regular expression is too long" });
    }
    // The search may look at each character once for each part of the expression.
    evaluator.spend(call.at, text.len().saturating_mul(1 + pattern.len() / 16))?;
    let key = format!("{}/{pattern}", flags.unwrap_or_default());
    if let Some(known) = evaluator.patterns.get(&key) {
        return Ok(known.clone());
    }
    evaluator.spend(call.at, COMPILING)?;
    let has = |flag: char| flags.is_some_and(|flags| flags.contains(flag));
    let compiled = RegexBuilder::new(pattern)
        .dot_matches_new_line(true)
        .case_insensitive(has('i'))
        .multi_line(has('m'))
        .size_limit(COMPILED)
        .dfa_size_limit(COMPILED)
        .nest_limit(50)
        .build();
    let regex = match compiled {
        Ok(regex) => regex,
        Err(regex::Error::CompiledTooBig(_)) => {
            return Err(Error::Limit { at: call.at, what: "the regular expression is too large" });
        }
        Err(_) => return call.error("this is no regular expression that is understood here"),
    };
    if evaluator.patterns.len() >= KEPT {
        evaluator.patterns.clear();
    }
    evaluator.patterns.insert(key, regex.clone());
    Ok(regex)
}

pub(super) fn matches(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, written)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let flags = call.text_argument(evaluator, 1)?;
    Ok(truth(pattern(evaluator, call, &text, &written, flags.as_deref())?.is_match(&text)))
}

pub(super) fn matches_full(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let Some((text, written)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    let flags = call.text_argument(evaluator, 1)?;
    let whole = format!(r"\A(?:{written})\z");
    Ok(truth(pattern(evaluator, call, &text, &whole, flags.as_deref())?.is_match(&text)))
}

pub(super) fn replace_matches(
    evaluator: &mut Evaluator<'_>,
    call: &mut Call<'_, '_>,
) -> Result<Collection, Error> {
    let (Some((text, written)), Some(by)) = (both(evaluator, call)?, call.text_argument(evaluator, 1)?)
    else {
        return Ok(Vec::new());
    };
    let flags = call.text_argument(evaluator, 2)?;
    if written.is_empty() {
        return Ok(vec![Value::String(text)]);
    }
    let regex = pattern(evaluator, call, &text, &written, flags.as_deref())?;
    let template = template(&by);
    let references = template.matches('$').count();
    let mut out = String::new();
    let mut done = 0;
    for found in regex.captures_iter(&text) {
        let Some(whole) = found.get(0) else { continue };
        let most = template.len().saturating_add(references.saturating_mul(whole.len()));
        if out.len().saturating_add(most).saturating_add(whole.start() - done) > MAX_TEXT {
            return too_long(call.at);
        }
        evaluator.spend(call.at, 1 + most / 16)?;
        out.push_str(&text[done..whole.start()]);
        found.expand(&template, &mut out);
        done = whole.end();
    }
    out.push_str(&text[done..]);
    made(evaluator, call.at, &out)
}

/// `$1` is the first group whatever follows it.
fn template(by: &str) -> String {
    let mut out = String::with_capacity(by.len());
    let mut chars = by.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '$' && chars.peek().is_some_and(char::is_ascii_digit) {
            out.push('{');
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                out.push(digit);
            }
            out.push('}');
        }
    }
    out
}

pub(super) fn to_chars(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some(text) = call.text(evaluator)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    evaluator.extend(call.at, &mut found, text.chars().map(|c| Value::text(c.to_string())))?;
    Ok(found)
}

pub(super) fn split(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let Some((text, by)) = both(evaluator, call)? else { return Ok(Vec::new()) };
    if by.is_empty() {
        return to_chars(evaluator, call);
    }
    let mut found = Vec::new();
    evaluator.extend(call.at, &mut found, text.split(&*by).map(Value::text))?;
    Ok(found)
}

/// Nothing for nothing.
pub(super) fn join(evaluator: &mut Evaluator<'_>, call: &mut Call<'_, '_>) -> Result<Collection, Error> {
    let between = call.text_argument(evaluator, 0)?.unwrap_or_else(|| "".into());
    let mut parts = Vec::with_capacity(call.input.len() * 2);
    for value in &call.input {
        if !parts.is_empty() {
            parts.push(between.clone());
        }
        parts.extend(evaluate::text(call.at, std::slice::from_ref(value))?);
    }
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<&str> = parts.iter().map(|part| &**part).collect();
    arithmetic::join(evaluator, call.at, &parts).map(|text| vec![text])
}
