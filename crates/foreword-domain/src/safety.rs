//! A clinic's safety plan: who is told of an alert, how, by when, and what a patient in a crisis reads.
//!
//! Read from a file and checked on its own here. When somebody is told is decided in `escalation`.

mod file;
mod hours;

use std::{collections::BTreeMap, sync::Arc};

use jiff::{
    Timestamp,
    civil::{Time, Weekday},
    tz::TimeZone,
};

pub use self::hours::{HalfDay, Hours};
use crate::{
    alert::RedFlag,
    escalation,
    instrument::Instrument,
    language::Lang,
    locate::{self, Faults, Refused},
};

/// Minutes from one person of the chain to the next, at most: four hours, so that a chain never takes longer
/// than a day. No line of the requirements sets it.
pub const MOST_STEP_MINUTES: u16 = 240;

/// The safety plan of a clinic. What it says is right; what it does not say is in [`Plan::missing`].
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The clinic's name as feeds say it.
    pub clinic: String,
    /// Its version.
    pub version: String,
    /// Login of the person who answers for this loop.
    pub owner: Option<String>,
    /// The zone of its clock times.
    pub zone: TimeZone,
    /// The name of the zone.
    pub zone_name: String,
    /// How people are told, by the login of their account.
    pub people: BTreeMap<String, Person>,
    /// Login of who is told after the person on call.
    pub deputy: Option<String>,
    /// Login of who is told after the deputy.
    pub safety_lead: Option<String>,
    /// The rota; the first shift that fits a moment counts.
    pub on_call: Vec<Shift>,
    /// When the clinic works.
    pub hours: Hours,
    /// Minutes within which somebody must acknowledge a red alert.
    pub red: Option<u16>,
    /// Minutes from one person of the chain to the next.
    pub step: Option<u16>,
    /// Local numbers for a patient in a crisis, one line each, by language.
    pub crisis: BTreeMap<Lang, Vec<String>>,
    /// The clinic's own red flags, beside those of the instruments.
    pub rules: Vec<Rule>,
    /// The file it was read from, byte for byte.
    pub source: String,
}

/// How somebody is told.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Person {
    /// By mail to this address.
    pub email: Option<String>,
    /// In the chat they have connected.
    pub telegram: bool,
    /// By a request to this address, such as a pager's.
    pub webhook: Option<String>,
}

/// A part of the week in which one person is on call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Login.
    pub person: String,
    /// The days on which it begins; empty means every day.
    pub days: Vec<Weekday>,
    /// From and to, by the clock of the plan's zone; nothing means the whole day. With `to` before `from` it
    /// goes over midnight.
    pub times: Option<(Time, Time)>,
}

impl Shift {
    /// Whether it covers a moment of the week.
    pub fn covers(&self, day: Weekday, time: Time) -> bool {
        let begins_on = |day: Weekday| self.days.is_empty() || self.days.contains(&day);
        match self.times {
            None => begins_on(day),
            Some((from, to)) if from <= to => begins_on(day) && from <= time && time < to,
            Some((from, to)) => (time >= from && begins_on(day)) || (time < to && begins_on(day.previous())),
        }
    }
}

/// A red flag of the clinic's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The instrument it looks at.
    pub instrument: String,
    /// The rule.
    pub flag: RedFlag,
}

/// What an incomplete plan lacks. Until nothing is missing, nothing that can raise an alert is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A named owner.
    Owner,
    /// A rota.
    OnCall,
    /// Somebody on call at every moment of a normal week.
    OnCallGap,
    /// A deputy.
    Deputy,
    /// A safety lead.
    SafetyLead,
    /// Another person: this one would be told twice in a row.
    SamePerson(String),
    /// Working hours.
    Hours,
    /// A deadline for red alerts.
    RedDeadline,
    /// A time from one person of the chain to the next.
    StepDeadline,
    /// A crisis text in this language.
    Crisis(Lang),
    /// A second independent way to this person.
    TwoWays(String),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Owner => f.write_str("nobody is named as the owner of this loop: set owner"),
            Self::OnCall => f.write_str("nobody is on call: write the rota as [[on_call]]"),
            Self::OnCallGap => f.write_str(
                "at some moment of a normal week nobody is on call: end [[on_call]] with a shift that has \
                 neither days nor times",
            ),
            Self::Deputy => f.write_str("there is no deputy: set chain.deputy"),
            Self::SafetyLead => f.write_str("there is no safety lead: set chain.safety_lead"),
            Self::SamePerson(login) => write!(
                f,
                "{login:?} would be told twice in a row: name different people in on_call, chain.deputy and \
                 chain.safety_lead"
            ),
            Self::Hours => f.write_str("there are no working hours: write half-days in [hours]"),
            Self::RedDeadline => {
                f.write_str("there is no deadline for red alerts: set deadlines.red_minutes")
            }
            Self::StepDeadline => f.write_str(
                "there is no time from one person of the chain to the next: set deadlines.step_minutes",
            ),
            Self::Crisis(lang) => write!(
                f,
                "there are no local numbers for a patient in a crisis in {:?}: set crisis.{lang}.numbers",
                lang.as_str()
            ),
            Self::TwoWays(login) => write!(
                f,
                "{login:?} cannot be told in two independent ways: set two of email, telegram (with a chat \
                 that is connected) and webhook in people.{login}"
            ),
        }
    }
}

/// The rules of a file that holds nothing else, or of a whole plan.
///
/// # Errors
/// What is wrong with them, each with line and key.
pub fn rules(file: &str, text: &str) -> Result<Vec<Rule>, Refused> {
    let refused = |faults| Refused { file: file.to_owned(), faults };
    let raw: file::File = locate::read(text).map_err(|fault| refused(vec![fault]))?;
    let mut faults = Faults::new(text);
    let rules = raw.rules(&mut faults);
    let faults = faults.finish();
    if faults.is_empty() { Ok(rules) } else { Err(refused(faults)) }
}

/// What is wrong with rules of a text, given the instruments that are loaded: one line each.
pub fn rule_faults(
    rules: &[Rule],
    text: &str,
    instruments: &BTreeMap<String, Arc<Instrument>>,
) -> Vec<String> {
    let mut faults = Faults::new(text);
    for (n, rule) in rules.iter().enumerate() {
        let Some(instrument) = instruments.get(&rule.instrument) else {
            let near = locate::nearest(&rule.instrument, instruments.keys().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean {near:?}?"));
            faults.add(
                format!("rule[{n}].instrument"),
                format!("{:?} is not an instrument that is loaded{hint}", rule.instrument),
            );
            continue;
        };
        // An alert names its rule by instrument and id: two of the same name would be one alert.
        if instrument.red_flags.iter().any(|flag| flag.id == rule.flag.id) {
            let what = format!("{:?} is a rule of the instrument itself already", rule.flag.id);
            faults.add(format!("rule[{n}].id"), what);
        }
        for (key, what) in rule.flag.faults(&instrument.items, &instrument.scales) {
            faults.add(format!("rule[{n}].{key}"), what);
        }
    }
    faults.finish().iter().map(ToString::to_string).collect()
}

impl Plan {
    /// Reads a plan from the text of its file. An incomplete one is right too.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with line and key.
    pub fn parse(file: &str, text: &str) -> Result<Self, Refused> {
        let refused = |faults| Refused { file: file.to_owned(), faults };
        let raw: file::File = locate::read(text).map_err(|fault| refused(vec![fault]))?;
        let mut faults = Faults::new(text);
        let plan = raw.plan(text, &mut faults);
        let faults = faults.finish();
        if faults.is_empty() { Ok(plan) } else { Err(refused(faults)) }
    }

    /// What is wrong with its rules, given the instruments that are loaded: one line each.
    pub fn rule_faults(&self, instruments: &BTreeMap<String, Arc<Instrument>>) -> Vec<String> {
        rule_faults(&self.rules, &self.source, instruments)
    }

    /// Everything it lacks before a patient may be asked in these languages, in a fixed order. `has_chat` says
    /// whether an account has a chat connected.
    pub fn missing(&self, languages: &[Lang], has_chat: &dyn Fn(&str) -> bool) -> Vec<Missing> {
        let mut missing = Vec::new();
        let mut lacks = |is_missing: bool, what: Missing| {
            if is_missing && !missing.contains(&what) {
                missing.push(what);
            }
        };
        lacks(self.owner.is_none(), Missing::Owner);
        lacks(self.on_call.is_empty(), Missing::OnCall);
        lacks(!self.on_call.is_empty() && self.on_call_gap().is_some(), Missing::OnCallGap);
        lacks(self.deputy.is_none(), Missing::Deputy);
        lacks(self.safety_lead.is_none(), Missing::SafetyLead);
        if let Some(deputy) = &self.deputy {
            let is_on_call = self.moments().into_iter().any(|(day, time)| self.at(day, time) == Some(deputy));
            lacks(is_on_call, Missing::SamePerson(deputy.clone()));
            lacks(self.safety_lead.as_ref() == Some(deputy), Missing::SamePerson(deputy.clone()));
        }
        lacks(self.hours.is_empty(), Missing::Hours);
        lacks(self.red.is_none(), Missing::RedDeadline);
        lacks(self.step.is_none(), Missing::StepDeadline);
        for lang in languages {
            lacks(self.crisis_in(lang).is_none(), Missing::Crisis(lang.clone()));
        }
        let rota = self.on_call.iter().map(|shift| &shift.person);
        for login in rota.chain(&self.deputy).chain(&self.safety_lead) {
            let ways = self.person(login).map_or(0, |p| escalation::ways(p, has_chat(login)).len());
            lacks(ways < 2, Missing::TwoWays(login.clone()));
        }
        missing
    }

    /// Login of the person on call.
    pub fn on_call(&self, at: Timestamp) -> Option<&str> {
        let local = at.to_zoned(self.zone.clone());
        self.at(local.weekday(), local.time())
    }

    /// The first moment of a normal week, from Monday on, at which nobody is on call.
    pub fn on_call_gap(&self) -> Option<(Weekday, Time)> {
        self.moments().into_iter().find(|(day, time)| self.at(*day, *time).is_none())
    }

    /// Somebody by their login.
    pub fn person(&self, login: &str) -> Option<&Person> {
        self.people.get(login)
    }

    /// The numbers for a patient who reads this language: in exactly it, or in it without the region.
    pub fn crisis_in(&self, lang: &Lang) -> Option<&[String]> {
        let primary = || self.crisis.iter().find(|(l, _)| l.as_str() == lang.primary()).map(|(_, n)| n);
        self.crisis.get(lang).or_else(primary).map(Vec::as_slice).filter(|numbers| !numbers.is_empty())
    }

    fn at(&self, day: Weekday, time: Time) -> Option<&str> {
        self.on_call.iter().find(|shift| shift.covers(day, time)).map(|shift| shift.person.as_str())
    }

    /// The moments of a week at which who is on call can change: what holds at all of them holds always.
    fn moments(&self) -> Vec<(Weekday, Time)> {
        let mut times: Vec<Time> = self
            .on_call
            .iter()
            .filter_map(|shift| shift.times)
            .flat_map(|(from, to)| [from, to])
            .chain([Time::midnight()])
            .collect();
        times.sort_unstable();
        times.dedup();
        let week = Weekday::Monday.cycle_forward().take(7);
        week.flat_map(|day| times.iter().map(move |time| (day, *time)).collect::<Vec<_>>()).collect()
    }
}

#[cfg(test)]
mod tests;
