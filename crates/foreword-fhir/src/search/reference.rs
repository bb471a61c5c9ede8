//! References to resources, as they are written and as they are looked for.

use serde_json::Value;

use super::element::text;

/// A reference, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The address it begins with, without the slash; nothing where it is relative.
    pub base: Option<String>,
    /// The type of resource; nothing for an id alone.
    pub of: Option<String>,
    /// The id, or all of it where it is no address of a resource (`urn:uuid:...`).
    pub id: String,
}

impl Reference {
    /// Takes a reference apart. A version at its end is left out.
    pub fn parse(text: &str) -> Self {
        let whole = || Self { base: None, of: None, id: text.to_owned() };
        let text = text.split_once("/_history/").map_or(text, |(text, _)| text);
        if text.starts_with("urn:") || text.starts_with('#') {
            return whole();
        }
        let Some((rest, id)) = text.rsplit_once('/') else { return whole() };
        let (base, of) = match rest.rsplit_once('/') {
            Some((base, of)) => (Some(base.to_owned()), of),
            None => (None, rest),
        };
        let is_type =
            of.starts_with(|c: char| c.is_ascii_uppercase()) && of.bytes().all(|b| b.is_ascii_alphabetic());
        if id.is_empty() || !is_type {
            return whole();
        }
        Self { base, of: Some(of.to_owned()), id: id.to_owned() }
    }

    /// Reads an element of the type `Reference`.
    pub fn read(element: &Value) -> Option<Self> {
        text(element, "reference").map(Self::parse)
    }

    /// Whether it leads to what is looked for. Where one of both does not say an address or a type, it is no
    /// difference.
    pub fn fits(&self, wanted: &Self) -> bool {
        fn agree(one: Option<&String>, other: Option<&String>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        self.id == wanted.id
            && agree(self.of.as_ref(), wanted.of.as_ref())
            && agree(self.base.as_ref(), wanted.base.as_ref())
    }
}

/// The type of resource an element of the type `Reference` leads to.
pub(super) fn target(element: &Value) -> Option<String> {
    let said = || text(element, "type").map(str::to_owned);
    Reference::read(element).and_then(|reference| reference.of).or_else(said)
}

/// Whether a canonical address is what is looked for: the same, with any version where none is asked for, or
/// the resource's id or `Type/id` where no whole address is.
pub(super) fn is_canonical(found: &str, wanted: &str) -> bool {
    let cut = |text: &str| {
        text.split_once('|')
            .map_or((text.to_owned(), None), |(url, version)| (url.to_owned(), Some(version.to_owned())))
    };
    let ((found, version), (wanted, asked)) = (cut(found), cut(wanted));
    if asked.is_some() && version != asked {
        return false;
    }
    let is_address = wanted.contains("://") || wanted.starts_with("urn:");
    found == wanted || (!is_address && Reference::parse(&found).fits(&Reference::parse(&wanted)))
}
