use jiff::civil::date;

use super::{printed::Printed, *};
use crate::{Chart, Copy, Fonts, Paper, Point, copy_html, copy_pdf};

/// A visit with topics, a wish, answers and one question passed over.
fn answered() -> Copy {
    let visit = Visit::new("wellbeing-check", "en")
        .topics(&["My knee <b>hurts</b> at night", "The new pills"])
        .gives("visit-agenda", &[("topic-1-wish", "talk"), ("first", "topic-2"), ("confidence", "6")])
        .counts("gad-7", &["0", "1", "-", "3"])
        .gives("wish.gad-7", &[("wish", "not-today")]);
    let ledger = Ledger::of(visit.given.clone());
    let mut copy = Copy::of(&visit.script, &ledger, &lang("en"), "Riverside Clinic");
    copy.name = Some(Private::new("Rosa Delgado".to_owned()));
    copy.visit = Some(date(2026, 11, 24));
    let points = [(2026, 2, 3, 15.0), (2026, 8, 20, 7.0)];
    copy.charts.push(Chart {
        name: "Worry and nerves".to_owned(),
        name_lang: lang("en"),
        direction: "A higher number means it was harder for you.".to_owned(),
        range: (0.0, 21.0),
        points: points.map(|(y, m, d, value)| Point { on: date(y, m, d), value }).into(),
    });
    copy
}

const IN_ORDER: [&str; 15] = [
    "Your own copy",
    "24 November 2026",
    "Rosa Delgado",
    "This is your copy. You decide who sees it.",
    "What matters to you",
    "The new pills",
    "My knee <b>hurts</b> at night",
    "Talk about it",
    "6 / 10",
    "What you want at your visit",
    "Not today",
    "Over the last 2 weeks",
    "Several days",
    "prefer not to answer",
    "Your own earlier scores",
];

#[test]
fn a_copy_says_what_matters_first_and_then_all_that_was_answered() {
    Printed::read(&copy_pdf(&answered(), Paper::A4, &Fonts::embedded())).says_in_order(&IN_ORDER);
    let seen = seen(&copy_html(&answered())).replace("&#60;", "<").replace("&#62;", ">");
    let mut from = 0;
    for text in IN_ORDER {
        from += seen[from..].find(text).unwrap_or_else(|| panic!("{text:?} is not in its place: {seen}"));
    }
}

#[test]
fn a_copy_holds_no_band_no_name_of_an_instrument_and_no_score_of_today() {
    let printed = Printed::read(&copy_pdf(&answered(), Paper::A4, &Fonts::embedded()));
    let printed = printed.words();
    let page = copy_html(&answered());
    for word in ["GAD", "anxiety disorder", "mild", "moderate", "severe", "cut-off", "minimal"] {
        assert!(!page.contains(word), "{word} on the page");
        assert!(!printed.contains(&printed::bare(word)), "{word} on paper");
    }
}

#[test]
fn what_was_not_reached_is_not_on_the_copy() {
    let copy = answered();
    let lines = |copy: &Copy| copy.groups.iter().map(|group| group.lines.len()).sum::<usize>();
    assert_eq!(lines(&copy), 4, "four of seven were reached, one of them passed over");
    assert_eq!(copy.groups.len(), 1, "nothing of the second instrument");
    assert_eq!(copy.context.len(), 1, "topics, wishes and their order are told as topics");
    let nothing = Copy::of(&Visit::new("wellbeing-check", "en").script, &Ledger::default(), &lang("en"), "");
    assert!(nothing.is_empty());
    assert!(copy_html(&nothing).contains("You have not answered a question yet."));
    assert!(
        Printed::read(&copy_pdf(&nothing, Paper::A4, &Fonts::embedded())).says("not answered a question")
    );
}

#[test]
fn a_copy_needs_nothing_from_elsewhere_and_runs_nothing() {
    let page = copy_html(&answered());
    assert!(page.starts_with("<!doctype html>"));
    for what in ["<script", "src=", "href=", "url(", "@import", "<b>", "onload"] {
        assert!(!page.contains(what), "{what}");
    }
    assert!(page.contains(r#"<html lang="en" dir="ltr">"#));
    assert!(!format!("{:?}", answered()).contains("knee"));
}

#[test]
fn a_copy_in_every_language_has_a_glyph_for_every_letter() {
    let fonts = Fonts::embedded();
    for tag in ["en", "es", "de", "fr", "ar"] {
        let visit = Visit::new("gi-follow-up", tag).topics(&["Ä ß ñ ç œ – ألم بعد الأكل (3)"]);
        let mut copy = Copy::of(&visit.script, &Ledger::of(visit.given.clone()), &lang(tag), "Clínica");
        copy.charts = answered().charts;
        for sheet in [Paper::A4, Paper::Letter] {
            let printed = Printed::read(&copy_pdf(&copy, sheet, &fonts));
            assert!(printed.is_accessible() && printed.language() == tag, "{tag}");
            assert_eq!(printed.structure()["Figure"], 1, "the drawing, with its words");
        }
        let html = copy_html(&copy);
        assert!(html.contains("ألم بعد الأكل") && html.contains(&format!("lang=\"{tag}\"")));
    }
}

#[test]
fn the_same_copy_is_the_same_bytes() {
    let fonts = Fonts::embedded();
    assert!(copy_pdf(&answered(), Paper::A4, &fonts) == copy_pdf(&answered(), Paper::A4, &fonts));
}

#[test]
fn a_copy_keeps_every_word_however_much_there_is() {
    let mut copy = answered();
    let many = "something to say, again and again; ".repeat(3_000);
    copy.topics[0].words = Private::new(many.clone());
    copy.topics[1].words = Private::new("ẅ".repeat(20_000));
    let printed = Printed::read(&copy_pdf(&copy, Paper::Letter, &Fonts::embedded()));
    assert!(printed.pages() > 20);
    let words = printed.words();
    assert_eq!(words.matches("again;").count(), 3_000);
    assert_eq!(words.matches('ẅ').count(), 20_000);
}

#[test]
fn a_copy_with_a_letter_no_font_has_does_not_claim_to_be_accessible() {
    let mut copy = answered();
    copy.topics[0].words = Private::new("漢字 and words".to_owned());
    let printed = Printed::read(&copy_pdf(&copy, Paper::A4, &Fonts::embedded()));
    assert!(!printed.is_accessible(), "a box stands for it");
    assert!(printed.says("and words"));
    let with_rubbish = Fonts::with(vec![Vec::new(), b"no font".to_vec(), vec![0; 4096]]);
    assert!(Printed::read(&copy_pdf(&answered(), Paper::A4, &with_rubbish)).is_accessible());
}
