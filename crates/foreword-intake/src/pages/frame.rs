//! What stands around every page of a patient's.

use foreword_domain::{language::Lang, phrases::t};

use crate::Web;

/// The frame of a page.
pub(crate) struct Frame<'a> {
    /// The language of the page.
    pub lang: &'a Lang,
    /// The clinic's name.
    pub clinic: &'a str,
    /// The visit, where the page is on a tablet of the clinic's: it closes by itself.
    pub kiosk: Option<String>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(web: &'a Web, lang: &'a Lang) -> Self {
        Self { lang, clinic: &web.app.options().clinic_name, kiosk: None }
    }

    /// A phrase in the language of the page.
    pub(crate) fn t(&self, key: &str) -> String {
        t(key, self.lang, &[])
    }
}
