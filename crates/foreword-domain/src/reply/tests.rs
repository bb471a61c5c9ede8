use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    instrument::Instrument,
    language::Lang,
    phrases::Phrases,
    testing::{HEAD, INSTRUMENTS, is_permitted},
};

/// Items of the instruments that ship, and some of the tests' own, by a short name.
static ITEMS: LazyLock<Vec<(&'static str, Item)>> = LazyLock::new(|| {
    let own = format!("{HEAD}{OWN}");
    let named = [
        ("phq", "phq-2", "q1"),
        ("k10", "k10", "q1"),
        ("wish", "discussion-wish", "wish"),
        ("pain", "gi-questions", "pain"),
        ("stools", "gi-questions", "stools"),
        ("blood", "gi-questions", "blood"),
        ("since", "gi-questions", "blood-since"),
        ("kg", "gi-questions", "weight-lost"),
        ("ways", "gi-questions", "in-the-way"),
        ("meds", "gi-questions", "medicines"),
        ("topic", "visit-agenda", "topic-1"),
        ("words", "own", "words"),
        ("change", "own", "change"),
        ("codes", "own", "codes"),
        ("figures", "own", "figures"),
        ("display", "gi-questions", "welcome"),
    ];
    let parse = |id: &str| {
        let file = format!("{id}.toml");
        let text = INSTRUMENTS.iter().find(|(name, _)| *name == file).map_or(own.as_str(), |(_, text)| text);
        Instrument::parse(&file, text).unwrap_or_else(|refused| panic!("{refused}"))
    };
    named
        .map(|(name, instrument, item)| (name, parse(instrument).item(item).expect("an item").clone()))
        .into()
});

const OWN: &str = r#"
[[item]]
id = "words"
kind = "text"
text = { en = "Tell us" }
[[item]]
id = "change"
kind = "integer"
text = { en = "By how much did it change?" }
min = -10
max = 10
[[item]]
id = "codes"
kind = "choice"
text = { en = "Which?" }
choices = [{ code = "01", text = { en = "Left" } }, { code = "02", text = { en = "Right" } }]
[[item]]
id = "figures"
kind = "choice"
text = { en = "How many?" }
choices = [{ code = "few", text = { en = "2" } }, { code = "many", text = { en = "5" } }, { code = "none", text = { en = "None" } }]
"#;

fn item(name: &str) -> &'static Item {
    ITEMS.iter().find(|(known, _)| *known == name).map(|(_, item)| item).expect("an item of the list")
}

/// What is offered at an item when it is asked in English.
fn offered(item: &Item) -> Vec<Offer<'_>> {
    let choices: Vec<&Choice> = item.choices().iter().collect();
    offers(&choices, |label| match label {
        Label::Text(text) => {
            let shown = text.get(&Lang::english()).into_iter();
            shown.chain(text.0.values().map(String::as_str)).map(str::to_owned).collect()
        }
        Label::AnswerTo(_) => Vec::new(),
    })
}

/// What a reply comes to: the answer as it is written, or `?` and the trouble.
fn outcome(result: Result<Value, Trouble>) -> String {
    match result {
        Ok(Value::Skipped) => "skipped".to_owned(),
        Ok(value) => value.written(),
        Err(trouble) => format!("?{trouble:?}"),
    }
}

/// One line for each case: the reply, `->`, what it comes to.
#[track_caller]
fn check(name: &str, cases: &[(&str, &str)]) {
    let item = item(name);
    let offers = offered(item);
    let wrong: Vec<String> = cases
        .iter()
        .map(|(said, expected)| {
            (said, expected, outcome(understand(item, &offers, Phrases::get().words(), said)))
        })
        .filter(|(_, expected, found)| found != **expected)
        .map(|(said, expected, found)| format!("{said:?} -> {found:?}, expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn a_number_is_understood_in_every_digit_people_type() {
    check(
        "phq",
        &[
            ("2", "2"),
            (" 2 ", "2"),
            ("2.", "2"),
            ("(2)", "2"),
            ("#2", "2"),
            ("/2", "2"),
            ("2!!", "2"),
            ("2️⃣", "2"),
            ("0️⃣", "0"),
            ("②", "2"),
            ("⓪", "0"),
            ("２", "2"),
            ("𝟐", "2"),
            ("٢", "2"),
            ("۲", "2"),
            ("२", "2"),
            ("২", "2"),
            ("๒", "2"),
            ("\u{200f}٢\u{200f}", "2"),
            ("\u{61c}٢", "2"),
            ("\u{202b}2\u{202c}", "2"),
            ("2\u{fe0f}", "2"),
            ("02", "2"),
            ("2 👍🏽", "2"),
            ("🔟", "?NotOffered"),
            ("４", "?NotOffered"),
        ],
    );
    check("pain", &[("🔟", "10"), ("⑩", "10"), ("１０", "10"), ("١٠", "10"), ("0", "0"), ("٧", "7")]);
}

#[test]
fn a_label_is_understood_with_its_case_accents_and_small_errors_forgiven() {
    check(
        "phq",
        &[
            ("Not at all", "0"),
            ("NOT AT ALL", "0"),
            ("not at all.", "0"),
            ("not  at\nall", "0"),
            ("several days", "1"),
            ("Several Days!", "1"),
            ("seve", "1"),
            ("several", "1"),
            ("sevral days", "1"),
            ("severaal dyas", "1"),
            ("more than half", "2"),
            ("more than halve the days", "2"),
            ("nearly everyday", "3"),
            ("Nearly every dya", "3"),
            ("nearly", "3"),
            ("sev", "?Unclear"),
            ("days", "?Unclear"),
            ("often", "?Unclear"),
        ],
    );
    check(
        "k10",
        &[
            ("some of the time", "3"),
            ("all of the time", "5"),
            ("a little", "2"),
            ("none", "1"),
            ("nnone of the time", "1"),
            ("one of the time", "?Ambiguous"),
            ("the time", "?Unclear"),
        ],
    );
    check(
        "meds",
        &[("yes always", "0"), ("Mostly", "1"), ("often not", "2"), ("i stopped", "3"), ("I  STOPPED", "3")],
    );
}

#[test]
fn a_label_is_understood_in_every_language_the_instrument_has() {
    check(
        "phq",
        &[
            ("Überhaupt nicht", "0"),
            ("uberhaupt nicht", "0"),
            ("UEBERHAUPT NICHT", "0"),
            ("an einzelnen Tagen", "1"),
            ("an mehr als der Hälfte der Tage", "2"),
            ("beinahe jeden Tag", "3"),
        ],
    );
    check(
        "wish",
        &[
            ("Talk about it", "talk"),
            ("Hablar de ello", "talk"),
            ("Darüber sprechen", "talk"),
            ("daruber sprechen", "talk"),
            ("En parler", "talk"),
            ("أريد التحدث عنه", "talk"),
            ("اريد التحدث عنه", "talk"),
            ("Pas aujourd'hui", "not-today"),
            ("pas aujourd’hui", "not-today"),
            ("ليس اليوم", "not-today"),
            ("1", "talk"),
            ("٣", "not-today"),
            ("4", "?NotOffered"),
            ("0", "?NotOffered"),
        ],
    );
    check(
        "blood",
        &[("sí", "1"), ("SI", "1"), ("yes", "1"), ("no", "0"), ("1", "1"), ("0", "0"), ("2", "?NotOffered")],
    );
    check("meds", &[("si, siempre", "0"), ("Casi siempre", "1"), ("los deje", "3")]);
}

#[test]
fn half_a_label_is_not_taken_when_the_other_half_says_no() {
    check("meds", &[("often", "?Unclear"), ("muchas veces", "?Unclear"), ("muchas veces no", "2")]);
    check("wish", &[("heute", "?Unclear"), ("heute nicht", "not-today"), ("today", "?Unclear")]);
}

#[test]
fn words_that_carry_nothing_are_forgiven_beside_a_number() {
    check(
        "phq",
        &[
            ("option 2", "2"),
            ("Option 2.", "2"),
            ("answer: 2", "2"),
            ("number 2", "2"),
            ("my answer is 2", "2"),
            ("no. 2", "?Unclear"),
            ("it's 2", "2"),
            ("two", "2"),
            ("Zero", "0"),
            ("three", "3"),
            ("four", "?NotOffered"),
            ("option two", "?Unclear"),
            ("two days", "?Unclear"),
        ],
    );
    check(
        "stools",
        &[("about 6", "6"), ("6 times", "6"), ("6 veces", "6"), ("around 6 times.", "6"), ("six", "6")],
    );
    check("kg", &[("5 kg", "5"), ("5kg", "?NotANumber"), ("about 5", "5")]);
}

#[test]
fn what_could_mean_two_things_is_asked_again() {
    check(
        "phq",
        &[
            ("2 or 3", "?Ambiguous"),
            ("2 3", "?Ambiguous"),
            ("2, 3", "?Ambiguous"),
            ("1-2", "?Unclear"),
            ("1–2", "?Unclear"),
            ("1‑2", "?Unclear"),
            ("1/2", "?Unclear"),
            ("½", "?Unclear"),
            ("1.5", "?Unclear"),
            ("1,5", "?Unclear"),
            (".2", "?Unclear"),
            ("1'2", "?Ambiguous"),
            ("<2", "?Ambiguous"),
            ("> 2", "?Ambiguous"),
            ("2+", "?Ambiguous"),
            ("2 days last week", "?Unclear"),
            ("not 2", "?Unclear"),
            ("2? no", "?Unclear"),
            ("not several days", "?Unclear"),
            ("several days, nearly every day", "?Unclear"),
            ("-1", "?Unclear"),
            ("2a", "?Unclear"),
            ("2nd", "?Unclear"),
            ("22", "?NotOffered"),
            ("9999999999999999999999", "?Unclear"),
            ("please stop the pain", "?Unclear"),
            ("🙂", "?Unclear"),
            ("...", "?Unclear"),
            ("", "?Empty"),
            (" \n\t", "?Empty"),
        ],
    );
}

#[test]
fn a_number_and_the_words_beside_it_must_agree() {
    check(
        "phq",
        &[
            ("1 several days", "1"),
            ("1: several days", "1"),
            ("1) Several days", "1"),
            ("2 - more than half the days", "2"),
            ("3 beinahe jeden tag", "3"),
            ("1 nearly every day", "?Disagrees"),
            ("0 several days", "?Disagrees"),
            ("7 several days", "?Disagrees"),
            ("1 several day", "?Unclear"),
            ("1 2 several days", "?Ambiguous"),
        ],
    );
    check(
        "blood",
        &[
            ("1 yes", "1"),
            ("0 no", "0"),
            ("no 0", "?Unclear"),
            ("1 no", "?Disagrees"),
            ("no 1", "?Unclear"),
            ("0 yes", "?Disagrees"),
            ("no, 1", "?Unclear"),
        ],
    );
}

#[test]
fn a_code_with_leading_zeros_and_a_label_that_is_a_number_are_told_apart() {
    check("codes", &[("01", "01"), ("1", "01"), ("2", "02"), ("left", "01"), ("3", "?NotOffered")]);
    // "2" is the label of the first and the place of the second: nobody can know.
    check(
        "figures",
        &[("2", "?Ambiguous"), ("1", "few"), ("3", "none"), ("5", "many"), ("two", "?Ambiguous")],
    );
}

#[test]
fn a_whole_number_is_whole_and_within_its_limits() {
    check(
        "stools",
        &[
            ("0", "0"),
            ("40", "40"),
            ("41", "?OutOfRange"),
            ("-1", "?OutOfRange"),
            ("99999999999999999999", "?Ambiguous"),
            ("1.5", "?NotWhole"),
            ("1,5", "?NotWhole"),
            (".5", "?NotWhole"),
            ("1,000", "?NotWhole"),
            ("5-6", "?Ambiguous"),
            ("5 or 6", "?Ambiguous"),
            ("5/6", "?Ambiguous"),
            ("5x", "?Ambiguous"),
            ("<5", "?Ambiguous"),
            ("> 10", "?Ambiguous"),
            ("≥ 10", "?Ambiguous"),
            ("10+", "?Ambiguous"),
            ("1'5", "?Ambiguous"),
            ("6 no", "?NotANumber"),
            ("a lot", "?NotANumber"),
            ("six or seven", "?NotANumber"),
            ("no", "?NotANumber"),
        ],
    );
    check(
        "change",
        &[
            ("-3", "-3"),
            ("−3", "-3"),
            ("–3", "-3"),
            ("(-3)", "-3"),
            ("3", "3"),
            ("+3", "3"),
            ("-11", "?OutOfRange"),
        ],
    );
}

#[test]
fn a_decimal_number_is_read_with_a_point_or_a_comma_but_never_guessed() {
    check(
        "kg",
        &[
            ("2", "2"),
            ("2.5", "2.5"),
            ("2,5", "2.5"),
            ("1,5", "1.5"),
            ("٢٫٥", "2.5"),
            ("2,5 kg", "2.5"),
            (".5", "0.5"),
            ("0,50", "0.50"),
            ("1,000", "?Ambiguous"),
            ("1'5", "?Ambiguous"),
            ("1 000", "?Ambiguous"),
            ("1.2.3", "?NotANumber"),
            ("1.000,5", "?NotANumber"),
            ("2-3", "?NotANumber"),
            ("2½", "?NotANumber"),
            ("1e3", "?NotANumber"),
            ("<2", "?Ambiguous"),
            ("100,1", "?OutOfRange"),
            ("-2", "?OutOfRange"),
            ("-.5", "?OutOfRange"),
            ("a bit", "?NotANumber"),
            ("0000000000000001", "?NotANumber"),
        ],
    );
}

#[test]
fn a_mark_on_a_scale_is_0_to_10() {
    check(
        "pain",
        &[
            ("7", "7"),
            ("7/10", "7"),
            ("10/10", "10"),
            ("seven", "7"),
            ("11", "?OutOfRange"),
            ("-1", "?Ambiguous"),
            ("300", "?OutOfRange"),
            ("7.5", "?NotWhole"),
            ("7-8", "?Ambiguous"),
            ("7/8", "?Ambiguous"),
            ("7 or 8", "?Ambiguous"),
            ("7+", "?Ambiguous"),
            ("bad", "?NotANumber"),
        ],
    );
}

#[test]
fn a_date_is_read_when_it_can_only_be_one_day() {
    check(
        "since",
        &[
            ("2026-01-31", "2026-01-31"),
            ("2026/1/31", "2026-01-31"),
            ("31.01.2026", "2026-01-31"),
            ("31. 1. 2026", "2026-01-31"),
            ("03.04.2026", "2026-04-03"),
            ("31/01/2026", "2026-01-31"),
            ("01/31/2026", "2026-01-31"),
            ("04/04/2026", "2026-04-04"),
            ("٢٠٢٦-٠١-٣١", "2026-01-31"),
            ("03/04/2026", "?Ambiguous"),
            ("3-4-2026", "?Ambiguous"),
            ("31/01/26", "?NotADate"),
            ("2026-02-30", "?NotADate"),
            ("2026-13-01", "?NotADate"),
            ("32.01.2026", "?NotADate"),
            ("last week", "?NotADate"),
            ("2026", "?NotADate"),
            ("20260131", "?NotADate"),
            ("1929-12-31", "?OutOfRange"),
            ("2100-01-01", "?OutOfRange"),
        ],
    );
}

#[test]
fn several_choices_are_taken_in_the_order_of_the_item() {
    check(
        "ways",
        &[
            ("1", "1"),
            ("1, 3", "1 3"),
            ("3 1", "1 3"),
            ("3,1,1", "1 3"),
            ("2️⃣ 4️⃣", "2 4"),
            ("sleep", "2"),
            ("Sleep, work or school", "1 2"),
            ("sleep; going out", "2 4"),
            ("dormir\nsalir o viajar", "2 4"),
            ("1 2 9", "?NotOffered"),
            ("1-3", "?Unclear"),
            ("1, not 2", "?Unclear"),
            ("1 no 2", "?Ambiguous"),
            ("sleep, dancing", "?Unclear"),
            ("everything", "?Unclear"),
            (",", "?Unclear"),
        ],
    );
}

#[test]
fn free_text_is_kept_byte_for_byte() {
    let topic = "  Mi dolor 🩺👩🏽‍⚕️ — «آلام في المعدة»\r\n\ttab, e\u{301}, \u{200f}2 days\u{0}  ";
    check("words", &[(topic, topic), ("no", "no"), ("2", "2"), ("?", "?"), ("🙂", "🙂"), ("  ", "?Empty")]);
    let long: String = "\u{1f600}ع".repeat(250);
    let longer = format!("{long}!");
    assert_eq!(long.chars().count(), 500);
    check("words", &[(&long, &long), (&longer, "?TooLong { chars: 501, max: 500 }")]);
}

#[test]
fn words_for_nothing_answer_a_question_for_more_and_nothing_else() {
    check(
        "topic",
        &[
            ("no", "skipped"),
            ("No.", "skipped"),
            ("nothing else", "skipped"),
            ("That's all!", "skipped"),
            ("n/a", "skipped"),
            ("No, thank you", "skipped"),
            ("no more pain please", "no more pain please"),
            ("nothing helps", "nothing helps"),
        ],
    );
    check("phq", &[("nothing", "?Unclear"), ("none", "?Unclear")]);
    check("display", &[("ok", "?Unclear")]);
}

/// Several answers in one message to `wanted` questions of the PHQ.
#[track_caller]
fn check_batch(wanted: usize, said: &str, expected: &str) {
    let item = item("phq");
    let items: Vec<_> = (0..wanted).map(|_| (item, offered(item))).collect();
    let found = match batch(&items, Phrases::get().words(), said) {
        Ok(values) => values.iter().map(Value::written).collect::<Vec<_>>().join(" "),
        Err((n, trouble)) => format!("{n}?{trouble:?}"),
    };
    assert_eq!(found, expected, "{said:?} to {wanted} questions");
}

#[test]
fn several_answers_in_one_message_fill_all_questions_or_none() {
    check_batch(4, "1 2 0 3", "1 2 0 3");
    check_batch(4, "1,2,0,3", "1 2 0 3");
    check_batch(4, "1, 2, 0, 3", "1 2 0 3");
    check_batch(4, "1;2;0;3", "1 2 0 3");
    check_batch(4, "1203", "1 2 0 3");
    check_batch(4, "١٢٠٣", "1 2 0 3");
    check_batch(4, "1️⃣2️⃣0️⃣3️⃣", "1 2 0 3");
    check_batch(4, "1\n2\n\n0\n3\n", "1 2 0 3");
    check_batch(4, "1 2 0 3 :)", "1 2 0 3");
    check_batch(3, "2,1,0", "2 1 0");
    check_batch(2, "1: 2\n2: 0", "2 0");
    check_batch(2, "1) 2\n2) 0", "2 0");
    check_batch(2, "1: 2 2: 0", "2 0");
    check_batch(2, "not at all\nseveral days", "0 1");
    check_batch(2, "not at all, several days", "0 1");
}

#[test]
fn a_message_with_another_number_of_answers_is_asked_again_as_a_whole() {
    check_batch(4, "1 2 0", "0?Count { found: 3, wanted: 4 }");
    check_batch(4, "1 2 0 3 1", "0?Count { found: 5, wanted: 4 }");
    check_batch(4, "2", "0?Count { found: 1, wanted: 4 }");
    check_batch(4, "120", "0?Count { found: 1, wanted: 4 }");
    check_batch(2, "1-2", "0?Count { found: 1, wanted: 2 }");
    check_batch(2, "1‑2", "0?Count { found: 1, wanted: 2 }");
    check_batch(2, "1.5", "0?Count { found: 1, wanted: 2 }");
    check_batch(4, "1 2 0 9", "3?NotOffered");
    check_batch(4, "2 days last week", "1?Unclear");
    check_batch(2, "2: 1\n1: 0", "0?Ambiguous");
    check_batch(2, "1 2\n3 0", "0?Ambiguous");
    check_batch(2, "", "0?Count { found: 0, wanted: 2 }");
}

#[test]
fn the_number_of_a_question_is_not_taken_for_an_answer() {
    // "1: 2" answers the first question only, whatever could be made of two numbers.
    check_batch(2, "1: 2", "0?Count { found: 1, wanted: 2 }");
    check_batch(2, "1) 2", "0?Count { found: 1, wanted: 2 }");
    check_batch(2, "1. 2", "0?Count { found: 1, wanted: 2 }");
    check_batch(2, "1 = 2", "0?Count { found: 1, wanted: 2 }");
    check_batch(4, "1:2 2:0", "0?Count { found: 2, wanted: 4 }");
    check_batch(4, "1: 2, 3: 0", "0?Count { found: 1, wanted: 4 }");
}

#[test]
fn a_reply_of_a_megabyte_is_refused_without_much_ado() {
    let (said, item) = ("word ".repeat(200_000), item("phq"));
    let mut offers = offered(item);
    offers[0].labels.push("my own words ".repeat(40));
    assert_eq!(understand(item, &offers, Phrases::get().words(), &said), Err(Trouble::Unclear));
}

/// What people and machines could send: anything, and what looks like an answer.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9٠-٩۰-۹.,/:+<>()' \\-–−½①-⑩️⃣]{0,8}",
        "(no|not|1|2|two|option|several days|nearly|every day|yes|heute|nicht|sí|10|[,;\\n ]| ){1,6}",
        "\\PC{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_only_a_permitted_answer_comes_of_it(said in anything()) {
        for (name, item) in ITEMS.iter() {
            let offers = offered(item);
            if let Ok(value) = understand(item, &offers, Phrases::get().words(), &said) {
                prop_assert!(is_permitted(item, &offers, &value), "{name}: {}", value.written());
                if let Value::Text(text) = &value {
                    prop_assert_eq!(text, &said);
                }
                prop_assert!(value != Value::Skipped || item.nothing_is_an_answer);
            }
            if let Some(value) = item.read_code(&said) {
                prop_assert!(is_permitted(item, &offers, &value), "{name}: {}", value.written());
            }
        }
    }

    #[test]
    fn several_answers_are_as_many_as_there_are_questions(said in anything(), wanted in 2..8_usize) {
        let item = item("phq");
        let items: Vec<_> = (0..wanted).map(|_| (item, offered(item))).collect();
        match batch(&items, Phrases::get().words(), &said) {
            Ok(values) => {
                prop_assert_eq!(values.len(), wanted);
                prop_assert!(values.iter().all(|value| is_permitted(item, &items[0].1, value)));
            }
            Err((n, _)) => prop_assert!(n < wanted),
        }
    }

    #[test]
    fn an_answer_survives_being_written_and_read(said in anything()) {
        for (name, item) in ITEMS.iter() {
            let offers = offered(item);
            if let Ok(value) = understand(item, &offers, Phrases::get().words(), &said) && value != Value::Skipped {
                prop_assert!(item.read_code(&value.written()) == Some(value.clone()), "{name}: {}", value.written());
            }
        }
    }

    #[test]
    fn the_plain_form_of_a_plain_form_is_itself(said in anything()) {
        let plain = normalize(&said);
        prop_assert_eq!(normalize(&plain), plain.clone());
        prop_assert!(!plain.starts_with(' ') && !plain.ends_with(' ') && !plain.contains("  "));
    }
}
