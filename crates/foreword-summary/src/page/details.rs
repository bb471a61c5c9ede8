//! The pages behind the one: everything whole, with what is behind each line, and every answer.

use foreword_domain::language::Lang;

use super::sheet::{before, bullet, en, range, roomy, said};
use crate::{
    Answers, ItemLine, ScoreLine, Summary,
    pdf::{Block, Look, Words},
};

const TITLE: Look = Look { size: 17.0, bold: true, grey: 0, leading: 1.25 };
const HEAD: Look = Look { size: 13.0, bold: true, grey: 0, leading: 1.3 };
const SUB: Look = Look { size: 11.0, bold: true, grey: 0, leading: 1.3 };
const BODY: Look = Look { size: 10.5, bold: false, grey: 0, leading: 1.36 };
const WHY: Look = Look { size: 9.5, bold: false, grey: 60, leading: 1.32 };
const WHOLE: usize = 1_000_000;

/// Everything behind the page.
pub(super) fn blocks(summary: &Summary) -> Vec<Block> {
    let mut blocks = vec![
        Block::Anchor("behind"),
        Block::Head(en("Behind the page"), TITLE, 2),
        Block::Para(en("Everything in full, with the answer and the rule behind each line."), WHY),
    ];
    let mut section = |anchor: &'static str, name: &str, inner: Vec<Block>| {
        if !inner.is_empty() {
            blocks.push(Block::Gap(16.0));
            blocks.push(Block::Anchor(anchor));
            blocks.push(Block::Head(en(name), HEAD, 3));
            blocks.push(Block::Gap(3.0));
            blocks.extend(inner);
        }
    };
    section("flags", "Red flags", flags(summary));
    section("topics", "What matters to the patient", topics(summary));
    section("before", "Reply, goals and what was left open", said_before(summary));
    section("scores", "Scores", scores(summary));
    section("items", "What stands out", lines(&summary.items));
    let missing = summary.missing.iter().map(|line| (Some(bullet(BODY)), vec![Block::Para(en(line), BODY)]));
    let missing: Vec<_> = missing.collect();
    let missing = if missing.is_empty() { Vec::new() } else { vec![Block::Entries(missing, 12.0, 3.0)] };
    section("missing", "What is missing", missing);
    section("context", "Context", lines(&summary.context));
    let answers: Vec<Block> = summary.answers.iter().flat_map(group).collect();
    let answers = if answers.is_empty() { vec![Block::Para(en("No answers yet."), BODY)] } else { answers };
    section("answers", "All answers", answers);
    blocks
}

fn why(lines: &[String]) -> Vec<Block> {
    lines.iter().map(|line| Block::Para(en(line), WHY)).collect()
}

fn flags(summary: &Summary) -> Vec<Block> {
    let mut blocks = Vec::new();
    for flag in &summary.flags {
        let level = flag.level.as_str().to_uppercase();
        let words =
            Words::pieces(&[(&level, true), (&flag.text, true), (&flag.when, false)], &Lang::english());
        let mut one = vec![Block::Para(words, BODY)];
        one.extend(why(flag.explain.reveal()));
        blocks.push(Block::Keep(one));
        blocks.push(Block::Gap(5.0));
    }
    blocks
}

fn topics(summary: &Summary) -> Vec<Block> {
    let entries = summary.topics.iter().map(|topic| {
        let words = Words::written(topic.words.reveal().as_str(), &topic.lang);
        let mut said = vec![Block::Para(words, roomy(BODY, &topic.lang))];
        if let Some(wish) = topic.wish {
            said.push(Block::Para(en(wish.label()), Look { bold: true, ..WHY }));
        }
        said.extend(why(topic.explain.reveal()));
        let label = Words::number(topic.rank.to_string(), &Lang::english());
        (Some((label, Look { bold: true, ..BODY })), said)
    });
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() { Vec::new() } else { vec![Block::Entries(entries, 18.0, 6.0)] }
}

fn said_before(summary: &Summary) -> Vec<Block> {
    let line = |what: &str, words: &str, lang: &Lang, after: String| {
        let words = Words::pieces(&[(what, true), (words, false), (&after, false)], lang);
        (Some(bullet(BODY)), vec![Block::Para(words, roomy(BODY, lang))])
    };
    let mut entries = Vec::new();
    if let Some(reply) = &summary.reply {
        let after = format!("({}, {})", reply.by, reply.when);
        entries.push(line("Reply:", reply.words.reveal(), &reply.lang, after));
    }
    for goal in &summary.goals {
        entries.push(line("Goal:", goal.words.reveal(), &goal.lang, format!("(set on {})", goal.set_on)));
    }
    for open in &summary.open_topics {
        let after = format!("({}: {})", open.from, open.mark);
        entries.push(line("Open:", open.words.reveal(), &open.lang, after));
    }
    if entries.is_empty() { Vec::new() } else { vec![Block::Entries(entries, 12.0, 3.0)] }
}

fn scores(summary: &Summary) -> Vec<Block> {
    let mut blocks = Vec::new();
    for score in summary.scores.iter().chain(&summary.more_scores) {
        blocks.push(Block::Keep(one_score(score)));
        blocks.push(Block::Gap(12.0));
    }
    blocks
}

fn one_score(score: &ScoreLine) -> Vec<Block> {
    let mut blocks = vec![Block::Head(en(&score.name), SUB, 4)];
    let value = match &score.value {
        Some(value) => format!("{value} ({}, {})", range(score), score.direction.words()),
        None => format!("no score ({})", score.direction.words()),
    };
    let wish = score.wish.map(|wish| wish.label().to_owned());
    let reading = [score.band.clone(), score.caveat.clone(), wish].into_iter().flatten().collect::<Vec<_>>();
    blocks.push(Block::Para(
        Words::pieces(&[(&value, true), (&reading.join("; "), false)], &Lang::english()),
        BODY,
    ));
    blocks.push(Block::Para(en(before(score)), BODY));
    if let Some(trend) = &score.trend {
        blocks.push(Block::Gap(4.0));
        blocks.push(Block::Drawn(Box::new(trend.drawn(420.0, 110.0)), trend.in_words().into()));
        blocks.extend(trend.notes().into_iter().map(|note| Block::Para(en(note), WHY)));
    }
    blocks.extend(why(score.explain.reveal()));
    blocks.push(Block::Para(en(format!("Source: {}", score.source)), WHY));
    blocks
}

fn lines(lines: &[ItemLine]) -> Vec<Block> {
    let entries: Vec<_> = lines
        .iter()
        .map(|line| {
            let mut blocks = vec![Block::Para(said(line, WHOLE), roomy(BODY, &line.lang))];
            blocks.extend(why(line.explain.reveal()));
            (Some(bullet(BODY)), blocks)
        })
        .collect();
    if entries.is_empty() { Vec::new() } else { vec![Block::Entries(entries, 12.0, 4.0)] }
}

fn group(group: &Answers) -> Vec<Block> {
    if group.lines.is_empty() {
        return Vec::new();
    }
    let entries = group
        .lines
        .iter()
        .map(|line| (Some(bullet(BODY)), vec![Block::Para(said(line, WHOLE), roomy(BODY, &line.lang))]));
    vec![
        Block::Gap(6.0),
        Block::Head(en(&group.name), SUB, 4),
        Block::Gap(2.0),
        Block::Entries(entries.collect(), 12.0, 3.0),
        Block::Gap(4.0),
    ]
}
