//! For tests only: a document as it lies on its pages.

use super::{
    Doc, Fonts,
    draw::places,
    flow::flow,
    pages::What,
    strip::{Op, Strip},
    text::Typesetter,
};

/// A run of glyphs in its place.
pub(crate) struct Line {
    pub(crate) page: usize,
    pub(crate) left: f32,
    pub(crate) right: f32,
    /// The words of its paragraph.
    pub(crate) text: String,
    /// Where each glyph begins, and the byte of the text it is of.
    pub(crate) glyphs: Vec<(f32, usize)>,
    /// How many of them are the box that stands for what no font has.
    pub(crate) boxes: usize,
    /// Points.
    pub(crate) size: f32,
}

/// Everything written on a document's pages, in the order in which it is drawn.
pub(crate) fn lines(doc: &Doc, fonts: &Fonts) -> Vec<Line> {
    let mut set = Typesetter::new(fonts);
    let flowed = flow(doc, &mut set);
    let mut lines = Vec::new();
    for (page, placed) in places(doc, &flowed).into_iter().enumerate() {
        for placed in placed {
            let strip: &Strip = match placed.what {
                What::Strip(n) => &flowed.strips[n],
                What::Again(lead_in, line) => &flowed.unders[lead_in][line],
            };
            for op in strip.marks.iter().flat_map(|mark| &mark.ops) {
                let Op::Glyphs(shaped, x, _) = op else { continue };
                let mut at = *x;
                let mut glyphs = Vec::new();
                let mut right = at;
                for glyph in &shaped.glyphs {
                    glyphs.push((at, glyph.text_range.start));
                    at += glyph.x_advance * shaped.size;
                    // White space at the end of a line may hang over.
                    if !shaped.text[glyph.text_range.clone()].trim().is_empty() {
                        right = at;
                    }
                }
                let boxes = shaped.glyphs.iter().filter(|glyph| glyph.glyph_id.to_u32() == 0).count();
                lines.push(Line {
                    page,
                    left: *x,
                    right,
                    text: shaped.text.to_string(),
                    glyphs,
                    boxes,
                    size: shaped.size,
                });
            }
        }
    }
    lines
}
