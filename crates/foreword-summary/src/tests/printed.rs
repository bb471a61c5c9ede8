use std::{cell::OnceCell, collections::BTreeMap};

use lopdf::{Document, Object};

/// A PDF read back by another program than the one that wrote it.
pub(super) struct Printed(Document, OnceCell<String>);

impl Printed {
    pub(super) fn read(bytes: &[u8]) -> Self {
        Self(Document::load_mem(bytes).expect("a PDF"), OnceCell::new())
    }

    pub(super) fn pages(&self) -> usize {
        self.0.get_pages().len()
    }

    /// All words in the order in which they are drawn, without what is between them.
    pub(super) fn words(&self) -> &str {
        self.1.get_or_init(|| {
            let pages: Vec<u32> = self.0.get_pages().keys().copied().collect();
            bare(&self.0.extract_text(&pages).expect("the text can be read"))
        })
    }

    /// Fails unless the texts stand there, each behind the one before.
    #[track_caller]
    pub(super) fn says_in_order(&self, texts: &[&str]) {
        let words = self.words();
        let mut from = 0;
        for text in texts {
            let found = words[from..].find(&bare(text));
            let at = found.unwrap_or_else(|| panic!("{text:?} is not there, or not behind the one before"));
            from += at + bare(text).len();
        }
    }

    pub(super) fn says(&self, text: &str) -> bool {
        self.words().contains(&bare(text))
    }

    /// Whether it says of itself that it is accessible: no character lacks a glyph, all is tagged.
    pub(super) fn is_accessible(&self) -> bool {
        let catalog = self.0.catalog().expect("a catalog");
        let metadata = catalog.get(b"Metadata").and_then(|at| self.0.dereference(at)).expect("metadata").1;
        let stream = metadata.as_stream().expect("a stream");
        let xmp = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
        String::from_utf8_lossy(&xmp).contains("pdfuaid:part")
    }

    pub(super) fn language(&self) -> String {
        let lang = self.0.catalog().and_then(|catalog| catalog.get(b"Lang")).expect("a language");
        String::from_utf8_lossy(lang.as_str().expect("a string")).into_owned()
    }

    /// Width and height of the first sheet, in points.
    pub(super) fn sheet(&self) -> (f32, f32) {
        let first = self.0.page_iter().next().expect("a page");
        let page = self.0.get_dictionary(first).expect("a page");
        let sizes = page.get(b"MediaBox").and_then(Object::as_array).expect("a box");
        let size = |n: usize| sizes[n].as_float().expect("a number");
        (size(2), size(3))
    }

    /// How often each kind of element stands in the structure.
    pub(super) fn structure(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for object in self.0.objects.values() {
            let Ok(element) = object.as_dict() else { continue };
            if element.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"StructElem") {
                let kind = element.get(b"S").and_then(Object::as_name).expect("an element has a kind");
                *found.entry(String::from_utf8_lossy(kind).into_owned()).or_default() += 1;
            }
        }
        found
    }
}

/// A text without its white space: lines break where they must.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
