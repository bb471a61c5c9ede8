//! The address in a request of a bundle, taken apart.

use crate::Kind;

/// Longest address that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// What a request is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The kind of resource; nothing where it is the endpoint as a whole.
    pub kind: Option<Kind>,
    /// The id.
    pub id: Option<String>,
    /// The version (`_history/2`).
    pub version: Option<String>,
    /// Whether its versions are asked for (`_history`).
    pub is_history: bool,
    /// An operation, with its dollar sign, or `metadata`.
    pub operation: Option<String>,
    /// What stands behind the question mark, without percent signs.
    pub query: Vec<(String, String)>,
}

impl Target {
    /// Takes an address apart, or says what is wrong with it. It is relative to `base` or begins with it.
    pub(super) fn parse(url: &str, base: &str) -> Result<Self, (&'static str, String)> {
        let bad = |text: &str| Err(("value", text.to_owned()));
        if url.is_empty() || url.len() > LONGEST {
            return bad("The address is empty or too long.");
        }
        let base = base.trim_end_matches('/');
        let relative = match url.strip_prefix(base) {
            Some(rest) if !base.is_empty() && rest.starts_with(['/', '?']) => rest,
            _ if url.contains("://") => return bad("The address is not one of this server."),
            _ => url,
        };
        let (path, query) = relative.split_once('?').unwrap_or((relative, ""));
        let mut target = Self { query: pairs(query), ..Self::default() };
        let mut steps = path.trim_matches('/').split('/').filter(|step| !step.is_empty()).peekable();
        let is_operation = |step: &str| step == "metadata" || step.starts_with('$');
        if let Some(step) = steps.next_if(|step| !is_operation(step)) {
            let unknown = || {
                (
                    "not-supported",
                    format!("No resources of this type are served here; there are {}.", known()),
                )
            };
            target.kind = Some(step.parse().map_err(|_| unknown())?);
            if let Some(id) = steps.next_if(|step| !is_operation(step) && !step.starts_with('_')) {
                if !is_id(id) {
                    return bad(
                        "The id has other signs than letters, digits, - and ., or more than 64 of them.",
                    );
                }
                target.id = Some(id.to_owned());
            }
            if steps.next_if_eq(&"_history").is_some() {
                target.version = steps.next_if(|step| is_id(step)).map(str::to_owned);
                target.is_history = target.version.is_none();
            } else if target.id.is_none() {
                // A search may be written with its name.
                steps.next_if_eq(&"_search");
            }
        }
        target.operation = steps.next_if(|step| is_operation(step)).map(str::to_owned);
        if steps.next().is_some() || (target.version.is_some() && target.id.is_none()) {
            return bad(
                "The address is none of Type, Type/id, Type/id/_history/version, Type?search or an operation.",
            );
        }
        Ok(target)
    }
}

/// What stands behind a question mark, without percent signs.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Whether it is an id of FHIR.
pub(super) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

fn known() -> String {
    Kind::ALL.map(Kind::as_str).join(", ")
}
