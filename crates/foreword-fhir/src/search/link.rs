//! The links of a page of results: what was searched, and where it goes on.

use std::fmt::Write;

use super::query::Query;

impl Query {
    /// The address of this search: what was used, without what was ignored. `base` is the address of the FHIR
    /// endpoint.
    pub fn self_url(&self, base: &str) -> String {
        self.url(base, self.used.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The address of the next page, which goes on where the service says.
    pub fn next_url(&self, base: &str, cursor: &str) -> String {
        let used = self.used.iter().filter(|(name, _)| name != "_cursor");
        let used = used.map(|(name, value)| (name.as_str(), value.as_str()));
        self.url(base, used.chain([("_cursor", cursor)]))
    }

    fn url<'a>(&self, base: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let mut url = format!("{}/{}", base.trim_end_matches('/'), self.kind);
        for (n, (name, value)) in pairs.enumerate() {
            url.push(if n == 0 { '?' } else { '&' });
            escape(&mut url, name);
            url.push('=');
            escape(&mut url, value);
        }
        url
    }
}

/// Adds a text with percent signs for what would be read as something else. The signs of searches stay as they
/// are, so that links can be read.
fn escape(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/,$*@!()".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a text can't fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
}
