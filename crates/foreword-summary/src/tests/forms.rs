use foreword_domain::{
    instrument::{ItemKind, Permission},
    phrases::{Arg, t, wording},
};
use jiff::civil::date;

use super::{printed::Printed, *};
use crate::{Fonts, NoForm, Paper, PaperForm, PatientHeader, WhyNotOnPaper, not_on_paper, paper};

const LANGUAGES: [&str; 5] = ["en", "es", "de", "fr", "ar"];

/// The form of a script, in a language, of nobody.
fn form<'a>(script: &'a Script, lang: &'a Lang, fonts: &'a Fonts) -> PaperForm<'a> {
    PaperForm {
        script,
        lang,
        clinic: "Riverside Clinic",
        form: "form 1",
        patient: None,
        code: Some("K7M-4QX"),
        paper: Paper::A4,
        fonts,
    }
}

fn printed(script: &Script, tag: &str) -> Printed {
    let bytes = paper(&form(script, &lang(tag), &Fonts::embedded())).expect("a form");
    Printed::read(&bytes)
}

/// A script of one instrument of a test's own.
fn asking(rest: &str) -> Script {
    Visit::own(rest).script
}

#[test]
fn every_pathway_makes_a_form_in_every_language_without_a_missing_letter() {
    let fonts = Fonts::embedded();
    for (file, _) in PATHWAYS {
        let pathway = file.trim_end_matches(".toml");
        for tag in LANGUAGES {
            let script = Visit::new(pathway, tag).script;
            let lang = lang(tag);
            let paper_form = form(&script, &lang, &fonts);
            let printed = Printed::read(&paper(&paper_form).expect("a form"));
            // PDF/UA-1 forbids a character without a glyph, and what is not tagged.
            assert!(printed.is_accessible(), "{pathway} in {tag}");
            assert_eq!(printed.language(), tag);
        }
    }
}

#[test]
fn every_question_is_on_the_form_with_its_number_and_all_answers() {
    for tag in ["en", "es", "de", "fr"] {
        let script = Visit::new("wellbeing-check", tag).script;
        let printed = printed(&script, tag);
        let mut expected = vec![t("paper-title", &lang(tag), &[]), t("paper-not-watched", &lang(tag), &[])];
        let mut number = 0;
        for ask in &script.asks {
            for item in ask.instrument.questions() {
                number += 1;
                let place = foreword_domain::conversation::script::Place { ask, item };
                expected.push(format!("{number}.{}", wording(&place)));
                for choice in item.choices() {
                    if let foreword_domain::instrument::Label::Text(text) = &choice.label {
                        expected.push(text.get(&ask.language).expect("a label").to_owned());
                    }
                }
                let nothing = if item.nothing_is_an_answer { "page-nothing" } else { "page-skip" };
                expected.push(t(nothing, &lang(tag), &[]));
            }
        }
        expected.push(t("paper-end", &lang(tag), &[]));
        assert!(number >= 10, "{tag} asks {number} questions");
        printed.says_in_order(&expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn a_form_says_in_words_when_a_question_is_to_be_left_out() {
    let printed = printed(&Visit::new("wellbeing-check", "en").script, "en");
    assert!(printed.says("Answer this only if you gave an answer to question 1."));
    assert!(printed.says("Answer this only if your answer to question 9 is 7 or less."));
    assert!(printed.says("This is about what you wrote at question 1."));
    assert!(printed.says("What you wrote at question 3"));
}

#[test]
fn a_condition_on_a_code_is_told_by_its_words() {
    let script = asking(
        r#"
        [options]
        often = [
          { code = "0", weight = 0.0, text = { en = "Never" } },
          { code = "1", weight = 1.0, text = { en = "Sometimes" } },
          { code = "2", weight = 2.0, text = { en = "Always" } },
        ]
        [[item]]
        id = "a"
        kind = "choice"
        options = "often"
        text = { en = "How often?" }
        [[item]]
        id = "b"
        kind = "text"
        text = { en = "Why so often?" }
        enable_when = [{ item = "a", operator = ">=", value = "2" }]
        [[item]]
        id = "c"
        kind = "text"
        text = { en = "Since when?" }
        enable_when = [{ item = "a", operator = "!=", value = "0" }]
        "#,
    );
    let printed = printed(&script, "en");
    assert!(printed.says("only if your answer to question 1 is “Always”."));
    assert!(printed.says("only if your answer to question 1 is not “Never”."));
}

#[test]
fn the_patient_the_code_and_the_page_stand_where_loose_sheets_need_them() {
    let script = Visit::new("wellbeing-check", "en").script;
    let patient = PatientHeader {
        name: Private::new("Rosa Delgado".to_owned()),
        birth_date: Private::new(date(1951, 3, 4)),
        visit: Some(date(2026, 11, 24).at(9, 30, 0, 0)),
    };
    let (english, fonts) = (lang("en"), Fonts::embedded());
    let form = PaperForm { patient: Some(&patient), ..form(&script, &english, &fonts) };
    let printed = Printed::read(&paper(&form).expect("a form"));
    let pages = printed.pages();
    assert!(pages > 2);
    printed.says_in_order(&["Name", "Rosa Delgado", "4 March 1951", "24 November 2026, 09:30", "K7M-4QX"]);
    let words = printed.words();
    assert_eq!(
        words.matches("RosaDelgado·4March1951").count(),
        pages - 1,
        "at the head of all but the first"
    );
    assert_eq!(words.matches("CodeK7M-4QX").count(), pages + 1, "in the fields and at the foot of each");
    for page in 1..=pages {
        assert!(words.contains(&format!("{page}/{pages}")));
    }
    assert!(!format!("{form:?}").contains("Rosa"));
}

#[test]
fn a_form_of_nobody_in_particular_has_lines_to_write_the_name_on() {
    let script = Visit::new("wellbeing-check", "en").script;
    printed(&script, "en").says_in_order(&[
        "Name",
        "Date of birth",
        "Visit",
        "Filled in on",
        "Who filled in",
    ]);
}

#[test]
fn the_same_form_is_the_same_bytes() {
    let script = Visit::new("gi-follow-up", "ar").script;
    let (arabic, fonts) = (lang("ar"), Fonts::embedded());
    let first = paper(&form(&script, &arabic, &fonts)).expect("a form");
    assert!(first == paper(&form(&script, &arabic, &fonts)).expect("a form"));
    assert!(
        first == paper(&form(&script, &arabic, &Fonts::embedded())).expect("a form"),
        "whoever reads the fonts"
    );
    let other = PaperForm { code: Some("K7M-4QY"), ..form(&script, &arabic, &fonts) };
    assert!(first != paper(&other).expect("a form"));
}

#[test]
fn a_sheet_has_the_size_that_was_asked_for() {
    let script = Visit::new("gi-follow-up", "en").script;
    let (english, fonts) = (lang("en"), Fonts::embedded());
    for (sheet, size) in [(Paper::A4, (595.0, 842.0)), (Paper::Letter, (612.0, 792.0))] {
        let form = PaperForm { paper: sheet, ..form(&script, &english, &fonts) };
        let (width, height) = Printed::read(&paper(&form).expect("a form")).sheet();
        assert_eq!((width.round(), height.round()), size);
    }
    assert_eq!("Letter".parse(), Ok(Paper::Letter));
    assert!("a5".parse::<Paper>().is_err());
}

#[test]
fn the_structure_has_headings_lists_of_answers_and_figures() {
    let script = Visit::new("wellbeing-check", "en").script;
    let printed = printed(&script, "en");
    let structure = printed.structure();
    let boxes: usize =
        script.asks.iter().flat_map(|ask| &ask.instrument.items).map(|item| item.choices().len()).sum();
    let questions: usize = script.asks.iter().map(|ask| ask.instrument.questions().count()).sum();
    // One more answer to each question is not to give one; three say who filled it in.
    assert_eq!(structure["LI"], boxes + questions + 3);
    assert_eq!((structure["H1"], structure["H2"]), (1, 3));
    let drawn = |item: &&foreword_domain::instrument::Item| {
        matches!(item.kind, ItemKind::Scale { .. } | ItemKind::Text { .. })
    };
    let figures: usize = script.asks.iter().map(|ask| ask.instrument.questions().filter(drawn).count()).sum();
    assert_eq!(structure["Figure"], figures);
}

#[test]
fn what_may_not_be_asked_or_adapts_to_its_answers_is_left_out_and_named() {
    let mut script = Visit::new("wellbeing-check", "en").script;
    let mood = include_str!("../../../../config/instruments/mood-words.toml");
    let mood = Instrument::parse("mood-words.toml", mood).unwrap_or_else(|refused| panic!("{refused}"));
    let english = Lang::english();
    script.asks.push(Ask {
        key: "mood-words".into(),
        instrument: Arc::new(mood),
        language: english.clone(),
        why: Why::Asked,
    });
    for ask in &mut script.asks {
        if ask.key == "k10" {
            let instrument = Arc::make_mut(&mut ask.instrument);
            instrument.licence.permission = Permission::ToConfirm { ask: "its owner".into() };
        }
        if ask.key == "gad-7" {
            Arc::make_mut(&mut ask.instrument).channels = vec![Channel::Web];
        }
    }
    let why: BTreeMap<String, WhyNotOnPaper> =
        not_on_paper(&script).into_iter().map(|left_out| (left_out.ask, left_out.why)).collect();
    let expected = [
        ("gad-7", WhyNotOnPaper::NotThroughStaff),
        ("k10", WhyNotOnPaper::NoPermission),
        ("mood-words", WhyNotOnPaper::Adaptive),
        ("wish.gad-7", WhyNotOnPaper::AboutSomethingElse),
        ("wish.k10", WhyNotOnPaper::AboutSomethingElse),
    ];
    assert_eq!(why, expected.map(|(ask, why)| (ask.to_owned(), why)).into());
    let printed = printed(&script, "en");
    assert!(printed.says("What matters most to you"));
    assert!(!printed.says("Feeling nervous") && !printed.says("hopeless"));
    script.asks.retain(|ask| ask.key != "visit-agenda");
    match paper(&form(&script, &english, &Fonts::embedded())) {
        Err(NoForm::NothingToAsk(left_out)) => assert_eq!(left_out.len(), 5),
        other => panic!("{:?}", other.map(|bytes| bytes.len())),
    }
}

#[test]
fn what_has_no_text_in_the_language_is_named_as_not_on_paper() {
    let script = Visit::new("wellbeing-check", "ar").script;
    let left_out = not_on_paper(&script);
    assert!(!left_out.is_empty());
    assert!(left_out.iter().all(|left_out| left_out.why == WhyNotOnPaper::NoText));
}

#[test]
fn every_kind_of_question_has_room_for_its_answer() {
    let script = asking(
        r#"
        [[item]]
        id = "kinds"
        kind = "multiple-choice"
        text = { en = "Which of these?" }
        choices = [
          { code = "a", text = { en = "Heart" } },
          { code = "b", text = { en = "Lungs" } },
        ]
        [[item]]
        id = "number"
        kind = "integer"
        min = 0
        max = 300
        unit = { en = "kg" }
        text = { en = "What do you weigh?" }
        [[item]]
        id = "decimal"
        kind = "decimal"
        min = 30.0
        max = 45.0
        text = { en = "Your temperature?" }
        [[item]]
        id = "date"
        kind = "date"
        min = 2020-01-01
        max = 2030-01-01
        text = { en = "Since when?" }
        [[item]]
        id = "shown"
        kind = "display"
        text = { en = "Nearly done." }
        [[item]]
        id = "last"
        kind = "text"
        max_chars = 100
        text = { en = "And then?" }
        "#,
    );
    let printed = printed(&script, "en");
    printed.says_in_order(&[
        "1.Which of these?",
        "You can tick more than one box.",
        "Heart",
        "Lungs",
        "2.What do you weigh?",
        &t("paper-number", &lang("en"), &[("min", Arg::Text("0")), ("max", Arg::Text("300"))]),
        "kg",
        "3.Your temperature?",
        "4.Since when?",
        "Day",
        "Month",
        "Year",
        "Nearly done.",
        "5.And then?",
    ]);
    assert_eq!(printed.structure()["Figure"], 4);
}

#[test]
fn three_hundred_questions_are_no_trouble() {
    let item = |n| {
        format!(
            "[[item]]\nid = \"q{n}\"\nkind = \"scale\"\ntext = {{ en = \"Question {n}?\" }}\nlow = {{ en = \"none\" }}\nhigh = {{ en = \"all\" }}"
        )
    };
    let items = (1..=300).map(item).collect::<Vec<_>>().join("\n");
    let printed = printed(&asking(&items), "en");
    assert!(printed.pages() > 20 && printed.is_accessible());
    printed.says_in_order(&["1.Question 1?", "150.Question 150?", "300.Question 300?", "last question"]);
}

#[test]
fn a_form_survives_what_people_and_files_may_hold() {
    let script = Visit::new("gi-follow-up", "en").script;
    let (english, fonts) = (lang("en"), Fonts::embedded());
    // What a field of a feed may hold at most; a patient's own words may be longer, and are on the copy.
    let long = "wordwithoutend".repeat(700);
    for hostile in [
        "\u{202E}desrever\u{0}\u{7}\u{FEFF}\u{FFFF} \u{2066}\u{2066}",
        "a\u{300}\u{300}\u{300}\u{300}\u{300}\u{1F469}\u{200D}\u{1F52C}",
        "漢字 हिन्दी ไทย עברית \u{10FFFF}\u{E000}",
        "",
        long.as_str(),
    ] {
        let patient = PatientHeader {
            name: Private::new(hostile.to_owned()),
            birth_date: Private::new(date(1951, 3, 4)),
            visit: None,
        };
        let form = PaperForm {
            clinic: hostile,
            form: hostile,
            code: Some(hostile),
            patient: Some(&patient),
            ..form(&script, &english, &fonts)
        };
        let printed = Printed::read(&paper(&form).expect("a form"));
        assert!(printed.says("What matters most to you for this visit?"));
    }
}
