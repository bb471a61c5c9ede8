//! A pathway: for which appointments which instruments are asked, when, and what for.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use crate::{
    conversation::script::{Ask, NotAsked, Script, Why},
    instrument::{Instrument, ItemKind},
    language::Lang,
    locate::{self, Faults, Refused},
    message::{Channel, Purpose},
};

/// Items above which a pathway is refused without an explicit override.
pub const MOST_ITEMS: usize = 60;
/// Items above which a pathway is warned about.
pub const MANY_ITEMS: usize = 25;
/// Minutes above which a pathway is warned about.
pub const MANY_MINUTES: usize = 7;

/// A pathway, valid by construction.
#[derive(Clone, Debug, PartialEq)]
pub struct Pathway {
    /// The file's stem.
    pub id: String,
    /// Its version; a running visit keeps the one it began with.
    pub version: String,
    /// Its name for staff.
    pub title: String,
    /// What it is for.
    pub goal: String,
    /// Who reads the answers.
    pub reader: String,
    /// What the reader is expected to do with them.
    pub expected_action: String,
    /// Which appointments it is for.
    pub trigger: Trigger,
    /// What is asked, in the order asked.
    pub asks: Vec<PathwayAsk>,
    /// When messages go out.
    pub timetable: Timetable,
    /// The channels its messages take, the first one first; empty means any, a chat before mail.
    pub channels: Vec<Channel>,
    /// How what is asked is put together.
    pub mode: Mode,
    /// The file it was read from, byte for byte.
    pub source: String,
}

/// Which appointments a pathway is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Kinds of visit, compared without case.
    pub types: Vec<String>,
    /// Clinics; empty means any.
    #[serde(default)]
    pub clinics: Vec<String>,
    /// Only the first visit of a patient in a clinic, or only those after it; both, where it says nothing.
    pub visit: Option<Which>,
    /// Codes of conditions: a patient has one that begins with one of these ("K50" for "K50.1"); empty means
    /// any patient.
    #[serde(default)]
    pub conditions: Vec<String>,
}

/// Which of a patient's visits in a clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// The first.
    First,
    /// Those after it.
    FollowUp,
}

/// What a trigger looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// Kind of visit.
    pub kind: &'a str,
    /// Clinic.
    pub clinic: &'a str,
    /// Whether the patient has no earlier visit in the clinic.
    pub is_first: bool,
    /// Codes of the patient's conditions.
    pub conditions: &'a [String],
}

/// How what is asked is put together: the three models of a service (value chain, shop, network).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// The same for everybody it is for.
    #[default]
    Chain,
    /// The same, not again within so many days after it was completed.
    ChainEvery(u16),
    /// Composed for one patient and one visit: beside what is always asked, these may be added.
    Shop(Vec<String>),
    /// For a group of patients, by its name.
    Network(String),
}

impl Mode {
    /// The word for it in files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Chain | Self::ChainEvery(_) => "chain",
            Self::Shop(_) => "shop",
            Self::Network(_) => "network",
        }
    }
}

/// One instrument of a pathway.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathwayAsk {
    /// The instrument's id.
    pub instrument: String,
    /// Whether the patient is asked afterwards if they want to talk about it.
    #[serde(default)]
    pub ask_wish: bool,
}

/// How many days before the visit each message goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable(pub Vec<(Purpose, u16)>);

impl Default for Timetable {
    /// 7 days, 3 days and 1 day before: three messages at most.
    fn default() -> Self {
        let days = [7, 3, 1];
        Self(Purpose::ALL.into_iter().zip(days).collect())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    version: String,
    title: String,
    #[serde(default)]
    goal: String,
    #[serde(default)]
    reader: String,
    #[serde(default)]
    expected_action: String,
    trigger: Trigger,
    ask: Vec<PathwayAsk>,
    #[serde(default)]
    channels: Vec<String>,
    mode: Option<String>,
    interval_days: Option<u16>,
    #[serde(default)]
    offer: Vec<Offer>,
    group: Option<String>,
    timetable: Option<FileTimetable>,
    #[serde(default)]
    budget: Budget,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    instrument: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the keys of the file")]
struct FileTimetable {
    invitation_days: u16,
    reminder_days: Option<u16>,
    last_reminder_days: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Budget {
    #[serde(default)]
    allow_more_than_60_items: bool,
}

impl Pathway {
    /// Reads a pathway from the text of its file. The id of the instrument of wishes
    /// (`discussion-wish`) is part of the service and not listed.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with line and key.
    pub fn parse(
        file: &str,
        text: &str,
        instruments: &BTreeMap<String, Arc<Instrument>>,
    ) -> Result<Self, Refused> {
        let refused = |faults| Refused { file: file.to_owned(), faults };
        let raw: File = locate::read(text).map_err(|fault| refused(vec![fault]))?;
        let mut faults = Faults::new(text);
        let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
        if raw.id != stem {
            faults.add("id", format!("is {:?}, must be the file's name {stem:?}", raw.id));
        }
        for (key, said, what) in [
            ("version", &raw.version, "must name a version such as \"1\""),
            ("title", &raw.title, "must name the pathway for staff"),
            ("goal", &raw.goal, "must say what the pathway is for"),
            ("reader", &raw.reader, "must say who reads the answers"),
            ("expected_action", &raw.expected_action, "must say what the reader does with them"),
        ] {
            if said.trim().is_empty() {
                faults.add(key, format!("is absent or empty; it {what}"));
            }
        }
        if raw.trigger.types.iter().all(|t| t.trim().is_empty()) {
            faults.add("trigger.types", "is empty, must name at least one kind of visit");
        }
        let mut items = 0;
        for (n, ask) in raw.ask.iter().enumerate() {
            match instruments.get(&ask.instrument) {
                Some(instrument) if !instrument.licence.permission.may_ask() => faults.add(
                    format!("ask[{n}].instrument"),
                    format!(
                        "{:?} may not be asked yet ({}): put a copy that says who granted the permission into the folder of instruments",
                        ask.instrument,
                        instrument.licence.permission.words()
                    ),
                ),
                Some(instrument) => items += instrument.most_items() + usize::from(ask.ask_wish),
                None => {
                    let near = locate::nearest(&ask.instrument, instruments.keys().map(String::as_str));
                    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
                    faults.add(
                        format!("ask[{n}].instrument"),
                        format!("{:?} is not an instrument that is loaded{hint}", ask.instrument),
                    );
                }
            }
            if raw.ask[..n].iter().any(|other| other.instrument == ask.instrument) {
                faults.add(format!("ask[{n}].instrument"), format!("{:?} is there twice", ask.instrument));
            }
        }
        if raw.ask.is_empty() {
            faults.add("ask", "asks nothing");
        }
        if items > MOST_ITEMS && !raw.budget.allow_more_than_60_items {
            faults.add(
                "ask",
                format!("comes to {items} items, above {MOST_ITEMS}; ask less, or set budget.allow_more_than_60_items = true"),
            );
        }
        let timetable = match &raw.timetable {
            None => Timetable::default(),
            Some(t) => {
                let days = [Some(t.invitation_days), t.reminder_days, t.last_reminder_days];
                let given: Vec<(Purpose, u16)> =
                    Purpose::ALL.into_iter().zip(days).filter_map(|(p, d)| Some((p, d?))).collect();
                if given.windows(2).any(|pair| pair[1].1 >= pair[0].1) || given.iter().any(|(_, d)| *d > 60) {
                    faults.add(
                        "timetable",
                        "must count down: invitation, reminder, last reminder, at most 60 days before",
                    );
                }
                Timetable(given)
            }
        };
        let channels = raw.channels(&mut faults);
        let mode = raw.mode(instruments, &mut faults);
        let faults = faults.finish();
        if !faults.is_empty() {
            return Err(refused(faults));
        }
        Ok(Self {
            id: raw.id,
            version: raw.version,
            title: raw.title,
            goal: raw.goal,
            reader: raw.reader,
            expected_action: raw.expected_action,
            trigger: raw.trigger,
            asks: raw.ask,
            timetable,
            channels,
            mode,
            source: text.to_owned(),
        })
    }

    /// Whether it is for an appointment.
    pub fn is_for(&self, occasion: &Occasion<'_>) -> bool {
        let Trigger { types, clinics, visit, conditions } = &self.trigger;
        let same = |a: &String, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        let begins = |code: &String, with: &String| {
            let with = with.trim();
            code.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
        };
        types.iter().any(|t| same(t, occasion.kind))
            && (clinics.is_empty() || clinics.iter().any(|c| same(c, occasion.clinic)))
            && visit.is_none_or(|which| (which == Which::First) == occasion.is_first)
            && (conditions.is_empty()
                || conditions.iter().any(|with| occasion.conditions.iter().any(|code| begins(code, with))))
    }

    /// What a reader of `lang` is asked: agenda first, sensitive instruments last, and nothing in a
    /// language there is no published text for.
    pub fn script(&self, lang: &Lang, instruments: &BTreeMap<String, Arc<Instrument>>) -> Script {
        let mut chosen: Vec<(&PathwayAsk, &Arc<Instrument>)> =
            self.asks.iter().filter_map(|ask| Some((ask, instruments.get(&ask.instrument)?))).collect();
        chosen.sort_by_key(|(_, instrument)| (instrument.agenda.is_none(), instrument.sensitive));
        let wishes = instruments.get(WISH_INSTRUMENT);
        let (mut asks, mut not_asked) = (Vec::new(), Vec::new());
        for (ask, instrument) in chosen {
            let Some(language) = instrument.language_for(lang) else {
                not_asked.push(NotAsked {
                    instrument: instrument.id.clone(),
                    name: instrument.plain_name.clone(),
                    language: lang.clone(),
                });
                continue;
            };
            asks.push(Ask {
                key: instrument.id.clone(),
                instrument: Arc::clone(instrument),
                language: language.clone(),
                why: Why::Asked,
            });
            let wish = wishes.filter(|_| ask.ask_wish);
            if let Some((wish, language)) = wish.and_then(|w| Some((w, w.language_for(lang)?))) {
                asks.push(Ask {
                    key: wish_key(&instrument.id),
                    instrument: Arc::clone(wish),
                    language: language.clone(),
                    why: Why::WishAbout { ask: instrument.id.clone(), name: instrument.plain_name.clone() },
                });
            }
        }
        Script { not_asked, ..Script::new(asks) }
    }

    /// What staff should know before using it.
    pub fn warnings(&self, instruments: &BTreeMap<String, Arc<Instrument>>) -> Vec<String> {
        let script = self.script(&Lang::english(), instruments);
        let (items, minutes) = script.budget();
        let mut warnings = Vec::new();
        if items > MANY_ITEMS || minutes > MANY_MINUTES {
            warnings.push(format!(
                "pathway {:?} asks up to {items} items, about {minutes} minutes; above {MANY_ITEMS} items or {MANY_MINUTES} minutes fewer people finish",
                self.id
            ));
        }
        warnings
    }
}

impl File {
    fn channels(&self, faults: &mut Faults<'_>) -> Vec<Channel> {
        let mut channels = Vec::new();
        for (n, name) in self.channels.iter().enumerate() {
            match name.parse() {
                Ok(channel) if channels.contains(&channel) => {
                    faults.add(format!("channels[{n}]"), format!("{name:?} is there twice"));
                }
                Ok(channel @ (Channel::Telegram | Channel::Email)) => channels.push(channel),
                _ => faults
                    .add(format!("channels[{n}]"), format!("is {name:?}, must be \"telegram\" or \"email\"")),
            }
        }
        channels
    }

    fn mode(&self, instruments: &BTreeMap<String, Arc<Instrument>>, faults: &mut Faults<'_>) -> Mode {
        let mode = self.mode.as_deref().unwrap_or("chain");
        for (key, is_there, belongs) in [
            ("interval_days", self.interval_days.is_some(), "chain"),
            ("offer", !self.offer.is_empty(), "shop"),
            ("group", self.group.is_some(), "network"),
        ] {
            if is_there && mode != belongs {
                faults.add(key, format!("belongs to mode = {belongs:?}, and this is {mode:?}"));
            }
        }
        for (n, offer) in self.offer.iter().enumerate() {
            if !instruments.get(&offer.instrument).is_some_and(|i| i.licence.permission.may_ask()) {
                let what = format!("{:?} is not an instrument that may be asked", offer.instrument);
                faults.add(format!("offer[{n}].instrument"), what);
            }
            if self.ask.iter().any(|ask| ask.instrument == offer.instrument) {
                faults
                    .add(format!("offer[{n}].instrument"), format!("{:?} is always asked", offer.instrument));
            }
        }
        match mode {
            "chain" => match self.interval_days {
                Some(0) => {
                    faults.add("interval_days", "is 0, must be at least 1, or absent");
                    Mode::Chain
                }
                Some(days) => Mode::ChainEvery(days),
                None => Mode::Chain,
            },
            "shop" if self.offer.is_empty() => {
                faults.add(
                    "offer",
                    "is absent; a shop offers at least one instrument beside what is always asked",
                );
                Mode::default()
            }
            "shop" => Mode::Shop(self.offer.iter().map(|offer| offer.instrument.clone()).collect()),
            "network" => match self.group.as_deref().map(str::trim) {
                None | Some("") => {
                    faults.add("group", "is absent or empty; a network names the group it is for");
                    Mode::default()
                }
                Some(group) => Mode::Network(group.to_owned()),
            },
            other => {
                faults.add("mode", format!("is {other:?}, must be \"chain\", \"shop\" or \"network\""));
                Mode::default()
            }
        }
    }
}

/// The instrument that asks whether the patient wants to talk about another one.
pub const WISH_INSTRUMENT: &str = "discussion-wish";

/// The key of the wish about an ask.
pub fn wish_key(ask: &str) -> String {
    format!("wish.{ask}")
}

/// Seconds an item takes, by its kind: our own estimate, for what the patient is told.
pub(crate) fn seconds(kind: &ItemKind) -> usize {
    match kind {
        ItemKind::Text { .. } => 45,
        ItemKind::MultipleChoice(_) | ItemKind::Date(_) => 15,
        ItemKind::Choice(_) | ItemKind::Integer(_) | ItemKind::Decimal(_) | ItemKind::Scale { .. } => 10,
        ItemKind::Display => 5,
    }
}

#[cfg(test)]
mod tests;
