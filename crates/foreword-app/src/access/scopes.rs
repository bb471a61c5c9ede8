//! What programs may do: the system scopes of SMART App Launch, version 2 (`system/Patient.rs`) and version 1
//! (`system/Patient.read`). Scopes of users and patients are nobody's here.

use std::fmt;

/// What can be done, in the order in which scopes name it: create, read, update, delete, search.
const ACTS: &str = "cruds";

/// What a program may do, as it was registered or granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

/// What it may do with resources of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scope {
    /// The kind; `*` is all.
    resource: String,
    /// Letters of [`ACTS`], in that order.
    acts: String,
    /// As it was written.
    written: String,
}

impl Scopes {
    /// What is registered for a program. Blanks or commas stand between scopes.
    ///
    /// # Errors
    /// What can't be read, and what would be right.
    pub fn registered(text: &str) -> Result<Self, String> {
        let mut scopes = Vec::new();
        for written in words(text) {
            let scope = Scope::read(written).ok_or_else(|| {
                format!(
                    "{written:?} is no scope: write system/KIND.ACTS, such as system/Questionnaire.rs or system/*.cruds, where the acts are some of c, r, u, d, s in this order, read or write"
                )
            })?;
            scopes.push(scope);
        }
        if scopes.is_empty() {
            return Err("at least one scope is needed, such as system/Questionnaire.rs".to_owned());
        }
        Ok(Self(scopes))
    }

    /// What is written somewhere, as far as it can be read: a scope this version does not know permits nothing.
    pub fn known(text: &str) -> Self {
        Self(words(text).filter_map(Scope::read).collect())
    }

    /// Whether it may do something with resources of a kind: `c`, `r`, `u`, `d` or `s`.
    pub fn permit(&self, resource: &str, act: char) -> bool {
        let is_of = |scope: &&Scope| scope.resource == "*" || scope.resource == resource;
        self.0.iter().filter(is_of).any(|scope| scope.acts.contains(act))
    }

    /// What of these a program gets that asks for some: what is both registered and asked for. Nothing, where
    /// there is nothing of it.
    pub fn granted(&self, asked: &str) -> Option<Self> {
        let mut granted: Vec<Scope> = Vec::new();
        for asked in Self::known(asked).0 {
            for own in &self.0 {
                let Some(both) = asked.and(own) else { continue };
                match granted.iter_mut().find(|one| one.resource == both.resource) {
                    Some(one) => one.add(&both),
                    None => granted.push(both),
                }
            }
        }
        (!granted.is_empty()).then_some(Self(granted))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written: Vec<&str> = self.0.iter().map(|scope| scope.written.as_str()).collect();
        f.write_str(&written.join(" "))
    }
}

impl Scope {
    fn read(written: &str) -> Option<Self> {
        let (resource, acts) = written.strip_prefix("system/")?.split_once('.')?;
        let is_name = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.chars().all(|letter| letter.is_ascii_alphabetic())
        };
        if resource != "*" && !is_name(resource) {
            return None;
        }
        let acts = match acts {
            "read" => "rs",
            "write" => "cud",
            "*" => ACTS,
            // In any order: some write what they need and not what the standard says.
            letters if !letters.is_empty() && letters.chars().all(|letter| ACTS.contains(letter)) => letters,
            _ => return None,
        };
        let acts = ACTS.chars().filter(|act| acts.contains(*act)).collect();
        Some(Self { resource: resource.to_owned(), acts, written: written.to_owned() })
    }

    /// What both permit. It is written as it was asked for, where all of that is there.
    fn and(&self, own: &Self) -> Option<Self> {
        let resource = match (self.resource.as_str(), own.resource.as_str()) {
            (asked, "*") => asked,
            ("*", own) => own,
            (asked, own) if asked == own => asked,
            _ => return None,
        };
        let acts: String = self.acts.chars().filter(|act| own.acts.contains(*act)).collect();
        if acts.is_empty() {
            return None;
        }
        let is_all = resource == self.resource && acts == self.acts;
        let written = if is_all { self.written.clone() } else { format!("system/{resource}.{acts}") };
        Some(Self { resource: resource.to_owned(), acts, written })
    }

    fn add(&mut self, more: &Self) {
        let acts: String =
            ACTS.chars().filter(|act| self.acts.contains(*act) || more.acts.contains(*act)).collect();
        if acts != self.acts {
            self.written = if acts == more.acts {
                more.written.clone()
            } else {
                format!("system/{}.{acts}", self.resource)
            };
            self.acts = acts;
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',']).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_of_either_version_permits_what_it_says_and_nothing_else() {
        for (scope, permits, refuses) in [
            ("system/Patient.rs", "rs", "cud"),
            ("system/Patient.read", "rs", "cud"),
            ("system/Patient.write", "cud", "rs"),
            ("system/Patient.*", "cruds", ""),
            ("system/Patient.c", "c", "ruds"),
            ("system/*.r", "r", "cuds"),
            ("user/Patient.rs", "", "cruds"),
            ("system/Patient.rx", "", "cruds"),
            ("system/Patient.", "", "cruds"),
            ("system/Observation.rs", "", "cruds"),
            ("system/Patient.rs?gender=female", "", "cruds"),
        ] {
            let scopes = Scopes::known(scope);
            assert!(permits.chars().all(|act| scopes.permit("Patient", act)), "{scope}");
            assert!(!refuses.chars().any(|act| scopes.permit("Patient", act)), "{scope}");
        }
    }

    #[test]
    fn what_is_granted_is_what_is_both_asked_for_and_registered() {
        for (registered, asked, granted) in [
            ("system/*.rs", "system/Patient.rs", Some("system/Patient.rs")),
            (
                "system/*.cruds",
                "system/Patient.read system/Task.write",
                Some("system/Patient.read system/Task.write"),
            ),
            ("system/*.r", "system/Patient.read", Some("system/Patient.r")),
            ("system/Patient.rs system/Task.cruds", "system/*.rs", Some("system/Patient.rs system/Task.rs")),
            ("system/Patient.r system/Patient.s", "system/Patient.rs", Some("system/Patient.rs")),
            ("system/Patient.rs", "openid launch system/Patient.rs", Some("system/Patient.rs")),
            ("system/Patient.rs", "system/Task.rs", None),
            ("system/Patient.rs", "system/Patient.cud", None),
            ("system/Patient.rs", "", None),
            ("system/*.rs", "system/*.cruds", Some("system/*.rs")),
        ] {
            let got = Scopes::registered(registered).unwrap().granted(asked).map(|scopes| scopes.to_string());
            assert_eq!(got.as_deref(), granted, "{registered} / {asked}");
        }
    }

    #[test]
    fn what_is_no_scope_is_not_registered_and_the_refusal_says_what_would_be_right() {
        for wrong in ["", " ", "Patient.rs", "user/Patient.rs", "system/patient.rs", "system/Patient.all"] {
            let why = Scopes::registered(wrong).unwrap_err();
            assert!(why.contains("system/"), "{why}");
        }
    }
}
