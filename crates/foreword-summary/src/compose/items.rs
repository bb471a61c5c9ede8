//! Questions with their answers: those that stand out, those that are missing, all of them.

use foreword_domain::{
    conversation::{
        State,
        script::{Ask, Place, Why},
    },
    instrument::Label,
    language::Lang,
    message::Channel,
    phrases,
    private::Private,
    response::Value,
};

use super::{Shown, asked};
use crate::{Answers, ItemLine};

impl<'a> Shown<'a> {
    /// Items whose answer reached the mark their instrument sets, worst first.
    pub(super) fn standing_out(&self) -> Vec<ItemLine> {
        let mut found: Vec<(f64, ItemLine)> = Vec::new();
        for place in self.script.questions(self.ledger) {
            let Some(answer) = self.ledger.get(&place.at()) else { continue };
            if let Some(share) = place.item.standing_out(&answer.value) {
                let mut line = self.line(&place);
                line.explain = self.explain_standing_out(&place, &answer.value);
                found.push((share, line));
            }
        }
        // A stable sort: among equals the order of asking stays.
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.into_iter().map(|(_, line)| line).collect()
    }

    pub(super) fn line(&self, place: &Place<'_>) -> ItemLine {
        let english = Lang::english();
        let at = place.at();
        let lang = place.ask.language.clone();
        let question = |lang: &Lang| {
            let text = place.item.text.get(lang)?;
            let stem = place.item.stem.as_ref().and_then(|stem| stem.text.get(lang));
            Some(match (&place.ask.why, stem) {
                (Why::WishAbout { name, .. }, _) => text.replace("{about}", name.best(lang)),
                // Half a sentence is not to be understood without the half it continues.
                (Why::Asked, Some(stem)) if text.starts_with('…') => {
                    format!("{} {text}", stem.trim_end_matches(['…', ' ']))
                }
                (Why::Asked | Why::FromTeam { .. }, _) => text.to_owned(),
            })
        };
        let asked_by = asked::by(&place.ask.why);
        let answer = match asked_by {
            Some(_) => self.answer_to_team(&at),
            None => self.script.answer_words(self.ledger, &at, &english).unwrap_or_default(),
        };
        let abroad = lang.primary() != "en";
        let label = |code: &String| match &place.item.choice(code)?.label {
            Label::Text(text) => text.get(&english),
            Label::AnswerTo(_) => None,
        };
        let answer_english = self.ledger.get(&at).filter(|_| abroad).and_then(|given| match &given.value {
            Value::Choice(code) => label(code).map(str::to_owned),
            Value::Choices(codes) => Some(codes.iter().map(label).collect::<Option<Vec<_>>>()?.join(", ")),
            _ => None,
        });
        ItemLine {
            asked_by,
            question: question(&lang).unwrap_or_default(),
            question_english: abroad.then(|| question(&english)).flatten(),
            answer: Private::new(answer),
            answer_english: answer_english.map(Private::new),
            lang,
            explain: self.explain_answer(&at),
        }
    }

    pub(super) fn missing(&self, state: State) -> Vec<String> {
        // A page without answers says so once.
        if matches!(state, State::NotMe | State::Declined) || self.ledger.is_empty() {
            return Vec::new();
        }
        let english = Lang::english();
        let mut lines = Vec::new();
        for ask in self.script.asks.iter().filter(|ask| ask.why == Why::Asked) {
            let name = ask.instrument.plain_name.best(&english);
            let questions: Vec<Place<'_>> = self.places(ask);
            let open = questions.iter().filter(|place| self.ledger.get(&place.at()).is_none()).count();
            match open {
                0 => {}
                _ if open == questions.len() => lines.push(format!("{name}: nothing answered")),
                _ => lines.push(format!("{name}: {open} of {} questions not answered", questions.len())),
            }
            let is_topic = |item: &str| {
                ask.instrument
                    .agenda
                    .as_ref()
                    .is_some_and(|agenda| agenda.topics.iter().any(|t| t.item == item || t.wish == item))
            };
            for place in &questions {
                let skipped = self.ledger.get(&place.at()).filter(|answer| answer.value == Value::Skipped);
                let Some(skipped) = skipped else { continue };
                if !is_topic(&place.item.id) && !place.may_be_nothing() {
                    let question = place.item.text.best(&english);
                    lines.push(match skipped.channel {
                        // Another program's form need not have asked it: nobody said that they prefer not to.
                        Channel::Api => format!("{name}: no answer to “{question}”"),
                        _ => format!("{name}: prefers not to answer “{question}”"),
                    });
                }
            }
        }
        for left_out in &self.script.not_asked {
            let (name, tag) = (left_out.name.best(&english), left_out.language.to_string());
            let language = match phrases::english_name(&left_out.language) {
                known if known != tag => known,
                _ => format!("the patient's language ({tag})"),
            };
            lines.push(format!("{name}: not asked, there is no published text in {language}"));
        }
        lines
    }

    pub(super) fn context(&self) -> Vec<ItemLine> {
        let mut lines = self.asked();
        for ask in &self.script.asks {
            let Some(agenda) = &ask.instrument.agenda else { continue };
            for place in self.places(ask) {
                let given = self.ledger.get(&place.at()).is_some_and(|answer| answer.value != Value::Skipped);
                if given && agenda.context.contains(&place.item.id) {
                    lines.push(self.line(&place));
                }
            }
        }
        lines
    }

    pub(super) fn answers(&self) -> Vec<Answers> {
        self.script
            .asks
            .iter()
            .filter(|ask| !matches!(ask.why, Why::WishAbout { .. }))
            .map(|ask| Answers {
                ask: ask.key.clone(),
                name: ask.instrument.title.best(&Lang::english()).to_owned(),
                lines: self.places(ask).iter().map(|place| self.line(place)).collect(),
            })
            .collect()
    }

    pub(super) fn places(&self, ask: &'a Ask) -> Vec<Place<'a>> {
        self.script.questions(self.ledger).into_iter().filter(|place| place.ask.key == ask.key).collect()
    }
}
