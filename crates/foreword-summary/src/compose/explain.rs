//! What is behind a line: the answer with when and how it came, the rule with its source.

use foreword_domain::{
    agenda,
    alert::RedFlag,
    conversation::script::{Ask, Place},
    instrument::{ChangeThreshold, Direction, Item, Label, Scale, StandsOut},
    language::Lang,
    phrases,
    private::Private,
    response::{ItemRef, Value},
    scoring::Score,
};

use super::Shown;
use crate::{TopicLine, compare::number, when};

/// Sentences, each on a line of its own.
pub(super) type Explain = Private<Vec<String>>;

impl Shown<'_> {
    pub(super) fn topics(&self) -> Vec<TopicLine> {
        let agenda = self.script.asks.iter().find(|ask| ask.instrument.agenda.is_some());
        let lang = agenda.map_or_else(Lang::english, |ask| ask.language.clone());
        agenda::topics(self.script, self.ledger)
            .into_iter()
            .enumerate()
            .map(|(n, topic)| TopicLine {
                rank: n + 1,
                explain: self.explain_topic(&topic.words),
                words: topic.words,
                lang: lang.clone(),
                wish: topic.wish,
            })
            .collect()
    }

    /// When an answer was given, by whom, on which channel, in which language.
    fn given(&self, at: &ItemRef) -> Option<String> {
        let answer = self.ledger.get(at)?;
        Some(format!(
            "Answered {} by {}, via {}, in {}",
            when::moment(answer.answered_at, self.zone),
            answer.by.label(),
            answer.channel.label(),
            phrases::english_name(&answer.instrument_language)
        ))
    }

    pub(super) fn explain_answer(&self, at: &ItemRef) -> Explain {
        Private::new(self.given(at).into_iter().collect())
    }

    fn explain_topic(&self, words: &Private<String>) -> Explain {
        let mut lines = Vec::new();
        for place in self.script.questions(self.ledger) {
            let is_topic = place
                .ask
                .instrument
                .agenda
                .as_ref()
                .is_some_and(|agenda| agenda.topics.iter().any(|topic| topic.item == place.item.id));
            let said = self.ledger.get(&place.at()).map(|answer| &answer.value);
            if is_topic && lines.is_empty() && said == Some(&Value::Text(words.reveal().clone())) {
                lines.push(format!("Asked: “{}”", place.item.text.best(&Lang::english())));
                lines.extend(self.given(&place.at()));
            }
        }
        Private::new(lines)
    }

    pub(super) fn explain_standing_out(&self, place: &Place<'_>, value: &Value) -> Explain {
        let mut lines = Vec::new();
        let (range, count) = (place.item.number_range(), place.item.number(value));
        if let (Some(stands_out), Some((least, most)), Some(count)) = (&place.item.stands_out, range, count) {
            let from = match stands_out {
                StandsOut::From(mark) => format!("{} or more", number(*mark)),
                StandsOut::To(mark) => format!("{} or less", number(*mark)),
            };
            lines.push(format!(
                "Listed because the answer counts {} on {} to {}; {from} is listed ({}, version {})",
                number(count),
                number(least),
                number(most),
                place.ask.instrument.id,
                place.ask.instrument.version
            ));
        }
        lines.extend(self.given(&place.at()));
        Private::new(lines)
    }

    pub(super) fn explain_score(&self, ask: &Ask, scale: &Scale, score: &Score) -> Explain {
        let instrument = &ask.instrument;
        let mut lines = vec![format!(
            "{}, version {}: {} of {} answered; counts from {}",
            instrument.id,
            instrument.version,
            score.answered,
            score.of,
            range(scale)
        )];
        if let Some(limit) = scale.change.first() {
            lines.push(threshold(limit));
        }
        let last = self.ledger.iter().filter(|answer| answer.at.ask == ask.key).max_by_key(|a| a.answered_at);
        lines.extend(last.and_then(|answer| self.given(&answer.at)));
        Private::new(lines)
    }

    /// The rule of a red flag and the answer it is about.
    pub(super) fn explain_flag(&self, ask: &str, rule: &RedFlag, scores: &[(String, Vec<Score>)]) -> Explain {
        let english = Lang::english();
        let Some(ask) = self.script.asks.iter().find(|other| other.key == ask) else {
            return Private::new(Vec::new());
        };
        let from = format!("({}, version {})", ask.instrument.id, ask.instrument.version);
        let at_least = rule.at_least.map(|least| format!("{} or more", number(least)));
        let mut lines = Vec::new();
        if let Some(item) = rule.item.as_ref().and_then(|id| ask.instrument.item(id)) {
            let codes = rule.codes.iter().map(|code| format!("“{}”", choice(item, code)));
            let when = codes.chain(at_least).collect::<Vec<_>>().join(" or ");
            lines.push(format!("Raised when “{}” is answered {when} {from}", item.text.best(&english)));
            let place = Place { ask, item };
            if self.ledger.get(&place.at()).is_some() {
                let line = self.line(&place);
                let answer = line.answer_english.as_ref().unwrap_or(&line.answer);
                lines.push(format!("The answer: {}", answer.reveal()));
                lines.extend(self.given(&place.at()));
            }
        } else if let Some(scale) = rule.scale.as_ref().and_then(|id| ask.instrument.scale(id)) {
            let name = scale.name.best(&english);
            let worse = rule.worse_by.map(|by| format!("worse than the last time by {} or more", number(by)));
            let when: Vec<String> = at_least.into_iter().chain(worse).collect();
            lines.push(format!("Raised when {name} is {} {from}", when.join(" or ")));
            let now = scores.iter().filter(|(key, _)| *key == ask.key).flat_map(|(_, scores)| scores);
            let now = now.filter(|score| score.scale == scale.id).find_map(|score| score.value);
            lines.extend(now.map(|now| format!("The score: {}", number(now))));
        }
        Private::new(lines)
    }

    /// Whether an agenda asked for what matters.
    pub(super) fn asks_for_topics(&self) -> bool {
        self.script.asks.iter().any(|ask| ask.instrument.agenda.is_some())
    }
}

/// A choice in the words it was offered by.
fn choice(item: &Item, code: &str) -> String {
    match item.choice(code).map(|choice| &choice.label) {
        Some(Label::Text(text)) => text.best(&Lang::english()).to_owned(),
        _ => code.to_owned(),
    }
}

fn range(scale: &Scale) -> String {
    let (low, high) = scale.range;
    let way = match scale.direction {
        Direction::Unstated => String::new(),
        stated => format!(", {}", stated.words()),
    };
    if low.is_finite() && high.is_finite() {
        format!("{} to {}{way}", number(low), number(high))
    } else {
        format!("a range that is not stated{way}")
    }
}

/// A change that matters, in whom it was found and where that was published.
fn threshold(limit: &ChangeThreshold) -> String {
    let size = match (limit.points, limit.percent) {
        (_, Some(share)) => format!("{} %", number(share)),
        (Some(1.0), None) => "1 point".to_owned(),
        (points, None) => format!("{} points", points.map(number).unwrap_or_default()),
    };
    format!("A change of {size} or more matters, found in {}: {}", limit.population, limit.citation)
}
