//! One instrument: what it asks, how it is scored and how its numbers are read, its terms, and what was proved.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use foreword_domain::{
    instrument::{
        Band, ChangeThreshold, Choice, Instrument, Item, ItemKind, Label, Method, Missing, Permission, Scale,
    },
    language::Lang,
    phrases::english_name,
};

use super::{asked_in, english};
use crate::{
    Web,
    pages::{Failure, html, patient::number, session::SignedIn},
};

#[derive(Template)]
#[template(path = "clinic/instrument.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    id: &'a str,
    name: String,
    title: String,
    version: &'a str,
    is_active: bool,
    permission: &'static str,
    /// Who must be asked for a permission, or who gave it.
    terms: Option<String>,
    facts: Vec<(&'static str, String)>,
    used_in: Vec<(String, String)>,
    has_no_texts: bool,
    items: Vec<Asked>,
    scales: Vec<Scored>,
    flags: Vec<(&'static str, String, String)>,
    languages: Vec<(String, String)>,
    notice: &'a str,
    evidence: &'a str,
    citations: &'a [String],
    checks: Vec<String>,
    kept: Vec<(String, String)>,
    variants: Vec<(String, String)>,
}

/// An item, and what can be answered to it.
struct Asked {
    n: Option<usize>,
    id: String,
    stem: Option<String>,
    text: String,
    answers: String,
    note: String,
}

struct Scored {
    name: String,
    id: String,
    from: String,
    range: String,
    direction: &'static str,
    missing: String,
    bands: Vec<(String, Vec<String>)>,
    changes: Vec<String>,
}

pub(crate) async fn show(State(web): State<Web>, Path(id): Path<String>, staff: SignedIn) -> Response {
    let Some(instrument) = web.app.catalog().instruments.get(&id).cloned() else {
        return Failure::gone(&web).into_response();
    };
    let instrument = instrument.as_ref();
    let kept = match web.app.instrument_versions(&id).await {
        Ok(kept) => kept,
        Err(error) => return Failure::from(&web, &error).into_response(),
    };
    let zone = web.app.clinic_zone();
    let permission = &instrument.licence.permission;
    html(&Page {
        clinic: &web.app.options().clinic_name,
        who: &staff,
        id: &instrument.id,
        name: english(&instrument.plain_name),
        title: english(&instrument.title),
        version: &instrument.version,
        is_active: permission.may_ask(),
        permission: permission.words(),
        terms: match permission {
            Permission::NotNeeded {} => None,
            Permission::Granted { by, on, scope } => Some(format!("Given by {by} on {on}, for {scope}.")),
            Permission::ToConfirm { ask } | Permission::Needed { ask } => Some(ask.clone()),
        },
        facts: facts(instrument),
        used_in: asked_in(&web, instrument),
        has_no_texts: instrument.languages.is_empty(),
        items: items(instrument),
        scales: instrument.scales.iter().map(scored).collect(),
        flags: instrument
            .red_flags
            .iter()
            .map(|flag| (flag.level.as_str(), english(&flag.text), rule(flag)))
            .collect(),
        languages: instrument
            .languages
            .iter()
            .map(|(lang, source)| (english_name(lang), source.source.clone()))
            .collect(),
        notice: &instrument.licence.notice,
        evidence: &instrument.licence.evidence,
        citations: &instrument.citations,
        checks: checks(instrument),
        kept: kept
            .into_iter()
            .map(|(version, at)| (version, foreword_summary::when::day(at, &zone)))
            .collect(),
        variants: instrument.variants.iter().map(|other| (other.id.clone(), english(&other.title))).collect(),
    })
}

fn facts(instrument: &Instrument) -> Vec<(&'static str, String)> {
    let doors: Vec<&str> = instrument.channels.iter().map(|channel| channel.label()).collect();
    let recall = instrument.recall.as_ref().map(|recall| match recall.days {
        0 => english(&recall.text),
        days => format!("{} ({days} days)", english(&recall.text)),
    });
    let yes = |is: bool, yes: &str, no: &str| if is { yes.to_owned() } else { no.to_owned() };
    let mut facts = vec![
        (
            "Questions",
            match &instrument.adaptive {
                Some(_) => format!(
                    "{} in the bank, at most {} asked",
                    instrument.questions().count(),
                    instrument.most_items()
                ),
                None => instrument.questions().count().to_string(),
            },
        ),
        ("Looks back on", recall.unwrap_or_else(|| "nothing said".to_owned())),
        ("Answered at", doors.join(", ")),
        ("By somebody else", yes(instrument.proxy, "may answer for the patient", "only by the patient")),
        ("Sensitive", yes(instrument.sensitive, "asked last, and only where nobody looks on", "no")),
    ];
    facts.extend(instrument.loinc.clone().map(|code| ("LOINC", code)));
    facts.extend(instrument.variant_of.clone().map(|of| ("Variant of", of)));
    facts
}

fn items(instrument: &Instrument) -> Vec<Asked> {
    let (mut n, mut before, mut stem) = (0, String::new(), None);
    let mut all = Vec::with_capacity(instrument.items.len());
    for item in &instrument.items {
        let is_asked = item.kind != ItemKind::Display;
        n += usize::from(is_asked);
        let answers = answers(item);
        let is_same = is_asked && !answers.is_empty() && answers == before;
        let text = item.stem.as_ref().map(|stem| english(&stem.text));
        all.push(Asked {
            n: is_asked.then_some(n),
            id: item.id.clone(),
            stem: text.clone().filter(|text| stem.as_ref() != Some(text)),
            text: english(&item.text),
            answers: if is_same { "as above".to_owned() } else { answers.clone() },
            note: note(item),
        });
        stem = text;
        before = answers;
    }
    all
}

fn answers(item: &Item) -> String {
    let choices = |choices: &[Choice]| {
        let said = choices.iter().map(|choice| match &choice.label {
            Label::Text(text) => {
                let weight = choice.weight.map(number).filter(|weight| *weight != choice.code);
                let counts = weight.map(|weight| format!(" (counts {weight})")).unwrap_or_default();
                format!("{} {}{counts}", choice.code, english(text))
            }
            Label::AnswerTo(item) => format!("{}: what was answered to {item}", choice.code),
        });
        said.collect::<Vec<_>>().join(" · ")
    };
    let unit = |unit: &foreword_domain::language::Text| {
        let unit = english(unit);
        if unit.is_empty() { unit } else { format!(" {unit}") }
    };
    match &item.kind {
        ItemKind::Choice(all) => choices(all),
        ItemKind::MultipleChoice(all) => format!("any of: {}", choices(all)),
        ItemKind::Integer(b) => format!("a whole number, {} to {}{}", b.min, b.max, unit(&b.unit)),
        ItemKind::Decimal(b) => format!("a number, {} to {}{}", number(b.min), number(b.max), unit(&b.unit)),
        ItemKind::Scale { low, high } => format!("0 {} to 10 {}", english(low), english(high)),
        ItemKind::Date(b) => format!("a date, {} to {}", b.min, b.max),
        ItemKind::Text { max_chars } => format!("own words, up to {max_chars} characters"),
        ItemKind::Display => String::new(),
    }
}

fn note(item: &Item) -> String {
    let mut notes = Vec::new();
    if !item.enable.when.is_empty() {
        let on: Vec<&str> = item.enable.when.iter().map(|when| when.item.as_str()).collect();
        notes.push(format!("only asked depending on {}", on.join(", ")));
    }
    if item.only_for.is_some() {
        notes.push("only asked of one sex".to_owned());
    }
    notes.join("; ")
}

fn scored(scale: &Scale) -> Scored {
    let how = match &scale.method {
        Method::Sum => "sum",
        Method::Mean => "mean",
        Method::Irt(_) => "item response theory",
        Method::Formula => "the questionnaire's own expression",
    };
    let of = scale.items.len();
    let mut bands = Vec::new();
    if !scale.bands.is_empty() {
        bands.push((String::new(), scale.bands.iter().map(band).collect()));
    }
    bands.extend(scale.bands_for.iter().map(|some| {
        let sex = some.sex.map(|sex| format!("{sex:?}").to_lowercase());
        let age = match (some.from_age, some.to_age) {
            (None, None) => None,
            (from, to) => Some(format!(
                "aged {} to {}",
                from.map_or_else(|| "any".to_owned(), |age| age.to_string()),
                to.map_or_else(|| "any".to_owned(), |age| age.to_string())
            )),
        };
        let whom: Vec<String> = sex.into_iter().chain(age).collect();
        (whom.join(", "), some.bands.iter().map(band).collect())
    }));
    Scored {
        name: english(&scale.name),
        id: scale.id.clone(),
        from: format!("{how} of {of} {}", if of == 1 { "item" } else { "items" }),
        range: if scale.range.0.is_finite() && scale.range.1.is_finite() {
            format!("{} to {}", number(scale.range.0), number(scale.range.1))
        } else {
            "not stated".to_owned()
        },
        direction: scale.direction.words(),
        missing: match scale.missing {
            Missing::AllNeeded => "every item is needed".to_owned(),
            Missing::Prorate { max } => {
                format!("up to {max} may be missing; each counts as the mean of the others")
            }
            Missing::MeanOfAnswered { at_least } => {
                format!("the mean of those answered, at least {at_least}")
            }
            Missing::Answered { at_least } => format!("from those answered, at least {at_least}"),
        },
        bands,
        changes: scale.change.iter().map(change).collect(),
    }
}

fn band(band: &Band) -> String {
    let name = english(&band.name);
    // Most names say where they begin and end.
    if name.contains(&number(band.min)) && name.contains(&number(band.max)) {
        return name;
    }
    if (band.min - band.max).abs() < f64::EPSILON {
        return format!("{} {name}", number(band.min));
    }
    format!("{}–{} {name}", number(band.min), number(band.max))
}

fn change(threshold: &ChangeThreshold) -> String {
    let size = match (threshold.points, threshold.percent) {
        (Some(points), _) => format!("{} points", number(points)),
        (None, Some(percent)) => format!("{} per cent", number(percent)),
        (None, None) => "not stated".to_owned(),
    };
    format!("{size}, in {} ({})", threshold.population, threshold.citation)
}

fn rule(flag: &foreword_domain::alert::RedFlag) -> String {
    let on = match (&flag.item, &flag.scale) {
        (Some(item), _) => format!("answer to {item}"),
        (None, Some(scale)) => format!("score {scale}"),
        (None, None) => return String::new(),
    };
    let mut when = Vec::new();
    if !flag.codes.is_empty() {
        when.push(format!("is {}", flag.codes.join(" or ")));
    }
    when.extend(flag.at_least.map(|least| format!("counts {} or more", number(least))));
    when.extend(flag.worse_by.map(|by| format!("is worse than the last time by {} or more", number(by))));
    format!("{on} {}", when.join(", or "))
}

/// What the file was refused for, had it not been so.
fn checks(instrument: &Instrument) -> Vec<String> {
    let count =
        |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let mut checks =
        vec!["The file is complete: every item and scale is described, and nothing is left over.".to_owned()];
    if instrument.vectors.is_empty() {
        if !instrument.scales.is_empty() {
            checks.push(
                "It brings no worked examples; its scores are computed by its own expressions.".to_owned(),
            );
        }
    } else {
        let examples = count(instrument.vectors.len(), "worked example comes", "worked examples come");
        checks.push(format!("{examples} out as published."));
    }
    if instrument.scales.iter().any(Scale::has_bands) {
        checks.push("Bands cover the whole range, without gap or overlap.".to_owned());
    }
    if instrument.scales.iter().any(|scale| !scale.change.is_empty()) {
        checks.push("Every threshold of change names where it was published.".to_owned());
    }
    let languages = instrument.languages.keys().filter(|lang| **lang != Lang::english()).count();
    if languages > 0 {
        let others = count(languages, "other language has", "other languages have");
        checks.push(format!("{others} a source of its own, and a text for every item."));
    }
    checks
}
