//! A questionnaire as its responses are checked against it: the items, in their order, by their `linkId`.

use std::{collections::HashMap, sync::Arc};

use super::read;
use crate::fhirpath::{Document, Element};

/// A questionnaire.
pub(super) struct Form {
    /// The resource.
    pub root: Element,
    /// The same by itself, as expressions see it, where it can be read so.
    pub alone: Option<Document>,
    /// All items; each stands behind the one it is part of.
    pub items: Vec<Item>,
    /// Those that are part of no other.
    pub top: Vec<usize>,
    by_link: HashMap<Arc<str>, usize>,
}

/// An item of a questionnaire.
pub(super) struct Item {
    pub element: Element,
    /// Where it stands: `Questionnaire.item[1]`.
    pub place: String,
    /// Empty when it has none.
    pub link: Arc<str>,
    /// Empty when it has none.
    pub kind: Arc<str>,
    pub is_required: bool,
    pub repeats: bool,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
}

impl Form {
    /// A questionnaire that is a resource by itself.
    pub fn of(document: &Document) -> Self {
        Self::read(document.root(), Some(document.clone()))
    }

    /// One that is contained in another resource.
    pub fn contained(root: Element) -> Self {
        let alone = Document::parse(&root.json()).ok();
        Self::read(root, alone)
    }

    fn read(root: Element, alone: Option<Document>) -> Self {
        let mut form = Self { root, alone, items: Vec::new(), top: Vec::new(), by_link: HashMap::new() };
        let root = form.root.clone();
        form.top = form.level(&root, "Questionnaire", None);
        form
    }

    fn level(&mut self, holder: &Element, at: &str, parent: Option<usize>) -> Vec<usize> {
        let mut level = Vec::new();
        for (n, element) in holder.named("item").enumerate() {
            let index = self.items.len();
            let place = format!("{at}.item[{n}]");
            let link = element.text("linkId").unwrap_or_default();
            self.items.push(Item {
                place: place.clone(),
                link: link.clone(),
                kind: element.text("type").unwrap_or_default(),
                is_required: read::flag(&element, "required") == Some(true),
                repeats: read::flag(&element, "repeats") == Some(true),
                parent,
                children: Vec::new(),
                element: element.clone(),
            });
            self.by_link.entry(link).or_insert(index);
            let children = self.level(&element, &place, Some(index));
            self.items[index].children = children;
            level.push(index);
        }
        level
    }

    /// The first item with a `linkId`.
    pub fn find(&self, link: &str) -> Option<usize> {
        self.by_link.get(link).copied()
    }

    /// Whether an item is the other, or stands within it; everything stands within the form.
    pub fn is_within(&self, item: usize, outer: Option<usize>) -> bool {
        let Some(outer) = outer else { return true };
        let mut next = Some(item);
        while let Some(index) = next {
            if index == outer {
                return true;
            }
            next = self.items[index].parent;
        }
        false
    }
}
