//! From what the service says to the words it says it in.

use super::{Arg, Phrases, t};
use crate::{
    conversation::{
        Say,
        script::{Place, Script, Why},
    },
    instrument::{ItemKind, Label},
    language::Lang,
    reply::Trouble,
    response::{ItemRef, Ledger, Value},
};

/// One message in words, ready for a door to lay out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bubble {
    /// Where one is ("4 of 9").
    pub progress: Option<String>,
    /// Paragraphs before the question.
    pub lines: Vec<Line>,
    /// Which of the paragraphs are the wording of what is asked.
    pub wordings: Vec<usize>,
    /// The question, if it is one.
    pub at: Option<ItemRef>,
    /// The choices of the question.
    pub options: Vec<Choosable>,
    /// How to answer, where there are no choices.
    pub hint: Option<String>,
}

/// One paragraph with its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The words.
    pub text: String,
    /// Their language.
    pub lang: Lang,
}

/// A choice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choosable {
    /// Its code.
    pub code: String,
    /// What is typed for it.
    pub handle: String,
    /// Its wording.
    pub label: String,
}

/// Puts one thing said into words.
pub fn bubble(say: &Say, script: &Script, ledger: &Ledger, lang: &Lang) -> Bubble {
    let one = |key: &str, args: &[(&str, Arg<'_>)]| Bubble {
        lines: vec![Line { text: t(key, lang, args), lang: lang.clone() }],
        ..Bubble::default()
    };
    match say {
        Say::Greeting => {
            let (items, minutes) = script.budget();
            let args = [("items", Arg::Number(items)), ("minutes", Arg::Number(minutes))];
            let lines = ["greeting", "greeting-length", "greeting-free", "not-watched"]
                .map(|key| Line { text: t(key, lang, &args), lang: lang.clone() });
            Bubble { lines: lines.into(), ..Bubble::default() }
        }
        Say::WelcomeBack { left } => one("welcome-back", &[("left", Arg::Number(*left))]),
        Say::Ask(at) => match script.question(ledger, at) {
            Some(place) => question(script, ledger, &place, lang),
            None => Bubble::default(),
        },
        Say::AskSeveral(items) => several(script, ledger, items, lang),
        Say::Understood(items) => {
            let mut bubble = one("understood", &[]);
            bubble.lines.extend(items.iter().filter_map(|at| {
                let place = script.question(ledger, at)?;
                Some(Line {
                    text: with_answer(script, ledger, &place, lang),
                    lang: place.ask.language.clone(),
                })
            }));
            bubble
        }
        Say::Sorry { at, trouble, misses } => sorry(script, ledger, at, trouble, *misses, lang),
        Say::Crisis => crisis(script, lang),
        Say::HelpCalled => one("help-called", &[]),
        Say::HelpNotCalled => one("help-not-called", &[]),
        Say::SafeForNow => one("safe-for-now", &[]),
        Say::NotNow => one("not-now", &[]),
        Say::NothingBefore => one("nothing-before", &[]),
        Say::NoSuchAnswer { number } => one("no-such-answer", &[("number", Arg::Number(*number))]),
        Say::Review => {
            let mut bubble = one("review", &[]);
            for (n, place) in script.questions(ledger).iter().enumerate() {
                if ledger.get(&place.at()).is_some() {
                    let text = format!("{}. {}", n + 1, with_answer(script, ledger, place, lang));
                    bubble.lines.push(Line { text, lang: place.ask.language.clone() });
                }
            }
            bubble
        }
        Say::Help => {
            let lines = ["help", "help-words", "not-watched"];
            Bubble {
                lines: lines.map(|key| Line { text: t(key, lang, &[]), lang: lang.clone() }).into(),
                ..Bubble::default()
            }
        }
        Say::Paused => one("paused", &[]),
        Say::Declined => one("declined", &[]),
        Say::Stopped => one("stopped", &[]),
        Say::NotMe => one("not-me", &[]),
        Say::Completed => {
            let lines = ["completed", "completed-change", "not-watched"];
            Bubble {
                lines: lines.map(|key| Line { text: t(key, lang, &[]), lang: lang.clone() }).into(),
                ..Bubble::default()
            }
        }
        Say::Elsewhere => one("elsewhere", &[]),
        Say::Languages => {
            let names: Vec<String> =
                Phrases::get().languages().map(|known| t("language-name", known, &[])).collect();
            one("language-which", &[("languages", Arg::Text(&names.join(", ")))])
        }
        Say::LanguageUnknown => one("language-unknown", &[]),
        Say::LanguageSet => one("language-set", &[]),
    }
}

/// What to do in a crisis, with the clinic's local numbers, each in a line of its own.
fn crisis(script: &Script, lang: &Lang) -> Bubble {
    let line = |text: String| Line { text, lang: lang.clone() };
    let mut lines = vec![line(t("crisis-thanks", lang, &[])), line(t("not-watched", lang, &[]))];
    let numbers = script.numbers(lang);
    if !numbers.is_empty() {
        lines.push(line(t("crisis-call", lang, &[])));
        lines.extend(numbers.iter().map(|number| line(number.clone())));
    }
    lines.push(line(t("crisis-say", lang, &[])));
    // What can be typed; in a chat it stands on two buttons.
    lines.push(line(format!("“{}” · “{}”", t("crisis-help", lang, &[]), t("crisis-safe", lang, &[]))));
    Bubble { lines, ..Bubble::default() }
}

/// A message as plain lines, for a chat or a terminal.
pub fn plain(bubble: &Bubble) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(bubble.progress.clone());
    lines.extend(bubble.lines.iter().map(|line| line.text.clone()));
    lines.extend(bubble.options.iter().map(|option| format!("  {}  {}", option.handle, option.label)));
    lines.extend(bubble.hint.clone());
    lines
}

/// The wording of a question as the patient reads it.
pub fn wording(place: &Place<'_>) -> String {
    let text = place.item.text.get(&place.ask.language).unwrap_or_default();
    match &place.ask.why {
        Why::Asked | Why::FromTeam { .. } => text.to_owned(),
        Why::WishAbout { name, .. } => text.replace("{about}", name.best(&place.ask.language)),
    }
}

/// A question and its answer in one line, in the direction in which it is read.
fn with_answer(script: &Script, ledger: &Ledger, place: &Place<'_>, lang: &Lang) -> String {
    let answer = answered(script, ledger, place, lang);
    let arrow = if place.ask.language.is_rtl() { '←' } else { '→' };
    format!("{} {arrow} {}", wording(place), upright(answer, &place.ask.language))
}

/// Keeps a number or a date in its order where it stands among words from right to left.
pub(crate) fn upright(words: String, lang: &Lang) -> String {
    let begins = |c: char| c.is_ascii_digit() || c == '-';
    if lang.is_rtl() && words.starts_with(begins) { format!("\u{200E}{words}") } else { words }
}

/// What is said above a question of the care team's: its own words may be in another language.
pub fn heading(place: &Place<'_>, lang: &Lang) -> Option<String> {
    matches!(place.ask.why, Why::FromTeam { .. }).then(|| t("team-question", lang, &[]))
}

/// What is said below one that was written in another language than the patient's: it is not translated.
pub fn foreign(place: &Place<'_>, lang: &Lang) -> Option<String> {
    let is_foreign = place.ask.language.primary() != lang.primary();
    heading(place, lang).filter(|_| is_foreign).map(|_| t("team-question-language", lang, &[]))
}

/// The answer to a question in the words it was offered in.
pub(crate) fn answered(script: &Script, ledger: &Ledger, place: &Place<'_>, lang: &Lang) -> String {
    let Some(answer) = ledger.get(&place.at()) else { return t("not-answered", lang, &[]) };
    let offers = script.offers(ledger, place);
    let label = |code: &str| {
        offers
            .iter()
            .find(|offer| offer.code == code)
            .and_then(|offer| offer.labels.first().cloned())
            .or_else(|| match &place.item.choice(code)?.label {
                Label::Text(text) => text.get(&place.ask.language).map(str::to_owned),
                Label::AnswerTo(_) => None,
            })
            // The words the choice stood for were taken back.
            .unwrap_or_else(|| t("not-answered", lang, &[]))
    };
    match &answer.value {
        Value::Choice(code) => label(code),
        Value::Choices(codes) => codes.iter().map(|code| label(code)).collect::<Vec<_>>().join(", "),
        Value::Skipped if place.may_be_nothing() => t("nothing", lang, &[]),
        Value::Skipped => t("skipped", lang, &[]),
        Value::Scale(mark) => format!("{mark} / 10"),
        other => {
            let unit = match &place.item.kind {
                ItemKind::Integer(bounds) => bounds.unit.get(&place.ask.language),
                ItemKind::Decimal(bounds) => bounds.unit.get(&place.ask.language),
                _ => None,
            };
            match unit {
                Some(unit) => format!("{} {unit}", other.written()),
                None => other.written(),
            }
        }
    }
}

impl Script {
    /// Wording and answer of every question that has one, in order, for review pages.
    pub fn review(&self, ledger: &Ledger, lang: &Lang) -> Vec<(ItemRef, String, String)> {
        self.questions(ledger)
            .iter()
            .filter(|place| ledger.get(&place.at()).is_some())
            .map(|place| (place.at(), wording(place), answered(self, ledger, place, lang)))
            .collect()
    }

    /// The words of an answer as they were offered.
    pub fn answer_words(&self, ledger: &Ledger, at: &ItemRef, lang: &Lang) -> Option<String> {
        let place = self.question(ledger, at)?;
        Some(answered(self, ledger, &place, lang))
    }
}

fn question(script: &Script, ledger: &Ledger, place: &Place<'_>, lang: &Lang) -> Bubble {
    let questions = script.questions(ledger);
    let at = place.at();
    let n = questions.iter().position(|other| other.at() == at).unwrap_or(0) + 1;
    let language = &place.ask.language;
    let line = |text: &str| Line { text: text.to_owned(), lang: language.clone() };
    let own = |text: String| Line { text, lang: lang.clone() };
    let mut lines: Vec<Line> = Vec::new();
    // Before it is answered, not only after.
    if place.ask.instrument.is_delicate(&place.item.id) {
        lines.push(own(t("not-watched", lang, &[])));
    }
    lines.extend(heading(place, lang).map(own));
    lines.extend(script.before(ledger, place).into_iter().map(line));
    lines.extend(place.item.stem.as_ref().and_then(|stem| stem.text.get(language)).map(line));
    lines.extend(script.quoted(ledger, place).map(|words| line(&format!("“{words}”"))));
    let wordings = vec![lines.len()];
    lines.push(line(&wording(place)));
    lines.extend(foreign(place, lang).map(own));
    lines.extend(place.item.help.as_ref().and_then(|help| help.get(language)).map(line));
    if let ItemKind::Scale { low, high } = &place.item.kind {
        lines.push(line(&format!("0 = {}, 10 = {}", low.best(language), high.best(language))));
    }
    Bubble {
        progress: Some(t(
            "progress",
            lang,
            &[("n", Arg::Number(n)), ("of", Arg::Number(script.at_most(ledger)))],
        )),
        lines,
        wordings,
        at: Some(at),
        options: options(script, ledger, place),
        hint: hint(place, lang),
    }
}

fn options(script: &Script, ledger: &Ledger, place: &Place<'_>) -> Vec<Choosable> {
    script
        .offers(ledger, place)
        .into_iter()
        .map(|offer| Choosable {
            code: offer.code.to_owned(),
            handle: offer.handle,
            label: offer.labels.into_iter().next().unwrap_or_default(),
        })
        .collect()
}

fn several(script: &Script, ledger: &Ledger, items: &[ItemRef], lang: &Lang) -> Bubble {
    let places: Vec<Place<'_>> = items.iter().filter_map(|at| script.question(ledger, at)).collect();
    let Some(first) = places.first() else { return Bubble::default() };
    let mut bubble = question(script, ledger, first, lang);
    let language = &first.ask.language;
    let line = |text: String| Line { text, lang: language.clone() };
    let stem = first.item.stem.as_ref().and_then(|stem| stem.text.get(language));
    bubble.lines =
        script.before(ledger, first).into_iter().chain(stem).map(|text| line(text.to_owned())).collect();
    bubble.wordings.clear();
    for (n, place) in places.iter().enumerate() {
        bubble.wordings.push(bubble.lines.len());
        bubble.lines.push(line(format!("{}) {}", n + 1, wording(place))));
        let help = place.item.help.as_ref().and_then(|help| help.get(language));
        bubble.lines.extend(help.map(|text| line(text.to_owned())));
    }
    // One number for each question, of those that can be typed.
    let handles: Vec<&str> = bubble.options.iter().map(|option| option.handle.as_str()).collect();
    let example: Vec<&str> = handles.iter().copied().cycle().skip(1).take(places.len()).collect();
    let args = [("count", Arg::Number(places.len())), ("example", Arg::Text(&example.join(" ")))];
    bubble.hint = Some(t("hint-several", lang, &args));
    bubble
}

/// How a question is answered, where that is not plain from its choices.
pub fn hint(place: &Place<'_>, lang: &Lang) -> Option<String> {
    let limits = |min: String, max: String| {
        t("hint-number", lang, &[("min", Arg::Text(&min)), ("max", Arg::Text(&max))])
    };
    match &place.item.kind {
        ItemKind::Choice(_) | ItemKind::Display => None,
        ItemKind::MultipleChoice(_) => Some(t("hint-multiple", lang, &[])),
        ItemKind::Integer(bounds) => Some(limits(bounds.min.to_string(), bounds.max.to_string())),
        ItemKind::Decimal(bounds) => Some(limits(bounds.min.to_string(), bounds.max.to_string())),
        ItemKind::Scale { .. } => Some(limits("0".into(), "10".into())),
        ItemKind::Date(_) => Some(t("hint-date", lang, &[])),
        ItemKind::Text { max_chars } => Some(t("hint-text", lang, &[("max", Arg::Number(*max_chars))])),
    }
}

fn sorry(
    script: &Script,
    ledger: &Ledger,
    at: &ItemRef,
    trouble: &Trouble,
    misses: u8,
    lang: &Lang,
) -> Bubble {
    let place = script.question(ledger, at);
    let (min, max) = place.map_or_else(Default::default, |place| match &place.item.kind {
        ItemKind::Integer(b) => (b.min.to_string(), b.max.to_string()),
        ItemKind::Decimal(b) => (b.min.to_string(), b.max.to_string()),
        ItemKind::Date(b) => (b.min.to_string(), b.max.to_string()),
        ItemKind::Scale { .. } => ("0".into(), "10".into()),
        _ => Default::default(),
    });
    let limits = [("min", Arg::Text(&min)), ("max", Arg::Text(&max))];
    let text = match trouble {
        Trouble::Empty => t("sorry-empty", lang, &[]),
        Trouble::Unclear if misses > 1 => t("sorry-unclear-again", lang, &[]),
        Trouble::Unclear => t("sorry-unclear", lang, &[]),
        Trouble::Ambiguous => t("sorry-ambiguous", lang, &[]),
        Trouble::Disagrees => t("sorry-disagrees", lang, &[]),
        Trouble::NotOffered => {
            let offered = place.map(|place| options(script, ledger, &place)).unwrap_or_default();
            let handles = offered.iter().map(|o| o.handle.as_str()).collect::<Vec<_>>().join(", ");
            t("sorry-not-offered", lang, &[("handles", Arg::Text(&handles))])
        }
        Trouble::OutOfRange => t("sorry-out-of-range", lang, &limits),
        Trouble::NotWhole => t("sorry-not-whole", lang, &[]),
        Trouble::NotANumber => t("sorry-not-a-number", lang, &[]),
        Trouble::NotADate => t("sorry-not-a-date", lang, &[]),
        Trouble::TooLong { chars, max } => {
            t("sorry-too-long", lang, &[("chars", Arg::Number(*chars)), ("max", Arg::Number(*max))])
        }
        Trouble::Count { found, wanted } => {
            t("sorry-count", lang, &[("found", Arg::Number(*found)), ("wanted", Arg::Number(*wanted))])
        }
    };
    Bubble { lines: vec![Line { text, lang: lang.clone() }], ..Bubble::default() }
}
