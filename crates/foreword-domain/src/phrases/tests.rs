mod typed;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil};

use super::*;
use crate::{
    conversation::{
        Command, Say,
        script::{Place, Script},
    },
    instrument::ItemKind,
    message::Channel,
    reply::Trouble,
    response::{Answer, ItemRef, Ledger, Respondent, Value},
    testing::{lang, own, script, script_of},
};

/// Every message of a language file with the variables it uses.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            line.split('=').next().unwrap_or_default().trim().clone_into(&mut key);
            assert!(messages.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
        }
        let variables = line.split('$').skip(1).map(|rest| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
                .collect::<String>()
        });
        if let Some(known) = messages.get_mut(&key) {
            known.extend(variables);
        }
    }
    let resource = FluentResource::try_new(source.to_owned()).expect("a file that parses");
    let entries = resource.entries().filter(|entry| format!("{entry:?}").starts_with("Message"));
    assert_eq!(messages.len(), entries.count(), "the messages this test sees are those of the file");
    messages
}

#[test]
fn all_languages_have_the_same_messages_with_the_same_variables() {
    let english = messages(SOURCES[0].1);
    assert!(english.len() > 100);
    for (tag, source) in &SOURCES[1..] {
        let other = messages(source);
        let keys = |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<BTreeSet<_>>();
        let differ: Vec<String> = keys(&english).symmetric_difference(&keys(&other)).cloned().collect();
        assert!(differ.is_empty(), "only in one of en and {tag}: {differ:?}");
        for (key, variables) in &english {
            assert_eq!(&other[key], variables, "variables of {key} in {tag}");
        }
    }
}

#[test]
fn every_message_has_words_in_every_language() {
    for (tag, source) in SOURCES {
        for key in messages(source).keys() {
            let there = Phrases::get().bundles[&lang(tag)].has_message(key);
            assert!(there && !Phrases::get().text(key, &lang(tag), &[]).trim().is_empty(), "{key} in {tag}");
        }
    }
}

#[test]
fn a_language_is_known_by_its_tag_and_its_names() {
    let named = |name: &str| Phrases::get().language_named(name).map(Lang::as_str);
    for (tag, english) in ENGLISH_NAMES {
        assert_eq!((named(tag), named(&english.to_uppercase())), (Some(tag), Some(tag)));
        assert!(Phrases::get().speaks(&lang(tag)) && Phrases::get().speaks(&lang(&format!("{tag}-xx"))));
    }
    assert_eq!(named("klingon"), None);
    assert!(!Phrases::get().speaks(&lang("tlh")));
    assert_eq!(Phrases::get().languages().count(), SOURCES.len());
}

#[test]
fn who_reads_none_of_the_languages_reads_english() {
    let english = t("help", &lang("en"), &[]);
    assert_eq!((t("help", &lang("tlh"), &[]), t("help", &lang("en-gb"), &[])), (english.clone(), english));
    assert_eq!(t("no-such-phrase", &lang("en"), &[]), "no-such-phrase");
}

#[test]
fn every_month_has_a_name_of_its_own_in_every_language() {
    for (tag, _) in SOURCES {
        let months: BTreeSet<String> =
            (1..=12).map(|month| date(civil::date(2026, month, 24), &lang(tag))).collect();
        assert_eq!(months.len(), 12, "{tag}: {months:?}");
        assert!(
            months.iter().all(|date| date.contains("24") && date.contains("2026") && !date.contains('{')),
            "{months:?}"
        );
    }
}

/// One item of each kind.
const KINDS: &str = r#"
[stems]
s = { en = "Think of last week." }
[[item]]
id = "intro"
kind = "display"
text = { en = "Now about you." }
[[item]]
id = "choice"
kind = "choice"
stem = "s"
text = { en = "Better?" }
help = { en = "A rough answer is fine." }
choices = [{ code = "1", text = { en = "Yes" } }, { code = "0", text = { en = "No" } }]
[[item]]
id = "again"
kind = "choice"
stem = "s"
text = { en = "Worse?" }
choices = [{ code = "1", text = { en = "Yes" } }, { code = "0", text = { en = "No" } }]
[[item]]
id = "several"
kind = "multiple-choice"
text = { en = "What hurts?" }
choices = [{ code = "head", text = { en = "Head" } }, { code = "back", text = { en = "Back" } }]
[[item]]
id = "integer"
kind = "integer"
text = { en = "How often?" }
min = 0
max = 40
unit = { en = "times" }
[[item]]
id = "decimal"
kind = "decimal"
text = { en = "How much?" }
min = 0.0
max = 100.0
unit = { en = "kg" }
[[item]]
id = "scale"
kind = "scale"
text = { en = "How bad?" }
low = { en = "not at all" }
high = { en = "very" }
[[item]]
id = "date"
kind = "date"
text = { en = "Since when?" }
min = "2000-01-01"
max = "2099-12-31"
[[item]]
id = "text"
kind = "text"
text = { en = "Something else?" }
"#;

fn answered(values: &[(&str, Value)]) -> Ledger {
    Ledger::of(values.iter().map(|(item, value)| Answer {
        at: ItemRef::new("own", *item),
        value: value.clone(),
        answered_at: Timestamp::UNIX_EPOCH,
        channel: Channel::Terminal,
        ui_language: Lang::english(),
        instrument_language: Lang::english(),
        by: Respondent::Patient,
    }))
}

fn ledger() -> Ledger {
    answered(&[
        ("choice", Value::Choice("1".into())),
        ("several", Value::Choices(vec!["head".into(), "back".into()])),
        ("integer", Value::Integer(6)),
        ("decimal", Value::Decimal("2.5".into())),
        ("scale", Value::Scale(7)),
        ("date", Value::Date(civil::date(2026, 1, 31))),
        ("text", Value::Skipped),
    ])
}

/// Everything the service can say; a new variant must be put in here.
fn everything(script: &Script, ledger: &Ledger) -> Vec<Say> {
    let all: Vec<ItemRef> = script.questions(ledger).iter().map(Place::at).collect();
    let mut says = vec![
        Say::Greeting,
        Say::WelcomeBack { left: 0 },
        Say::WelcomeBack { left: 1 },
        Say::WelcomeBack { left: 12 },
        Say::AskSeveral(all[..2].to_vec()),
        Say::Understood(all[..2].to_vec()),
        Say::NothingBefore,
        Say::NoSuchAnswer { number: 99 },
        Say::Review,
        Say::Help,
        Say::Paused,
        Say::Declined,
        Say::Stopped,
        Say::NotMe,
        Say::Completed,
        Say::Languages,
        Say::LanguageUnknown,
        Say::LanguageSet,
        Say::Elsewhere,
        Say::Crisis,
        Say::HelpCalled,
        Say::HelpNotCalled,
        Say::SafeForNow,
        Say::NotNow,
    ];
    for at in all {
        says.push(Say::Ask(at.clone()));
        for trouble in troubles() {
            says.extend([1, 2, 3].map(|misses| Say::Sorry {
                at: at.clone(),
                trouble: trouble.clone(),
                misses,
            }));
        }
    }
    // A variant without a number does not compile, and one that is not in the list is missed here.
    let variant = |say: &Say| match say {
        Say::Greeting => 0,
        Say::WelcomeBack { .. } => 1,
        Say::Ask(_) => 2,
        Say::AskSeveral(_) => 3,
        Say::Understood(_) => 4,
        Say::Sorry { .. } => 5,
        Say::NothingBefore => 6,
        Say::NoSuchAnswer { .. } => 7,
        Say::Review => 8,
        Say::Help => 9,
        Say::Paused => 10,
        Say::Declined => 11,
        Say::Stopped => 12,
        Say::NotMe => 13,
        Say::Completed => 14,
        Say::LanguageUnknown => 15,
        Say::LanguageSet => 16,
        Say::Elsewhere => 17,
        Say::Languages => 18,
        Say::Crisis => 19,
        Say::HelpCalled => 20,
        Say::SafeForNow => 21,
        Say::NotNow => 22,
        Say::HelpNotCalled => 23,
    };
    let found: BTreeSet<i32> = says.iter().map(variant).collect();
    assert_eq!(found, (0..24).collect());
    says
}

fn troubles() -> Vec<Trouble> {
    use Trouble as T;
    let all = vec![
        T::Empty,
        T::Unclear,
        T::Ambiguous,
        T::Disagrees,
        T::NotOffered,
        T::OutOfRange,
        T::NotWhole,
        T::NotANumber,
        T::NotADate,
        T::TooLong { chars: 612, max: 500 },
        T::Count { found: 3, wanted: 4 },
    ];
    let variant = |trouble: &Trouble| match trouble {
        T::Empty => 0,
        T::Unclear => 1,
        T::Ambiguous => 2,
        T::Disagrees => 3,
        T::NotOffered => 4,
        T::OutOfRange => 5,
        T::NotWhole => 6,
        T::NotANumber => 7,
        T::NotADate => 8,
        T::TooLong { .. } => 9,
        T::Count { .. } => 10,
    };
    let found: BTreeSet<i32> = all.iter().map(variant).collect();
    assert_eq!(found, (0..11).collect());
    all
}

#[test]
fn everything_that_can_be_said_has_words_in_every_language() {
    let (script, ledger) = (script_of(own(KINDS)), ledger());
    let keys = messages(SOURCES[0].1);
    for (tag, _) in SOURCES {
        for say in everything(&script, &ledger) {
            let lines = plain(&bubble(&say, &script, &ledger, &lang(tag)));
            assert!(!lines.is_empty(), "{say:?} in {tag} says nothing");
            for line in &lines {
                assert!(
                    !line.trim().is_empty() && !line.contains(['{', '}', '$']),
                    "{say:?} in {tag}: {line}"
                );
                assert!(!keys.contains_key(line.as_str()), "{say:?} in {tag}: {line}");
            }
        }
    }
}

#[test]
fn numbers_and_limits_stand_in_what_is_said() {
    let (script, ledger) = (script_of(own(KINDS)), ledger());
    let said = |say: Say, tag: &str| plain(&bubble(&say, &script, &ledger, &lang(tag))).join("\n");
    let at = |item: &str| ItemRef::new("own", item);
    let sorry = |item: &str, trouble: Trouble| Say::Sorry { at: at(item), trouble, misses: 1 };
    for (tag, _) in SOURCES {
        let check = |say: Say, numbers: &[&str]| {
            let text = said(say.clone(), tag);
            assert!(numbers.iter().all(|number| text.contains(number)), "{say:?} in {tag}: {text}");
        };
        check(sorry("integer", Trouble::OutOfRange), &["0", "40"]);
        check(sorry("date", Trouble::OutOfRange), &["2000-01-01", "2099-12-31"]);
        check(sorry("choice", Trouble::NotOffered), &["1", "0"]);
        check(sorry("text", Trouble::TooLong { chars: 612, max: 500 }), &["612", "500"]);
        check(sorry("choice", Trouble::Count { found: 3, wanted: 4 }), &["3", "4"]);
        check(Say::Ask(at("text")), &["500"]);
        check(Say::Ask(at("integer")), &["4", "8", "0", "40"]);
        check(Say::WelcomeBack { left: 12 }, &["12"]);
    }
}

#[test]
fn a_question_is_shown_in_full_with_every_choice_and_none_chosen() {
    let (script, ledger) = (script_of(own(KINDS)), ledger());
    for place in script.questions(&ledger) {
        let bubble = bubble(&Say::Ask(place.at()), &script, &ledger, &lang("en"));
        let wording = place.item.text.get(&lang("en")).unwrap();
        assert!(bubble.lines.iter().any(|line| line.text == wording));
        assert_eq!(bubble.options.len(), place.item.choices().len());
        assert_eq!(bubble.at, Some(place.at()));
        let is_choice = matches!(place.item.kind, ItemKind::Choice(_));
        assert_eq!(bubble.hint.is_none(), is_choice, "how to answer is said where there are no choices");
        for text in
            [place.item.stem.as_ref().map(|stem| &stem.text), place.item.help.as_ref()].into_iter().flatten()
        {
            assert!(bubble.lines.iter().any(|line| Some(line.text.as_str()) == text.get(&lang("en"))));
        }
    }
}

#[test]
fn nothing_of_the_questions_is_lost_when_several_are_asked_at_once() {
    let (script, ledger) = (script_of(own(KINDS)), Ledger::default());
    let items = ["choice", "again"].map(|item| ItemRef::new("own", item)).to_vec();
    let bubble = bubble(&Say::AskSeveral(items), &script, &ledger, &lang("en"));
    let lines: Vec<&str> = bubble.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        lines,
        ["Now about you.", "Think of last week.", "1) Better?", "A rough answer is fine.", "2) Worse?"]
    );
}

#[test]
fn the_review_shows_every_answer_in_the_words_it_was_offered_in() {
    let (script, ledger) = (script_of(own(KINDS)), ledger());
    let words: Vec<String> =
        script.review(&ledger, &lang("en")).into_iter().map(|(_, _, answer)| answer).collect();
    assert_eq!(
        words,
        ["Yes", "Head, Back", "6 times", "2.5 kg", "7 / 10", "2026-01-31", &t("skipped", &lang("en"), &[])]
    );
}

#[test]
fn the_words_of_an_instrument_keep_their_language_and_the_service_speaks_the_patients() {
    let script = script("gi-follow-up", "es");
    let ledger = Ledger::default();
    let say = Say::Ask(ItemRef::new("gi-questions", "pain"));
    let bubble = bubble(&say, &script, &ledger, &lang("ar"));
    assert!(bubble.lines.iter().all(|line| line.lang == lang("es")));
    let args = [("n", Arg::Number(3)), ("of", Arg::Number(script.at_most(&ledger)))];
    assert_eq!(bubble.progress, Some(t("progress", &lang("ar"), &args)));
    assert_eq!(script.not_asked.iter().map(|not| not.instrument.as_str()).collect::<Vec<_>>(), ["phq-2"]);
}

#[test]
fn the_wish_question_names_what_it_is_about() {
    let script = script("gi-follow-up", "en");
    let say = Say::Ask(ItemRef::new("wish.phq-2", "wish"));
    let lines = plain(&bubble(&say, &script, &Ledger::default(), &lang("en"))).join("\n");
    assert!(lines.contains("questions about: Mood.") && !lines.contains('{'), "{lines}");
}
