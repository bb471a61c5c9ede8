//! A safety plan as it is written, and every rule its file must keep.

use std::collections::BTreeMap;

use jiff::{
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::Deserialize;

use super::{HalfDay, Hours, MOST_STEP_MINUTES, Person, Plan, Rule, Shift};
use crate::{
    alert::{Level, RedFlag},
    booking::field,
    escalation,
    language::{Lang, Text},
    locate::{Faults, nearest},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    clinic: String,
    #[serde(default)]
    version: String,
    owner: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    people: BTreeMap<String, FilePerson>,
    #[serde(default)]
    chain: FileChain,
    #[serde(default)]
    on_call: Vec<FileShift>,
    #[serde(default)]
    hours: BTreeMap<String, Vec<toml::Value>>,
    #[serde(default)]
    deadlines: FileDeadlines,
    #[serde(default)]
    crisis: BTreeMap<String, FileCrisis>,
    #[serde(default)]
    rule: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePerson {
    email: Option<String>,
    #[serde(default)]
    telegram: bool,
    webhook: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FileChain {
    deputy: Option<String>,
    safety_lead: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShift {
    person: String,
    days: Option<Vec<String>>,
    from: Option<String>,
    to: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FileDeadlines {
    red_minutes: Option<i64>,
    step_minutes: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileCrisis {
    numbers: Vec<String>,
}

/// A red flag as an instrument has it, with the name of the instrument.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    instrument: String,
    id: String,
    level: Level,
    text: Text,
    item: Option<String>,
    #[serde(default)]
    codes: Vec<String>,
    at_least: Option<f64>,
    scale: Option<String>,
    worse_by: Option<f64>,
    #[serde(default)]
    crisis: bool,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// The key of the days nobody works, between those of the week.
const CLOSED: &str = "closed";

impl File {
    /// The rules alone.
    pub(super) fn rules(self, faults: &mut Faults<'_>) -> Vec<Rule> {
        rules(self.rule, faults)
    }

    /// The plan, right only where no fault was added.
    pub(super) fn plan(self, text: &str, faults: &mut Faults<'_>) -> Plan {
        for (key, said, what) in [
            ("clinic", &self.clinic, "must be the clinic's name as feeds say it"),
            ("version", &self.version, "must name a version such as \"1\""),
        ] {
            if let Err(why) = line(said) {
                faults.add(key, format!("{why}; it {what}"));
            }
        }
        let (zone, zone_name) = self.zone(faults);
        self.names(faults);
        Plan {
            zone,
            zone_name,
            people: people(&self.people, faults),
            on_call: self.on_call.iter().enumerate().map(|(n, shift)| shift.shift(n, faults)).collect(),
            hours: hours(&self.hours, faults),
            red: minutes(self.deadlines.red_minutes, "red_minutes", escalation::RED_MINUTES, faults),
            step: minutes(self.deadlines.step_minutes, "step_minutes", MOST_STEP_MINUTES, faults),
            crisis: crisis(&self.crisis, faults),
            rules: rules(self.rule, faults),
            clinic: self.clinic.trim().to_owned(),
            version: self.version.trim().to_owned(),
            owner: self.owner,
            deputy: self.chain.deputy,
            safety_lead: self.chain.safety_lead,
            source: text.to_owned(),
        }
    }

    fn zone(&self, faults: &mut Faults<'_>) -> (TimeZone, String) {
        let zone = match self.time_zone.as_deref() {
            None => Err("is absent; without it no clock time below means anything".to_owned()),
            Some(name) => field::zone(name.trim()).map_err(|why| format!("{name:?} {why}")),
        };
        let zone = zone.unwrap_or_else(|why| {
            faults.add("time_zone", why);
            TimeZone::UTC
        });
        let name = zone.iana_name().or(self.time_zone.as_deref()).unwrap_or_default().to_owned();
        (zone, name)
    }

    /// Whoever is named must be among the people.
    fn names(&self, faults: &mut Faults<'_>) {
        let chain = [
            ("owner", &self.owner),
            ("chain.deputy", &self.chain.deputy),
            ("chain.safety_lead", &self.chain.safety_lead),
        ];
        let chain = chain.into_iter().filter_map(|(key, login)| Some((key.to_owned(), login.as_ref()?)));
        let rota = self.on_call.iter().enumerate();
        let rota = rota.map(|(n, shift)| (format!("on_call[{n}].person"), &shift.person));
        for (key, login) in chain.chain(rota) {
            if !self.people.contains_key(login) {
                let hint = perhaps(login, self.people.keys().map(String::as_str));
                faults.add(key, format!("{login:?} is not in [people]{hint}"));
            }
        }
    }
}

fn people(raw: &BTreeMap<String, FilePerson>, faults: &mut Faults<'_>) -> BTreeMap<String, Person> {
    let person = |(login, person): (&String, &FilePerson)| {
        if login.trim().is_empty() {
            faults.add("people", "names somebody without a login");
        }
        if let Some(Err(why)) = person.email.as_deref().map(field::email) {
            faults.add(format!("people.{login}.email"), why);
        }
        if let Some(Err(why)) = person.webhook.as_deref().map(webhook) {
            faults.add(format!("people.{login}.webhook"), why);
        }
        let FilePerson { email, telegram, webhook } = person;
        (login.clone(), Person { email: email.clone(), telegram: *telegram, webhook: webhook.clone() })
    };
    raw.iter().map(person).collect()
}

impl FileShift {
    fn shift(&self, n: usize, faults: &mut Faults<'_>) -> Shift {
        let mut days = Vec::new();
        for (m, word) in self.days.iter().flatten().enumerate() {
            let key = format!("on_call[{n}].days[{m}]");
            match day(word) {
                Ok(day) if days.contains(&day) => faults.add(key, format!("{word:?} is there twice")),
                Ok(day) => days.push(day),
                Err(why) => faults.add(key, why),
            }
        }
        if self.days.as_ref().is_some_and(Vec::is_empty) {
            faults.add(format!("on_call[{n}].days"), "names no day; leave it out for every day");
        }
        let mut time = |key: &str, written: &String| {
            clock(written).map_err(|why| faults.add(format!("on_call[{n}].{key}"), why)).ok()
        };
        let from = self.from.as_ref().map(|written| time("from", written));
        let to = self.to.as_ref().map(|written| time("to", written));
        let times = match (from, to) {
            (None, None) => None,
            (Some(from), Some(to)) => from.zip(to),
            _ => {
                faults.add(format!("on_call[{n}]"), "has only one of from and to; give both, or neither");
                None
            }
        };
        if times.is_some_and(|(from, to)| from == to) {
            faults.add(format!("on_call[{n}].to"), "is the same as from; leave both out for the whole day");
        }
        Shift { person: self.person.clone(), days, times }
    }
}

fn hours(raw: &BTreeMap<String, Vec<toml::Value>>, faults: &mut Faults<'_>) -> Hours {
    let mut hours = Hours::default();
    for key in raw.keys().filter(|key| *key != CLOSED) {
        if let Err(why) = day(key) {
            faults.add(format!("hours.{key}"), why);
        }
    }
    for ((name, _), half_days) in DAYS.iter().zip(&mut hours.half_days) {
        for (n, written) in raw.get(*name).into_iter().flatten().enumerate() {
            let key = format!("hours.{name}[{n}]");
            match half_day(&plain(written)) {
                Ok(half) if half_days.last().is_some_and(|last: &HalfDay| last.to > half.from) => {
                    faults.add(key, "begins before the one before it ends; half-days stand in order");
                }
                Ok(half) => half_days.push(half),
                Err(why) => faults.add(key, why),
            }
        }
    }
    for (n, written) in raw.get(CLOSED).into_iter().flatten().enumerate() {
        match plain(written).parse::<Date>() {
            Ok(date) => {
                hours.closed.insert(date);
            }
            Err(_) => faults.add(
                format!("hours.{CLOSED}[{n}]"),
                format!("is {written}, must be a date such as \"2026-12-25\""),
            ),
        }
    }
    hours
}

fn minutes(given: Option<i64>, key: &str, most: u16, faults: &mut Faults<'_>) -> Option<u16> {
    let given = given?;
    let minutes = u16::try_from(given).ok().filter(|minutes| (1..=most).contains(minutes));
    if minutes.is_none() {
        faults.add(format!("deadlines.{key}"), format!("is {given}, must be minutes from 1 to {most}"));
    }
    minutes
}

fn crisis(raw: &BTreeMap<String, FileCrisis>, faults: &mut Faults<'_>) -> BTreeMap<Lang, Vec<String>> {
    let mut crisis = BTreeMap::new();
    for (tag, FileCrisis { numbers }) in raw {
        let key = format!("crisis.{tag}.numbers");
        for (n, number) in numbers.iter().enumerate() {
            if let Err(why) = line(number) {
                faults.add(format!("{key}[{n}]"), why);
            }
        }
        // A text without a digit, in whichever script, leaves nothing to call.
        if !numbers.iter().any(|number| number.chars().any(char::is_numeric)) {
            faults.add(key, "holds no number to call");
        }
        let numbers = numbers.iter().map(|number| number.trim().to_owned()).collect();
        match Lang::parse(tag) {
            Err(why) => faults.add(format!("crisis.{tag}"), why.to_string()),
            Ok(lang) => {
                if crisis.insert(lang, numbers).is_some() {
                    faults.add(format!("crisis.{tag}"), "is there twice, written differently");
                }
            }
        }
    }
    crisis
}

fn rules(raw: Vec<FileRule>, faults: &mut Faults<'_>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::with_capacity(raw.len());
    for (n, rule) in raw.into_iter().enumerate() {
        let FileRule { instrument, id, level, text, item, codes, at_least, scale, worse_by, crisis } = rule;
        let flag = RedFlag { id, level, text, item, codes, at_least, scale, worse_by, crisis };
        let key = |key: &str| format!("rule[{n}].{key}");
        if instrument.trim().is_empty() {
            faults.add(key("instrument"), "is empty, must be the id of an instrument");
        }
        let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if flag.id.is_empty() || flag.id.len() > 64 || !flag.id.chars().all(is_id) {
            faults.add(key("id"), format!("is {:?}, must be letters, digits, `-` or `_`", flag.id));
        }
        if rules.iter().any(|other| other.instrument == instrument && other.flag.id == flag.id) {
            faults.add(key("id"), format!("{:?} is there twice for {instrument:?}", flag.id));
        }
        // Staff read them, in English.
        if flag.text.get(&Lang::english()).is_none_or(|text| text.trim().is_empty()) {
            faults.add(key("text"), "has no text in \"en\", which staff read");
        }
        for (sub, what) in flag.faults_of_form() {
            faults.add(key(sub), what);
        }
        // What the patient is shown must hold in a running visit, whatever becomes of a plan meanwhile.
        if flag.crisis {
            faults.add(key("crisis"), "belongs to an instrument's own rule; a plan's rules tell staff");
        }
        rules.push(Rule { instrument, flag });
    }
    rules
}

/// One line that says something.
fn line(text: &str) -> Result<String, String> {
    match field::text(text)? {
        text if text.is_empty() => Err("is absent or empty".to_owned()),
        text => Ok(text),
    }
}

fn plain(value: &toml::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn perhaps<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map_or_else(String::new, |name| format!("; did you mean {name:?}?"))
}

fn day(word: &str) -> Result<Weekday, String> {
    let found = DAYS.iter().find(|(name, _)| *name == word).map(|(_, day)| *day);
    found.ok_or_else(|| {
        let names = DAYS.iter().map(|(name, _)| *name);
        let hint = perhaps(word, names);
        format!("{word:?} is no day, must be mon, tue, wed, thu, fri, sat or sun{hint}")
    })
}

/// A clock time, written with two digits each: "08:30".
fn clock(written: &str) -> Result<Time, String> {
    let two = |digits: &str| {
        let is_two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        if is_two { digits.parse::<i8>().ok() } else { None }
    };
    let time = written.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute) = (two(hour)?, two(minute)?);
        Time::new(hour, minute, 0, 0).ok()
    });
    time.ok_or_else(|| format!("is {written:?}, must be a clock time from \"00:00\" to \"23:59\""))
}

fn half_day(written: &str) -> Result<HalfDay, String> {
    let (from, to) = written
        .split_once('-')
        .ok_or_else(|| format!("is {written:?}, must be a half-day such as \"08:30-12:30\""))?;
    let half = HalfDay { from: clock(from.trim())?, to: clock(to.trim())? };
    if half.to > half.from { Ok(half) } else { Err(format!("is {written:?}, must end after it begins")) }
}

/// An address a request may be sent to: in secret, but for a test on the same machine; and without a password
/// in it, which logs and proxies would show.
fn webhook(url: &str) -> Result<(), String> {
    let wrong = |why: &str| Err(why.to_owned());
    let Some((scheme, rest)) = url.split_once("://") else {
        return wrong("is no address such as https://pager.example/hook");
    };
    if !url.bytes().all(|b| b.is_ascii_graphic()) || url.contains(['\\', '"', '<', '>']) {
        return wrong("holds a character that an address must not hold");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("holds a name or a password before the host; leave them out");
    }
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an address of IPv6 stand in brackets, and are none before a port.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(v6) => v6.contains(':') && v6.bytes().all(|b| b.is_ascii_hexdigit() || b":.".contains(&b)),
        None => {
            host.split('.').all(|label| !label.is_empty())
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        }
    };
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if !is_host || !is_port {
        return wrong("names no host such as pager.example");
    }
    let is_here = matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        _ => wrong("must begin with https://; http:// is for localhost only"),
    }
}
