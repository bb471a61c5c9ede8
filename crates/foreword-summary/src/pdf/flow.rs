//! Blocks into strips: who stands beside and below whom, and what it is in the document's structure.

mod asked;
mod placed;
mod plot;

use foreword_domain::language::Lang;

use super::{
    block::{Block, Doc, Look, Words},
    strip::{Mark, Means, Op, Role, Strip, Tree},
    text::{Line, Typesetter},
};

/// Grey of the tint behind notes.
const TINT: u8 = 240;
/// Room between a note's edge and its words.
const PADDING: f32 = 11.0;

/// A document laid out, and not yet divided into pages.
pub(crate) struct Flowed {
    pub(crate) strips: Vec<Strip>,
    pub(crate) tree: Tree,
    /// Lead-ins that are repeated.
    pub(crate) unders: Vec<Vec<Strip>>,
}

/// Lays a document out.
pub(crate) fn flow(doc: &Doc, set: &mut Typesetter<'_>) -> Flowed {
    let mut tree = Tree::default();
    let root = tree.root(Role::Document, Some(&doc.lang));
    let (width, _) = doc.paper.size();
    let mut flow = Flow {
        set,
        strips: Vec::new(),
        tree,
        unders: Vec::new(),
        is_rtl: doc.lang.is_rtl(),
        left: doc.edges.side,
        right: width - doc.edges.side,
        parent: root,
        under: None,
        tint: None,
    };
    flow.blocks(&doc.blocks);
    Flowed { strips: flow.strips, tree: flow.tree, unders: flow.unders }
}

struct Flow<'a, 'f> {
    set: &'a mut Typesetter<'f>,
    strips: Vec<Strip>,
    tree: Tree,
    unders: Vec<Vec<Strip>>,
    is_rtl: bool,
    left: f32,
    right: f32,
    /// The element of the structure that things are put into.
    parent: usize,
    under: Option<usize>,
    tint: Option<(f32, f32)>,
}

impl Flow<'_, '_> {
    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(words) => self.heading(words, Role::Title(words.text.clone()), Look::TITLE),
            Block::Heading(words) => self.heading(words, Role::Heading(words.text.clone()), Look::HEADING),
            Block::Para(words, look) => self.para(Role::Para, words, *look, false),
            Block::Labelled(label, words, look) => self.labelled(label, words, *look),
            Block::Quote(words) => self.quote(words),
            Block::Choices(ticks) => self.choices(ticks),
            Block::Aside(words) => self.aside(words),
            Block::Lines(count, alt) => self.lines(*count, alt),
            Block::Digits(groups, alt) => self.digits(groups, alt),
            Block::Scale(low, high, alt) => self.scale(low, high, alt),
            Block::Fields(fields) => self.fields(fields),
            Block::Chart(chart, lang) => self.chart(chart, lang),
            Block::Note(inner) => self.note(inner),
            Block::Indent(by, inner) => self.indented(*by, |flow| flow.blocks(inner)),
            Block::Directed(lang, inner) => self.directed(lang, inner),
            Block::Keep(inner) => self.kept(inner),
            Block::Under(words, look, inner) => self.under(words, *look, inner),
            Block::Gap(height) => {
                let keeps = self.strips.last().is_some_and(|strip| strip.keeps);
                self.push(Strip::gap(*height, keeps));
            }
            Block::Rule => self.rule(),
            Block::Head(words, look, rank) => {
                self.para(Role::Sub(*rank, words.text.clone()), words, *look, true);
            }
            Block::Columns(columns, gap) => self.columns(columns, *gap),
            Block::Framed(inner) => self.framed(inner),
            Block::Entries(entries, indent, gap) => self.entries(entries, *indent, *gap),
            Block::Drawn(drawing, alt) => self.drawn(drawing, alt.reveal()),
            Block::More(words, look, to) => self.more(words, *look, to),
            Block::Anchor(name) => {
                self.push(Strip { keeps: true, anchors: vec![name], ..Strip::default() });
            }
            Block::Break => self.push(Strip { breaks: true, keeps: true, ..Strip::default() }),
        }
    }

    /// Adds a strip, with the tint of the note it stands in.
    fn push(&mut self, mut strip: Strip) {
        strip.under = self.under;
        if let Some((left, right)) = self.tint {
            let op = Op::Box {
                x: left,
                y: 0.0,
                w: right - left,
                // Neighbours overlap a little, so that no line shows between them.
                h: strip.height + 0.4,
                fill: Some(TINT),
                stroke: None,
            };
            strip.marks.insert(0, Mark { means: Means::Layout, ops: vec![op] });
            strip.is_gap = false;
        }
        self.strips.push(strip);
    }

    fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Where a thing of a width begins, so far from the side where lines begin.
    fn x(&self, from_start: f32, width: f32) -> f32 {
        if self.is_rtl { self.right - from_start - width } else { self.left + from_start }
    }

    /// A leaf of an element, with what is drawn for it.
    fn leaf(&mut self, element: usize, lang: &Lang, ops: Vec<Op>) -> Option<Mark> {
        if ops.is_empty() {
            return None;
        }
        let leaf = self.tree.leaf(element);
        Some(Mark { means: Means::Leaf { leaf, lang: lang.clone(), stands_for: None }, ops })
    }

    /// A line as it was broken for the room between both sides, so far from the top of its strip.
    fn line(&mut self, element: usize, lang: &Lang, line: &Line, left: f32, top: f32) -> Option<Mark> {
        let ops = line.ops.iter().map(|op| moved(op, left, top)).collect();
        self.leaf(element, lang, ops)
    }

    fn heading(&mut self, words: &Words, role: Role, look: Look) {
        let first = self.strips.len();
        self.para(role, words, look, true);
        if let Some(strip) = self.strips.get_mut(first) {
            strip.outline = Some(words.text.clone());
        }
    }

    fn para(&mut self, role: Role, words: &Words, look: Look, keeps: bool) {
        let lines = self.set.set(words, look, self.width()).lines;
        let element = self.tree.element(self.parent, role, Some(&words.lang));
        let count = lines.len();
        for (n, line) in lines.iter().enumerate() {
            // What fits on one line begins where lines begin here, whatever direction it has itself.
            let left = if count == 1 { self.x(0.0, line.width) - line.left } else { self.left };
            let marks = self.line(element, &words.lang, line, left, 0.0).into_iter().collect();
            let strip =
                Strip { height: line.height, marks, keeps: keeps || stays(n, count), ..Strip::default() };
            self.push(strip);
        }
    }

    fn labelled(&mut self, label: &Words, words: &Words, look: Look) {
        const ROOM: f32 = 27.0;
        let element = self.tree.element(self.parent, Role::Para, Some(&words.lang));
        let label_line = self.set.set(label, look, ROOM).lines.into_iter().next();
        let mut beside = label_line.and_then(|line| {
            let left = self.x(0.0, line.width) - line.left;
            self.line(element, &label.lang, &line, left, 0.0)
        });
        let lines = self.set.set(words, look, self.width() - ROOM).lines;
        let left = self.x(ROOM, self.width() - ROOM);
        let count = lines.len();
        for (n, line) in lines.iter().enumerate() {
            let mut marks: Vec<Mark> = beside.take().into_iter().collect();
            marks.extend(self.line(element, &words.lang, line, left, 0.0));
            self.push(Strip { height: line.height, marks, keeps: stays(n, count), ..Strip::default() });
        }
    }

    fn quote(&mut self, words: &Words) {
        let bar = self.x(0.0, 2.5);
        let parent = self.tree.element(self.parent, Role::Quote, Some(&words.lang));
        let outer = std::mem::replace(&mut self.parent, parent);
        let first = self.strips.len();
        self.indented(12.0, |flow| flow.para(Role::Para, words, Look::QUOTE, false));
        self.parent = outer;
        for strip in &mut self.strips[first..] {
            let fill =
                Op::Box { x: bar, y: 0.0, w: 2.5, h: strip.height + 0.2, fill: Some(90), stroke: None };
            strip.marks.insert(0, Mark { means: Means::Layout, ops: vec![fill] });
        }
    }

    fn note(&mut self, inner: &[Block]) {
        let parent = self.tree.element(self.parent, Role::Note, None);
        let outer = std::mem::replace(&mut self.parent, parent);
        let bounds = (self.left, self.right);
        let tint = self.tint.replace(bounds);
        let first = self.strips.len();
        self.push(Strip { height: PADDING, ..Strip::default() });
        (self.left, self.right) = (bounds.0 + PADDING + 2.0, bounds.1 - PADDING - 2.0);
        self.blocks(inner);
        (self.left, self.right) = bounds;
        self.push(Strip { height: PADDING, ..Strip::default() });
        (self.parent, self.tint) = (outer, tint);
        self.keep_from(first);
    }

    fn indented(&mut self, by: f32, inner: impl FnOnce(&mut Self)) {
        let bounds = (self.left, self.right);
        if self.is_rtl {
            self.right -= by;
        } else {
            self.left += by;
        }
        inner(self);
        (self.left, self.right) = bounds;
    }

    fn directed(&mut self, lang: &Lang, inner: &[Block]) {
        let outer = std::mem::replace(&mut self.is_rtl, lang.is_rtl());
        self.blocks(inner);
        self.is_rtl = outer;
    }

    fn kept(&mut self, inner: &[Block]) {
        let first = self.strips.len();
        self.blocks(inner);
        self.keep_from(first);
    }

    /// Holds all strips from one on together.
    fn keep_from(&mut self, first: usize) {
        let last = self.strips.len().saturating_sub(1);
        for strip in self.strips.get_mut(first..last).into_iter().flatten() {
            strip.keeps = true;
        }
    }

    fn under(&mut self, words: &Words, look: Look, inner: &[Block]) {
        self.para(Role::Para, words, look, true);
        self.push(Strip::gap(7.0, true));
        let again = self.set.set(words, look, self.width()).lines;
        let left = self.left;
        let mut strips: Vec<Strip> = again
            .iter()
            .map(|line| {
                let ops = line.ops.iter().map(|op| moved(op, left, 0.0)).collect();
                let marks = vec![Mark { means: Means::Layout, ops }];
                Strip { height: line.height, marks, ..Strip::default() }
            })
            .collect();
        strips.push(Strip { height: 7.0, ..Strip::default() });
        self.unders.push(strips);
        let outer = self.under.replace(self.unders.len() - 1);
        self.blocks(inner);
        self.under = outer;
    }

    fn rule(&mut self) {
        let line =
            Op::Line { from: (self.left, 0.5), to: (self.right, 0.5), width: 0.7, grey: 150, dashed: false };
        let marks = vec![Mark { means: Means::Layout, ops: vec![line] }];
        self.push(Strip { height: 1.0, marks, ..Strip::default() });
    }
}

/// Whether a line of a paragraph stays with the next: none is left alone on a page.
fn stays(n: usize, count: usize) -> bool {
    n + 1 < count && (count <= 3 || n == 0 || n == count - 2)
}

/// The same thing elsewhere.
fn moved(op: &Op, dx: f32, dy: f32) -> Op {
    let at = |(x, y): (f32, f32)| (x + dx, y + dy);
    match op.clone() {
        Op::Glyphs(shaped, x, y) => Op::Glyphs(shaped, x + dx, y + dy),
        Op::Box { x, y, w, h, fill, stroke } => Op::Box { x: x + dx, y: y + dy, w, h, fill, stroke },
        Op::Line { from, to, width, grey, dashed } => {
            Op::Line { from: at(from), to: at(to), width, grey, dashed }
        }
        Op::Path { points, width, grey } => {
            Op::Path { points: points.into_iter().map(at).collect(), width, grey }
        }
        Op::Dot { at: centre, radius, grey } => Op::Dot { at: at(centre), radius, grey },
    }
}
