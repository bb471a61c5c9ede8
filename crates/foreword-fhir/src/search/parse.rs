//! Reads the parameters of a search, and says all that is wrong with them. It quotes no value: a value may say
//! who somebody is.

use super::{
    filter::{Filter, Test},
    include::Include,
    query::{Query, Show, Sort, Total},
    table::{Parameter, Type},
    text::{split, unescape},
    value::{Wanted, token},
};
use crate::{Issue, Kind};

/// Most parameters of one search.
const MAX_PARAMETERS: usize = 100;
/// Most values in one search.
const MAX_VALUES: usize = 1000;
/// Longest value in bytes, all that commas divide taken together.
const MAX_LENGTH: usize = 64 * 1024;
/// Longest name that is repeated in an answer.
const MAX_NAME: usize = 60;
/// What is said about the answer as a whole and dealt with before the search.
const ELSEWHERE: [&str; 2] = ["_format", "_pretty"];
/// What changes which resources are found, so that leaving it out would find too many.
const REFUSED: [&str; 6] = ["_has", "_text", "_content", "_filter", "_query", "_list"];

/// See [`Query::parse`].
pub(super) fn parse(kind: Kind, pairs: &[(String, String)], is_strict: bool) -> Result<Query, Vec<Issue>> {
    if pairs.len() > MAX_PARAMETERS {
        let text = format!("The search has {} parameters; at most {MAX_PARAMETERS} are read.", pairs.len());
        return Err(vec![Issue::error("too-costly", text)]);
    }
    let query = Query {
        kind,
        filters: Vec::new(),
        used: Vec::new(),
        ignored: Vec::new(),
        sort: Vec::new(),
        count: None,
        includes: Vec::new(),
        revincludes: Vec::new(),
        show: Show::All,
        elements: Vec::new(),
        total: None,
        cursor: None,
    };
    let mut reader = Reader { query, values: 0, is_strict };
    let mut issues = Vec::new();
    for (name, value) in pairs {
        match reader.take(name, value) {
            Ok(()) => {}
            Err(issue) => issues.push(issue),
        }
    }
    let query = reader.query;
    if !query.elements.is_empty() && query.show != Show::All {
        let text = "_elements can't be used together with _summary; leave out one of both.";
        issues.push(Issue::error("invalid", text));
    }
    if issues.is_empty() { Ok(query) } else { Err(issues) }
}

struct Reader {
    query: Query,
    values: usize,
    is_strict: bool,
}

impl Reader {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Issue> {
        if ELSEWHERE.contains(&name) {
            return Ok(());
        }
        let (bare, modifier) = match name.split_once(':') {
            Some((bare, modifier)) => (bare, Some(modifier)),
            None => (name, None),
        };
        if REFUSED.contains(&bare) {
            return Err(unsupported(format!(
                "{bare} is not supported; search by the parameters of the type."
            )));
        }
        if self.is_result(bare, modifier, value)? {
            self.query.used.push((name.to_owned(), value.to_owned()));
            return Ok(());
        }
        let (first, chain) = match bare.split_once('.') {
            Some((first, _)) => (first, true),
            None => (bare, false),
        };
        let Some(parameter) = Parameter::find(self.query.kind, first) else { return self.unknown(bare) };
        if chain || modifier.is_some_and(|modifier| modifier.contains('.')) {
            let text = format!(
                "{first}: chained parameters are not supported; search for the other resource first, then use its id."
            );
            return Err(unsupported(text));
        }
        let test = self.test(parameter, modifier, value)?;
        self.query.filters.push(Filter { parameter, test });
        self.query.used.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    fn unknown(&mut self, name: &str) -> Result<(), Issue> {
        let name = shown(name);
        if self.is_strict {
            let names: Vec<&str> = Parameter::all(self.query.kind).map(|parameter| parameter.name).collect();
            let kind = self.query.kind;
            let text = format!("{name} is no parameter of {kind} here; there are {}.", names.join(", "));
            return Err(unsupported(text));
        }
        self.query.ignored.push(name.to_owned());
        Ok(())
    }

    /// Reads what a parameter asks for.
    fn test(&mut self, parameter: &Parameter, modifier: Option<&str>, value: &str) -> Result<Test, Issue> {
        let name = parameter.name;
        if value.trim().is_empty() {
            return Err(bad(name, "has no value; leave the parameter out or give it one"));
        }
        if value.len() > MAX_LENGTH {
            let text = format!("{name}: is {} bytes long; at most {MAX_LENGTH} are read.", value.len());
            return Err(Issue::error("too-costly", text));
        }
        let values = split(value, ',');
        self.values += values.len();
        if self.values > MAX_VALUES {
            let text = format!("The search has more than {MAX_VALUES} values; ask in several searches.");
            return Err(Issue::error("too-costly", text));
        }
        if values.iter().any(|value| value.trim().is_empty()) {
            return Err(bad(
                name,
                "has an empty value beside a comma; write \\, for a comma that is part of a value",
            ));
        }
        let read = |values: &[&str]| -> Result<Vec<Wanted>, Issue> {
            values
                .iter()
                .map(|value| Wanted::read(parameter.of, value).map_err(|why| bad(name, why)))
                .collect()
        };
        let texts = || -> Result<Vec<String>, Issue> {
            let plain = |value: &&str| {
                unescape(value).ok_or_else(|| bad(name, "has a wrong backslash; write \\\\ for one"))
            };
            values.iter().map(plain).collect()
        };
        match (modifier, parameter.of) {
            (None, _) => Ok(Test::Any(read(&values)?)),
            (Some("missing"), _) => match value {
                "true" => Ok(Test::Missing(true)),
                "false" => Ok(Test::Missing(false)),
                _ => Err(bad(&format!("{name}:missing"), "must be true or false")),
            },
            (Some("exact"), Type::Text) => Ok(Test::Exact(texts()?)),
            (Some("contains"), Type::Text) => Ok(Test::Contains(texts()?)),
            (Some("not"), Type::Token | Type::Contact) => Ok(Test::Not(read(&values)?)),
            (Some("identifier"), Type::Reference) => {
                let tokens = values.iter().map(|value| token(value).map_err(|why| bad(name, why)));
                Ok(Test::Identifier(tokens.collect::<Result<_, _>>()?))
            }
            (Some(of), Type::Reference) if is_type(of) => typed(parameter, of, read(&values)?),
            (Some(modifier), of) => {
                let allowed = match of {
                    Type::Text => ":missing, :exact and :contains",
                    Type::Token | Type::Contact => ":missing and :not",
                    Type::Reference => ":missing, :identifier and :Type",
                    _ => ":missing",
                };
                let text = format!(
                    "{name}: the modifier :{} is not supported; there are {allowed}.",
                    shown(modifier)
                );
                Err(unsupported(text))
            }
        }
    }

    /// Takes what says how the result is given. False where it is no such parameter.
    fn is_result(&mut self, name: &str, modifier: Option<&str>, value: &str) -> Result<bool, Issue> {
        let query = &mut self.query;
        let is_one = ["_count", "_sort", "_summary", "_elements", "_total", "_cursor"].contains(&name);
        if !is_one && !["_include", "_revinclude"].contains(&name) {
            return Ok(false);
        }
        if let Some(modifier) = modifier {
            let text = match modifier {
                "iterate" | "recurse" => {
                    format!("{name}: goes one step and no further; leave out :{modifier}.")
                }
                _ => format!("{name}: takes no modifier."),
            };
            return Err(unsupported(text));
        }
        if is_one && query.used.iter().any(|(used, _)| used == name) {
            return Err(bad(name, "stands twice; give it once"));
        }
        match name {
            "_count" => {
                let count: usize = value.parse().map_err(|_| bad(name, "must be a number, 0 or more"))?;
                query.count = Some(count.min(Query::MAX_COUNT));
                if count == 0 {
                    query.show = Show::Count;
                }
            }
            "_sort" => {
                query.sort = value.split(',').map(|part| sort(query.kind, part)).collect::<Result<_, _>>()?;
            }
            "_summary" => {
                let show = match value {
                    "true" => Show::Summary,
                    "text" => Show::Text,
                    "data" => Show::Data,
                    "count" => Show::Count,
                    "false" => Show::All,
                    _ => return Err(bad(name, "must be true, text, data, count or false")),
                };
                // A page of no resources is a count, whatever would be shown of them.
                if query.show != Show::Count {
                    query.show = show;
                }
            }
            "_elements" => {
                let is_name = |part: &str| {
                    !part.is_empty()
                        && part.len() < 200
                        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
                };
                if !value.split(',').all(is_name) {
                    return Err(bad(name, "must be names of elements with commas between them"));
                }
                query.elements = value.split(',').map(str::to_owned).collect();
            }
            "_total" => {
                query.total = Some(match value {
                    "none" => Total::None,
                    "estimate" => Total::Estimate,
                    "accurate" => Total::Accurate,
                    _ => return Err(bad(name, "must be none, estimate or accurate")),
                });
            }
            "_cursor" => {
                if value.is_empty() || value.len() > 1000 {
                    return Err(bad(name, "must be taken from a next link as it is"));
                }
                query.cursor = Some(value.to_owned());
            }
            "_include" => {
                query.includes.push(Include::parse(value, Some(query.kind)).map_err(|why| bad(name, why))?);
            }
            _ => query.revincludes.push(Include::parse(value, None).map_err(|why| bad(name, why))?),
        }
        Ok(true)
    }
}

/// The values of `subject:Patient=1`.
fn typed(parameter: &Parameter, of: &str, mut wanted: Vec<Wanted>) -> Result<Test, Issue> {
    for one in &mut wanted {
        let Wanted::Reference(reference) = one else { continue };
        if reference.of.as_deref().is_some_and(|said| said != of) {
            return Err(bad(parameter.name, "names one type in its value and another one behind the colon"));
        }
        reference.of = Some(of.to_owned());
    }
    Ok(Test::Any(wanted))
}

fn sort(kind: Kind, part: &str) -> Result<Sort, Issue> {
    let (name, descending) = part.strip_prefix('-').map_or((part, false), |name| (name, true));
    let parameter = Parameter::find(kind, name).filter(|parameter| parameter.of != Type::Composite);
    let parameter = parameter.ok_or_else(|| {
        let text = format!(
            "must be names of parameters of {kind} with commas between them, - before those whose \
                            last comes first"
        );
        bad("_sort", &text)
    })?;
    Ok(Sort { name: parameter.name, descending, parameter })
}

fn is_type(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic())
}

/// A name that came in, as far as it can be repeated.
fn shown(name: &str) -> &str {
    let is_tame =
        name.len() <= MAX_NAME && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b));
    if is_tame && !name.is_empty() { name } else { "(a name that is no parameter's)" }
}

fn bad(name: &str, why: &str) -> Issue {
    Issue::error("value", format!("{name}: {why}."))
}

fn unsupported(text: String) -> Issue {
    Issue::error("not-supported", text)
}
