//! Which codes are in a value set, as far as that can be known here: those contained in the resources at hand,
//! and those of R4 itself. There is no terminology server.

use crate::{
    fhirpath::Element,
    r4::{self, CodeSet},
};

/// How far value sets may name each other.
const MAX_DEPTH: usize = 8;

/// Whether a code is in a value set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Membership {
    Yes,
    No,
    Unknown,
}

use Membership::{No, Unknown, Yes};

/// A value set, and what is contained beside it.
pub(super) struct ValueSet<'a> {
    what: What,
    beside: &'a [Element],
}

enum What {
    Listed(&'static CodeSet),
    Contained(Element),
}

/// A code that is looked for; without a system, whatever its system.
#[derive(Clone, Copy)]
pub(super) struct Code<'a> {
    /// Empty for a code without one; nothing for a code that was given as a plain string.
    pub system: Option<&'a str>,
    pub code: &'a str,
}

impl<'a> ValueSet<'a> {
    /// The value set of an address; `within` are the resources that may contain it.
    pub fn find(url: &str, within: &'a [Element]) -> Option<Self> {
        let contained = within.iter().flat_map(|root| root.named("contained").collect::<Vec<_>>());
        let (plain, local) = (url.split('|').next().unwrap_or_default(), url.strip_prefix('#'));
        let mut sets = contained.filter(|found| found.type_name() == "ValueSet");
        let found = sets.find(|set| match local {
            Some(id) => set.text("id").as_deref() == Some(id),
            None => set.text("url").as_deref() == Some(plain),
        });
        let what = found.map(What::Contained).or_else(|| r4::value_set(url).map(What::Listed))?;
        Some(Self { what, beside: within })
    }

    pub fn has(&self, code: Code<'_>) -> Membership {
        self.look(code, 0)
    }

    fn look(&self, code: Code<'_>, depth: usize) -> Membership {
        match &self.what {
            _ if depth > MAX_DEPTH => Unknown,
            What::Listed(set) => in_listed(set, code),
            What::Contained(set) => self.in_contained(set, code, depth),
        }
    }

    fn in_contained(&self, set: &Element, code: Code<'_>, depth: usize) -> Membership {
        if let Some(expansion) = set.first("expansion") {
            return if expands(&expansion, code) { Yes } else { No };
        }
        let Some(compose) = set.first("compose") else { return Unknown };
        let mut all = No;
        for exclude in compose.named("exclude") {
            match self.in_part(&exclude, code, depth) {
                Yes => return No,
                Unknown => all = Unknown,
                No => {}
            }
        }
        let could_be_excluded = all == Unknown;
        for include in compose.named("include") {
            match self.in_part(&include, code, depth) {
                Yes if could_be_excluded => return Unknown,
                Yes => return Yes,
                Unknown => all = Unknown,
                No => {}
            }
        }
        all
    }

    /// What a value set includes, or excludes.
    fn in_part(&self, part: &Element, code: Code<'_>, depth: usize) -> Membership {
        let mut result = Yes;
        for url in part.named("valueSet").filter_map(|set| super::read::string(&set)) {
            let found = Self::find(&url, self.beside).map_or(Unknown, |set| set.look(code, depth + 1));
            match found {
                No => return No,
                Unknown => result = Unknown,
                Yes => {}
            }
        }
        let Some(system) = part.text("system") else {
            return if part.first("valueSet").is_some() { result } else { Unknown };
        };
        if let Some(asked) = code.system
            && asked != &*system
        {
            return No;
        }
        let concepts: Vec<Element> = part.named("concept").collect();
        if !concepts.is_empty() {
            let listed = concepts.iter().any(|concept| concept.text("code").as_deref() == Some(code.code));
            return if listed { result } else { No };
        }
        if part.first("filter").is_some() {
            return Unknown;
        }
        let contained = self.beside.iter().flat_map(|root| root.named("contained").collect::<Vec<_>>());
        let mut systems = contained.filter(|found| {
            found.type_name() == "CodeSystem" && found.text("url").as_deref() == Some(&*system)
        });
        match systems.next() {
            Some(found) if defines(&found, code.code) => result,
            Some(found) if found.text("content").as_deref() == Some("complete") => No,
            _ => Unknown,
        }
    }
}

fn in_listed(set: &CodeSet, code: Code<'_>) -> Membership {
    match code.system {
        None if set.lists(code.code) => Yes,
        None => No,
        Some(asked) => {
            let mut systems = set.systems.iter().filter(|system| asked == system.uri);
            match systems.next() {
                None => No,
                Some(system) if system.codes.contains(code.code) => Yes,
                Some(system) if system.is_whole => No,
                Some(_) => Unknown,
            }
        }
    }
}

/// Whether an expansion, or a concept in it, holds a code.
fn expands(holder: &Element, code: Code<'_>) -> bool {
    holder.named("contains").any(|concept| {
        let is_system =
            code.system.is_none_or(|asked| asked == concept.text("system").as_deref().unwrap_or_default());
        let is_code = concept.text("code").as_deref() == Some(code.code);
        is_system && is_code && super::read::flag(&concept, "abstract") != Some(true)
            || expands(&concept, code)
    })
}

fn defines(holder: &Element, code: &str) -> bool {
    holder
        .named("concept")
        .any(|concept| concept.text("code").as_deref() == Some(code) || defines(&concept, code))
}
