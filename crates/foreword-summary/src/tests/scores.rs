//! Scores and items that stand out: what is missing never becomes a number, and what does not fit
//! is counted.

use std::fmt::Write;

use foreword_domain::instrument::Direction;

use super::*;

#[test]
fn what_was_not_answered_has_no_number_and_no_band() {
    let visit = Visit::new("wellbeing-check", "en").topics(&["Sleep"]).counts("k10", &["1"; 10]);
    let summary = visit.summary();
    assert_eq!(summary.scores.iter().map(|score| score.ask.as_str()).collect::<Vec<_>>(), ["k10"]);
    assert!(
        summary.missing.contains(&"Worry and nerves: nothing answered".to_owned()),
        "{:?}",
        summary.missing
    );
    let html = visit.html();
    for page in [visit.text(), seen(html.split_once("All answers").expect("all answers").0)] {
        assert!(!page.contains("GAD-7") && !page.contains("minimal"), "{page}");
        assert!(page.contains("low (10-15)"), "{page}");
    }
}

#[test]
fn too_few_answers_are_not_scored_and_say_how_many_there_are() {
    for (codes, wanted) in [
        (&["3", "3", "3", "3"][..], "not scored (4 of 7 answered)"),
        (&["0", "0", "0", "0", "-", "-", "-"], "not scored (4 of 7 answered)"),
        (&["-"; 7], "not scored (0 of 7 answered)"),
    ] {
        let visit = Visit::new("wellbeing-check", "en").counts("gad-7", codes).before("gad-7", 12.0, |_| ());
        let score = visit.score();
        assert_eq!((score.value, score.number, score.band, score.change), (None, None, None, None));
        assert_eq!((score.status, score.caveat.as_deref()), (Status::NotScored, Some(wanted)));
        let text = visit.text();
        assert_eq!(
            between(&text, "SCORES\n", "\n\n"),
            format!("Worry and nerves (GAD-7): - (higher = worse); {wanted}; before: 12 on 3 Aug 2026")
        );
        let html = visit.html();
        let row = seen(between(&html, "<div class=\"name\">", "<details>"));
        assert!(row.contains("no score") && row.contains(wanted) && row.contains("higher = worse"), "{row}");
        assert!(!html.contains("<svg") && !row.contains("minimal"), "{html}");
    }
}

#[test]
fn an_estimated_score_is_marked_and_has_a_band_only_where_nothing_could_move_it() {
    let estimated = |codes: &[&str]| {
        let visit = Visit::new("wellbeing-check", "en").counts("gad-7", codes);
        let score = visit.score();
        let caveat = score.caveat.clone().expect("a caveat");
        for page in [visit.text(), visit.seen()] {
            assert!(page.contains(&caveat), "{page}");
        }
        assert_eq!(score.status, Status::Estimated);
        (score.value.expect("a value"), score.band, caveat)
    };
    assert_eq!(
        estimated(&["2", "2", "2", "0", "3", "1"]),
        ("12".into(), Some("moderate (10-14)".into()), "estimated: 1 of 7 not answered".into())
    );
    assert_eq!(
        estimated(&["2", "2", "3", "3", "2", "-", "1"]),
        ("15".into(), None, "estimated: 1 of 7 not answered, and they could move it across a cut-off".into())
    );
    let moved = Visit::new("wellbeing-check", "en").counts("gad-7", &["2", "2", "3", "3", "2", "-", "1"]);
    for page in [moved.text(), moved.seen()] {
        assert!(!page.contains("severe") && !page.contains("moderate"), "{page}");
    }
}

#[test]
fn a_number_has_no_needless_decimals_and_nothing_is_not_minus_nothing() {
    let written = [3.0, 2.25, 2.96, 10.04, -1.5, -0.04].map(crate::compare::number);
    assert_eq!(written, ["3", "2.3", "3", "10", "-1.5", "0"]);
}

/// Eight scales of one item each, the odd ones better when higher.
fn eight() -> Visit {
    let mut file = String::from("[options]\nmuch = [\n");
    for n in 0..=4 {
        let _ = writeln!(file, "  {{ code = \"{n}\", weight = {n}.0, text = {{ en = \"Answer {n}\" }} }},");
    }
    file.push_str("]\n");
    for n in 1..=8 {
        let _ = writeln!(
            file,
            "[[item]]\nid = \"q{n}\"\nkind = \"choice\"\noptions = \"much\"\ntext = {{ en = \"Question {n}?\" }}\nstands_out_from = 2.0"
        );
    }
    for n in 1..=8 {
        let direction = if n % 2 == 1 { "higher-better" } else { "higher-worse" };
        let _ = writeln!(
            file,
            "[[scale]]\nid = \"s{n}\"\nname = {{ en = \"Scale {n}\" }}\nitems = [\"q{n}\"]\nmethod = \"sum\"\nmissing = {{ rule = \"all-needed\" }}\nrange = [0.0, 4.0]\ndirection = \"{direction}\""
        );
    }
    file.push_str(
        "[[vector]]\nanswers = { q1 = 1, q2 = 1, q3 = 1, q4 = 1, q5 = 1, q6 = 1, q7 = 1, q8 = 1 }\n",
    );
    let expect: Vec<String> =
        (1..=8).map(|n| format!("s{n} = {{ status = \"scored\", value = 1.0 }}")).collect();
    let _ = writeln!(file, "expect = {{ {} }}", expect.join(", "));
    Visit::own(&file)
}

#[test]
fn at_most_six_scores_are_shown_and_the_rest_is_counted() {
    let summary = eight().counts("own", &["1"; 8]).summary();
    assert_eq!((summary.scores.len(), summary.more_scores.len()), (6, 2));
    let six = eight().counts("own", &["1"; 8]);
    assert!(six.text().contains("\n(and 2 more, among all answers on the page)\n"));
    assert!(six.html().contains("<p class=\"more\">and 2 more, among all answers</p>"));
    assert!(!six.text().contains("Scale 7"));
}

#[test]
fn at_most_five_items_stand_out_worst_first_and_the_rest_is_counted() {
    let visit = eight().counts("own", &["2", "4", "1", "3", "4", "2", "3", "0"]);
    let summary = visit.summary();
    let items: Vec<(&str, &str)> =
        summary.items.iter().map(|item| (item.question.as_str(), item.answer.reveal().as_str())).collect();
    assert_eq!(
        items,
        [
            ("Question 2?", "Answer 4"),
            ("Question 5?", "Answer 4"),
            ("Question 4?", "Answer 3"),
            ("Question 7?", "Answer 3"),
            ("Question 1?", "Answer 2"),
        ]
    );
    assert_eq!(summary.more_items, 1);
    assert!(visit.text().contains("\n(and 1 more, among all answers on the page)\n"));
    assert!(visit.html().contains("<p class=\"more\">and 1 more, among all answers</p>"));
    let few = eight().counts("own", &["2", "1", "1", "1", "1", "1"]);
    assert!(!few.text().contains("more items"));
    assert_eq!(few.summary().more_items, 0);
}

#[test]
fn every_score_says_which_way_is_worse() {
    let visit = eight().counts("own", &["1"; 8]);
    let text = visit.text();
    let html = visit.html();
    let rows: Vec<&str> = html.split("<div class=\"name\">").skip(1).collect();
    for (n, score) in visit.summary().scores.iter().enumerate() {
        let (direction, words) = match n % 2 {
            0 => (Direction::HigherBetter, "higher = better"),
            _ => (Direction::HigherWorse, "higher = worse"),
        };
        assert_eq!((score.direction, score.caveat.as_deref()), (direction, None));
        assert!(text.contains(&format!("\nScale {}: 1 (0-4, {words})\n", n + 1)), "{text}");
        assert_eq!(rows[n].matches("class=\"direction\">").count(), 1);
        assert!(rows[n].contains(&format!("<p class=\"direction\">{words}</p>")));
    }
}

#[test]
fn a_band_stands_with_its_cut_off_and_a_mark_on_the_drawn_scale() {
    let visit = Visit::new("wellbeing-check", "en").counts("gad-7", &["2", "1", "2", "1", "2", "1", "1"]);
    let score = visit.score();
    assert_eq!((score.value.as_deref(), score.band.as_deref()), (Some("10"), Some("moderate (10-14)")));
    assert_eq!((score.cut_offs, score.range), (vec![5.0, 10.0, 15.0], (0.0, 21.0)));
    let html = visit.html();
    assert!(html.contains("aria-label=\"10 on a scale of 0 to 21\""), "{html}");
    // 192 units from 4 to 196: 10 of 21 lies at 4 + 91.4.
    assert!(html.contains("<circle class=\"now\" cx=\"95.4\"") && html.contains("x1=\"95.4\" x2=\"95.4\""));
    assert_eq!(html.matches("<line class=\"cut\"").count(), 3);
    assert!(!html.contains("class=\"before\""));
}

#[test]
fn a_score_whose_range_nobody_stated_is_not_drawn() {
    let visit = Visit::new("wellbeing-check", "en").counts("gad-7", &["2", "1", "2", "1", "2", "1", "1"]);
    let mut summary = visit.summary();
    summary.scores[0].range = (f64::NEG_INFINITY, f64::INFINITY);
    let (text, html) = (crate::text::render(&summary), crate::html::page(&summary).unwrap());
    assert!(text.contains(": 10 (range not stated, higher = worse)"), "{text}");
    assert!(
        html.contains("range not stated") && !html.contains("<svg class=\"scale\"") && !html.contains("inf")
    );
}

#[test]
fn what_became_hidden_is_not_on_the_page() {
    let asked = Visit::new("gi-follow-up", "en")
        .gives("gi-questions", &[("blood", "1"), ("blood-since", "2019-05-17")]);
    assert!(asked.html().contains("2019-05-17") && asked.text().contains("Did you see blood"));
    let changed = asked.gives("gi-questions", &[("blood", "0")]);
    for page in [changed.text(), changed.html()] {
        assert!(!page.contains("2019-05-17") && !page.contains("When did you first see"), "{page}");
    }
    assert!(changed.summary().items.is_empty());
    assert!(changed.summary().header.complete.starts_with("1 of "), "{}", changed.summary().header.complete);
}

#[test]
fn what_was_offered_in_another_language_stands_there_in_english_too() {
    let visit = Visit::new("gi-follow-up", "es")
        .gives("gi-questions", &[("pain", "9"), ("blood", "1"), ("in-the-way", "2 4"), ("medicines", "3")]);
    let text = visit.text();
    for line in [
        "- ¿Qué tan fuerte fue el dolor de vientre en el peor momento? (How bad was your belly pain at its worst?) → 9 / 10",
        "- ¿Vio sangre en las heces? (Did you see blood in your stool?) → Sí (Yes)",
        "- ¿Toma sus medicamentos como lo acordamos? (Are you taking your medicines the way we planned?) → Los dejé (I stopped)",
    ] {
        assert!(text.contains(&format!("\n{line}\n")), "{line:?} is not in\n{text}");
    }
    let html = visit.html();
    let all = seen(html.split_once("All answers").expect("all answers").1);
    for words in ["Dormir, Salir o viajar", "(Sleep, Going out or travelling)"] {
        assert!(all.contains(words), "{words:?} is not in {all}");
    }
    assert!(html.contains("<span class=\"q\" lang=\"es\" dir=\"ltr\">¿Vio sangre"), "{html}");
}

#[test]
fn an_item_that_continues_a_sentence_is_shown_with_its_beginning() {
    let visit = Visit::new("wellbeing-check", "en")
        .counts("k10", &["5", "1", "1", "1", "1", "1", "1", "1", "1", "1"]);
    let whole = "During the past 30 days, about how often did you feel … tired out for no good reason? → All of the time";
    assert!(visit.text().contains(whole), "{}", visit.text());
}
