//! A line of scores, drawn.

use foreword_domain::language::Lang;

use super::{
    super::{
        block::{Look, Words, clean},
        strip::{Mark, Means, Op, Role, Strip},
    },
    Flow,
};
use crate::{Chart, chart::Plot};

const HEIGHT: f32 = 118.0;
const ABOVE: f32 = 18.0;
const BELOW: f32 = 18.0;
const AXIS: f32 = 34.0;
const LABEL: Look = Look { size: 9.5, bold: false, grey: 40, leading: 1.25 };
const VALUE: Look = Look { size: 11.0, bold: true, grey: 0, leading: 1.25 };

impl Flow<'_, '_> {
    /// The drawing: time in the direction of reading, numbers upwards as the instrument counts.
    pub(super) fn chart(&mut self, chart: &Chart, lang: &Lang) {
        let plot = Plot::of(chart);
        let alt = clean(&chart.in_words(lang));
        let element = self.tree.element(self.parent, Role::Figure(alt), Some(lang));
        let room = self.width() - AXIS;
        // Points stay clear of both ends of the axes.
        let x = |flow: &Self, share: f32| flow.x(AXIS + 26.0 + share * (room - 52.0), 0.0);
        let y = |share: f32| ABOVE + (1.0 - share) * HEIGHT;
        let mut marks = Vec::new();
        let mut ops = Vec::new();
        for tick in &plot.ticks {
            let from = (self.x(AXIS, 0.0), y(tick.share));
            let to = (self.x(self.width(), 0.0), y(tick.share));
            ops.push(Op::Line { from, to, width: 0.6, grey: 150, dashed: !tick.is_end });
        }
        let from = (self.x(AXIS, 0.0), y(0.0));
        ops.push(Op::Line { from, to: (from.0, y(1.0)), width: 1.0, grey: 60, dashed: false });
        marks.push(Mark { means: Means::Layout, ops });
        let points: Vec<(f32, f32)> = plot.points.iter().map(|p| (x(self, p.across), y(p.up))).collect();
        let mut ops = Vec::new();
        if points.len() > 1 {
            ops.push(Op::Path { points: points.clone(), width: 1.8, grey: 0 });
        }
        ops.extend(points.iter().map(|at| Op::Dot { at: *at, radius: 3.6, grey: 0 }));
        marks.extend(self.leaf(element, lang, ops));
        for tick in &plot.ticks {
            let words = Words::number(tick.label.as_str(), lang);
            if let Some(line) = self.set.one_line(&words, LABEL, AXIS) {
                let left = self.x(AXIS - 6.0 - line.width, line.width) - line.left;
                let top = y(tick.share) - line.height / 2.0;
                marks.extend(self.line(element, lang, &line, left, top));
            }
        }
        for (point, at) in plot.points.iter().zip(&points) {
            if let Some(label) = &point.value {
                let words = Words::number(label.as_str(), lang);
                if let Some(line) = self.set.one_line(&words, VALUE, 60.0) {
                    let (left, top) = (at.0 - line.width / 2.0 - line.left, at.1 - 5.0 - line.height);
                    marks.extend(self.line(element, lang, &line, left, top));
                }
            }
            if let Some(on) = point.date {
                let words = Words::new(foreword_domain::phrases::date(on, lang), lang);
                if let Some(line) = self.set.one_line(&words, LABEL, 130.0) {
                    let wanted = at.0 - line.width / 2.0;
                    let left = wanted.clamp(self.left, self.right - line.width) - line.left;
                    marks.extend(self.line(element, lang, &line, left, y(0.0) + 5.0));
                }
            }
        }
        self.push(Strip { height: ABOVE + HEIGHT + BELOW + 6.0, marks, ..Strip::default() });
    }
}
