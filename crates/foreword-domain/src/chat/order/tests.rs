use super::*;

fn asks(text: &str) -> (String, String, String) {
    match Order::read(text) {
        Some(Order::Ask(Asking { patient, visit, question })) => (patient, visit, question),
        Some(Order::Unclear(unclear)) => panic!("{text:?} is unclear: {unclear:?}"),
        _ => panic!("{text:?} is no question"),
    }
}

fn unclear(text: &str) -> Unclear {
    match Order::read(text) {
        Some(Order::Unclear(unclear)) => unclear,
        _ => panic!("{text:?} is clear"),
    }
}

#[test]
fn a_question_is_read_with_its_patient_and_its_visit() {
    for (text, expected) in [
        ("ask P1 before next: How is the knee?", ("P1", "next", "How is the knee?")),
        ("ASK P1 BEFORE NEXT: HOW?", ("P1", "NEXT", "HOW?")),
        ("  /Ask \t P1\n before   A-77  :   How?  ", ("P1", "A-77", "How?")),
        ("ask \"MRN 12 34\" before \"visit: 7\": Why: pain?", ("MRN 12 34", "visit: 7", "Why: pain?")),
        ("ask “MRN 12” before 2026-11-24: Two\nlines", ("MRN 12", "2026-11-24", "Two\nlines")),
        ("ask „MRN 12“ before «A 7»： Was?", ("MRN 12", "A 7", "Was?")),
        ("ask before before next: Who is called that?", ("before", "next", "Who is called that?")),
        ("ask P1 before next:before lunch?", ("P1", "next", "before lunch?")),
    ] {
        let (patient, visit, question) = asks(text);
        assert_eq!((patient.as_str(), visit.as_str(), question.as_str()), expected, "{text:?}");
    }
}

#[test]
fn what_is_wrong_with_a_question_is_said_and_what_would_be_right() {
    for (text, expected) in [
        ("ask", Unclear::Patient),
        ("ask before next: How?", Unclear::Patient),
        ("ask \"\" before next: How?", Unclear::Patient),
        ("ask 12 34 before next: How?", Unclear::PatientWords),
        ("ask P1", Unclear::Before),
        ("ask P1 next: Did it hurt before lunch?", Unclear::Before),
        ("ask P1: How?", Unclear::Before),
        ("ask P1 before", Unclear::Visit),
        ("ask P1 before : How?", Unclear::Visit),
        ("ask P1 before 24 November: How?", Unclear::VisitWords),
        ("ask P1 before next How is it?", Unclear::Colon),
        ("ask P1 before next", Unclear::Colon),
        ("ask P1 before next:  ", Unclear::Question),
        ("ask \"MRN 12 before next: How?", Unclear::Quote),
    ] {
        assert_eq!(unclear(text), expected, "{text:?}");
        let words = expected.words();
        assert!(words.contains(ASK) && !words.contains("P1") && !words.contains("How"), "{words}");
    }
}

#[test]
fn other_words_are_for_something_else() {
    assert!(matches!(Order::read(" /TODAY. "), Some(Order::Today)));
    for text in ["", "asking P1 before next: x", "today's visits?", "help", "task", "\u{0}", "ask\u{301}"] {
        assert!(Order::read(text).is_none(), "{text:?}");
    }
}
