//! What a visit asks, item by item, with the skip logic applied.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    instrument::{Choice, Instrument, Item, ItemKind, Label},
    language::{Lang, Text},
    message::Channel,
    pathway,
    patient::Person,
    reply::{self, Offer},
    response::{ItemRef, Ledger, Respondent, Value},
};

/// All a visit asks, in order, each instrument pinned to the version and language it began with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// What is asked.
    pub asks: Vec<Ask>,
    /// What the pathway wants but the patient can't be asked.
    pub not_asked: Vec<NotAsked>,
    /// What is asked, but not at this door or of whoever stands at it.
    pub held_back: Vec<Ask>,
    /// What is not asked again, because it was answered for another visit.
    pub reused: Vec<Ask>,
    /// What is known of the patient that decides what is asked.
    pub person: Person,
    /// The clinic's local numbers for a crisis, by language.
    pub numbers: Vec<(Lang, Vec<String>)>,
    /// Whether somebody is told at once when the patient asks for help: the clinic has a plan for it.
    pub is_answered_for: bool,
    /// Whether nobody watches answers now that may need somebody: no more of them are asked for.
    pub is_unwatched: bool,
}

/// One instrument as part of a visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Its key within the visit.
    pub key: String,
    /// The instrument, in the version the visit began with.
    pub instrument: Arc<Instrument>,
    /// The language its items are asked in.
    pub language: Lang,
    /// Why it is asked.
    pub why: Why,
}

/// Why something is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The pathway asks it.
    Asked,
    /// To learn whether the patient wants to talk about another ask.
    WishAbout {
        /// The other ask's key.
        ask: String,
        /// What it measures, in plain words.
        name: Text,
    },
    /// The care team asks it of this patient.
    FromTeam {
        /// Who asks, by name.
        by: String,
    },
}

/// An instrument left out, and the language it has no published text in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAsked {
    /// Its id.
    pub instrument: String,
    /// Its plain name.
    pub name: Text,
    /// The language that is missing.
    pub language: Lang,
}

/// An item in its place.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The ask it belongs to.
    pub ask: &'a Ask,
    /// The item.
    pub item: &'a Item,
}

impl Place<'_> {
    /// Its reference.
    pub fn at(&self) -> ItemRef {
        ItemRef::new(&self.ask.key, &self.item.id)
    }

    /// Whether leaving it out means: nothing to say, and not: prefer not to say.
    pub fn may_be_nothing(&self) -> bool {
        self.item.nothing_is_an_answer || matches!(self.ask.why, Why::FromTeam { .. })
    }
}

impl Script {
    /// The local numbers to call in a crisis, in a language or the one that comes closest.
    pub fn numbers(&self, lang: &Lang) -> &[String] {
        let of = |wanted: &dyn Fn(&Lang) -> bool| self.numbers.iter().find(|(known, _)| wanted(known));
        let best = of(&|known| known == lang).or_else(|| of(&|known| known.as_str() == lang.primary()));
        best.or_else(|| of(&|known| *known == Lang::english()))
            .or(self.numbers.first())
            .map_or(&[], |(_, numbers)| numbers)
    }

    /// Whether an answer is one after which the crisis text is said.
    pub(super) fn needs_somebody(&self, at: &ItemRef, value: &Value) -> bool {
        let Some(ask) = self.ask(&at.ask) else { return false };
        let answer = |item: &str| (item == at.item).then_some(value);
        let mut flags = ask.instrument.red_flags.iter().filter(|flag| flag.is_crisis());
        flags.any(|flag| flag.fires(&ask.instrument, answer, &[], &|_| None))
    }

    /// Whether anything is asked after which somebody may be needed at once.
    pub fn may_need_somebody(&self) -> bool {
        self.asks.iter().chain(&self.held_back).any(|ask| ask.instrument.may_need_somebody())
    }

    /// What is asked, all of it at any door, of a person of whom nothing is known.
    pub fn new(asks: Vec<Ask>) -> Self {
        Self { asks, ..Self::default() }
    }

    /// The part of it that may be asked at a door, of whoever answers there.
    #[must_use]
    pub fn at_door(&self, channel: Channel, by: Respondent) -> Self {
        let all = || self.asks.iter().chain(&self.held_back);
        let of = |ask: &Ask| match &ask.why {
            // Whether to talk about answers is asked where the answers are given.
            Why::WishAbout { ask: about, .. } => {
                let about = all().chain(&self.reused).find(|other| other.key == *about);
                about.unwrap_or(ask).instrument.is_for(channel, by)
            }
            Why::Asked | Why::FromTeam { .. } => ask.instrument.is_for(channel, by),
        };
        let (asks, held_back) = all().cloned().partition(of);
        Self { asks, held_back, ..self.clone() }
    }

    /// Whether questions wait for an answer at another door.
    pub fn waits_elsewhere(&self, ledger: &Ledger) -> bool {
        self.held_back.iter().any(|ask| {
            self.visible(ask, ledger)
                .iter()
                .any(|item| item.kind != ItemKind::Display && ledger.value(&ask.key, &item.id).is_none())
        })
    }

    /// Whether what waits at another door could be asked at this one, if the patient stood there.
    pub fn is_for_the_patient_alone(&self, channel: Channel) -> bool {
        let is_own = |ask: &Ask| ask.instrument.is_for(channel, Respondent::Patient);
        let mut asked = self.held_back.iter().filter(|ask| matches!(ask.why, Why::Asked)).peekable();
        asked.peek().is_some() && asked.all(is_own)
    }

    /// An ask by its key.
    pub fn ask(&self, key: &str) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.key == key)
    }

    /// The items of an ask that are there, given the answers.
    pub fn visible<'a>(&'a self, ask: &'a Ask, ledger: &'a Ledger) -> Vec<&'a Item> {
        ask.instrument.visible(&self.person, |item| ledger.value(&ask.key, item))
    }

    /// The answers of an ask that count: those to items that are there.
    pub fn shown<'a>(&'a self, ask: &'a Ask, ledger: &'a Ledger) -> BTreeMap<&'a str, &'a Value> {
        let visible = self.visible(ask, ledger);
        visible
            .iter()
            .filter_map(|item| Some((item.id.as_str(), ledger.value(&ask.key, &item.id)?)))
            .collect()
    }

    /// All questions that are there, in order, display items left out.
    pub fn questions<'a>(&'a self, ledger: &'a Ledger) -> Vec<Place<'a>> {
        self.asks
            .iter()
            .flat_map(|ask| self.visible(ask, ledger).into_iter().map(move |item| Place { ask, item }))
            .filter(|place| place.item.kind != ItemKind::Display)
            .collect()
    }

    /// How many questions there may be in all: those that are there, and those that answers still to
    /// come can bring. It never grows while somebody answers in order, so that progress is progress.
    pub fn at_most(&self, ledger: &Ledger) -> usize {
        self.asks
            .iter()
            .map(|ask| {
                let visible = self.visible(ask, ledger);
                if ask.instrument.adaptive.is_some() {
                    let asked = visible.iter().filter(|item| item.kind != ItemKind::Display).count();
                    let is_over = visible.iter().all(|item| {
                        item.kind == ItemKind::Display || ledger.value(&ask.key, &item.id).is_some()
                    });
                    return if is_over { asked } else { asked.max(ask.instrument.most_items()) };
                }
                let mut open: Vec<&str> = Vec::new();
                let mut count = 0;
                for item in &ask.instrument.items {
                    let is_visible = visible.iter().any(|other| other.id == item.id);
                    let may_come =
                        item.enable.when.iter().any(|condition| open.contains(&condition.item.as_str()));
                    if !is_visible && !may_come {
                        continue;
                    }
                    if !is_visible || ledger.value(&ask.key, &item.id).is_none() {
                        open.push(&item.id);
                    }
                    count += usize::from(item.kind != ItemKind::Display);
                }
                count
            })
            .sum()
    }

    /// Whether a question may not be shown now: nobody would watch over its answer. One that was answered can be
    /// looked at.
    pub fn is_held_back(&self, ledger: &Ledger, place: &Place<'_>) -> bool {
        self.is_put_off(place.ask) && ledger.get(&place.at()).is_none()
    }

    /// A question that is there.
    pub fn question<'a>(&'a self, ledger: &'a Ledger, at: &ItemRef) -> Option<Place<'a>> {
        self.questions(ledger).into_iter().find(|place| place.at() == *at)
    }

    /// The first question without an answer that may be asked now.
    pub fn next<'a>(&'a self, ledger: &'a Ledger) -> Option<Place<'a>> {
        let open = |place: &Place<'_>| ledger.get(&place.at()).is_none() && !self.is_put_off(place.ask);
        self.questions(ledger).into_iter().find(open)
    }

    /// Whether questions wait until somebody watches over their answers again.
    pub fn waits_for_watch(&self, ledger: &Ledger) -> bool {
        let waits = |place: &Place<'_>| ledger.get(&place.at()).is_none() && self.is_put_off(place.ask);
        self.is_unwatched && self.questions(ledger).iter().any(waits)
    }

    /// Whether an ask is not begun or gone on with now. What was asked already is taken in all the same.
    pub(super) fn is_put_off(&self, ask: &Ask) -> bool {
        let about = match &ask.why {
            Why::WishAbout { ask: about, .. } => self.ask(about).unwrap_or(ask),
            Why::Asked | Why::FromTeam { .. } => ask,
        };
        self.is_unwatched && about.instrument.may_need_somebody()
    }

    /// The texts to show before a question: display items that directly precede it.
    pub fn before<'a>(&'a self, ledger: &'a Ledger, place: &Place<'a>) -> Vec<&'a str> {
        let visible = self.visible(place.ask, ledger);
        let Some(n) = visible.iter().position(|item| item.id == place.item.id) else { return Vec::new() };
        let mut texts: Vec<&str> = visible[..n]
            .iter()
            .rev()
            .take_while(|item| item.kind == ItemKind::Display)
            .filter_map(|item| item.text.get(&place.ask.language))
            .collect();
        texts.reverse();
        texts
    }

    /// The patient's own words that a question is about.
    pub fn quoted<'a>(&'a self, ledger: &'a Ledger, place: &Place<'a>) -> Option<&'a str> {
        let quoted = place.item.quotes.as_ref()?;
        self.visible(place.ask, ledger).iter().find(|item| item.id == *quoted)?;
        match ledger.value(&place.ask.key, quoted)? {
            Value::Text(words) => Some(words),
            _ => None,
        }
    }

    /// The choices offered at a question, each with what is typed for it.
    pub fn offers<'a>(&'a self, ledger: &'a Ledger, place: &Place<'a>) -> Vec<Offer<'a>> {
        let ask = place.ask;
        let visible = self.visible(ask, ledger);
        let value = |item: &str| {
            visible.iter().find(|other| other.id == item).and_then(|_| ledger.value(&ask.key, item))
        };
        let choices: Vec<&Choice> = place.item.offered(value);
        reply::offers(&choices, |label| match label {
            Label::Text(text) => text
                .get(&ask.language)
                .into_iter()
                .chain(text.0.iter().filter(|(lang, _)| **lang != ask.language).map(|(_, t)| t.as_str()))
                .map(str::to_owned)
                .collect(),
            Label::AnswerTo(item) => match ledger.value(&ask.key, item) {
                Some(Value::Text(words)) => vec![words.clone()],
                _ => Vec::new(),
            },
        })
    }

    /// How many questions at most, and about how many minutes.
    pub fn budget(&self) -> (usize, usize) {
        let asked = || self.asks.iter().chain(&self.held_back).map(|ask| &ask.instrument);
        let seconds: usize = asked()
            .flat_map(|instrument| {
                // Of a bank only some items are asked.
                let displays = instrument.items.len() - instrument.questions().count();
                instrument.items.iter().take(displays + instrument.most_items())
            })
            // Follow-up questions are asked of some people only: half their time.
            .map(|item| pathway::seconds(&item.kind) / if item.enable.when.is_empty() { 1 } else { 2 })
            .sum();
        (asked().map(|instrument| instrument.most_items()).sum(), seconds.div_ceil(60).max(1))
    }
}
