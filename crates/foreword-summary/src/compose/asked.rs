//! What the care team asked this patient, and the answer or why there is none.

use foreword_domain::{
    conversation::{State, script::Why},
    response::{ItemRef, Value},
};

use super::Shown;
use crate::ItemLine;

/// Who of the care team asks, if it is they who do.
pub(super) fn by(why: &Why) -> Option<String> {
    match why {
        Why::FromTeam { by } => Some(by.clone()),
        Why::Asked | Why::WishAbout { .. } => None,
    }
}

impl Shown<'_> {
    /// A line for each question.
    pub(super) fn asked(&self) -> Vec<ItemLine> {
        let questions = self.script.questions(self.ledger);
        questions.iter().filter(|place| by(&place.ask.why).is_some()).map(|place| self.line(place)).collect()
    }

    /// The answer, byte for byte; a question that waits is not one that was left out.
    pub(super) fn answer_to_team(&self, at: &ItemRef) -> String {
        let why = match (self.ledger.get(at).map(|answer| &answer.value), self.state) {
            (Some(Value::Text(words)), _) => return words.clone(),
            (Some(_), _) => "nothing to add",
            (None, State::NotMe) => "set aside",
            (None, State::Declined) => "not answered",
            (None, _) => "not answered yet",
        };
        why.to_owned()
    }
}
