//! A small layout of our own: blocks in, a tagged PDF out. It knows fonts, pages and directions, and
//! nothing of questions and answers.

mod block;
mod draw;
mod flow;
mod fonts;
#[cfg(test)]
pub(crate) mod laid_out;
mod pages;
mod strip;
mod text;

pub(crate) use block::{Block, Doc, Edges, Look, Tick, Words, clean};
pub(crate) use draw::{anchored, write};
pub(crate) use flow::{Flowed, flow};
pub use fonts::Fonts;
pub(crate) use text::Typesetter;

/// Whether a character of it has no glyph in any font.
pub(crate) fn has_boxes(strip: &strip::Strip) -> bool {
    strip.marks.iter().flat_map(|mark| &mark.ops).any(|op| match op {
        strip::Op::Glyphs(shaped, ..) => shaped.glyphs.iter().any(|glyph| glyph.glyph_id.to_u32() == 0),
        _ => false,
    })
}

/// The sheets a document is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points.
    pub(crate) fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::Letter => (612.0, 792.0),
        }
    }
}

impl std::str::FromStr for Paper {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "a4" => Ok(Self::A4),
            "letter" => Ok(Self::Letter),
            _ => Err(format!("{text:?} is neither \"a4\" nor \"letter\"")),
        }
    }
}
