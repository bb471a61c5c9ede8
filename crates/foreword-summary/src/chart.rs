//! The patient's own earlier scores as one line on the instrument's own axis: never flipped, without
//! bands and thresholds, its direction in words.

use askama::Template;
use foreword_domain::{
    instrument::Direction,
    language::Lang,
    phrases::{Arg, date, t},
};
use jiff::civil::Date;

use crate::compare::number;

/// Scores that are drawn, at most: the latest.
const MOST_POINTS: usize = 12;
/// The least share of the width between two dates that are written out.
const BETWEEN_DATES: f32 = 0.27;
/// The least share of the width between two numbers that are written out.
const BETWEEN_VALUES: f32 = 0.05;

/// A line of scores.
#[derive(Clone, PartialEq)]
pub struct Chart {
    /// What was measured, in plain words ("Worry and nerves").
    pub name: String,
    /// The language of `name`.
    pub name_lang: Lang,
    /// What a higher number means, in the patient's words ([`Chart::direction_words`]).
    pub direction: String,
    /// The least and the greatest possible.
    pub range: (f64, f64),
    /// The scores, oldest first.
    pub points: Vec<Point>,
}

/// One score on one day.
#[derive(Clone, Copy, PartialEq)]
pub struct Point {
    /// The day.
    pub on: Date,
    /// The number, on the instrument's own scale.
    pub value: f64,
}

impl std::fmt::Debug for Chart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Chart({} points)", self.points.len())
    }
}

impl std::fmt::Debug for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Point(..)")
    }
}

impl Chart {
    /// What a higher number means, in the patient's words; nothing where nobody said, and then the
    /// score is not shown at all.
    pub fn direction_words(direction: Direction, lang: &Lang) -> Option<String> {
        match direction {
            Direction::HigherWorse => Some(t("chart-higher-harder", lang, &[])),
            Direction::HigherBetter => Some(t("chart-higher-easier", lang, &[])),
            Direction::Unstated => None,
        }
    }

    /// The same in words, for those who do not see it.
    pub fn in_words(&self, lang: &Lang) -> String {
        let (low, high) = self.bounds();
        let points: Vec<String> = self.drawn().map(|point| in_words(point, lang)).collect();
        t(
            "chart-in-words",
            lang,
            &[
                ("name", Arg::Text(&self.name)),
                ("low", Arg::Text(&number(low))),
                ("high", Arg::Text(&number(high))),
                ("direction", Arg::Text(&self.direction)),
                ("points", Arg::Text(&points.join("; "))),
            ],
        )
    }

    /// The scores that are drawn.
    fn drawn(&self) -> impl Iterator<Item = Point> {
        let finite: Vec<Point> = self.points.iter().copied().filter(|p| p.value.is_finite()).collect();
        let from = finite.len().saturating_sub(MOST_POINTS);
        finite.into_iter().skip(from)
    }

    /// The axis: the instrument's own where it is known.
    fn bounds(&self) -> (f64, f64) {
        let (low, high) = self.range;
        let values = || self.drawn().map(|point| point.value);
        let low = if low.is_finite() { low } else { values().fold(0.0, f64::min) };
        let high = if high.is_finite() { high } else { values().fold(low, f64::max) };
        if high > low { (low, high) } else { (low, low + 1.0) }
    }
}

fn in_words(point: Point, lang: &Lang) -> String {
    t(
        "chart-point",
        lang,
        &[("date", Arg::Text(&date(point.on, lang))), ("value", Arg::Text(&number(point.value)))],
    )
}

/// Where the parts of a chart stand, as shares of its width and height.
pub(crate) struct Plot {
    pub(crate) points: Vec<Plotted>,
    pub(crate) ticks: Vec<Tick>,
}

/// A score in its place.
pub(crate) struct Plotted {
    /// From where time begins.
    pub(crate) across: f32,
    /// From the least possible.
    pub(crate) up: f32,
    /// The number, where there is room to write it.
    pub(crate) value: Option<String>,
    /// The day, where there is room to write it.
    pub(crate) date: Option<Date>,
}

/// A number on the axis.
pub(crate) struct Tick {
    pub(crate) share: f32,
    pub(crate) label: String,
    /// Whether it is the least or the greatest.
    pub(crate) is_end: bool,
}

impl Plot {
    pub(crate) fn of(chart: &Chart) -> Self {
        let (low, high) = chart.bounds();
        #[expect(clippy::cast_possible_truncation, reason = "a share of a drawing")]
        let share = |value: f64| ((value - low) / (high - low)).clamp(0.0, 1.0) as f32;
        let drawn: Vec<Point> = chart.drawn().collect();
        let days = |on: Date| drawn.first().map_or(0, |first| (on - first.on).get_days());
        let all = drawn.last().map_or(0, |last| days(last.on));
        #[expect(clippy::cast_precision_loss, reason = "days of a life")]
        let mut points: Vec<Plotted> = drawn
            .iter()
            .map(|point| Plotted {
                across: if all > 0 { days(point.on) as f32 / all as f32 } else { 0.5 },
                up: share(point.value),
                value: None,
                date: None,
            })
            .collect();
        // The latest comes first where there is not room for all, then the earliest.
        let mut last_value = f32::INFINITY;
        let mut dated: Vec<f32> = Vec::new();
        let count = points.len();
        for n in (0..count).rev() {
            if last_value - points[n].across >= BETWEEN_VALUES {
                last_value = points[n].across;
                points[n].value = Some(number(drawn[n].value));
            }
        }
        for n in count.checked_sub(1).into_iter().chain(0..count.saturating_sub(1)) {
            let across = points[n].across;
            if dated.iter().all(|other| (other - across).abs() >= BETWEEN_DATES) {
                dated.push(across);
                points[n].date = Some(drawn[n].on);
            }
        }
        let middle = f64::midpoint(low, high);
        // Half a point is nothing an instrument counts.
        let middle = (middle.fract() == 0.0).then_some((middle, false));
        let ticks = [Some((low, true)), middle, Some((high, true))];
        let ticks = ticks
            .into_iter()
            .flatten()
            .map(|(value, is_end)| Tick { share: share(value), label: number(value), is_end })
            .collect();
        Self { points, ticks }
    }
}

#[derive(Template)]
#[template(path = "chart.html")]
struct Svg<'a> {
    chart: &'a Chart,
    lang: &'a Lang,
    dots: Vec<Dot>,
    ticks: Vec<(String, String)>,
    path: String,
    words: Vec<String>,
}

struct Dot {
    x: String,
    y: String,
    above: String,
    value: Option<String>,
    date: Option<String>,
}

/// The line as inline SVG in the colour of the text around it, with the same in words below: a
/// `<figure>` of less than 6 kB, to stand in another page.
pub fn chart_svg(chart: &Chart, lang: &Lang) -> String {
    let plot = Plot::of(chart);
    let x = |share: f32| {
        let x = 56.0 + 30.0 + share * 484.0;
        format!("{:.0}", if lang.is_rtl() { 640.0 - x } else { x })
    };
    let y = |share: f32| 30.0 + (1.0 - share) * 130.0;
    let dots: Vec<Dot> = plot
        .points
        .iter()
        .map(|point| Dot {
            x: x(point.across),
            y: format!("{:.0}", y(point.up)),
            above: format!("{:.0}", y(point.up) - 10.0),
            value: point.value.clone(),
            date: point.date.map(|on| date(on, lang)),
        })
        .collect();
    let ticks = plot.ticks.iter().map(|tick| (format!("{:.0}", y(tick.share)), tick.label.clone())).collect();
    let path = dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect::<Vec<_>>().join(" ");
    let words = chart.drawn().map(|point| in_words(point, lang)).collect();
    Svg { chart, lang, dots, ticks, path, words }.render().unwrap_or_default()
}
