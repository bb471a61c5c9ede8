use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    instrument::Instrument,
    language::Lang,
    phrases::Phrases,
    testing::{HEAD, INSTRUMENTS},
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

/// Everything said must come to the answer, or the trouble, that is expected.
#[track_caller]
fn check(name: &str, expected: &str, all_said: &[&str]) {
    let item = item(name);
    let offers = offered(item);
    for said in all_said {
        let found = outcome(understand(item, &offers, Phrases::get().words(), said));
        assert_eq!(found, expected, "{name}: {said:?}");
    }
}

#[test]
fn a_number_is_understood_in_every_digit_people_type() {
    check(
        "phq",
        "2",
        &[
            "2",
            " 2 ",
            "2.",
            "(2)",
            "#2",
            "/2",
            "2!!",
            "2️⃣",
            "②",
            "２",
            "𝟐",
            "٢",
            "۲",
            "२",
            "২",
            "๒",
            "\u{200f}٢\u{200f}",
            "\u{61c}٢",
            "\u{202b}2\u{202c}",
            "2\u{fe0f}",
            "02",
            "2 👍🏽",
        ],
    );
    check("phq", "0", &["0️⃣", "⓪"]);
    check("phq", "?NotOffered", &["🔟", "４"]);
    check("pain", "10", &["🔟", "⑩", "１０", "١٠"]);
    check("pain", "0", &["0"]);
    check("pain", "7", &["٧"]);
}

#[test]
fn a_label_is_understood_with_its_case_accents_and_small_errors_forgiven() {
    check("phq", "0", &["Not at all", "NOT AT ALL", "not at all.", "not  at\nall"]);
    check("phq", "1", &["several days", "Several Days!", "seve", "several", "sevral days", "severaal dyas"]);
    check("phq", "2", &["more than half", "more than halve the days"]);
    check("phq", "3", &["nearly everyday", "Nearly every dya", "nearly"]);
    check("phq", "?Unclear", &["sev", "days", "often"]);
    check("k10", "3", &["some of the time"]);
    check("k10", "5", &["all of the time"]);
    check("k10", "2", &["a little"]);
    check("k10", "1", &["none", "nnone of the time"]);
    check("k10", "?Ambiguous", &["one of the time"]);
    check("k10", "?Unclear", &["the time"]);
    check("meds", "0", &["yes always"]);
    check("meds", "1", &["Mostly"]);
    check("meds", "2", &["often not"]);
    check("meds", "3", &["i stopped", "I  STOPPED"]);
}

#[test]
fn a_label_is_understood_in_every_language_the_instrument_has() {
    check("phq", "0", &["Überhaupt nicht", "uberhaupt nicht", "UEBERHAUPT NICHT"]);
    check("phq", "1", &["an einzelnen Tagen"]);
    check("phq", "2", &["an mehr als der Hälfte der Tage"]);
    check("phq", "3", &["beinahe jeden Tag"]);
    check(
        "wish",
        "talk",
        &[
            "Talk about it",
            "Hablar de ello",
            "Darüber sprechen",
            "daruber sprechen",
            "En parler",
            "أريد التحدث عنه",
            "اريد التحدث عنه",
            "1",
        ],
    );
    check("wish", "not-today", &["Pas aujourd'hui", "pas aujourd’hui", "ليس اليوم", "٣"]);
    check("wish", "?NotOffered", &["4", "0"]);
    check("blood", "1", &["sí", "SI", "yes", "1"]);
    check("blood", "0", &["no", "0"]);
    check("blood", "?NotOffered", &["2"]);
    check("meds", "0", &["si, siempre"]);
    check("meds", "1", &["Casi siempre"]);
    check("meds", "3", &["los deje"]);
}

#[test]
fn half_a_label_is_not_taken_when_the_other_half_says_no() {
    check("meds", "?Unclear", &["often", "muchas veces"]);
    check("meds", "2", &["muchas veces no"]);
    check("wish", "?Unclear", &["heute", "today"]);
    check("wish", "not-today", &["heute nicht"]);
}

#[test]
fn words_that_carry_nothing_are_forgiven_beside_a_number() {
    check("phq", "2", &["option 2", "Option 2.", "answer: 2", "number 2", "my answer is 2", "it's 2", "two"]);
    check("phq", "?Unclear", &["no. 2", "option two", "two days"]);
    check("phq", "0", &["Zero"]);
    check("phq", "3", &["three"]);
    check("phq", "?NotOffered", &["four"]);
    check("stools", "6", &["about 6", "6 times", "6 veces", "around 6 times.", "six"]);
    check("kg", "5", &["5 kg", "about 5"]);
    check("kg", "?NotANumber", &["5kg"]);
}

#[test]
fn what_could_mean_two_things_is_asked_again() {
    check("phq", "?Ambiguous", &["2 or 3", "2 3", "2, 3", "1'2", "<2", "> 2", "2+"]);
    check(
        "phq",
        "?Unclear",
        &[
            "1-2",
            "1–2",
            "1‑2",
            "1/2",
            "½",
            "1.5",
            "1,5",
            ".2",
            "2 days last week",
            "not 2",
            "2? no",
            "not several days",
            "several days, nearly every day",
            "-1",
            "2a",
            "2nd",
            "9999999999999999999999",
            "please stop the pain",
            "🙂",
            "...",
        ],
    );
    check("phq", "?NotOffered", &["22"]);
    check("phq", "?Empty", &["", " \n\t"]);
}

#[test]
fn a_number_and_the_words_beside_it_must_agree() {
    check("phq", "1", &["1 several days", "1: several days", "1) Several days"]);
    check("phq", "2", &["2 - more than half the days"]);
    check("phq", "3", &["3 beinahe jeden tag"]);
    check("phq", "?Disagrees", &["1 nearly every day", "0 several days", "7 several days"]);
    check("phq", "?Unclear", &["1 several day"]);
    check("phq", "?Ambiguous", &["1 2 several days"]);
    check("blood", "1", &["1 yes"]);
    check("blood", "0", &["0 no"]);
    check("blood", "?Unclear", &["no 0", "no 1", "no, 1"]);
    check("blood", "?Disagrees", &["1 no", "0 yes"]);
}

#[test]
fn a_code_with_leading_zeros_and_a_label_that_is_a_number_are_told_apart() {
    check("codes", "01", &["01", "1", "left"]);
    check("codes", "02", &["2"]);
    check("codes", "?NotOffered", &["3"]);
    // "2" is the label of the first and the place of the second: nobody can know.
    check("figures", "?Ambiguous", &["2", "two"]);
    check("figures", "few", &["1"]);
    check("figures", "none", &["3"]);
    check("figures", "many", &["5"]);
}

#[test]
fn a_whole_number_is_whole_and_within_its_limits() {
    check("stools", "0", &["0"]);
    check("stools", "40", &["40"]);
    check("stools", "?OutOfRange", &["41", "-1"]);
    check(
        "stools",
        "?Ambiguous",
        &["99999999999999999999", "5-6", "5 or 6", "5/6", "5x", "<5", "> 10", "≥ 10", "10+", "1'5"],
    );
    check("stools", "?NotWhole", &["1.5", "1,5", ".5", "1,000"]);
    check("stools", "?NotANumber", &["6 no", "a lot", "six or seven", "no"]);
    check("change", "-3", &["-3", "−3", "–3", "(-3)"]);
    check("change", "3", &["3", "+3"]);
    check("change", "?OutOfRange", &["-11"]);
}

#[test]
fn a_decimal_number_is_read_with_a_point_or_a_comma_but_never_guessed() {
    check("kg", "2", &["2"]);
    check("kg", "2.5", &["2.5", "2,5", "٢٫٥", "2,5 kg"]);
    check("kg", "1.5", &["1,5"]);
    check("kg", "0.5", &[".5"]);
    check("kg", "0.50", &["0,50"]);
    check("kg", "?Ambiguous", &["1,000", "1'5", "1 000", "<2"]);
    check("kg", "?NotANumber", &["1.2.3", "1.000,5", "2-3", "2½", "1e3", "a bit", "0000000000000001"]);
    check("kg", "?OutOfRange", &["100,1", "-2", "-.5"]);
}

#[test]
fn a_mark_on_a_scale_is_0_to_10() {
    check("pain", "7", &["7", "7/10", "seven"]);
    check("pain", "10", &["10/10"]);
    check("pain", "?OutOfRange", &["11", "300"]);
    check("pain", "?Ambiguous", &["-1", "7-8", "7/8", "7 or 8", "7+"]);
    check("pain", "?NotWhole", &["7.5"]);
    check("pain", "?NotANumber", &["bad"]);
}

#[test]
fn a_date_is_read_when_it_can_only_be_one_day() {
    check(
        "since",
        "2026-01-31",
        &["2026-01-31", "2026/1/31", "31.01.2026", "31. 1. 2026", "31/01/2026", "01/31/2026", "٢٠٢٦-٠١-٣١"],
    );
    check("since", "2026-04-03", &["03.04.2026"]);
    check("since", "2026-04-04", &["04/04/2026"]);
    check("since", "?Ambiguous", &["03/04/2026", "3-4-2026"]);
    check(
        "since",
        "?NotADate",
        &["31/01/26", "2026-02-30", "2026-13-01", "32.01.2026", "last week", "2026", "20260131"],
    );
    check("since", "?OutOfRange", &["1929-12-31", "2100-01-01"]);
}

#[test]
fn several_choices_are_taken_in_the_order_of_the_item() {
    check("ways", "1", &["1"]);
    check("ways", "1 3", &["1, 3", "3 1", "3,1,1"]);
    check("ways", "2 4", &["2️⃣ 4️⃣", "sleep; going out", "dormir\nsalir o viajar"]);
    check("ways", "2", &["sleep"]);
    check("ways", "1 2", &["Sleep, work or school"]);
    check("ways", "?NotOffered", &["1 2 9"]);
    check("ways", "?Unclear", &["1-3", "1, not 2", "sleep, dancing", "everything", ","]);
    check("ways", "?Ambiguous", &["1 no 2"]);
}

#[test]
fn free_text_is_kept_byte_for_byte() {
    let topic = "  Mi dolor 🩺👩🏽‍⚕️ — «آلام في المعدة»\r\n\ttab, e\u{301}, \u{200f}2 days\u{0}  ";
    check("words", topic, &[topic]);
    check("words", "no", &["no"]);
    check("words", "2", &["2"]);
    check("words", "?", &["?"]);
    check("words", "🙂", &["🙂"]);
    check("words", "?Empty", &["  "]);
    let long: String = "\u{1f600}ع".repeat(250);
    let longer = format!("{long}!");
    assert_eq!(long.chars().count(), 500);
    check("words", &long, &[&long]);
    check("words", "?TooLong { chars: 501, max: 500 }", &[&longer]);
}

#[test]
fn words_for_nothing_answer_a_question_for_more_and_nothing_else() {
    check("topic", "skipped", &["no", "No.", "nothing else", "That's all!", "n/a", "No, thank you"]);
    check("topic", "no more pain please", &["no more pain please"]);
    check("topic", "nothing helps", &["nothing helps"]);
    check("phq", "?Unclear", &["nothing", "none"]);
    check("display", "?Unclear", &["ok"]);
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

#[test]
fn ten_is_one_answer_where_there_is_a_tenth() {
    let choices: Vec<String> =
        (1..=10).map(|n| format!("{{ code = \"{n}\", text = {{ en = \"Choice {n}\" }} }}")).collect();
    let text = format!(
        "id = \"own\"\nversion = \"1\"\ntitle = {{ en = \"Own\" }}\nplain_name = {{ en = \"Own\" }}\ncitations = [\"none\"]\n[licence]\nkind = \"own\"\nnotice = \"own\"\nevidence = \"own\"\nelectronic_use = true\n[languages.en]\nsource = \"own\"\n[[item]]\nid = \"a\"\nkind = \"choice\"\ntext = {{ en = \"A?\" }}\nchoices = [{}]\n",
        choices.join(", ")
    );
    let own = crate::instrument::Instrument::parse("own.toml", &text).unwrap();
    let item = own.item("a").unwrap();
    let items = [(item, offered(item)), (item, offered(item))];
    let read = |said: &str| batch(&items, Phrases::get().words(), said);
    assert_eq!(read("10"), Err((0, Trouble::Count { found: 1, wanted: 2 })));
    assert_eq!(read("10 1"), Ok(vec![Value::Choice("10".into()), Value::Choice("1".into())]));
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
