//! HTML, PDF, text and the FHIR document say the same: every name, number, date, band and word of the patient is in each.

use super::{
    sheets::{GERMAN, LETTER, fullest},
    *,
};
use crate::{DetailPages, Fonts, ItemLine, Paper, page, pdf::laid_out};

/// What every form of a page must say, and what of it comes in this order.
fn facts(summary: &Summary) -> (Vec<String>, Vec<String>) {
    let header = &summary.header;
    let mut all = vec![
        header.name.reveal().clone(),
        header.birth_date.reveal().clone(),
        header.identifier.reveal().clone(),
        header.visit.clone(),
        header.visit_kind.clone(),
        header.complete.clone(),
        header.how.clone(),
        header.instruments.clone(),
    ];
    // Sentences begin with a capital letter where they stand alone.
    all.push(header.answered.split_once(' ').expect("words").1.to_owned());
    let mut ordered = vec![header.name.reveal().clone()];
    all.extend(summary.notice.clone());
    for flag in &summary.flags {
        all.extend([flag.text.clone(), flag.when.clone(), flag.level.as_str().to_uppercase()]);
        ordered.push(flag.text.clone());
    }
    for topic in &summary.topics {
        all.push(topic.words.reveal().clone());
        all.extend(topic.wish.map(|wish| wish.label().to_owned()));
        ordered.push(topic.words.reveal().clone());
    }
    if let Some(reply) = &summary.reply {
        all.extend([reply.words.reveal().clone(), reply.by.clone(), reply.when.clone()]);
        ordered.push(reply.words.reveal().clone());
    }
    for goal in &summary.goals {
        all.extend([goal.words.reveal().clone(), format!("set on {}", goal.set_on)]);
        ordered.push(goal.words.reveal().clone());
    }
    for open in &summary.open_topics {
        all.extend([open.words.reveal().clone(), open.from.clone(), open.mark.clone()]);
        ordered.push(open.words.reveal().clone());
    }
    for score in &summary.scores {
        all.extend([score.name.clone(), score.direction.words().to_owned()]);
        let said = [&score.value, &score.band, &score.caveat, &score.previous, &score.change];
        all.extend(said.into_iter().flatten().cloned());
        all.extend(score.wish.map(|wish| wish.label().to_owned()));
        ordered.push(score.name.clone());
    }
    let mut lines = |lines: &[ItemLine]| {
        for line in lines {
            all.extend([line.question.clone(), line.answer.reveal().clone()]);
            all.extend(line.question_english.clone());
            all.extend(line.answer_english.iter().map(|answer| answer.reveal().clone()));
            ordered.push(line.question.clone());
        }
    };
    lines(&summary.items);
    lines(&summary.context);
    all.extend(summary.missing.iter().cloned());
    let footer = &summary.footer;
    all.extend([footer.goal.clone(), footer.expected_action.clone(), format!("Made {}", footer.made)]);
    all.extend([format!("Content {}", summary.mark()), footer.limits.to_owned()]);
    ordered.push(footer.goal.clone());
    (all, ordered)
}

/// Words without white space and without the marks that keep directions apart.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{2068}' | '\u{2069}')).collect()
}

/// The words on the one sheet, in the order of reading.
fn printed(summary: &Summary) -> String {
    let fonts = Fonts::embedded();
    let doc = page::doc(summary, Paper::A4, DetailPages::None, &fonts);
    let mut words: Vec<String> = laid_out::lines(&doc, &fonts).into_iter().map(|line| line.text).collect();
    words.dedup();
    words.concat()
}

#[test]
fn html_pdf_text_and_fhir_have_the_same_contents_in_the_same_order() {
    let wellbeing = Visit::new("wellbeing-check", "en")
        .topics(&["My sleep", "Work & <travel>"])
        .counts("gad-7", &["2", "2", "3", "3", "2", "-", "1"])
        .counts("k10", &["2", "3", "3", "1", "2", "5", "4", "4", "1", "3"])
        .before("gad-7", 10.0, |_| ())
        .before("k10", 20.0, |_| ());
    let visits = [
        ("full", super::page::full()),
        ("fullest", fullest(LETTER, "en")),
        ("in German", fullest(GERMAN, "de")),
        ("some answers", wellbeing),
        ("no answers", Visit::new("wellbeing-check", "en").stands(State::Invited)),
        ("set aside", super::page::full().stands(State::NotMe)),
    ];
    for (name, visit) in visits {
        let summary = visit.summary();
        let (all, ordered) = facts(&summary);
        let article = html::article(&summary).expect("the article is written");
        let shown = seen(article.split("<details class=\"all-answers").next().expect("the page"));
        let document = super::document::narrated(&visit);
        let forms =
            [("text", visit.text()), ("HTML", shown), ("PDF", printed(&summary)), ("document", document)];
        for (form, said) in forms {
            let said = bare(&said);
            for fact in all.iter().filter(|fact| !fact.is_empty()) {
                assert!(said.contains(&bare(fact)), "{name}: {fact:?} is not in the {form}:\n{said}");
            }
            let mut from = 0;
            for fact in ordered.iter().filter(|fact| !fact.is_empty()) {
                let fact = bare(fact);
                let found = said[from..].find(&fact);
                from += found.unwrap_or_else(|| panic!("{name}: {fact:?} is not in its place in the {form}"));
            }
        }
    }
}

#[test]
fn equal_contents_have_equal_digests_whenever_they_were_made() {
    let summary = fullest(LETTER, "en").summary();
    let mut later = summary.clone();
    later.footer.made = "Tue 24 Nov 2026, 08:00".to_owned();
    assert_eq!(summary.digest(), later.digest());
    assert_eq!(summary.mark().len(), 12);
    let changes: [fn(&mut Summary); 8] = [
        |s| s.header.name = Private::new("Somebody".to_owned()),
        |s| s.topics[2].words = Private::new("x".to_owned()),
        |s| s.topics[0].lang = lang("fr"),
        |s| s.scores[5].change = None,
        |s| s.goals[0].set_on = "1 Jan 2026".to_owned(),
        |s| s.flags[0].explain = Private::new(vec!["x".to_owned()]),
        |s| s.answers[0].lines[0].answer = Private::new("x".to_owned()),
        |s| s.open_topics.truncate(1),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut other = summary.clone();
        change(&mut other);
        assert_ne!(summary.digest(), other.digest(), "change {n}");
    }
}

#[test]
fn every_line_explains_itself() {
    let mut visit = super::page::full();
    let rule = visit.script.ask("gi-questions").and_then(|ask| ask.instrument.red_flags.first()).cloned();
    visit.flags[0].rule = Some(("gi-questions".to_owned(), rule.expect("a rule that ships")));
    let summary = visit.summary();
    let flag = summary.flags.iter().find(|flag| flag.text.contains("Blood")).expect("the flag");
    let explained = flag.explain.reveal().join("\n");
    assert!(
        explained.contains("Raised when “Did you see blood in your stool?” is answered “Yes”"),
        "{explained}"
    );
    assert!(explained.contains("The answer: Yes"), "{explained}");
    let topic = summary.topics[0].explain.reveal().join("\n");
    assert!(topic.contains("Asked: “Is there something else") && topic.contains("Answered Fri 20 Nov 2026"));
    let item = summary.items[1].explain.reveal().join("\n");
    assert!(
        item.contains("Listed because the answer counts 3 on 0 to 3; 2 or more is listed (phq-2, version 1)"),
        "{item}"
    );
    assert!(!summary.context[0].explain.reveal().is_empty());
    let worried = Visit::new("wellbeing-check", "en").counts("gad-7", &["1"; 7]).score();
    let score = worried.explain.reveal().join("\n");
    assert!(
        score.contains("gad-7, version 1: 7 of 7 answered; counts from 0 to 21, higher = worse"),
        "{score}"
    );
    assert!(score.contains("A change of 4 points or more matters") && score.contains("Toussaint"), "{score}");
    let html = visit.html();
    let doc = page::doc(&summary, Paper::A4, DetailPages::Some, &Fonts::embedded());
    let behind: Vec<_> =
        laid_out::lines(&doc, &Fonts::embedded()).into_iter().filter(|l| l.page > 0).collect();
    for words in
        summary.flags.iter().flat_map(|flag| flag.explain.reveal()).chain(summary.topics[0].explain.reveal())
    {
        assert!(unescaped(&html).contains(words.as_str()), "{words}");
        assert!(behind.iter().any(|line| line.text.contains(words.as_str())), "{words}");
    }
}
