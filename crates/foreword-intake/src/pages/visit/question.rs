//! One question as a page.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use foreword_app::{Visit, form::mark};
use foreword_domain::{
    conversation::script::Place,
    instrument::ItemKind,
    language::Lang,
    phrases::{self, Arg, t},
    response::Value,
};

use super::{address, home, layout};
use crate::{
    Web,
    pages::{frame::Frame, html, languages, session::Seen},
};

#[derive(Template)]
#[template(path = "patient/question.html")]
pub(super) struct Question<'a> {
    frame: Frame<'a>,
    home: String,
    ask: String,
    item: String,
    /// The name of this form: sent twice, it counts once.
    nonce: String,
    /// The mark of the answer that is shown.
    seen: String,
    /// The name of the question in its address.
    spot: String,
    /// The address of the question before.
    previous: Option<String>,
    /// The language the question is in.
    spoken: Lang,
    progress: String,
    n: usize,
    of: usize,
    /// What is said above it, in the language of the page.
    heading: Option<String>,
    /// What is said below, in the same.
    foreign: Option<String>,
    before: Vec<String>,
    stem: Option<String>,
    /// The patient's own words it is about.
    quote: Option<String>,
    text: String,
    help: Option<String>,
    field: Field,
    /// Whether leaving it out means: nothing to say.
    nothing: bool,
    trouble: Option<String>,
    languages: Vec<(&'static Lang, String)>,
    /// Whether it can be answered in a chat as well.
    has_bot: bool,
}

/// How it is answered.
enum Field {
    One(Vec<Radio>),
    Any(Vec<Radio>),
    Marks { marks: Vec<(String, bool)>, low: String, high: String },
    Words { given: String, max: usize, hint: String },
    Line { kind: &'static str, mode: &'static str, given: String, unit: String, hint: String },
}

struct Radio {
    code: String,
    /// The key that chooses it.
    key: String,
    label: String,
    checked: bool,
    /// Whether the label is the patient's own words.
    own: bool,
}

/// The page of a question; `given` is what was sent and not taken, and `trouble` why.
pub(super) async fn page(
    web: &Web,
    seen: &Seen,
    place: &Place<'_>,
    trouble: Option<String>,
    given: Option<Vec<String>>,
    status: StatusCode,
) -> Response {
    let has_bot = layout::has_bot(web, seen).await;
    let page = Question::new(web, seen, place, trouble, given, has_bot);
    (status, html(&page)).into_response()
}

impl<'a> Question<'a> {
    fn new(
        web: &'a Web,
        at_door: &'a Seen,
        place: &Place<'a>,
        trouble: Option<String>,
        given: Option<Vec<String>>,
        has_bot: bool,
    ) -> Self {
        let (frame, visit) = (layout::frame(web, at_door), &at_door.visit);
        let lang = frame.lang;
        let spoken = place.ask.language.clone();
        let questions = visit.script.questions(&visit.ledger);
        let at = place.at();
        let before = questions.iter().position(|other| other.at() == at).unwrap_or(0);
        let (n, of) = (before + 1, visit.script.at_most(&visit.ledger));
        let stands = visit.ledger.get(&at).map(|answer| &answer.value);
        Self {
            home: home(visit),
            nonce: foreword_app::access::nonce(),
            seen: mark(stands),
            spot: visit.spot(&at).unwrap_or_default(),
            previous: before.checked_sub(1).map(|n| address(visit, &questions[n].at())),
            progress: t("progress", lang, &[("n", Arg::Number(n)), ("of", Arg::Number(of))]),
            n,
            of,
            heading: phrases::heading(place, lang),
            foreign: phrases::foreign(place, lang),
            before: visit.script.before(&visit.ledger, place).into_iter().map(str::to_owned).collect(),
            stem: place.item.stem.as_ref().and_then(|stem| stem.text.get(&spoken)).map(str::to_owned),
            quote: visit.script.quoted(&visit.ledger, place).map(str::to_owned),
            text: phrases::wording(place),
            help: place.item.help.as_ref().and_then(|help| help.get(&spoken)).map(str::to_owned),
            field: field(visit, place, &given.unwrap_or_else(|| earlier(stands))),
            nothing: place.may_be_nothing(),
            trouble,
            languages: languages(),
            has_bot,
            spoken,
            ask: at.ask,
            item: at.item,
            frame,
        }
    }
}

/// What the patient answered before: the one thing that may stand there already.
fn earlier(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Choices(codes)) => codes.clone(),
        Some(Value::Skipped) | None => Vec::new(),
        Some(value) => vec![value.written()],
    }
}

fn field(visit: &Visit, place: &Place<'_>, given: &[String]) -> Field {
    let spoken = &place.ask.language;
    let lang = &visit.standing.language;
    let hint = || phrases::hint(place, lang).unwrap_or_default();
    let radios = || {
        let own = |code: &str| {
            let label = place.item.choice(code).map(|choice| &choice.label);
            matches!(label, Some(foreword_domain::instrument::Label::AnswerTo(_)))
        };
        visit
            .script
            .offers(&visit.ledger, place)
            .into_iter()
            .map(|offer| Radio {
                own: own(offer.code),
                checked: given.iter().any(|code| code == offer.code),
                code: offer.code.to_owned(),
                key: offer.handle,
                label: offer.labels.into_iter().next().unwrap_or_default(),
            })
            .collect()
    };
    let first = given.first().cloned().unwrap_or_default();
    let line = |kind, mode, unit: &str| Field::Line {
        kind,
        mode,
        given: first.clone(),
        unit: unit.to_owned(),
        hint: hint(),
    };
    match &place.item.kind {
        ItemKind::Choice(_) => Field::One(radios()),
        ItemKind::MultipleChoice(_) => Field::Any(radios()),
        ItemKind::Scale { low, high } => Field::Marks {
            marks: (0..=10u8).map(|mark| (mark.to_string(), first == mark.to_string())).collect(),
            low: low.best(spoken).to_owned(),
            high: high.best(spoken).to_owned(),
        },
        ItemKind::Text { max_chars } => Field::Words { given: first, max: *max_chars, hint: hint() },
        ItemKind::Integer(bounds) => line("text", "numeric", bounds.unit.best(spoken)),
        ItemKind::Decimal(bounds) => line("text", "decimal", bounds.unit.best(spoken)),
        ItemKind::Date(_) => line("date", "", ""),
        ItemKind::Display => line("text", "text", ""),
    }
}
