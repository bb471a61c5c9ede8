//! What a clinic writes itself or has from others: instruments, pathways, safety plans, questionnaires to import.

use foreword_domain::{
    instrument::Instrument,
    locate::Refused,
    pathway::Pathway,
    safety::{self, Plan},
};
use foreword_fhir::import::{self, Settings};

use crate::{
    Target,
    input::{instruments, text},
    seeds,
};

const TOML: &[&str] = &[
    "[[item]]\n",
    "[[scale]]\n",
    "[[vector]]\n",
    "[[red_flag]]\n",
    "[[variant]]\n",
    "[licence]\n",
    "[agenda]\n",
    "[adaptive]\n",
    "id = ",
    "kind = ",
    "when = ",
    "choices = ",
    "items = ",
    "\"\"\"",
    "'''",
    "= {",
    "= [[[[[[",
    "= nan",
    "= inf",
    "= -0.0",
    "= 9223372036854775807",
    "= 1e308",
    "= 2026-11-24T09:30:00Z",
    "min = ",
    "max = ",
    "bands = ",
    "formula = ",
    "missing = ",
    "a.b.c.d = 1\n",
    "\\u0000",
    "\\U0010FFFF",
    "text = { en = \"",
];
const PLAN: &[&str] = &[
    "[people.roe]\n",
    "[chain]\n",
    "[[on_call]]\n",
    "[hours]\n",
    "[deadlines]\n",
    "[crisis.en]\n",
    "[[rule]]\n",
    "email = ",
    "webhook = \"http://[::1]:99999/\"",
    "days = [\"mon\"]",
    "from = \"24:00\"",
    "to = \"00:00\"",
    "[\"13:30-12:30\"]",
    "closed = [\"2026-02-30\"]",
    "red_minutes = 65536",
    "step_minutes = 0",
    "worse_by = ",
    "at_least = ",
    "level = \"red\"",
    "time_zone = ",
    "= nan",
    "= -1",
];
const QUESTIONNAIRE: &[&str] = &[
    "\"item\":[{\"linkId\":\"",
    "\"type\":\"group\"",
    "\"type\":\"choice\"",
    "\"type\":\"open-choice\"",
    "\"type\":\"decimal\"",
    "\"type\":\"quantity\"",
    "\"type\":\"reference\"",
    "\"repeats\":true",
    "\"required\":true",
    "\"enableWhen\":[{\"question\":\"",
    "\"operator\":\"exists\"",
    "\"answerBoolean\":true",
    "\"enableBehavior\":\"any\"",
    "\"answerOption\":[{\"valueCoding\":{",
    "\"answerValueSet\":\"#",
    "\"initial\":[{",
    "\"extension\":[{\"url\":\"",
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
    "http://hl7.org/fhir/StructureDefinition/variable",
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/minValue",
    "\"valueExpression\":{\"language\":\"text/fhirpath\",\"expression\":\"",
    "%resource.repeat(item)",
    ".weight().sum()",
    "\"_text\":{",
    "\"contained\":[",
    "\"version\":",
    "\"url\":",
    "null",
    "\\u0000",
];

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target { name: "instrument", feed: instrument, seeds: instrument_files, words: TOML, longest: 8192 },
    Target { name: "pathway", feed: pathway, seeds: pathway_files, words: TOML, longest: 4096 },
    Target { name: "safety-plan", feed: plan, seeds: plan_files, words: PLAN, longest: 4096 },
    Target {
        name: "questionnaire-import",
        feed: questionnaire,
        seeds: questionnaires,
        words: QUESTIONNAIRE,
        longest: 8192,
    },
];

/// A refusal names what is wrong, and a line that is there.
fn told(refused: &Refused, written: &str) {
    assert!(!refused.faults.is_empty(), "refused without a fault");
    for fault in &refused.faults {
        assert!(!fault.what.is_empty(), "a fault says nothing");
        let lines = written.split('\n').count();
        assert!(fault.line.is_none_or(|line| (1..=lines).contains(&line)), "there is no such line: {fault}");
    }
    assert!(!refused.to_string().is_empty());
}

fn instrument(data: &[u8]) {
    let written = text(data);
    let id = written.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).unwrap_or("x");
    let file = format!("{id}.toml");
    match import::load(&file, &written) {
        Ok(read) => {
            assert_eq!(Instrument::parse_kept(&file, &written).is_ok(), !import::is_kept(&written));
            let again = import::load_kept(&file, &read.source);
            assert!(again.is_ok_and(|again| again.items == read.items), "what is kept is another instrument");
        }
        Err(refused) => told(&refused, &written),
    }
}

fn pathway(data: &[u8]) {
    let written = text(data);
    let id = written.lines().find_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).unwrap_or("x");
    match Pathway::parse(&format!("{id}.toml"), &written, instruments()) {
        Ok(read) => {
            let lang = foreword_domain::language::Lang::english();
            let _ = (read.script(&lang, instruments()), read.warnings(instruments()));
            assert_eq!(read.source, written);
        }
        Err(refused) => told(&refused, &written),
    }
}

fn plan(data: &[u8]) {
    let written = text(data);
    match Plan::parse("north.toml", &written) {
        Ok(read) => {
            let _ = (read.on_call(crate::input::now()), read.on_call_gap(), read.rule_faults(instruments()));
            let _ = read.hours.end_of_next_half_day(crate::input::now(), &read.zone);
            let missing = read.missing(&[foreword_domain::language::Lang::english()], &|_| false);
            assert!(missing.iter().all(|missing| !missing.to_string().is_empty()));
        }
        Err(refused) => told(&refused, &written),
    }
    if let Err(refused) = safety::rules("rules.toml", &written) {
        told(&refused, &written);
    }
}

fn questionnaire(data: &[u8]) {
    let written = text(data);
    let settings = Settings { id: Some("imported".to_owned()), ..Settings::default() };
    match import::questionnaire("q.json", &written, &settings) {
        Ok(imported) => {
            let instrument = imported.instrument;
            assert!(instrument.questions().next().is_some(), "there is nothing to ask");
            if imported.is_own {
                return;
            }
            let kept = import::write(&instrument, &settings);
            let again = import::kept("imported.toml", &kept);
            let again = again.unwrap_or_else(|refused| panic!("what is kept can't be read: {refused}"));
            assert!(again.items == instrument.items, "what is kept is another instrument");
            let nothing = |_: &str| None;
            let _ =
                foreword_domain::scoring::all(&again, &foreword_domain::patient::Person::default(), nothing);
        }
        Err(refused) => {
            assert!(refused.faults.iter().all(|fault| !fault.what.is_empty()) && !refused.faults.is_empty());
        }
    }
}

// --- What changes begin with -------------------------------------------------------------------

fn instrument_files() -> Vec<Vec<u8>> {
    seeds::files("config/instruments", ".toml")
}

fn pathway_files() -> Vec<Vec<u8>> {
    seeds::files("config/pathways", ".toml")
}

fn plan_files() -> Vec<Vec<u8>> {
    seeds::texts(&[r#"clinic = "North"
version = "2026-11"
owner = "roe"
time_zone = "Europe/London"

[people.roe]
email = "roe@clinic.example"
telegram = true

[people.lee]
webhook = "http://localhost:8080/lee"

[chain]
deputy = "lee"
safety_lead = "roe"

[[on_call]]
person = "roe"
days = ["mon", "tue", "fri"]
from = "18:00"
to = "08:00"

[[on_call]]
person = "lee"

[hours]
mon = ["08:30-12:30", "13:30-17:30"]
closed = ["2026-12-25"]

[deadlines]
red_minutes = 20
step_minutes = 10

[crisis.en]
numbers = ["999 in an emergency"]

[[rule]]
instrument = "phq-9"
id = "worse"
level = "amber"
text = { en = "Worse" }
scale = "total"
worse_by = 5
"#])
}

fn questionnaires() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/fhir", "questionnaire.json");
    all.extend(seeds::files("tests/data/fhir/sdc-examples", ".json"));
    all.extend(seeds::files("tests/data/fhir/r4-examples", ".json"));
    all.extend(seeds::files("tests/data/fhir/hostile", "q.json"));
    all.retain(|one| text(one).contains("\"Questionnaire\""));
    all
}
