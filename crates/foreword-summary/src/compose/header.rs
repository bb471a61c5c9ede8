//! The head of the page: whose visit it is, and how the answers came about.

use std::collections::BTreeSet;

use foreword_domain::{
    conversation::{
        State,
        script::{Place, Why},
    },
    message::Channel,
    phrases,
    private::Private,
    response::Value,
};

use super::{Input, Shown};
use crate::{Header, when};

impl Shown<'_> {
    pub(super) fn header(&self, input: &Input<'_>) -> Header {
        let profile = input.patient.profile.reveal();
        let appointment = input.appointment;
        let questions = self.script.questions(self.ledger);
        // "Nothing" is what they had to say.
        let is_open = |place: &&Place<'_>| !place.may_be_nothing();
        let skipped = questions.iter().filter(is_open).filter_map(|place| self.ledger.get(&place.at()));
        let skipped: Vec<_> = skipped.filter(|answer| answer.value == Value::Skipped).collect();
        // Of what another program's form left out nobody said that it was their choice.
        let chosen = skipped.iter().filter(|answer| answer.channel != Channel::Api).count();
        let answered =
            questions.iter().filter(|place| self.ledger.get(&place.at()).is_some()).count() - skipped.len();
        let left_out = if chosen > 0 { format!(", {chosen} left out by choice") } else { String::new() };
        let mut instruments = BTreeSet::new();
        let reused = input.reused.script.asks.iter();
        for ask in self.script.asks.iter().chain(reused).filter(|ask| ask.why == Why::Asked) {
            instruments.insert(format!("{} v{}", ask.instrument.id, ask.instrument.version));
        }
        Header {
            name: Private::new(profile.full_name()),
            birth_date: Private::new(when::date(profile.birth_date)),
            identifier: Private::new(profile.external_id.clone()),
            visit: format!("{} ({})", when::moment(appointment.start, self.zone), appointment.time_zone),
            visit_kind: [&appointment.kind, &appointment.clinician, &appointment.clinic]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" · "),
            answered: match (input.completed_at, self.ledger.last_at()) {
                _ if input.state == State::NotMe => "answers set aside".to_owned(),
                (Some(at), Some(last)) if last > at => {
                    format!(
                        "completed {}, changed {}",
                        when::moment(at, self.zone),
                        when::moment(last, self.zone)
                    )
                }
                (Some(at), _) => format!("completed {}", when::moment(at, self.zone)),
                (None, Some(at)) => format!("not finished; last answer {}", when::moment(at, self.zone)),
                (None, None) => "no answers yet".to_owned(),
            },
            how: self.how(),
            complete: format!("{answered} of {} answered{left_out}", questions.len()),
            instruments: instruments.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    fn how(&self) -> String {
        let (mut by, mut channels, mut languages) = (Vec::new(), Vec::new(), Vec::new());
        for answer in self.ledger.iter() {
            add(&mut by, answer.by.label().to_owned());
            add(&mut channels, answer.channel.label().to_owned());
            add(&mut languages, phrases::english_name(&answer.instrument_language));
        }
        if by.is_empty() {
            return String::new();
        }
        format!("by {}, via {}, in {}", by.join(" and "), channels.join(" and "), languages.join(" and "))
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
