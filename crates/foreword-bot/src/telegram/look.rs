//! A lenient look into JSON: one thing that is not as it should be hides nothing else, however deep or
//! strange.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// A piece of JSON, as it came.
#[derive(Clone, Copy)]
pub(super) struct Look<'a>(&'a RawValue);

impl<'a> Look<'a> {
    /// Looks at a text; nothing if it is no JSON.
    pub(super) fn at_text(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// What stands under a name, and under a name in that, and so on.
    pub(super) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |here, name| here.fields().remove(*name))
    }

    /// All fields.
    pub(super) fn fields(self) -> BTreeMap<String, Self> {
        // A raw value is skipped over, not built: its depth does not matter.
        let fields: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(self.0.get()).ok();
        fields.into_iter().flatten().map(|(name, value)| (name, Self(value))).collect()
    }

    /// The number under a path, if it is a whole one.
    pub(super) fn number(self, path: &[&str]) -> Option<i64> {
        self.read(path)
    }

    /// The text under a path.
    pub(super) fn text(self, path: &[&str]) -> Option<String> {
        self.read(path)
    }

    /// Whether it says so.
    pub(super) fn says(self, path: &[&str]) -> bool {
        self.read(path).unwrap_or(false)
    }

    fn read<T: DeserializeOwned>(self, path: &[&str]) -> Option<T> {
        serde_json::from_str(self.at(path)?.0.get()).ok()
    }
}
