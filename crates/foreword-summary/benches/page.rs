//! Time for the clinician's page: the fullest one as PDF with and without fonts that are read already, as
//! HTML, as text, and its digest.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use foreword_domain::{
    agenda::Wish, alert::Level, instrument::Direction, language::Lang, private::Private, scoring::Status,
};
use foreword_summary::{
    Answers, DetailPages, FlagLine, Fonts, Footer, GoalLine, Header, ItemLine, OpenTopic, Paper, ScoreLine,
    Summary, TopicLine, Trend, TrendPoint, html, summary_pdf, text,
};
use jiff::civil::date;

const WORDS: &str = "Since the new tablets I wake up at three every night with a burning pain under my ribs, and I lie awake worrying that it is the same thing my father had. ";

fn private(words: &str) -> Private<String> {
    Private::new(words.to_owned())
}

fn item(question: &str, answer: &str) -> ItemLine {
    ItemLine {
        asked_by: None,
        question: question.to_owned(),
        question_english: None,
        answer: private(answer),
        answer_english: None,
        lang: Lang::english(),
        explain: Private::new(vec!["Answered Fri 20 Nov 2026, 18:00 by the patient, via web".to_owned()]),
    }
}

fn score(n: u8) -> ScoreLine {
    let point = |month: i8, value: f64| TrendPoint {
        on: date(2026, month, 3),
        value,
        is_estimated: false,
        differs: None,
    };
    let name = format!("Worry and nerves (GAD-7.{n})");
    ScoreLine {
        ask: format!("gad-7.{n}"),
        name: name.clone(),
        status: Status::Scored,
        value: Some("14".to_owned()),
        number: Some(14.0),
        range: (0.0, 21.0),
        direction: Direction::HigherWorse,
        band: Some("moderate (10-14)".to_owned()),
        caveat: None,
        previous: Some("10 on 3 Aug 2026".to_owned()),
        previous_number: Some(10.0),
        change: Some("4 points higher = worse; reaches the change of 4 that matters".to_owned()),
        cut_offs: vec![5.0, 10.0, 15.0],
        wish: Some(Wish::Talk),
        source: "Spitzer RL et al. Arch Intern Med 2006;166:1092-1097".to_owned(),
        explain: Private::new(vec!["gad-7, version 1: 7 of 7 answered".to_owned()]),
        trend: Some(Trend {
            name,
            direction: Direction::HigherWorse,
            range: (0.0, 21.0),
            cut_offs: vec![5.0, 10.0, 15.0],
            points: vec![point(2, 6.0), point(5, 8.0), point(8, 10.0), point(11, 14.0)],
        }),
    }
}

fn fullest() -> Summary {
    let topic = |rank| TopicLine {
        rank,
        words: private(&WORDS.chars().cycle().take(500).collect::<String>()),
        lang: Lang::english(),
        wish: Some(Wish::Talk),
        explain: Private::new(vec!["Asked: “What matters most to you?”".to_owned()]),
    };
    let flag = FlagLine {
        level: Level::Red,
        text: "Thoughts of being better off dead, several days".to_owned(),
        when: "Fri 20 Nov 2026, 19:20".to_owned(),
        explain: Private::default(),
    };
    let goal = GoalLine {
        words: private("Walk to the shop and back without stopping"),
        lang: Lang::english(),
        set_on: "3 Aug 2026".to_owned(),
    };
    let open = OpenTopic {
        words: private("Can I fly in March?"),
        lang: Lang::english(),
        from: "visit on 3 Aug 2026".to_owned(),
        mark: "next time".to_owned(),
    };
    let asked = || item("How bad was your belly pain at its worst?", "8 / 10");
    Summary {
        header: Header {
            name: private("Ada Moreno"),
            birth_date: private("9 Mar 1961"),
            identifier: private("MRN-0042"),
            visit: "Tue 24 Nov 2026, 09:30 (Europe/Berlin)".to_owned(),
            visit_kind: "Follow-up · Dr. Okafor · North clinic".to_owned(),
            answered: "completed Fri 20 Nov 2026, 19:40".to_owned(),
            how: "by the patient, via web, in English".to_owned(),
            complete: "59 of 60 answered".to_owned(),
            instruments: "gad-7 v1, phq-9 v1, visit-agenda v1".to_owned(),
        },
        flags: vec![flag],
        notice: None,
        topics: (1..=3).map(topic).collect(),
        no_topics: String::new(),
        reply: None,
        goals: vec![goal.clone(), goal],
        open_topics: vec![open],
        scores: (1..=6).map(score).collect(),
        more_scores: vec![score(7)],
        items: (0..5).map(|_| asked()).collect(),
        more_items: 2,
        missing: vec!["Strain in the past month: nothing answered".to_owned()],
        context: vec![item("How sure are you that you can manage your health?", "4 / 10")],
        answers: (1..=6)
            .map(|n| Answers {
                ask: format!("gad-7.{n}"),
                name: "Worry and nerves".to_owned(),
                lines: (0..10).map(|_| asked()).collect(),
            })
            .collect(),
        footer: Footer {
            pathway: "Gastroenterology follow-up (version 1)".to_owned(),
            goal: "Patient and gastroenterologist begin the visit with what matters.".to_owned(),
            expected_action: "Begin with the first topic.".to_owned(),
            made: "Mon 23 Nov 2026, 17:05".to_owned(),
            limits: "No diagnosis, no advice on treatment, not watched around the clock.",
        },
    }
}

fn pages(c: &mut Criterion) {
    let summary = fullest();
    let fonts = Fonts::embedded();
    let pdf = |details, fonts: &Fonts| summary_pdf(black_box(&summary), Paper::A4, details, fonts);
    c.bench_function("page as PDF, fonts read first", |b| {
        b.iter(|| pdf(DetailPages::Some, &Fonts::embedded()));
    });
    c.bench_function("page as PDF", |b| b.iter(|| pdf(DetailPages::Some, &fonts)));
    c.bench_function("the one sheet as PDF", |b| b.iter(|| pdf(DetailPages::None, &fonts)));
    c.bench_function("page as HTML", |b| b.iter(|| html::page(black_box(&summary))));
    c.bench_function("page as text", |b| b.iter(|| text::render(black_box(&summary))));
    c.bench_function("digest", |b| b.iter(|| black_box(&summary).digest()));
}

criterion_group!(benches, pages);
criterion_main!(benches);
