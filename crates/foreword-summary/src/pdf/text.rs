//! Words into lines of glyphs: shaping, both directions, fallback between fonts, breaking.

use std::rc::Rc;

use krilla::text::{GlyphId, KrillaGlyph};
use parley::{
    Alignment, AlignmentOptions, BaseDirection, FontContext, FontWeight, Layout, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty, fontique::Language,
};

use super::{
    Fonts,
    block::{Dir, Look, Words},
    strip::{Op, Shaped},
};

/// Turns words into lines.
pub(crate) struct Typesetter<'a> {
    pub(crate) fonts: &'a Fonts,
    fonts_at_work: FontContext,
    layouts: LayoutContext<[u8; 4]>,
}

/// One line; its glyphs are placed from its own top and from the left of the room it was broken for.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) height: f32,
    /// Where its letters begin, from the left.
    pub(crate) left: f32,
    /// How wide they are.
    pub(crate) width: f32,
    pub(crate) ops: Vec<Op>,
}

/// Words broken into lines, and how wide their widest word is.
pub(crate) struct Broken {
    pub(crate) lines: Vec<Line>,
    pub(crate) widest_word: f32,
}

impl<'a> Typesetter<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, fonts_at_work: fonts.context(), layouts: LayoutContext::new() }
    }

    /// Breaks words for a width. Every line has something to see; empty paragraphs become an empty line.
    pub(crate) fn set(&mut self, words: &Words, look: Look, width: f32) -> Broken {
        let mut broken = Broken { lines: Vec::new(), widest_word: 0.0 };
        // Each paragraph finds its own direction.
        let mut from = 0;
        for paragraph in words.text.split('\n') {
            self.paragraph(paragraph, from, words, look, width, &mut broken);
            from += paragraph.len() + 1;
        }
        broken
    }

    /// Words on one line, cut off with dots where they do not fit.
    pub(crate) fn one_line(&mut self, words: &Words, look: Look, width: f32) -> Option<Line> {
        let mut text = words.text.replace('\n', " ");
        let mut words = words.clone();
        if let Some((end, _)) = text.char_indices().nth(400) {
            text.truncate(end);
            text.push('…');
            words.strong.clear();
        }
        loop {
            let mut lines = self.set(&Words { text: text.clone(), ..words.clone() }, look, width).lines;
            if lines.len() <= 1 {
                return lines.pop();
            }
            text = text.trim_end_matches('…').to_owned();
            words.strong.clear();
            let keep = text.chars().count() * 9 / 10;
            text = text.chars().take(keep).chain(['…']).collect();
        }
    }

    fn paragraph(
        &mut self,
        text: &str,
        from: usize,
        words: &Words,
        look: Look,
        width: f32,
        broken: &mut Broken,
    ) {
        let mut layout = self.layout(text, from, words, look);
        broken.widest_word = broken.widest_word.max(layout.calculate_content_widths().min);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        let whole: Rc<str> = text.into();
        let mut top = 0.0;
        for line in layout.lines() {
            let metrics = line.metrics();
            let left = metrics.offset + metrics.indent;
            let mut x = left;
            let baseline = metrics.baseline - top;
            let mut ops = Vec::new();
            for run in line.runs() {
                let start = x;
                let size = run.font_size();
                let mut clusters: Vec<(std::ops::Range<usize>, Vec<parley::Glyph>)> = Vec::new();
                for cluster in run.clusters() {
                    match clusters.last_mut() {
                        Some((range, _)) if cluster.is_ligature_continuation() => {
                            range.end = range.end.max(cluster.text_range().end);
                        }
                        _ => clusters.push((cluster.text_range(), cluster.glyphs().collect())),
                    }
                }
                if run.is_rtl() {
                    clusters.reverse();
                }
                let mut glyphs = Vec::new();
                for (range, found) in clusters {
                    for glyph in found {
                        glyphs.push(KrillaGlyph::new(
                            GlyphId::new(glyph.id),
                            glyph.advance / size,
                            glyph.x / size,
                            glyph.y / size,
                            0.0,
                            range.clone(),
                            None,
                        ));
                        x += glyph.advance;
                    }
                }
                if !glyphs.is_empty() {
                    let font = run.font();
                    let shaped = Shaped {
                        font: (font.data.id(), font.index),
                        size,
                        grey: look.grey,
                        glyphs,
                        text: Rc::clone(&whole),
                    };
                    ops.push(Op::Glyphs(Rc::new(shaped), start, baseline));
                }
            }
            let width = metrics.advance - metrics.hanging_advance;
            broken.lines.push(Line { height: metrics.line_height, left, width, ops });
            top += metrics.line_height;
        }
    }

    fn layout(&mut self, text: &str, from: usize, words: &Words, look: Look) -> Layout<[u8; 4]> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts_at_work, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(self.fonts.family(&words.lang)));
        builder.push_default(StyleProperty::FontSize(look.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(look.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.push_default(StyleProperty::Locale(Language::parse(words.lang.as_str()).ok()));
        if look.bold {
            builder.push_default(StyleProperty::FontWeight(FontWeight::BOLD));
        }
        for strong in &words.strong {
            let part = strong.start.saturating_sub(from).min(text.len())
                ..strong.end.saturating_sub(from).min(text.len());
            if !part.is_empty() {
                builder.push(StyleProperty::FontWeight(FontWeight::BOLD), part);
            }
        }
        builder.set_base_direction(match words.dir {
            Dir::Auto => BaseDirection::Auto,
            Dir::Lang if words.lang.is_rtl() => BaseDirection::Rtl,
            Dir::Lang | Dir::Ltr => BaseDirection::Ltr,
        });
        builder.build(text)
    }
}
