//! The page, made from answers a test gives by hand and read back as text and as HTML.
//! It refuses to know a database, a web server and the clock.

mod change;
mod charts;
mod contents;
mod copies;
mod document;
mod forms;
mod laid_out;
mod page;
mod printed;
mod scores;
mod sheets;
mod states;
mod topics;
mod trends;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use foreword_domain::{
    alert::Level,
    appointment::{self, Appointment},
    conversation::{
        State,
        script::{Ask, Script, Why},
    },
    ids::{AppointmentId, PatientId},
    instrument::Instrument,
    language::Lang,
    message::Channel,
    pathway::Pathway,
    patient::{Patient, Person, Profile},
    private::Private,
    response::{Answer, ItemRef, Ledger, Respondent, Value},
    scoring::{self, Score, Status},
};
use jiff::Timestamp;

use crate::{Flag, Goal, Input, LeftOpen, Previous, Reply, Reused, ScoreLine, Summary, compose, html, text};

const INSTRUMENTS: [(&str, &str); 6] = [
    ("visit-agenda.toml", include_str!("../../../config/instruments/visit-agenda.toml")),
    ("gi-questions.toml", include_str!("../../../config/instruments/gi-questions.toml")),
    ("discussion-wish.toml", include_str!("../../../config/instruments/discussion-wish.toml")),
    ("phq-2.toml", include_str!("../../../config/instruments/phq-2.toml")),
    ("gad-7.toml", include_str!("../../../config/instruments/gad-7.toml")),
    ("k10.toml", include_str!("../../../config/instruments/k10.toml")),
];

const PATHWAYS: [(&str, &str); 2] = [
    ("gi-follow-up.toml", include_str!("../../../config/pathways/gi-follow-up.toml")),
    ("wellbeing-check.toml", include_str!("../../../config/pathways/wellbeing-check.toml")),
];

/// A visit with its answers, each given a minute after the one before.
struct Visit {
    pathway: Option<Pathway>,
    script: Script,
    given: Vec<Answer>,
    state: State,
    completed_at: Option<Timestamp>,
    previous: Vec<Previous>,
    flags: Vec<Flag>,
    reply: Option<Reply>,
    goals: Vec<Goal>,
    open_topics: Vec<LeftOpen>,
    /// How the next answers come.
    channel: Channel,
    by: Respondent,
}

impl Visit {
    /// What a pathway that ships asks a reader of a language.
    fn new(pathway: &str, lang: &str) -> Self {
        let instruments: BTreeMap<String, Arc<Instrument>> = INSTRUMENTS
            .iter()
            .map(|(file, text)| Instrument::parse(file, text).unwrap_or_else(|refused| panic!("{refused}")))
            .map(|instrument| (instrument.id.clone(), Arc::new(instrument)))
            .collect();
        let name = format!("{pathway}.toml");
        let (file, text) = PATHWAYS.iter().find(|(file, _)| *file == name).expect("a pathway that ships");
        let pathway = Pathway::parse(file, text, &instruments).unwrap_or_else(|refused| panic!("{refused}"));
        let script = pathway.script(&self::lang(lang), &instruments);
        Self::asking(Some(pathway), script)
    }

    /// One instrument of a test's own, called `own`, asked in English.
    fn own(rest: &str) -> Self {
        let own = Instrument::parse("own.toml", &format!("{HEAD}{rest}"));
        let instrument = Arc::new(own.unwrap_or_else(|refused| panic!("{refused}")));
        let ask = Ask { key: "own".into(), instrument, language: Lang::english(), why: Why::Asked };
        Self::asking(None, Script::new(vec![ask]))
    }

    fn asking(pathway: Option<Pathway>, script: Script) -> Self {
        Self {
            pathway,
            script,
            given: Vec::new(),
            state: State::Open,
            completed_at: None,
            previous: Vec::new(),
            flags: Vec::new(),
            reply: None,
            goals: Vec::new(),
            open_topics: Vec::new(),
            channel: Channel::Web,
            by: Respondent::Patient,
        }
    }

    /// Answers as they are written in files, by item; `-` is "prefer not to answer".
    fn gives(mut self, ask: &str, answers: &[(&str, &str)]) -> Self {
        for (id, written) in answers {
            let item = self.script.ask(ask).and_then(|ask| ask.instrument.item(id)).expect("an item");
            let value = match *written {
                "-" => Value::Skipped,
                written => item.read_code(written).unwrap_or_else(|| panic!("{written:?} to {ask}/{id}")),
            };
            self.enter(ask, id, value);
        }
        self
    }

    /// The same answer to items `q1`, `q2`, ... in turn.
    fn counts(self, ask: &str, codes: &[&str]) -> Self {
        let ids: Vec<String> = (1..=codes.len()).map(|n| format!("q{n}")).collect();
        let answers: Vec<(&str, &str)> = ids.iter().map(String::as_str).zip(codes.iter().copied()).collect();
        self.gives(ask, &answers)
    }

    /// The patient's topics in their words, in the order asked.
    fn topics(mut self, words: &[&str]) -> Self {
        for (n, words) in words.iter().enumerate() {
            self.enter("visit-agenda", &format!("topic-{}", n + 1), Value::Text((*words).to_owned()));
        }
        self
    }

    fn enter(&mut self, ask: &str, item: &str, value: Value) {
        let language = self.script.ask(ask).expect("an ask").language.clone();
        let minutes = i64::try_from(self.given.len()).expect("few answers");
        self.given.push(Answer {
            at: ItemRef::new(ask, item),
            value,
            answered_at: at("2026-11-20T18:00:00Z") + jiff::SignedDuration::from_mins(minutes),
            channel: self.channel,
            ui_language: language.clone(),
            instrument_language: language,
            by: self.by,
        });
    }

    fn stands(mut self, state: State) -> Self {
        self.state = state;
        self.completed_at = (state == State::Completed).then(|| at("2026-11-20T18:40:00Z"));
        self
    }

    fn flag(mut self, level: Level, text: &str) -> Self {
        self.flags.push(Flag { level, text: text.into(), at: at("2026-11-20T18:20:00Z"), rule: None });
        self
    }

    /// A score of an earlier visit, given alike unless `change` makes it different.
    fn before(mut self, ask: &str, value: f64, change: impl FnOnce(&mut Previous)) -> Self {
        let instrument = Arc::clone(&self.script.ask(ask).expect("an ask").instrument);
        let scale = &instrument.scales[0];
        let of = scale.items.len();
        let band = scoring::band(scale, &Person::default(), value);
        let status = Status::Scored;
        let mut previous = Previous {
            instrument: (instrument.id.clone(), instrument.version.clone()),
            score: Score {
                scale: scale.id.clone(),
                status,
                value: Some(value),
                se: None,
                band,
                answered: of,
                of,
            },
            at: at("2026-08-03T08:00:00Z"),
            by: Some(Respondent::Patient),
            channels: BTreeSet::from([Channel::Web]),
            language: Lang::english(),
        };
        change(&mut previous);
        self.previous.push(previous);
        self
    }

    /// The scores as the service hands them over: of every ask with an answer, hidden items left out.
    fn scores(&self, ledger: &Ledger) -> Vec<(String, Vec<Score>)> {
        let has_answers = |ask: &&Ask| ledger.iter().any(|answer| answer.at.ask == ask.key);
        let of = |ask: &Ask| {
            let visible = self.script.visible(ask, ledger);
            scoring::all(&ask.instrument, &self.script.person, |id| {
                visible.iter().find(|item| item.id == id).and_then(|_| ledger.value(&ask.key, id).cloned())
            })
        };
        self.script.asks.iter().filter(has_answers).map(|ask| (ask.key.clone(), of(ask))).collect()
    }

    fn summary(&self) -> Summary {
        let ledger = Ledger::of(self.given.clone());
        compose(&Input {
            patient: &patient(),
            appointment: &appointment(),
            script: &self.script,
            ledger: &ledger,
            state: self.state,
            completed_at: self.completed_at,
            asked_by: self.pathway.as_ref().map(|p| (p.id.clone(), p.version.clone())),
            pathway: self.pathway.as_ref(),
            scores: self.scores(&ledger),
            previous: self.previous.clone(),
            reused: Reused::default(),
            flags: self.flags.clone(),
            reply: self.reply.clone(),
            goals: self.goals.clone(),
            open_topics: self.open_topics.clone(),
            now: at("2026-11-23T16:05:00Z"),
        })
    }

    fn text(&self) -> String {
        text::render(&self.summary())
    }

    fn html(&self) -> String {
        html::page(&self.summary()).expect("the page is written")
    }

    /// What a reader sees of the HTML.
    fn seen(&self) -> String {
        seen(&html::article(&self.summary()).expect("the page is written"))
    }

    /// The one score of the page.
    #[track_caller]
    fn score(&self) -> ScoreLine {
        let summary = self.summary();
        assert_eq!(summary.scores.len(), 1);
        summary.scores.into_iter().next().expect("one score")
    }
}

fn patient() -> Patient {
    Patient {
        id: PatientId::mint(at("2026-01-01T00:00:00Z"), [1; 10]),
        language: Lang::english(),
        time_zone: "Europe/Berlin".into(),
        profile: Private::new(Profile {
            external_id: "MRN-0042".into(),
            given_name: "Ada".into(),
            family_name: "Moreno & Söhne".into(),
            birth_date: jiff::civil::date(1961, 3, 9),
            email: Some("ada@example.org".into()),
            phone: None,
            sex: None,
            conditions: Vec::new(),
            deceased: false,
        }),
    }
}

fn appointment() -> Appointment {
    Appointment {
        id: AppointmentId::mint(at("2026-01-01T00:00:00Z"), [2; 10]),
        patient: patient().id,
        external_id: "A-7".into(),
        start: at("2026-11-24T08:30:00Z"),
        time_zone: "Europe/Berlin".into(),
        duration_min: 20,
        clinic: "North clinic".into(),
        clinician: "Dr. Okafor".into(),
        kind: "Follow-up".into(),
        status: appointment::Status::Booked,
        revision: 0,
    }
}

fn at(written: &str) -> Timestamp {
    written.parse().expect("an instant")
}

fn lang(tag: &str) -> Lang {
    Lang::parse(tag).expect("a language tag")
}

/// The part of a page between two marks.
#[track_caller]
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("{from:?} is not in\n{page}")) + from.len();
    let end = page[start..].find(to).unwrap_or_else(|| panic!("{to:?} does not follow {from:?} in\n{page}"));
    &page[start..start + end]
}

/// What a reader sees of HTML, without its tags.
fn seen(html: &str) -> String {
    let mut seen = String::new();
    for part in html.split('<') {
        seen.push_str(part.split_once('>').map_or(part, |(_, words)| words));
        seen.push(' ');
    }
    unescaped(&seen)
}

/// Reads the five characters HTML writes as numbers, `&` last.
fn unescaped(html: &str) -> String {
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(html.to_owned(), |html, (from, to)| html.replace(from, to))
}

/// The head of an instrument file called `own`, to which a test adds items and scales.
const HEAD: &str = r#"
id = "own"
version = "1"
title = { en = "Own" }
plain_name = { en = "Own" }
citations = ["Written for a test"]

[licence]
kind = "own-words"
notice = "Ours"
evidence = "LICENSE"
electronic_use = true

[languages.en]
source = "Written for a test"
"#;
