//! The line of a score for the clinician: the instrument's own axis, never flipped, what higher means
//! written at both ends of it, its cut-offs labelled, and a change in how it was answered marked.

use foreword_domain::instrument::Direction;
use jiff::civil::Date;

use crate::{
    compare::number,
    drawing::{Anchor, Drawing},
    when,
};

/// Scores that are drawn, at most: the latest.
const MOST: usize = 12;
/// Scores that make a line; two are said in words and drawn on the scale.
const LEAST: usize = 3;
/// Room a letter of a label is given.
const LETTER: f32 = 4.85;

/// A line of scores.
#[derive(Clone, PartialEq)]
pub struct Trend {
    /// What was measured.
    pub name: String,
    /// Which way is worse.
    pub direction: Direction,
    /// The least and the greatest possible; infinite where nobody stated them.
    pub range: (f64, f64),
    /// Borders between bands.
    pub cut_offs: Vec<f64>,
    /// The scores, oldest first.
    pub points: Vec<TrendPoint>,
}

/// One score on one day.
#[derive(Clone, PartialEq)]
pub struct TrendPoint {
    /// The day.
    pub on: Date,
    /// The number, on the instrument's own scale.
    pub value: f64,
    /// Whether answers were missing.
    pub is_estimated: bool,
    /// What is not as it was the time before: who answered, how, in which language.
    pub differs: Option<String>,
}

impl std::fmt::Debug for Trend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trend({} points)", self.points.len())
    }
}

impl std::fmt::Debug for TrendPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TrendPoint(..)")
    }
}

/// A score with how it came about.
pub(crate) struct At {
    pub(crate) on: Date,
    pub(crate) value: f64,
    pub(crate) is_estimated: bool,
    pub(crate) by: String,
    pub(crate) mode: String,
    pub(crate) language: String,
}

impl Trend {
    /// The line, if there are enough scores for one.
    pub(crate) fn of(
        name: &str,
        direction: Direction,
        range: (f64, f64),
        cut_offs: &[f64],
        mut scores: Vec<At>,
    ) -> Option<Self> {
        if scores.len() < LEAST {
            return None;
        }
        scores.drain(..scores.len().saturating_sub(MOST));
        let differs = |before: Option<&At>, now: &At| {
            let before = before?;
            let mut ways = Vec::new();
            if before.mode != now.mode {
                ways.push(now.mode.clone());
            }
            if before.by != now.by {
                ways.push(format!("by {}", now.by));
            }
            if before.language != now.language {
                ways.push("in another language".to_owned());
            }
            (!ways.is_empty()).then(|| ways.join(", "))
        };
        let points = scores.iter().enumerate().map(|(n, score)| TrendPoint {
            on: score.on,
            value: score.value,
            is_estimated: score.is_estimated,
            differs: differs(n.checked_sub(1).and_then(|before| scores.get(before)), score),
        });
        let points = points.collect();
        Some(Self { name: name.to_owned(), direction, range, cut_offs: cut_offs.to_vec(), points })
    }

    /// The same in words, for those who do not see it.
    pub fn in_words(&self) -> String {
        let (low, high) = self.bounds();
        let cuts: Vec<String> = self.cut_offs.iter().map(|cut| number(*cut)).collect();
        let cuts = match cuts.as_slice() {
            [] => String::new(),
            [one] => format!(", cut-off {one}"),
            many => format!(", cut-offs {}", many.join(", ")),
        };
        format!(
            "{}, {} to {}, {}{cuts}: {}",
            self.name,
            number(low),
            number(high),
            self.direction.words(),
            self.so_far()
        )
    }

    /// The scores with their days, oldest first.
    pub fn so_far(&self) -> String {
        self.points.iter().map(TrendPoint::in_words).collect::<Vec<_>>().join(", then ")
    }

    /// What stands below the line: where it was answered in another way, and what hollow dots are.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = self
            .points
            .iter()
            .filter_map(|point| Some(format!("† {}: {}", when::date(point.on), point.differs.as_ref()?)))
            .collect();
        if self.points.iter().any(|point| point.is_estimated) {
            notes.push("Hollow: estimated, some answers are missing".to_owned());
        }
        notes
    }

    /// As inline SVG: the same drawing as on paper.
    pub fn svg(&self) -> String {
        self.drawn(200.0, 76.0).svg("trend", &self.in_words())
    }

    /// The axis: the instrument's own where it is known.
    fn bounds(&self) -> (f64, f64) {
        let values = || self.points.iter().map(|point| point.value);
        let low = if self.range.0.is_finite() { self.range.0 } else { values().fold(0.0, f64::min) };
        let high = if self.range.1.is_finite() { self.range.1 } else { values().fold(low, f64::max) };
        if high > low { (low, high) } else { (low, low + 1.0) }
    }

    /// The drawing in a size. Where it is high enough, numbers stand at the dots and days below them.
    pub(crate) fn drawn(&self, width: f32, height: f32) -> Drawing {
        let is_large = height >= 52.0;
        let mut drawing = Drawing::new(width, height);
        let bounds = self.bounds();
        let ends = ends(self.direction, bounds);
        let latest = self.points.last().map_or(bounds.0, |point| point.value);
        let left = room(&ends.0).max(room(&ends.1)) + 4.0;
        let right = width - self.cut_offs.iter().map(|cut| room(&cut_label(*cut))).fold(6.0, f32::max) - 3.0;
        let (top, bottom) = if is_large { (14.0, height - 17.0) } else { (6.0, height - 6.0) };
        let y = |value: f64| bottom - share(value, bounds) * (bottom - top);
        for (end, label) in [(bounds.1, &ends.1), (bounds.0, &ends.0)] {
            drawing.line((left, y(end)), (right, y(end)), 0.6, 185);
            drawing.text((left - 4.0, y(end) + 3.2), Anchor::End, false, label.as_str());
        }
        drawing.line((left, y(bounds.0)), (left, y(bounds.1)), 0.9, 70);
        for (cut, labelled) in cuts(&self.cut_offs, latest, &y) {
            drawing.dashes((left, y(cut)), (right, y(cut)), 0.9, 110);
            if labelled {
                drawing.text((right + 4.0, y(cut) + 3.2), Anchor::Start, false, cut_label(cut));
            }
        }
        let x = self.across(left + 9.0, right - 9.0);
        let at: Vec<(f32, f32)> = x.iter().zip(&self.points).map(|(x, p)| (*x, y(p.value))).collect();
        for (pair, point) in at.windows(2).zip(self.points.iter().skip(1)) {
            // What was not answered alike is not one line.
            match point.differs {
                Some(_) => drawing.dashes(pair[0], pair[1], 1.2, 60),
                None => drawing.line(pair[0], pair[1], 1.5, 0),
            }
        }
        let mut free = f32::INFINITY;
        for (n, (place, point)) in at.iter().zip(&self.points).enumerate().rev() {
            let is_last = n + 1 == at.len();
            drawing.shapes.push(crate::drawing::Shape::Dot {
                at: *place,
                radius: if is_last { 3.2 } else { 2.4 },
                is_hollow: point.is_estimated,
            });
            let mark = if point.differs.is_some() { "†" } else { "" };
            let label = if is_large { format!("{}{mark}", number(point.value)) } else { mark.to_owned() };
            if !label.is_empty() && place.0 + room(&label) / 2.0 <= free {
                free = place.0 - room(&label) / 2.0;
                drawing.text((place.0, place.1 - 5.0), Anchor::Middle, is_last, label);
            }
        }
        if let (true, [first, .., last]) = (is_large, self.points.as_slice()) {
            let day = |on: Date| on.strftime("%-d %b %y").to_string();
            drawing.text((left, height - 2.5), Anchor::Start, false, day(first.on));
            drawing.text((right, height - 2.5), Anchor::End, false, day(last.on));
        }
        drawing
    }

    /// Where the scores stand in time.
    fn across(&self, from: f32, to: f32) -> Vec<f32> {
        let first = self.points.first().map(|point| point.on);
        let days = |on: Date| first.map_or(0, |first| (on - first).get_days());
        let all = self.points.last().map_or(0, |last| days(last.on));
        #[expect(clippy::cast_precision_loss, reason = "days of a life")]
        let share = |on: Date| if all > 0 { days(on) as f32 / all as f32 } else { 0.5 };
        self.points.iter().map(|point| from + share(point.on).clamp(0.0, 1.0) * (to - from)).collect()
    }
}

impl TrendPoint {
    fn in_words(&self) -> String {
        let estimated = if self.is_estimated { ", estimated" } else { "" };
        let differs = self.differs.as_ref().map(|way| format!(", {way}")).unwrap_or_default();
        let value = number(self.value);
        match format!("{estimated}{differs}") {
            more if more.is_empty() => format!("{value} on {}", when::date(self.on)),
            more => format!("{value} on {} ({})", when::date(self.on), &more[2..]),
        }
    }
}

/// One score on its scale, with the one before it: for what makes no line yet.
pub(crate) fn on_its_scale(score: &crate::ScoreLine, width: f32) -> Option<Drawing> {
    let now = score.number.filter(|now| now.is_finite() && score.has_range())?;
    let mut drawing = Drawing::new(width, 30.0);
    let (low, high) = score.range;
    let (left, right) = (5.0, width - 5.0);
    let x = |value: f64| left + share(value, (low, high)) * (right - left);
    drawing.shapes.push(crate::drawing::Shape::Box { x: left, y: 8.0, w: right - left, h: 3.0, grey: 205 });
    let ends = ends(score.direction, (low, high));
    drawing.text((0.0, 27.0), Anchor::Start, false, ends.0.as_str());
    drawing.text((width, 27.0), Anchor::End, false, ends.1.as_str());
    let (from, to) = (room(&ends.0) + 6.0, width - room(&ends.1) - 6.0);
    let mut free = from;
    for cut in &score.cut_offs {
        drawing.line((x(*cut), 3.0), (x(*cut), 16.0), 1.0, 60);
        let label = number(*cut);
        let half = room(&label) / 2.0;
        if x(*cut) - half >= free && x(*cut) + half <= to {
            free = x(*cut) + half + 4.0;
            drawing.text((x(*cut), 27.0), Anchor::Middle, false, label);
        }
    }
    if let Some(before) = score.previous_number {
        let dot = crate::drawing::Shape::Dot { at: (x(before), 9.5), radius: 3.2, is_hollow: true };
        drawing.shapes.push(dot);
    }
    drawing.shapes.push(crate::drawing::Shape::Dot { at: (x(now), 9.5), radius: 4.2, is_hollow: false });
    Some(drawing)
}

/// A tiny line for a list: the scores in order on the instrument's own axis, the latest with a dot. Empty
/// where there is none.
pub fn sparkline_svg(scores: &[f64], range: (f64, f64), direction: Direction) -> String {
    let scores: Vec<f64> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    let from = scores.len().saturating_sub(MOST);
    let Some(scores) = scores.get(from..).filter(|scores| !scores.is_empty()) else { return String::new() };
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let low = if range.0.is_finite() { range.0 } else { least };
    let high = if range.1.is_finite() { range.1 } else { most };
    let bounds = if high > low { (low, high) } else { (low, low + 1.0) };
    let mut drawing = Drawing::new(64.0, 18.0);
    drawing.line((1.0, 17.0), (63.0, 17.0), 0.6, 170);
    #[expect(clippy::cast_precision_loss, reason = "a dozen scores")]
    let x = |n: usize| 4.0 + 56.0 * (n as f32 / (scores.len() - 1).max(1) as f32);
    let at: Vec<(f32, f32)> =
        scores.iter().enumerate().map(|(n, score)| (x(n), 14.5 - share(*score, bounds) * 11.0)).collect();
    for pair in at.windows(2) {
        drawing.line(pair[0], pair[1], 1.4, 0);
    }
    if let Some(last) = at.last() {
        drawing.shapes.push(crate::drawing::Shape::Dot { at: *last, radius: 2.4, is_hollow: false });
    }
    let words: Vec<String> = scores.iter().map(|score| number(*score)).collect();
    let label = format!("{} on {} to {}, {}", words.join(", "), number(low), number(high), direction.words());
    drawing.svg("sparkline", &label)
}

/// How far up a value lies.
fn share(value: f64, (low, high): (f64, f64)) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share of a drawing")]
    let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) as f32 } else { 0.0 };
    share
}

/// What stands at the least and at the greatest: the number and what it means.
fn ends(direction: Direction, (low, high): (f64, f64)) -> (String, String) {
    let (least, most) = match direction {
        Direction::HigherWorse => (" better", " worse"),
        Direction::HigherBetter => (" worse", " better"),
        Direction::Unstated => ("", ""),
    };
    (format!("{}{least}", number(low)), format!("{}{most}", number(high)))
}

fn cut_label(cut: f64) -> String {
    format!("cut-off {}", number(cut))
}

#[expect(clippy::cast_precision_loss, reason = "labels are short")]
fn room(label: &str) -> f32 {
    label.chars().count() as f32 * LETTER
}

/// The cut-offs, and which of them are labelled: first the one where the latest score's band begins, then
/// those that have room beside it.
fn cuts(cut_offs: &[f64], latest: f64, y: &impl Fn(f64) -> f32) -> Vec<(f64, bool)> {
    let own = cut_offs.iter().rposition(|cut| *cut <= latest + 1e-9).unwrap_or(0);
    let mut labelled: Vec<usize> = Vec::new();
    for n in std::iter::once(own).chain(0..cut_offs.len()) {
        let has_room = |other: &usize| (y(cut_offs[*other]) - y(cut_offs[n])).abs() >= 10.0;
        if n < cut_offs.len() && labelled.iter().all(has_room) {
            labelled.push(n);
        }
    }
    cut_offs.iter().enumerate().map(|(n, cut)| (*cut, labelled.contains(&n))).collect()
}
