//! What has its place beside other things: columns, frames, lists with labels, drawings, links.

use foreword_domain::language::Lang;

use super::{
    super::{
        block::{Block, Entry, Look, Words, clean},
        strip::{Link, Mark, Means, Op, Role, Strip},
    },
    Flow, moved,
};
use crate::drawing::{Anchor, Drawing, LETTERS, Shape};

/// Between a frame and what is in it.
const INSIDE: (f32, f32) = (12.0, 7.0);

impl Flow<'_, '_> {
    /// Columns from where lines begin, as one strip.
    pub(super) fn columns(&mut self, columns: &[(f32, Vec<Block>)], gap: f32) {
        let bounds = (self.left, self.right);
        #[expect(clippy::cast_precision_loss, reason = "a few columns")]
        let (gaps, rests) = (
            gap * columns.len().saturating_sub(1) as f32,
            columns.iter().filter(|(width, _)| *width <= 0.0).count().max(1) as f32,
        );
        let fixed: f32 = columns.iter().map(|(width, _)| width).sum();
        let rest = ((self.width() - fixed - gaps) / rests).max(20.0);
        let mut from = 0.0;
        let mut beside = Strip::default();
        for (width, blocks) in columns {
            let width = if *width > 0.0 { *width } else { rest };
            let left = self.x(from, width);
            (self.left, self.right) = (left, left + width);
            let column = self.apart(|flow| flow.blocks(blocks));
            (self.left, self.right) = bounds;
            join(&mut beside, column, 0.0);
            from += width + gap;
        }
        self.push(beside);
    }

    /// What is laid out now, as one strip that is not in the document yet.
    fn apart(&mut self, lay: impl FnOnce(&mut Self)) -> Strip {
        let before = std::mem::take(&mut self.strips);
        let tint = self.tint.take();
        lay(self);
        self.tint = tint;
        let strips = std::mem::replace(&mut self.strips, before);
        let mut one = Strip::default();
        let mut top = 0.0;
        for strip in strips {
            let height = strip.height;
            join(&mut one, strip, top);
            top += height;
        }
        one
    }

    pub(super) fn framed(&mut self, inner: &[Block]) {
        let bounds = (self.left, self.right);
        let parent = self.tree.element(self.parent, Role::Note, None);
        let outer = std::mem::replace(&mut self.parent, parent);
        (self.left, self.right) = (bounds.0 + INSIDE.0 + 5.0, bounds.1 - INSIDE.0);
        let inside = self.apart(|flow| flow.blocks(inner));
        (self.left, self.right) = bounds;
        self.parent = outer;
        let height = inside.height + 2.0 * INSIDE.1;
        let (x, w) = (bounds.0 + 0.7, bounds.1 - bounds.0 - 1.4);
        let bar = if self.is_rtl { bounds.1 - 6.0 } else { bounds.0 };
        let frame = vec![
            Op::Box { x, y: 0.7, w, h: height - 1.4, fill: None, stroke: Some((0, 1.4)) },
            Op::Box { x: bar, y: 0.0, w: 6.0, h: height, fill: Some(0), stroke: None },
        ];
        let mut strip = Strip::default();
        strip.marks.push(Mark { means: Means::Layout, ops: frame });
        join(&mut strip, inside, INSIDE.1);
        strip.height = height;
        self.push(strip);
    }

    /// A list; each label stands on the base line of what it is beside.
    pub(super) fn entries(&mut self, entries: &[Entry], by: f32, gap: f32) {
        let list = self.tree.element(self.parent, Role::List, None);
        let outer = self.parent;
        for (n, (label, blocks)) in entries.iter().enumerate() {
            if n > 0 {
                self.push(Strip::gap(gap, false));
            }
            let entry = self.tree.element(list, Role::Entry, None);
            let beside = label.as_ref().and_then(|(words, look)| {
                let element = self.tree.element(entry, Role::Label, None);
                let line = self.set.one_line(words, *look, by)?;
                let left = self.x(0.0, line.width) - line.left;
                self.line(element, &words.lang, &line, left, 0.0)
            });
            self.parent = self.tree.element(entry, Role::Body, None);
            let first = self.strips.len();
            self.indented(by, |flow| flow.blocks(blocks));
            self.parent = outer;
            let Some(strip) = self.strips.get_mut(first) else { continue };
            if let Some(mut beside) = beside {
                let at = |marks: &[Mark]| {
                    marks.iter().flat_map(|mark| &mark.ops).find_map(|op| match op {
                        Op::Glyphs(_, _, y) => Some(*y),
                        _ => None,
                    })
                };
                let down = at(&strip.marks).zip(at(std::slice::from_ref(&beside)));
                let down = down.map_or(0.0, |(body, label)| body - label);
                beside.ops = beside.ops.iter().map(|op| moved(op, 0.0, down)).collect();
                strip.marks.push(beside);
            }
        }
    }

    pub(super) fn drawn(&mut self, drawing: &Drawing, alt: &str) {
        let lang = Lang::english();
        let element = self.tree.element(self.parent, Role::Figure(clean(alt)), Some(&lang));
        let left = self.x(0.0, drawing.width);
        let look = |bold| Look { size: LETTERS, bold, grey: 30, leading: 1.2 };
        let mut ops = Vec::new();
        for shape in &drawing.shapes {
            match shape {
                Shape::Line { from, to, width, grey, dashed } => {
                    ops.push(Op::Line {
                        from: (from.0 + left, from.1),
                        to: (to.0 + left, to.1),
                        width: *width,
                        grey: *grey,
                        dashed: *dashed,
                    });
                }
                Shape::Box { x, y, w, h, grey } => {
                    ops.push(Op::Box { x: x + left, y: *y, w: *w, h: *h, fill: Some(*grey), stroke: None });
                }
                Shape::Dot { at, radius, is_hollow } => {
                    let at = (at.0 + left, at.1);
                    ops.push(Op::Dot { at, radius: *radius, grey: 0 });
                    if *is_hollow {
                        ops.push(Op::Dot { at, radius: radius - 1.1, grey: 255 });
                    }
                }
                Shape::Text { at, anchor, bold, text } => {
                    let words = Words::number(text.as_str(), &lang);
                    let Some(line) = self.set.one_line(&words, look(*bold), drawing.width) else { continue };
                    let before = match anchor {
                        Anchor::Start => 0.0,
                        Anchor::Middle => line.width / 2.0,
                        Anchor::End => line.width,
                    };
                    for op in &line.ops {
                        if let Op::Glyphs(shaped, x, _) = op {
                            ops.push(Op::Glyphs(shaped.clone(), left + at.0 - before - line.left + x, at.1));
                        }
                    }
                }
            }
        }
        let marks = self.leaf(element, &lang, ops).into_iter().collect();
        self.push(Strip { height: drawing.height, marks, ..Strip::default() });
    }

    pub(super) fn more(&mut self, words: &Words, look: Look, to: &'static str) {
        let Some(line) = self.set.one_line(words, look, self.width()) else { return };
        let para = self.tree.element(self.parent, Role::Para, Some(&words.lang));
        let element = self.tree.element(para, Role::Link, Some(&words.lang));
        let left = self.x(0.0, line.width) - line.left;
        let mut marks: Vec<Mark> = self.line(element, &words.lang, &line, left, 0.0).into_iter().collect();
        let from = (left + line.left, line.height - 1.6);
        let under =
            Op::Line { from, to: (from.0 + line.width, from.1), width: 0.6, grey: look.grey, dashed: false };
        marks.push(Mark { means: Means::Layout, ops: vec![under] });
        let leaf = self.tree.leaf(element);
        let at = (from.0, 0.0, line.width, line.height);
        let links = vec![Link { at, to, alt: words.text.clone(), leaf }];
        self.push(Strip { height: line.height, marks, links, ..Strip::default() });
    }
}

/// Puts a strip on another, so far from its top.
fn join(onto: &mut Strip, strip: Strip, top: f32) {
    for mark in strip.marks {
        let ops = mark.ops.iter().map(|op| moved(op, 0.0, top)).collect();
        onto.marks.push(Mark { means: mark.means, ops });
    }
    onto.anchors.extend(strip.anchors);
    onto.links.extend(strip.links.into_iter().map(|link| {
        let (x, y, w, h) = link.at;
        Link { at: (x, y + top, w, h), ..link }
    }));
    onto.outline = onto.outline.take().or(strip.outline);
    onto.height = onto.height.max(top + strip.height);
}
