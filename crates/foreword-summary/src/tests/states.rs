//! Pages without answers, with some of them, and with answers that must not be shown.

use super::*;

#[test]
fn no_answers_yet_is_a_page() {
    let visit = Visit::new("wellbeing-check", "en").stands(State::Invited);
    let summary = visit.summary();
    assert!(summary.scores.is_empty() && summary.items.is_empty() && summary.context.is_empty());
    for page in [visit.text(), visit.seen()] {
        for words in [
            "Ada Moreno & Söhne",
            "No answers yet.",
            "no answers yet",
            "0 of 21 answered",
            "Made Mon 23 Nov 2026, 17:05.",
        ] {
            assert!(page.contains(words), "{words:?} is not in\n{page}");
        }
        assert!(!page.contains("nothing answered"), "said once is enough: {page}");
        assert!(!page.contains("minimal") && !page.contains("low ("), "{page}");
    }
}

#[test]
fn no_pathway_is_a_page_that_says_so() {
    let visit = Visit::asking(None, Script::new(Vec::new()));
    for page in [visit.text(), visit.seen()] {
        assert!(
            page.contains("No pathway is set up for this kind of visit, so nothing was asked."),
            "{page}"
        );
        assert!(page.contains("Not asked.") && !page.contains("Pathway:"), "{page}");
    }
}

#[test]
fn some_answers_make_a_page_that_says_what_is_missing() {
    let visit = Visit::new("wellbeing-check", "en").topics(&["Sleep"]).counts("gad-7", &["1", "1", "-"]);
    let summary = visit.summary();
    assert_eq!(summary.notice, None);
    assert_eq!(summary.header.answered, "not finished; last answer Fri 20 Nov 2026, 19:03");
    assert_eq!(summary.header.complete, "3 of 23 answered, 1 left out by choice");
    assert_eq!(
        summary.missing,
        [
            "What matters to you: 3 of 4 questions not answered",
            "Worry and nerves: 4 of 7 questions not answered",
            "Worry and nerves: prefers not to answer “Worrying too much about different things”",
            "Strain in the past month: nothing answered",
        ]
    );
    for page in [visit.text(), visit.seen()] {
        assert!(summary.missing.iter().all(|line| page.contains(line)), "{page}");
    }
}

/// Answers everywhere, each with a word no page but the patient's may show.
fn canaries() -> Visit {
    Visit::new("gi-follow-up", "en")
        .topics(&["canary-one", "canary-two"])
        .gives("visit-agenda", &[("topic-1-wish", "talk"), ("first", "topic-2"), ("confidence", "3")])
        .gives("visit-agenda", &[("confidence-help", "canary-three")])
        .gives(
            "gi-questions",
            &[("pain", "10"), ("stools", "37"), ("blood", "1"), ("blood-since", "2019-05-17")],
        )
        .gives("gi-questions", &[("medicines", "3"), ("medicines-why", "canary-four")])
        .counts("phq-2", &["3", "3"])
        .gives("wish.phq-2", &[("wish", "talk")])
        .before("phq-2", 2.0, |_| ())
        .flag(Level::Amber, "canary-flag")
}

#[test]
fn not_me_shows_no_answer_anywhere_and_says_why() {
    let canaries_of = |page: &str| {
        let words = [
            "canary",
            "37 times",
            "2019",
            "10 / 10",
            "3 / 10",
            "I stopped",
            "Nearly every day",
            "cut-off",
            "talk about it",
            "before: 2",
        ];
        words.into_iter().filter(|word| page.contains(word)).map(str::to_owned).collect::<Vec<_>>()
    };
    let theirs = canaries().stands(State::Completed);
    assert_eq!(canaries_of(&theirs.seen()).len(), 10, "the canaries sing\n{}", theirs.html());
    let mut set_aside = canaries().stands(State::NotMe);
    set_aside.completed_at = theirs.completed_at;
    for page in [set_aside.text(), set_aside.html(), set_aside.seen()] {
        assert_eq!(canaries_of(&page), Vec::<String>::new(), "{page}");
        assert!(
            page.contains("Somebody answered and then said: this is not me. Their answers are set aside")
        );
        assert!(page.contains("Set aside.") && page.contains("answers set aside"), "{page}");
        assert!(!page.contains("completed") && !page.contains("Telegram") && !page.contains("via"), "{page}");
    }
    let summary = set_aside.summary();
    assert!(summary.scores.is_empty() && summary.items.is_empty() && summary.topics.is_empty());
    assert!(summary.flags.is_empty() && summary.context.is_empty() && summary.missing.is_empty());
}

#[test]
fn who_declined_is_said_to_have_chosen_so() {
    let visit = Visit::new("gi-follow-up", "en").stands(State::Declined);
    let some = Visit::new("gi-follow-up", "en").topics(&["Sleep"]).stands(State::Declined);
    for page in [visit.text(), visit.html(), some.text(), some.html()] {
        assert!(page.contains("The patient chose not to answer for this visit."), "{page}");
    }
    assert!(some.text().contains("\n1. Sleep\n"), "what was answered before stays");
}

#[test]
fn an_instrument_without_text_in_the_patients_language_is_listed_as_not_asked() {
    let visit = Visit::new("wellbeing-check", "de").topics(&["Schlaf"]);
    let lines = [
        "Worry and nerves: not asked, there is no published text in German",
        "Strain in the past month: not asked, there is no published text in German",
    ];
    for page in [visit.text(), visit.seen()] {
        assert!(lines.iter().all(|line| page.contains(line)), "{page}");
        assert!(!page.contains("GAD-7") && !page.contains("nothing answered"), "{page}");
    }
}

#[test]
fn nothing_to_add_is_an_answer_and_not_missing() {
    let visit = Visit::new("gi-follow-up", "en").topics(&["Sleep"]).gives(
        "visit-agenda",
        &[("topic-1-wish", "talk"), ("topic-2", "-"), ("confidence", "5"), ("confidence-help", "-")],
    );
    let summary = visit.summary();
    assert!(summary.header.complete.starts_with("5 of "), "{}", summary.header.complete);
    assert!(!summary.header.complete.contains("left out"), "{}", summary.header.complete);
    assert!(!summary.missing.iter().any(|line| line.starts_with("What matters")), "{:?}", summary.missing);
    let context: Vec<&str> = summary.context.iter().map(|line| line.answer.reveal().as_str()).collect();
    assert_eq!(context, ["5 / 10"]);
}
