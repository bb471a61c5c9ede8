//! A pathway: for which appointments which instruments are asked, when, and what for.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use crate::{
    conversation::script::{Ask, NotAsked, Script, Why},
    instrument::{Instrument, ItemKind},
    language::Lang,
    locate::{self, Faults, Refused},
    message::Purpose,
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
    timetable: Option<FileTimetable>,
    #[serde(default)]
    budget: Budget,
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
            source: text.to_owned(),
        })
    }

    /// Whether it is for an appointment of this kind in this clinic.
    pub fn is_for(&self, kind: &str, clinic: &str) -> bool {
        let same = |a: &String, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        self.trigger.types.iter().any(|t| same(t, kind))
            && (self.trigger.clinics.is_empty() || self.trigger.clinics.iter().any(|c| same(c, clinic)))
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
