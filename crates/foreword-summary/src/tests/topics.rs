//! What matters: the patient's words byte for byte, in the order they chose.

use super::*;

/// What the topics read as in the HTML, after a browser has read it.
fn quoted(visit: &Visit) -> Vec<String> {
    let html = visit.html();
    html.split("<blockquote")
        .skip(1)
        .map(|part| {
            let (_, words) = part.split_once('>').expect("the tag ends");
            unescaped(words.split_once("</blockquote>").expect("the quote ends").0)
        })
        .collect()
}

#[test]
fn topics_are_byte_for_byte_what_was_written() {
    let long = "ä".repeat(499) + "😀";
    for words in [
        "👩🏽‍⚕️ my 🦵 knee",
        "أريد أن أتحدث عن الألم 😣 في الليل",
        &long,
        "<script>alert('x')</script>",
        "\"Quotes\", 'single' & &amp; &lt;b&gt;",
        "first line\nsecond line\n\n  third",
        "  two  spaces and a tab\t ",
        "e\u{301} is not é, and {{ this }} is {% no template %}",
    ] {
        let visit = Visit::new("gi-follow-up", "en").topics(&[words]);
        assert_eq!(visit.summary().topics[0].words.reveal(), words);
        assert_eq!(quoted(&visit), [words]);
        assert!(visit.text().contains(&format!("\n1. {words}\n")), "{words:?} is not in the text");
        assert_eq!(visit.html().matches("<script").count(), 0);
    }
}

#[test]
fn topics_stand_in_the_order_the_patient_chose_with_what_they_want_done() {
    let topics = ["Pain at night", "My tablets", "Work & travel"];
    let wishes = [("topic-1-wish", "not-today"), ("topic-2-wish", "know"), ("topic-3-wish", "talk")];
    let visit = Visit::new("gi-follow-up", "en").topics(&topics).gives("visit-agenda", &wishes);
    assert_eq!(quoted(&visit), topics, "not ranked yet");
    let visit = visit.gives("visit-agenda", &[("first", "topic-3")]);
    assert_eq!(quoted(&visit), ["Work & travel", "Pain at night", "My tablets"]);
    let visit = visit.gives("visit-agenda", &[("second", "topic-2")]);
    assert_eq!(quoted(&visit), ["Work & travel", "My tablets", "Pain at night"]);
    let text = visit.text();
    let lines: Vec<&str> = between(&text, "WHAT MATTERS TO THE PATIENT\n", "\n\n").lines().collect();
    assert_eq!(
        lines,
        [
            "1. Work & travel [wants to talk about it]",
            "2. My tablets [just so you know]",
            "3. Pain at night [not today]"
        ]
    );
    let seen = seen(between(&visit.html(), "<ol>", "</ol>"));
    let wishes: Vec<Option<usize>> =
        ["wants to talk about it", "just so you know", "not today"].map(|wish| seen.find(wish)).into();
    assert!(wishes.iter().all(Option::is_some) && wishes.is_sorted(), "{seen}");
}

#[test]
fn a_topic_that_was_taken_back_takes_what_followed_from_it_along() {
    let topics = ["Pain", "canary-two", "canary-three"];
    let ranks = [("first", "topic-3"), ("second", "topic-2"), ("topic-2", "-")];
    let visit = Visit::new("gi-follow-up", "en").topics(&topics).gives("visit-agenda", &ranks);
    assert_eq!(quoted(&visit), ["Pain"]);
    for page in [visit.text(), visit.html()] {
        assert!(!page.contains("canary"), "{page}");
    }
}

#[test]
fn topics_carry_their_language_and_are_not_translated() {
    let visit = Visit::new("gi-follow-up", "ar").topics(&["ركبتي"]);
    let html = visit.html();
    assert!(html.contains("<blockquote lang=\"ar\" dir=\"auto\">ركبتي</blockquote>"), "{html}");
    assert!(visit.text().contains("1. ركبتي\n"));
    assert!(visit.summary().header.how.ends_with("in Arabic"));
}

#[test]
fn no_topics_says_whether_they_were_asked_for() {
    let said = |visit: Visit| {
        let said = visit.summary().no_topics;
        assert!(visit.text().contains(&said) && visit.seen().contains(&said));
        said
    };
    assert_eq!(said(Visit::new("gi-follow-up", "en")), "Not answered yet.");
    let skipped = Visit::new("gi-follow-up", "en").gives("visit-agenda", &[("topic-1", "-")]);
    assert_eq!(said(skipped), "The patient was asked and did not name a topic.");
    assert_eq!(
        said(Visit::own("[[item]]\nid = \"a\"\nkind = \"text\"\ntext = { en = \"A?\" }\n")),
        "Not asked."
    );
}
