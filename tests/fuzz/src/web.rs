//! What people type into pages, and what addresses of pages hold.

use foreword_app::identity::{Asked, Born};
use foreword_domain::{
    ids::{AppointmentId, PatientId},
    language::Lang,
    question,
    response::ItemRef,
    topic,
};
use foreword_intake::parsers;
use jiff::civil::date;

use crate::{
    Target,
    input::{choice, now, text, usual},
    seeds,
};

const TYPED: &[&str] = &[
    "1951",
    "0",
    "٣٠",
    "１９５１",
    "\u{200f}",
    "31",
    "02",
    "29",
    "-1",
    "127",
    "128",
    " ",
    "\n",
    "en",
    "pt-BR",
    "zh-Hant-TW",
    "x-private",
    "/",
    "-",
    "\u{0}",
    "\u{7f}",
    "{\"",
    "urn:uuid:",
    "{01940000-0000-7000-8000-000000000001}",
];
const FORM: &[&str] = &[
    "patient_id=",
    "given_name=",
    "family_name=",
    "birth_date=",
    "sex=",
    "language=",
    "time_zone=",
    "patient_time_zone=",
    "email=",
    "phone=",
    "conditions=",
    "start=",
    "duration_min=",
    "clinic=",
    "clinician=",
    "type=",
    "was.start=",
    "&",
    "=",
    "%0D%0A",
    "%ff",
    "%",
    "+",
    "2026-03-29T02%3A30",
    "Europe%2FLondon",
    "9999-12-31+23%3A59",
];

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target { name: "web-typed", feed: typed, seeds: words, words: TYPED, longest: 256 },
    Target { name: "web-visit", feed: visit, seeds: forms, words: FORM, longest: 1024 },
];

fn typed(data: &[u8]) {
    let typed = text(data);
    let mut lines = typed.split('\n');
    let mut next = || lines.next().unwrap_or_default();
    let born = [next(), next(), next()];
    let year = match (Born::read(Asked::Year, born, now()), Born::read(Asked::Date, born, now())) {
        (Some(Born::In(year)), Some(Born::On(day))) => {
            assert_eq!(day.year(), year, "the year of the day is another one");
            Some(year)
        }
        (Some(Born::In(year)), None) => Some(year),
        (None, None) => None,
        _ => panic!("what was asked for is not what was read"),
    };
    assert!(year.is_none_or(|year| (1900..=2026).contains(&year)), "born in {year:?}");
    if let Ok(lang) = Lang::parse(&typed) {
        assert_eq!(Lang::parse(lang.as_str()).as_ref(), Ok(&lang), "another language");
        let _ = (lang.primary(), lang.dir());
    }
    if let Ok(at) = typed.parse::<ItemRef>() {
        assert_eq!(at.to_string(), typed, "another item");
    }
    if let Ok(id) = typed.parse::<PatientId>() {
        assert_eq!(id.to_string().parse(), Ok(id), "another patient");
    }
    let _ = typed.parse::<AppointmentId>();
    for why in [topic::check_note(&typed), topic::check_goal(&typed), question::check(&typed)] {
        assert!(why.is_ok() || why.is_err_and(|why| !why.is_empty()), "refused without a reason");
    }
    if question::check(&typed).is_ok() {
        let ask = question::ask("team.1", "q", &typed, &Lang::english(), "roe");
        assert_eq!(ask.instrument.questions().count(), 1, "a question asks something else");
    }
}

fn visit(data: &[u8]) {
    let (which, form) = choice(data);
    let Some(notice) = parsers::visit(form, which & 1 == 1, date(2026, 11, 23)) else { return };
    assert!(notice.start.is_some() && notice.kind.is_some(), "a visit without its time or its kind");
    if let Err(why) = notice.complete(None, None, &usual()) {
        assert!(why.contains(": "), "{why} names no field");
    }
}

// --- What changes begin with -------------------------------------------------------------------

fn words() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "30\n7\n1951",
        "1951\n\n1951",
        "٣٠\n٧\n١٩٥١",
        "pt-BR",
        "phq-9/q1",
        "01940000-0000-7000-8000-000000000001",
        "How did the new tablets suit you?",
    ])
}

fn forms() -> Vec<Vec<u8>> {
    let full = "patient_id=P1&given_name=Ana&family_name=N%C3%BA%C3%B1ez&birth_date=1951-07-30&sex=female&language=es&time_zone=Europe%2FMadrid&patient_time_zone=&email=ana%40home.example&phone=&conditions=K50.0&start=2026-11-24T09%3A30&duration_min=20&clinic=North&clinician=Dr+Roe&type=GI+follow-up";
    seeds::texts(&[
        &format!("\0{full}"),
        &format!("\u{1}{full}"),
        "\u{1}patient_id=P1&start=2026-11-24+09%3A30&type=GI",
    ])
}
