//! Scores: the number with its band, what it was before, and the line it has made so far.

use foreword_domain::{
    agenda,
    conversation::script::Ask,
    instrument::{Direction, Scale},
    language::Lang,
    patient::Person,
    response::Respondent,
    scoring::{Score, Status},
};

use super::{Previous, Shown};
use crate::{
    ScoreLine,
    compare::{change, mode, number},
    trend::{self, Trend},
    when,
};

impl Shown<'_> {
    pub(super) fn scores(&self, scores: &[(String, Vec<Score>)], previous: &[Previous]) -> Vec<ScoreLine> {
        let mut lines = Vec::new();
        for ask in &self.script.asks {
            let Some((_, scores)) = scores.iter().find(|(key, _)| *key == ask.key) else { continue };
            // A score nobody said the direction of is not shown.
            let shown = |scale: &&Scale| scale.direction != Direction::Unstated;
            for scale in ask.instrument.scales.iter().filter(shown) {
                if let Some(score) = scores.iter().find(|score| score.scale == scale.id) {
                    lines.push(self.score(ask, scale, score, previous));
                }
            }
        }
        lines
    }

    fn score(&self, ask: &Ask, scale: &Scale, score: &Score, previous: &[Previous]) -> ScoreLine {
        let english = Lang::english();
        let person = &self.script.person;
        let band = score.band.as_ref().and_then(|id| scale.band(id, person));
        let missing = score.of - score.answered;
        let caveat = match score.status {
            Status::NotScored => Some(format!("not scored ({} of {} answered)", score.answered, score.of)),
            Status::Estimated if score.band.is_none() && scale.has_bands() => Some(format!(
                "estimated: {missing} of {} not answered, and they could move it across a cut-off",
                score.of
            )),
            Status::Estimated => Some(format!("estimated: {missing} of {} not answered", score.of)),
            Status::Scored if missing > 0 => Some(format!("from {} of {} items", score.answered, score.of)),
            Status::Scored => None,
        };
        let caveat = [caveat, likely(score)].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
        let before = previous.iter().rev().find(|p| {
            p.instrument.0 == ask.instrument.id && p.score.scale == scale.id && p.score.value.is_some()
        });
        let alike = before.is_some_and(|before| self.alike(ask, before));
        let estimated =
            before.is_some_and(|before| [score.status, before.score.status].contains(&Status::Estimated));
        ScoreLine {
            ask: ask.key.clone(),
            name: scale.name.best(&english).to_owned(),
            status: score.status,
            value: score.value.map(number),
            number: score.value,
            range: scale.range,
            direction: scale.direction,
            band: band.map(|band| band.name.best(&english).to_owned()),
            caveat,
            previous: before.and_then(|before| {
                let marked = if before.score.status == Status::Estimated { " (estimated)" } else { "" };
                Some(format!(
                    "{}{marked} on {}",
                    number(before.score.value?),
                    when::day(before.at, self.zone)
                ))
            }),
            previous_number: before.filter(|_| alike && !estimated).and_then(|before| before.score.value),
            change: before.and_then(|before| change(scale, score, before, alike)),
            cut_offs: cut_offs(scale, *person),
            wish: agenda::wish_about(self.ledger, &ask.key),
            source: ask.instrument.citations.join(" · "),
            explain: self.explain_score(ask, scale, score),
            trend: self.trend(ask, scale, score, previous),
        }
    }

    /// Change is stated only between answers that were given alike.
    fn alike(&self, ask: &Ask, before: &Previous) -> bool {
        let mut answers = self.ledger.iter().filter(|answer| answer.at.ask == ask.key).peekable();
        answers.peek().is_some()
            && before.instrument.1 == ask.instrument.version
            && !before.channels.is_empty()
            && before.language.primary() == ask.language.primary()
            && answers.all(|answer| {
                Some(answer.by) == before.by
                    && before.channels.iter().all(|c| mode(*c) == mode(answer.channel))
            })
    }

    /// The line of a score, where there are at least as many earlier scores as make one. A score of
    /// another version is another measure; another way of answering is marked on the line.
    fn trend(&self, ask: &Ask, scale: &Scale, score: &Score, previous: &[Previous]) -> Option<Trend> {
        let mut points: Vec<trend::At> = previous
            .iter()
            .filter(|before| {
                before.instrument.0 == ask.instrument.id
                    && before.instrument.1 == ask.instrument.version
                    && before.score.scale == scale.id
            })
            .filter_map(|before| {
                let modes: Vec<&str> = before.channels.iter().map(|channel| mode(*channel)).collect();
                Some(trend::At {
                    on: before.at.to_zoned(self.zone.clone()).date(),
                    value: before.score.value.filter(|value| value.is_finite())?,
                    is_estimated: before.score.status == Status::Estimated,
                    by: before.by.map_or("several people", Respondent::label).to_owned(),
                    mode: one_of(&modes).unwrap_or("in several ways").to_owned(),
                    language: before.language.primary().to_owned(),
                })
            })
            .collect();
        let answers: Vec<_> = self.ledger.iter().filter(|answer| answer.at.ask == ask.key).collect();
        let at = answers.iter().map(|answer| answer.answered_at).max();
        if let (Some(value), Some(at)) = (score.value.filter(|value| value.is_finite()), at) {
            let by: Vec<&str> = answers.iter().map(|answer| answer.by.label()).collect();
            let modes: Vec<&str> = answers.iter().map(|answer| mode(answer.channel)).collect();
            points.push(trend::At {
                on: at.to_zoned(self.zone.clone()).date(),
                value,
                is_estimated: score.status == Status::Estimated,
                by: one_of(&by).unwrap_or("several people").to_owned(),
                mode: one_of(&modes).unwrap_or("in several ways").to_owned(),
                language: ask.language.primary().to_owned(),
            });
        }
        let name = scale.name.best(&Lang::english());
        Trend::of(name, scale.direction, scale.range, &cut_offs(scale, self.script.person), points)
    }
}

/// The one thing that all of some are.
fn one_of<'a>(all: &[&'a str]) -> Option<&'a str> {
    let first = *all.first()?;
    all.iter().all(|other| *other == first).then_some(first)
}

/// Where the true value of an estimate with a standard error lies in 19 of 20 cases, in plain words.
fn likely(score: &Score) -> Option<String> {
    let (value, error) = (score.value?, score.se?);
    let far = 1.96 * error;
    Some(format!("likely between {} and {}", number(value - far), number(value + far)))
}

/// Where bands part, when enough is known of the person to say which bands are theirs.
fn cut_offs(scale: &Scale, person: Person) -> Vec<f64> {
    match scale.bands_of(&person).as_slice() {
        [bands] => bands.iter().skip(1).map(|band| band.min).collect(),
        _ => Vec::new(),
    }
}
