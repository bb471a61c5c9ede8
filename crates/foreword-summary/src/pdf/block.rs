//! What a document is made of, before anybody knows where it will stand.

use foreword_domain::language::Lang;

use super::Paper;
use crate::Chart;

/// A document.
#[derive(Clone, Debug)]
pub(crate) struct Doc {
    /// Its title, for the reader's window and for assistive technology.
    pub(crate) title: String,
    /// Its language; its direction is the document's.
    pub(crate) lang: Lang,
    /// What it is identified by inside the file; the same document has the same.
    pub(crate) id: String,
    /// Repeated at the head of every page but the first.
    pub(crate) head: Option<Words>,
    /// Repeated at the foot of every page, beside its number.
    pub(crate) foot: Option<Words>,
    /// The sheets.
    pub(crate) paper: Paper,
    /// What is in it.
    pub(crate) blocks: Vec<Block>,
}

/// A piece of text with its language and direction.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) lang: Lang,
    pub(crate) dir: Dir,
}

/// In which direction a text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dir {
    /// As its language does.
    Lang,
    /// As its first letter does: for what people wrote themselves.
    Auto,
    /// From left to right: for numbers.
    Ltr,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({}, {} bytes)", self.lang, self.text.len())
    }
}

impl Words {
    /// Our own words, or those of an instrument.
    pub(crate) fn new(text: impl Into<String>, lang: &Lang) -> Self {
        Self { text: clean(&text.into()), lang: lang.clone(), dir: Dir::Lang }
    }

    /// Several things on one line, each in its own direction.
    pub(crate) fn joined(parts: &[String], lang: &Lang) -> Self {
        let parts: Vec<String> =
            parts.iter().map(|part| format!("\u{2068}{}\u{2069}", clean(part).replace('\n', " "))).collect();
        Self { text: parts.join(" · "), lang: lang.clone(), dir: Dir::Lang }
    }

    /// What somebody wrote.
    pub(crate) fn written(text: impl Into<String>, lang: &Lang) -> Self {
        Self { dir: Dir::Auto, ..Self::new(text, lang) }
    }

    /// A number or a code.
    pub(crate) fn number(text: impl Into<String>, lang: &Lang) -> Self {
        Self { dir: Dir::Ltr, ..Self::new(text, lang) }
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// Points.
    pub(crate) size: f32,
    pub(crate) bold: bool,
    /// 0 is black, 255 white.
    pub(crate) grey: u8,
    /// Of the size.
    pub(crate) leading: f32,
}

impl Look {
    pub(crate) const TITLE: Self = Self { size: 24.0, bold: true, grey: 0, leading: 1.2 };
    pub(crate) const HEADING: Self = Self { size: 15.5, bold: true, grey: 0, leading: 1.25 };
    pub(crate) const BODY: Self = Self { size: 11.5, bold: false, grey: 0, leading: 1.38 };
    pub(crate) const QUESTION: Self = Self { size: 12.0, bold: true, grey: 0, leading: 1.32 };
    pub(crate) const QUOTE: Self = Self { size: 13.0, bold: false, grey: 0, leading: 1.38 };
    pub(crate) const SMALL: Self = Self { size: 10.0, bold: false, grey: 60, leading: 1.35 };
    pub(crate) const TINY: Self = Self { size: 8.0, bold: false, grey: 70, leading: 1.3 };
}

/// One thing below another.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// The one title of the document.
    Title(Words),
    /// A heading; stays with what follows.
    Heading(Words),
    /// A paragraph.
    Para(Words, Look),
    /// A paragraph with something beside its beginning, in the margin of what is indented below it.
    Labelled(Words, Words, Look),
    /// What somebody wrote, with a bar beside it.
    Quote(Words),
    /// Answers to tick.
    Choices(Vec<Tick>),
    /// A single answer to tick, less prominent.
    Aside(Words),
    /// So many lines to write on, and what they are in words.
    Lines(usize, String),
    /// Groups of boxes for digits, each with what is to be written in it, and what they are in words.
    Digits(Vec<(Words, usize)>, String),
    /// Boxes from 0 to 10 with the words at both ends, and what they are in words.
    Scale(Words, Words, String),
    /// Names of things with what they are, or with room to write it.
    Fields(Vec<(Words, Option<Words>)>),
    /// A line of scores.
    Chart(Box<Chart>, Lang),
    /// Set apart on a tint.
    Note(Vec<Block>),
    /// Moved in at the side where lines begin.
    Indent(f32, Vec<Block>),
    /// In the direction of a language.
    Directed(Lang, Vec<Block>),
    /// On one page, where a page is enough.
    Keep(Vec<Block>),
    /// A lead-in that stands above every page on which what follows is continued.
    Under(Words, Look, Vec<Block>),
    /// Room.
    Gap(f32),
    /// A line across.
    Rule,
}

/// An answer to tick.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    /// What staff enter for it.
    pub(crate) handle: String,
    /// Its wording.
    pub(crate) label: Words,
}

/// A text without what would reach beyond itself: controls, and marks that turn the direction of what
/// follows. Nothing that can be seen is taken away.
pub(crate) fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_nothing =
        |c: char| matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{FFF9}'..='\u{FFFB}') || turns(c);
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars()
        .filter(|c| !is_nothing(*c))
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect::<String>()
        .trim_end()
        .to_owned()
}
