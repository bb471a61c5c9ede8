//! What is filled in with a pen: boxes to tick, lines, digits, a scale, fields.

use foreword_domain::language::Lang;

use super::{
    super::{
        block::{Look, Tick, Words, clean},
        strip::{Mark, Means, Op, Role, Strip},
        text::Line,
    },
    Flow, moved,
};

/// The side of a box to tick.
const BOX: f32 = 12.5;
/// Between a box and its words.
const BESIDE: f32 = 6.0;
/// The least room for the words of an answer that stands beside others.
const NARROW: f32 = 40.0;
/// The most room for an answer that stands beside others.
const WIDE: f32 = 165.0;
/// Answers that stand beside each other, at most.
const BESIDE_EACH_OTHER: usize = 6;
/// What staff enter, beside the box.
const HANDLE: Look = Look { size: 8.0, bold: false, grey: 95, leading: 1.38 };
/// Ink of boxes.
const INK: u8 = 40;
/// Ink of lines to write on.
const FAINT: u8 = 120;

impl Flow<'_, '_> {
    /// Answers beside each other where they have room, below each other where not.
    pub(super) fn choices(&mut self, ticks: &[Tick]) {
        let element = self.tree.element(self.parent, Role::List, None);
        let handles: Vec<Option<Line>> = ticks.iter().map(|tick| self.handle(tick)).collect();
        let widest = handles.iter().flatten().map(|line| line.width).fold(0.0, f32::max);
        let beside = if widest > 0.0 { widest + 4.0 } else { 0.0 };
        let from = BOX + BESIDE + beside;
        #[expect(clippy::cast_precision_loss, reason = "there are a few answers")]
        let cell = (self.width() / ticks.len().max(1) as f32).min(WIDE);
        let room = cell - from - 12.0;
        let mut row = Vec::new();
        if ticks.len() <= BESIDE_EACH_OTHER && room >= NARROW {
            for tick in ticks {
                let broken = self.set.set(&tick.label, Look::BODY, room);
                if broken.widest_word <= room && broken.lines.len() <= 3 {
                    row.push(broken.lines);
                }
            }
        }
        if row.len() == ticks.len() && !row.is_empty() {
            let mut strip = Strip::default();
            let mut start = 0.0;
            for ((tick, lines), handle) in ticks.iter().zip(&row).zip(&handles) {
                let left = self.x(start + from, room);
                let body = self.entry(element, tick, handle.as_ref(), start, &mut strip);
                let mut top = 0.0;
                for line in lines {
                    let mark = self.line(body, &tick.label.lang, line, left, top);
                    strip.marks.extend(mark);
                    top += line.height;
                }
                strip.height = strip.height.max(top + 3.0);
                start += cell;
            }
            self.push(strip);
            return;
        }
        let first = self.strips.len();
        for (tick, handle) in ticks.iter().zip(&handles) {
            let room = self.width() - from;
            let left = self.x(from, room);
            let lines = self.set.set(&tick.label, Look::BODY, room).lines;
            let mut strip = Strip::default();
            let body = self.entry(element, tick, handle.as_ref(), 0.0, &mut strip);
            let count = lines.len();
            for (n, line) in lines.iter().enumerate() {
                strip.marks.extend(self.line(body, &tick.label.lang, line, left, 0.0));
                strip.height = line.height + if n + 1 == count { 3.5 } else { 0.0 };
                strip.keeps = count <= 6;
                self.push(std::mem::take(&mut strip));
            }
        }
        if self.strips.len() - first <= 14 {
            self.keep_from(first);
        }
    }

    /// The box of an answer with what staff enter for it; what its words belong to comes back.
    fn entry(
        &mut self,
        list: usize,
        tick: &Tick,
        handle: Option<&Line>,
        start: f32,
        strip: &mut Strip,
    ) -> usize {
        let entry = self.tree.element(list, Role::Entry, None);
        let label = self.tree.element(entry, Role::Label, None);
        let square = self.square(start, 2.0, BOX);
        strip.marks.push(self.stands_for(label, &tick.label.lang, "☐", vec![square]));
        if let Some(handle) = handle {
            let left = self.x(start + BOX + BESIDE - 1.0, handle.width) - handle.left;
            strip.marks.extend(self.line(label, &tick.label.lang, handle, left, 3.2));
        }
        self.tree.element(entry, Role::Body, Some(&tick.label.lang))
    }

    fn handle(&mut self, tick: &Tick) -> Option<Line> {
        if tick.handle.is_empty() {
            return None;
        }
        self.set.one_line(&Words::number(tick.handle.as_str(), &tick.label.lang), HANDLE, 60.0)
    }

    /// A single answer that is always there, smaller than the others.
    pub(super) fn aside(&mut self, words: &Words) {
        const SIDE: f32 = 9.5;
        let list = self.tree.element(self.parent, Role::List, None);
        let entry = self.tree.element(list, Role::Entry, None);
        let label = self.tree.element(entry, Role::Label, None);
        let square = self.square(1.5, 2.0, SIDE);
        let mut marks = vec![self.stands_for(label, &words.lang, "☐", vec![square])];
        let body = self.tree.element(entry, Role::Body, Some(&words.lang));
        let room = self.width() - BOX - BESIDE;
        let left = self.x(BOX + BESIDE, room);
        for line in self.set.set(words, Look::SMALL, room).lines {
            marks.extend(self.line(body, &words.lang, &line, left, 0.0));
            self.push(Strip { height: line.height, marks: std::mem::take(&mut marks), ..Strip::default() });
        }
    }

    /// Lines to write on, far enough apart for a hand that trembles.
    pub(super) fn lines(&mut self, count: usize, alt: &str) {
        let element = self.tree.element(self.parent, Role::Figure(clean(alt)), None);
        let (left, right) = (self.left, self.right);
        let first = self.strips.len();
        for _ in 0..count {
            let marks = self.leaf(element, &Lang::english(), vec![to_write_on(left, right, 25.0)]);
            self.push(Strip { height: 26.0, marks: marks.into_iter().collect(), ..Strip::default() });
        }
        self.keep_from(first);
    }

    /// Groups of boxes for digits, each below what is to be written in it.
    pub(super) fn digits(&mut self, groups: &[(Words, usize)], alt: &str) {
        const WIDTH: f32 = 20.0;
        const HEIGHT: f32 = 24.0;
        let element = self.tree.element(self.parent, Role::Figure(clean(alt)), None);
        let mut strip = Strip::default();
        let mut start = 0.0;
        for (words, count) in groups {
            #[expect(clippy::cast_precision_loss, reason = "there are a few digits")]
            let boxes = WIDTH * *count as f32;
            let label = self.set.one_line(words, Look::SMALL, 200.0);
            let mut top = 0.0;
            if let Some(label) = label.filter(|label| !label.ops.is_empty()) {
                let left = self.x(start, label.width) - label.left;
                strip.marks.extend(self.line(element, &words.lang, &label, left, 0.0));
                top = label.height + 1.0;
            }
            let left = self.x(start, boxes);
            let mut x = left;
            let mut ops = Vec::new();
            for _ in 0..*count {
                let stroke = Some((INK, 0.8));
                ops.push(Op::Box { x, y: top, w: WIDTH, h: HEIGHT, fill: None, stroke });
                x += WIDTH;
            }
            strip.marks.extend(self.leaf(element, &words.lang, ops));
            strip.height = strip.height.max(top + HEIGHT + 3.0);
            start += boxes + 18.0;
        }
        self.push(strip);
    }

    /// Eleven boxes with their numbers, and the words at both ends.
    pub(super) fn scale(&mut self, low: &Words, high: &Words, alt: &str) {
        const SIDE: f32 = 15.0;
        let element = self.tree.element(self.parent, Role::Figure(clean(alt)), None);
        let cell = (self.width() / 11.0).min(38.0);
        let mut strip = Strip { height: SIDE + 19.0, keeps: true, ..Strip::default() };
        let mut start = 0.0;
        for mark in 0..=10 {
            let square = self.square(start + (cell - SIDE) / 2.0, 1.0, SIDE);
            strip.marks.push(self.stands_for(element, &low.lang, "☐", vec![square]));
            let number = Words::number(mark.to_string(), &low.lang);
            if let Some(line) = self.set.one_line(&number, Look { size: 10.5, ..Look::BODY }, cell) {
                let left = self.x(start + (cell - line.width) / 2.0, line.width) - line.left;
                strip.marks.extend(self.line(element, &low.lang, &line, left, SIDE + 2.5));
            }
            start += cell;
        }
        self.push(strip);
        let room = cell * 5.0;
        let mut strip = Strip::default();
        for (words, is_high) in [(low, false), (high, true)] {
            let mut top = 0.0;
            for line in self.set.set(words, Look::SMALL, room).lines {
                let from = if is_high { cell * 11.0 - line.width - 4.0 } else { 4.0 };
                let left = self.x(from, line.width) - line.left;
                strip.marks.extend(self.line(element, &words.lang, &line, left, top));
                top += line.height;
            }
            strip.height = strip.height.max(top);
        }
        self.push(strip);
    }

    /// Names of things above what they are, or above a line to write it on; two beside each other.
    pub(super) fn fields(&mut self, fields: &[(Words, Option<Words>)]) {
        const BETWEEN: f32 = 22.0;
        let room = (self.width() - BETWEEN) / 2.0;
        let first = self.strips.len();
        for row in fields.chunks(2) {
            let mut strip = Strip::default();
            for (n, (name, value)) in row.iter().enumerate() {
                let start = if n == 0 { 0.0 } else { room + BETWEEN };
                let left = self.x(start, room);
                let element = self.tree.element(self.parent, Role::Para, Some(&name.lang));
                let mut top = 0.0;
                for line in self.set.set(name, Look::SMALL, room).lines.iter().take(2) {
                    strip.marks.extend(self.line(element, &name.lang, line, left, top));
                    top += line.height;
                }
                if let Some(value) = value {
                    top = self.value(element, value, (start, room), top, &mut strip);
                } else {
                    top += 22.0;
                    let line = to_write_on(left, left + room, top - 2.0);
                    strip.marks.push(Mark { means: Means::Layout, ops: vec![line] });
                }
                strip.height = strip.height.max(top + 6.0);
            }
            self.push(strip);
        }
        self.keep_from(first);
    }

    fn value(
        &mut self,
        element: usize,
        value: &Words,
        (start, room): (f32, f32),
        mut top: f32,
        strip: &mut Strip,
    ) -> f32 {
        let look = Look { bold: true, ..Look::BODY };
        let mut lines = self.set.set(value, look, room).lines;
        if lines.len() > 3 {
            lines = self.set.one_line(value, look, room).into_iter().collect();
        }
        for line in lines {
            let left = self.x(start, line.width) - line.left;
            strip.marks.extend(self.line(element, &value.lang, &line, left, top));
            top += line.height;
        }
        top
    }

    fn square(&self, start: f32, top: f32, side: f32) -> Op {
        let stroke = Some((INK, 1.0));
        Op::Box { x: self.x(start, side), y: top, w: side, h: side, fill: Some(255), stroke }
    }

    /// A leaf that is drawn and read as a sign.
    fn stands_for(&mut self, element: usize, lang: &Lang, sign: &'static str, ops: Vec<Op>) -> Mark {
        let leaf = self.tree.leaf(element);
        Mark { means: Means::Leaf { leaf, lang: lang.clone(), stands_for: Some(sign) }, ops }
    }
}

fn to_write_on(left: f32, right: f32, top: f32) -> Op {
    let line = Op::Line { from: (left, 0.0), to: (right, 0.0), width: 0.7, grey: FAINT, dashed: false };
    moved(&line, 0.0, top)
}
