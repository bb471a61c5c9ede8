//! Where things stand within a strip of a page, and what they are for those who can't see them.

use std::rc::Rc;

use foreword_domain::language::Lang;
use krilla::text::KrillaGlyph;

/// A band across the page that is not broken.
#[derive(Debug, Default)]
pub(crate) struct Strip {
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
    /// Whether it stays with the strip below.
    pub(crate) keeps: bool,
    /// Room only: it vanishes at the head of a page.
    pub(crate) is_gap: bool,
    /// The lead-in that is repeated when a page begins with this strip.
    pub(crate) under: Option<usize>,
    /// A heading's words and place in the outline.
    pub(crate) outline: Option<String>,
    /// Where words lead to.
    pub(crate) anchors: Vec<&'static str>,
    /// Words that lead somewhere.
    pub(crate) links: Vec<Link>,
    /// Whether it begins another page.
    pub(crate) breaks: bool,
}

/// A place on a strip that leads to an anchor.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Left, top, width and height.
    pub(crate) at: (f32, f32, f32, f32),
    pub(crate) to: &'static str,
    /// What it says, for assistive technology.
    pub(crate) alt: String,
    /// Its leaf in the structure.
    pub(crate) leaf: usize,
}

/// Things drawn together that mean one thing.
#[derive(Debug)]
pub(crate) struct Mark {
    pub(crate) means: Means,
    pub(crate) ops: Vec<Op>,
}

/// What a mark is in the structure of the document.
#[derive(Clone, Debug)]
pub(crate) enum Means {
    /// A leaf of the structure: what is in a language, and what is read for it.
    Leaf { leaf: usize, lang: Lang, stands_for: Option<&'static str> },
    /// Only for the eye.
    Layout,
}

/// One thing drawn; coordinates are from the left of the page and the top of the strip.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Glyphs(Rc<Shaped>, f32, f32),
    Box { x: f32, y: f32, w: f32, h: f32, fill: Option<u8>, stroke: Option<(u8, f32)> },
    Line { from: (f32, f32), to: (f32, f32), width: f32, grey: u8, dashed: bool },
    Path { points: Vec<(f32, f32)>, width: f32, grey: u8 },
    Dot { at: (f32, f32), radius: f32, grey: u8 },
}

/// Glyphs of one font in the order in which they are drawn.
#[derive(Debug)]
pub(crate) struct Shaped {
    pub(crate) font: (u64, u32),
    pub(crate) size: f32,
    pub(crate) grey: u8,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// What the glyphs' ranges are in.
    pub(crate) text: Rc<str>,
}

/// The structure of the document.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) elements: Vec<Element>,
    leaves: usize,
}

/// One element of it.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) role: Role,
    pub(crate) lang: Option<Lang>,
    pub(crate) children: Vec<Child>,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Document,
    Title(String),
    Heading(String),
    /// A heading below those.
    Sub(u8, String),
    Link,
    Para,
    Quote,
    Note,
    List,
    Entry,
    Label,
    Body,
    Figure(String),
}

/// What is in an element.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Child {
    Element(usize),
    Leaf(usize),
}

impl Tree {
    /// Adds an element to another one.
    pub(crate) fn element(&mut self, parent: usize, role: Role, lang: Option<&Lang>) -> usize {
        let id = self.root(role, lang);
        self.elements[parent].children.push(Child::Element(id));
        id
    }

    /// Begins the structure.
    pub(crate) fn root(&mut self, role: Role, lang: Option<&Lang>) -> usize {
        self.elements.push(Element { role, lang: lang.cloned(), children: Vec::new() });
        self.elements.len() - 1
    }

    /// Adds a leaf to an element.
    pub(crate) fn leaf(&mut self, parent: usize) -> usize {
        self.leaves += 1;
        self.elements[parent].children.push(Child::Leaf(self.leaves - 1));
        self.leaves - 1
    }

    /// How many leaves there are.
    pub(crate) fn leaves(&self) -> usize {
        self.leaves
    }
}

impl Strip {
    /// Room.
    pub(crate) fn gap(height: f32, keeps: bool) -> Self {
        Self { height, keeps, is_gap: true, ..Self::default() }
    }
}
