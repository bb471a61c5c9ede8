//! A form that was filled in elsewhere, taken in one turn.

use super::Turn;
use crate::{
    reply,
    response::{ItemRef, Value},
};

impl Turn<'_> {
    /// Takes a form that was filled in elsewhere: in the order of its items, because one may bring the next. What is
    /// not there or not permitted is not entered; whoever hands a form in has looked before.
    pub(super) fn fill(&mut self, key: &str, values: &[(String, Value)], is_done: bool) {
        let Some(ask) = self.script.ask(key) else { return self.go_on() };
        self.reopen();
        for item in &ask.instrument.items {
            let at = ItemRef::new(key, &item.id);
            let Some(place) = self.script.question(&self.ledger, &at) else { continue };
            let known = self.ledger.get(&at).map(|answer| &answer.value);
            let given = values.iter().find(|(other, _)| *other == item.id).map(|(_, value)| value);
            let value = match given {
                Some(value)
                    if reply::is_permitted(item, &self.script.offers(&self.ledger, &place), value) =>
                {
                    value
                }
                None if known.is_some() || is_done => &Value::Skipped,
                _ => continue,
            };
            if known != Some(value) {
                self.enter(&at, value.clone());
            }
        }
        self.go_on();
    }
}
