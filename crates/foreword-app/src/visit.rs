//! A visit's conversation, brought back to life from the store: script, answers and standing.

use std::{collections::BTreeMap, sync::Arc};

use foreword_domain::{
    appointment::{Appointment, Status},
    conversation::{
        Conversation,
        script::{Ask, NotAsked, Script, Why},
    },
    ids::ConversationId,
    instrument::Instrument,
    language::{Lang, Text},
    message::Channel,
    pathway::Pathway,
    question,
    response::{Answer, ItemRef, Ledger, Respondent},
    safety::Plan,
};
use foreword_store::{
    Txn, answers,
    conversations::{self, Pinned, PinnedAsk, Stored},
    instruments, patients, surroundings,
};
use jiff::{SignedDuration, Timestamp};

use crate::{App, Error, Result, alerting, planning::is_untouched};

/// Hours after its beginning in which a visit's questions can still be answered.
pub(crate) const OPEN_AFTER_START: SignedDuration = SignedDuration::from_hours(2);

/// A visit with everything said about it so far.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Visit {
    /// The conversation's id.
    pub id: ConversationId,
    /// The appointment.
    pub appointment: Appointment,
    /// What is asked.
    pub script: Arc<Script>,
    /// What was answered, as it stands.
    pub ledger: Ledger,
    /// Where the conversation stands.
    pub standing: Conversation,
    /// The conversation's row.
    pub(crate) stored: Stored,
    /// The clinic's safety plan, where it has one that can be read.
    pub(crate) plan: Option<Arc<Plan>>,
    /// Until when answers that may need somebody are watched over, as far as is known.
    pub(crate) watched_until: Option<Timestamp>,
    /// Whether what may need somebody may be asked at all.
    pub(crate) may_ask: bool,
    /// The doors at which the patient was shown the crisis text and has not said yet how things are.
    pub(crate) in_need: Vec<Channel>,
    /// Whether any of it was answered before.
    pub(crate) has_responses: bool,
    /// Whether any message about it was still to be sent when it was loaded.
    pub(crate) has_queued: bool,
    /// Whether any program wants to be told of anything.
    pub(crate) has_webhooks: bool,
}

impl Visit {
    /// Whether it can still be answered for.
    pub fn is_open(&self, now: Timestamp) -> bool {
        is_open(&self.appointment, now)
    }

    /// The visit as it is at a door now: what may not be asked there is held back, and so is what may need
    /// somebody while nobody watches. Staff who enter a form see to it themselves.
    #[must_use]
    pub fn at_door(self, channel: Channel, by: Respondent, now: Timestamp) -> Self {
        let mut script = self.script.at_door(channel, by);
        let is_watched = self.watched_until.is_some_and(|until| now < until);
        let may_ask = is_watched && self.may_ask;
        script.is_unwatched = !may_ask && channel != Channel::Staff && script.may_need_somebody();
        // Nothing is promised while nobody watches.
        script.is_answered_for &= is_watched;
        Self { script: Arc::new(script), ..self }
    }

    /// Whether the crisis text stands at a door until the patient has said how things are: where the answer was
    /// given, and nowhere else.
    pub fn is_in_need_at(&self, channel: Channel) -> bool {
        self.in_need.contains(&channel)
    }

    /// The keys of what is asked at any door, in places that stay: buttons name questions by them.
    pub(crate) fn places(&self) -> Vec<String> {
        question::places(self.stored.script.asks.iter().map(|ask| ask.key.as_str()))
    }

    /// A name for a question that stays, whatever is answered: it tells no instrument.
    pub fn spot(&self, at: &ItemRef) -> Option<String> {
        let ask = self.places().iter().position(|key| *key == at.ask)?;
        let item = self.asked(&at.ask)?.instrument.items.iter().position(|item| item.id == at.item)?;
        Some(format!("{}-{}", ask + 1, item + 1))
    }

    /// The question of that name.
    pub fn at_spot(&self, spot: &str) -> Option<ItemRef> {
        let (ask, item) = spot.split_once('-')?;
        let nth = |number: &str| number.parse::<usize>().ok()?.checked_sub(1);
        let key = self.places().into_iter().nth(nth(ask)?)?;
        let item = self.asked(&key)?.instrument.items.get(nth(item)?)?.id.clone();
        Some(ItemRef::new(key, item))
    }

    fn asked(&self, key: &str) -> Option<&Ask> {
        self.script.asks.iter().chain(&self.script.held_back).find(|ask| ask.key == key)
    }

    /// When the last question was answered.
    pub fn completed_at(&self) -> Option<Timestamp> {
        self.stored.completed_at
    }
}

/// Whether an appointment can still be answered for.
pub(crate) fn is_open(appointment: &Appointment, now: Timestamp) -> bool {
    let end = appointment.start.checked_add(OPEN_AFTER_START);
    let going_on = matches!(appointment.status, Status::Booked | Status::Arrived);
    going_on && end.is_ok_and(|end| now < end)
}

impl App {
    /// Loads a conversation; with `hold`, nobody else can say anything in it until the transaction ends.
    pub(crate) async fn load(&self, txn: &Txn, id: ConversationId, hold: bool) -> Result<Visit> {
        if hold {
            conversations::grasp(txn, id).await?;
        }
        let found = surroundings::of(txn, id, alerting::watching::NAME).await?;
        let (stored, around) = found.ok_or(Error::NotFound("conversation"))?;
        self.revive_in(txn, stored, around).await
    }

    /// A conversation whose row is there, brought back to life.
    pub(crate) async fn revive(&self, txn: &Txn, stored: Stored) -> Result<Visit> {
        let found = surroundings::of(txn, stored.id, alerting::watching::NAME).await?;
        let (_, around) = found.ok_or(Error::NotFound("appointment"))?;
        self.revive_in(txn, stored, around).await
    }

    async fn revive_in(
        &self,
        txn: &Txn,
        stored: Stored,
        around: surroundings::Surroundings,
    ) -> Result<Visit> {
        // Where nothing was said, nothing was answered.
        let given =
            if is_untouched(&stored) { Vec::new() } else { answers::of_conversation(txn, stored.id).await? };
        let mut visit = self.revive_with(txn, stored, around.appointment.clone(), given).await?;
        visit.has_responses = around.has_responses;
        visit.has_queued = around.has_queued;
        visit.has_webhooks = around.has_webhooks;
        let around = Box::pin(alerting::surroundings(txn, &visit, around)).await?;
        visit.plan = around.plan;
        visit.watched_until = around.watched_until;
        visit.may_ask = around.may_ask;
        visit.in_need = around.in_need;
        if around.is_answered_for || !around.numbers.is_empty() {
            let script = Arc::make_mut(&mut visit.script);
            script.is_answered_for = around.is_answered_for;
            script.numbers = around.numbers;
        }
        Ok(visit)
    }

    /// The same to be read, where appointment and answers are there already: nothing is asked of the patient.
    pub(crate) async fn revive_with(
        &self,
        txn: &Txn,
        stored: Stored,
        appointment: Appointment,
        given: Vec<Answer>,
    ) -> Result<Visit> {
        let script = self.script(txn, &stored.script, &appointment).await?;
        Ok(Visit {
            plan: None,
            watched_until: None,
            may_ask: false,
            in_need: Vec::new(),
            has_responses: false,
            has_queued: false,
            has_webhooks: false,
            id: stored.id,
            appointment,
            script: Arc::new(script),
            ledger: Ledger::of(given),
            standing: stored.standing.clone(),
            stored,
        })
    }

    /// Pins a pathway for a patient: the instruments' texts are kept, and named by their digests. The care
    /// team's `questions` come after the patient's own agenda.
    pub(crate) async fn pin(
        &self,
        txn: &Txn,
        pathway: &Pathway,
        lang: &Lang,
        questions: Vec<PinnedAsk>,
        now: Timestamp,
    ) -> Result<Pinned> {
        let script = pathway.script(lang, &self.catalog().instruments);
        let mut asks = Vec::with_capacity(script.asks.len());
        for ask in &script.asks {
            let hash = self.catalog().hash(&ask.instrument);
            instruments::keep(txn, &ask.instrument, &hash, now).await?;
            asks.push(PinnedAsk {
                key: ask.key.clone(),
                instrument: hash,
                language: ask.language.to_string(),
                variant: ask.instrument.variant_of.as_ref().map(|_| ask.instrument.id.clone()),
                about: match &ask.why {
                    Why::Asked | Why::FromTeam { .. } => None,
                    Why::WishAbout { ask, .. } => Some(ask.clone()),
                },
            });
        }
        let agendas = script.asks.iter().take_while(|ask| ask.instrument.agenda.is_some()).count();
        asks.splice(agendas..agendas, questions);
        let not_asked =
            script.not_asked.iter().map(|n| (n.instrument.clone(), n.language.to_string())).collect();
        Ok(Pinned { v: 1, asks, not_asked, reused: Vec::new() })
    }

    pub(crate) async fn script(&self, txn: &Txn, pinned: &Pinned, about: &Appointment) -> Result<Script> {
        let mut asks: Vec<Ask> = Vec::with_capacity(pinned.asks.len());
        let is_reused = |key: &str| pinned.reused.iter().any(|reused| reused.ask == key);
        let (mut names, mut reused) = (BTreeMap::new(), Vec::new());
        for ask in &pinned.asks {
            let language = language(&ask.language);
            if let Some(asked) = self.asked(txn, ask, &language).await? {
                asks.push(asked);
                continue;
            }
            let instrument = self.instrument(txn, &ask.instrument, ask.variant.as_deref()).await?;
            let why = match &ask.about {
                None => Why::Asked,
                Some(about) => {
                    Why::WishAbout { ask: about.clone(), name: names.get(about).cloned().unwrap_or_default() }
                }
            };
            names.insert(ask.key.clone(), instrument.plain_name.clone());
            let ask = Ask { key: ask.key.clone(), instrument, language, why };
            if is_reused(&ask.key) {
                reused.push(ask);
            } else {
                asks.push(ask);
            }
        }
        let not_asked = pinned
            .not_asked
            .iter()
            .map(|(id, lang)| NotAsked {
                instrument: id.clone(),
                name: self.name_of(id),
                language: language(lang),
            })
            .collect();
        let mut script = Script { not_asked, reused, ..Script::new(asks) };
        if script.asks.iter().any(|ask| ask.instrument.tells_people_apart())
            && let Some(patient) = patients::get(txn, about.patient).await?
        {
            let day = about.start.to_zoned(about.zone()).date();
            script.person = patient.profile.reveal().person(day);
        }
        Ok(script)
    }

    /// An instrument in exactly the version a response began with.
    pub(crate) async fn instrument(
        &self,
        txn: &Txn,
        hash: &str,
        variant: Option<&str>,
    ) -> Result<Arc<Instrument>> {
        if let Some(instrument) = self.catalog().by_hash(hash, variant) {
            return Ok(Arc::clone(instrument));
        }
        let (id, source) =
            instruments::source(txn, hash).await?.ok_or(Error::NotFound("instrument version"))?;
        let kept = foreword_fhir::import::load_kept(&format!("{id}.toml"), &source)?;
        let asked = match variant {
            None => Some(kept),
            Some(variant) => kept.variants.into_iter().find(|other| other.id == variant),
        };
        asked.map(Arc::new).ok_or(Error::NotFound("instrument variant"))
    }

    fn name_of(&self, instrument: &str) -> Text {
        self.catalog().instruments.get(instrument).map_or_else(
            || Text([(Lang::english(), instrument.to_owned())].into()),
            |instrument| instrument.plain_name.clone(),
        )
    }
}

fn language(tag: &str) -> Lang {
    Lang::parse(tag).unwrap_or_else(|_| Lang::english())
}
