//! The page as a whole: its order, its document, and that text and HTML say the same.

use insta::assert_snapshot;

use super::*;

/// A finished visit with something in every part of the page.
pub(super) fn full() -> Visit {
    let wishes = [("topic-1-wish", "talk"), ("topic-2-wish", "know"), ("first", "topic-2")];
    Visit::new("gi-follow-up", "en")
        .topics(&["Am I allowed to fly in March?", "The tablets make me <tired> & dizzy 😴"])
        .gives("visit-agenda", &wishes)
        .gives(
            "visit-agenda",
            &[("topic-3", "-"), ("confidence", "4"), ("confidence-help", "A number to call")],
        )
        .gives(
            "gi-questions",
            &[("pain", "8"), ("stools", "6"), ("blood", "1"), ("blood-since", "2026-11-02")],
        )
        .gives("gi-questions", &[("weight-loss", "0"), ("in-the-way", "2 4"), ("medicines", "-")])
        .counts("phq-2", &["3", "1"])
        .gives("wish.phq-2", &[("wish", "not-today")])
        .before("phq-2", 2.0, |_| ())
        .flag(Level::Amber, "Blood in the stool reported")
        .flag(Level::Red, "A thing to see at once")
        .stands(State::Completed)
}

#[test]
fn a_full_page_goes_from_what_is_urgent_and_what_matters_to_what_is_behind_it() {
    let text = full().text().replace(&full().summary().mark(), "<mark>");
    assert_snapshot!(text, @r#"
    Ada Moreno & Söhne, born 9 Mar 1961, MRN-0042
    Visit: Tue 24 Nov 2026, 09:30 (Europe/Berlin)
    Follow-up · Dr. Okafor · North clinic
    Answers: completed Fri 20 Nov 2026, 19:40 (by the patient, via web, in English); 17 of 18 answered, 1 left out by choice

    RED FLAGS
    RED: A thing to see at once (Fri 20 Nov 2026, 19:20)
    AMBER: Blood in the stool reported (Fri 20 Nov 2026, 19:20)

    WHAT MATTERS TO THE PATIENT
    1. The tablets make me <tired> & dizzy 😴 [just so you know]
    2. Am I allowed to fly in March? [wants to talk about it]

    SCORES
    Mood (PHQ-2): 4 (0-6, higher = worse); at or above the cut-off of 3; before: 2 on 3 Aug 2026; 2 points higher; there is no published threshold for a change; not today

    WHAT STANDS OUT
    - Did you see blood in your stool? → Yes
    - Little interest or pleasure in doing things → Nearly every day
    - How bad was your belly pain at its worst? → 8 / 10
    - On your worst day, how many times did you have a bowel movement? → 6 times

    WHAT IS MISSING
    - Stomach and bowels: prefers not to answer “Are you taking your medicines the way we planned?”

    CONTEXT
    - How sure are you that you can manage your health from day to day? → 4 / 10
    - What would make you feel more sure? → A number to call

    Pathway: Gastroenterology follow-up (version 1). Patient and gastroenterologist begin the visit with what matters to the patient and with how the last week was.
    Expected: Begin with the first topic; look at what stands out; agree what to do about the wishes to talk.
    Instruments: gi-questions v1, phq-2 v1, visit-agenda v1
    Made Mon 23 Nov 2026, 17:05. Content <mark>. Answers as given by the patient and scores by published rules. No diagnosis, no advice on treatment, not watched around the clock.
    "#);
}

#[test]
fn html_and_text_keep_the_same_order() {
    let titles = [
        "Ada",
        "Red flags",
        "What matters to the patient",
        "Scores",
        "What stands out",
        "What is missing",
        "Context",
        "Pathway",
    ];
    for page in [full().text().to_lowercase(), full().seen().to_lowercase()] {
        let page = page.replace("gastroenterology follow-up (version 1)", "pathway");
        let places: Vec<Option<usize>> =
            titles.iter().map(|title| page.find(&title.to_lowercase())).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{page}");
    }
}

#[test]
fn the_header_says_who_when_how_and_how_complete() {
    let page = full().seen();
    for words in [
        "Ada Moreno & Söhne",
        "born 9 Mar 1961",
        "MRN-0042",
        "Tue 24 Nov 2026, 09:30 (Europe/Berlin)",
        "Follow-up · Dr. Okafor · North clinic",
        "completed Fri 20 Nov 2026, 19:40, by the patient, via web, in English",
        "gi-questions v1, phq-2 v1, visit-agenda v1",
    ] {
        assert!(page.contains(words), "{words:?} is not in\n{page}");
        let first = words.split(',').next().expect("a part");
        assert!(full().text().contains(first), "{first:?} is not in the text");
    }
}

#[test]
fn everybody_who_answered_and_every_door_is_named() {
    let mut visit = Visit::new("gi-follow-up", "en").topics(&["Sleep"]);
    (visit.by, visit.channel) = (Respondent::Proxy, Channel::Telegram);
    let visit = visit.gives("visit-agenda", &[("topic-1-wish", "talk")]);
    let how = visit.summary().header.how;
    assert_eq!(how, "by the patient and someone for the patient, via web and Telegram, in English");
}

#[test]
fn the_most_urgent_red_flag_stands_first() {
    let summary = full().summary();
    let flags: Vec<_> = summary.flags.iter().map(|flag| (flag.level, flag.when.as_str())).collect();
    let when = "Fri 20 Nov 2026, 19:20";
    assert_eq!(flags, [(Level::Red, when), (Level::Amber, when)]);
    let page = full().html();
    assert!(page.contains("<strong>RED</strong> A thing") && page.contains("<strong>AMBER</strong> Blood"));
}

/// The numbers in a line, in the order they are read.
fn numbers(line: &str) -> Vec<&str> {
    line.split(|c: char| !c.is_ascii_digit() && c != '.')
        .map(|part| part.trim_matches('.'))
        .filter(|part| !part.is_empty())
        .collect()
}

#[test]
fn html_and_text_say_the_same_numbers_of_every_score() {
    let k10 = ["2", "3", "3", "1", "2", "5", "4", "4", "1", "3"];
    let visit = Visit::new("wellbeing-check", "en")
        .counts("gad-7", &["2", "2", "3", "3", "2", "-", "1"])
        .counts("k10", &k10)
        .before("gad-7", 10.0, |_| ())
        .before("k10", 20.0, |_| ());
    let text = visit.text();
    let lines: Vec<&str> = between(&text, "SCORES\n", "\n\n").lines().collect();
    let html = visit.html();
    let rows: Vec<String> = html
        .split("<div class=\"name\">")
        .skip(1)
        .map(|row| seen(row.split_once("<details>").expect("the explanation").0))
        .collect();
    assert_eq!((lines.len(), rows.len()), (2, 2));
    for (line, row) in lines.iter().zip(&rows) {
        assert_eq!(numbers(line), numbers(row), "{line}\n{row}");
        for words in line.split("; ").skip(1) {
            assert!(row.contains(words), "{words:?} is not in {row}");
        }
    }
    assert_eq!(numbers(lines[1])[..4], ["10", "28", "10", "50"]);
    assert_eq!(
        visit.summary().scores[1].change.as_deref(),
        Some("8 points higher; there is no published threshold for a change")
    );
}

#[test]
fn the_page_is_a_whole_document_that_fetches_nothing() {
    let page = full().html();
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("<meta charset=\"utf-8\">") && page.contains(html::STYLE));
    assert_eq!(page.matches("<article").count(), 1);
    for outside in
        ["src=", "href=", "url(", "@import", "http:", "https:", "<script", "<link", "<iframe", "srcset"]
    {
        assert!(!page.contains(outside), "{outside} in\n{page}");
    }
    let article = html::article(&full().summary()).expect("the article is written");
    assert!(article.trim_start().starts_with("<article class=\"summary\">") && !article.contains("<style"));
    assert!(page.contains(&article));
}

#[test]
fn nothing_in_the_page_names_a_diagnosis() {
    let visit = full();
    let mut page = visit.text().to_lowercase();
    let worried = Visit::new("wellbeing-check", "en").counts("gad-7", &["3"; 7]).counts("k10", &["5"; 10]);
    page.push_str(&worried.text().to_lowercase());
    page = page.replace("no diagnosis, no advice on treatment", "");
    for word in ["depression", "disorder", "anxiety", "diagnos", "syndrome", "screen", "treatment", "normal"]
    {
        assert!(!page.contains(word), "{word} in\n{page}");
    }
}

#[test]
fn every_line_of_a_score_can_show_the_answers_behind_it() {
    let html = full().html();
    let behind = seen(between(&html, "<details><summary>Explain</summary>", "</details>"));
    for words in ["Kroenke K, Spitzer RL", "Little interest or pleasure", "Nearly every day", "Several days"]
    {
        assert!(behind.contains(words), "{words:?} is not in {behind}");
    }
    let all = seen(html.split_once("<summary>All answers</summary>").expect("all answers").1);
    for words in
        ["How bad was your belly pain", "8 / 10", "6 times", "2026-11-02", "Sleep, Going out or travelling"]
    {
        assert!(all.contains(words), "{words:?} is not in {all}");
    }
}
