//! What a document is made of, before anybody knows where it will stand.

use foreword_domain::{language::Lang, private::Private};

use super::Paper;
use crate::{Chart, drawing::Drawing};

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
    /// How far from the edges of a sheet things stand.
    pub(crate) edges: Edges,
    /// What is in it.
    pub(crate) blocks: Vec<Block>,
}

/// How far from the edges of a sheet things stand, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edges {
    /// From both sides.
    pub(crate) side: f32,
    /// From the top to the first line.
    pub(crate) top: f32,
    /// From the bottom to the last line.
    pub(crate) bottom: f32,
    /// From the bottom to what stands at the foot.
    pub(crate) foot: f32,
    /// The size of what stands at head and foot.
    pub(crate) size: f32,
    /// Whether the first page has a foot, too; without one its lines go down to where it would stand.
    pub(crate) is_first_footed: bool,
}

impl Default for Edges {
    fn default() -> Self {
        Self { side: 54.0, top: 52.0, bottom: 62.0, foot: 36.0, size: 8.0, is_first_footed: true }
    }
}

/// A piece of text with its language and direction.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) lang: Lang,
    pub(crate) dir: Dir,
    /// Bytes of the text that are bold, besides those that are so by their look.
    pub(crate) strong: Vec<std::ops::Range<usize>>,
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
        Self { text: clean(&text.into()), lang: lang.clone(), dir: Dir::Lang, strong: Vec::new() }
    }

    /// Several things on one line, each in its own direction.
    pub(crate) fn joined(parts: &[String], lang: &Lang) -> Self {
        let parts: Vec<String> =
            parts.iter().map(|part| format!("\u{2068}{}\u{2069}", clean(part).replace('\n', " "))).collect();
        Self { text: parts.join(" · "), lang: lang.clone(), dir: Dir::Lang, strong: Vec::new() }
    }

    /// Pieces one after the other, each in its own direction, some of them bold.
    pub(crate) fn pieces(pieces: &[(&str, bool)], lang: &Lang) -> Self {
        let mut words = Self { text: String::new(), lang: lang.clone(), dir: Dir::Ltr, strong: Vec::new() };
        for (piece, is_strong) in pieces.iter().filter(|(piece, _)| !piece.is_empty()) {
            let piece = clean(piece).replace('\n', " ");
            if !words.text.is_empty() {
                words.text.push(' ');
            }
            let from = words.text.len();
            words.text.push('\u{2068}');
            words.text.push_str(&piece);
            words.text.push('\u{2069}');
            if *is_strong {
                words.strong.push(from..words.text.len());
            }
        }
        words
    }

    /// What somebody wrote.
    pub(crate) fn written(text: impl Into<String>, lang: &Lang) -> Self {
        Self { dir: Dir::Auto, ..Self::new(text, lang) }
    }

    /// Adds words of our own in bold behind what somebody wrote from left to right.
    pub(crate) fn goes_on(&mut self, words: &str) {
        self.text.push_str(" – ");
        let from = self.text.len();
        self.text.push('\u{2068}');
        self.text.push_str(words);
        self.text.push('\u{2069}');
        self.strong.push(from..self.text.len());
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

/// What stands beside an entry of a list, and the entry.
pub(crate) type Entry = (Option<(Words, Look)>, Vec<Block>);

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
    /// A heading of a rank from 2 on, in a look of its own; stays with what follows.
    Head(Words, Look, u8),
    /// Things beside each other, each with its width; those of no width share what is left. Not broken
    /// across pages.
    Columns(Vec<(f32, Vec<Block>)>, f32),
    /// Things in a frame that can't be overlooked. Not broken across pages.
    Framed(Vec<Block>),
    /// A list: what stands beside each entry, the entries, and how far they are moved in.
    Entries(Vec<Entry>, f32, f32),
    /// A drawing, and what it shows in words.
    Drawn(Box<Drawing>, Private<String>),
    /// Words that lead to an anchor.
    More(Words, Look, &'static str),
    /// Where words lead to.
    Anchor(&'static str),
    /// What follows begins on another page.
    Break,
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
