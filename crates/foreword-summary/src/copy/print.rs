//! The copy as a tagged PDF: the same as on the page, in the same order.

use foreword_domain::{language::Lang, phrases::t};

use super::{Copy, CopyLine, html::what_for};
use crate::pdf::{self, Block, Doc, Edges, Fonts, Look, Paper, Words, clean};

/// Between two answers.
const BETWEEN: f32 = 8.0;

/// The copy as a tagged PDF. The same copy makes the same bytes.
pub fn copy_pdf(copy: &Copy, paper: Paper, fonts: &Fonts) -> Vec<u8> {
    // What can fail is an embedded font that can't be embedded, and tests embed them.
    pdf::write(&doc(copy, paper), fonts).unwrap_or_default()
}

/// The copy as a document.
pub(super) fn doc(copy: &Copy, paper: Paper) -> Doc {
    let lang = &copy.lang;
    let own = |key: &str| Words::new(t(key, lang, &[]), lang);
    let mut blocks = vec![
        Block::Para(Words::new(copy.clinic.as_str(), lang), Look::SMALL),
        Block::Title(own("copy-title")),
        Block::Para(Words::new(what_for(copy), lang), Look::BODY),
    ];
    if let Some(name) = &copy.name {
        let look = Look { bold: true, ..Look::BODY };
        blocks.push(Block::Para(Words::written(name.reveal().as_str(), lang), look));
    }
    blocks.push(Block::Gap(10.0));
    blocks.push(Block::Note(vec![
        Block::Para(own("copy-yours"), Look { bold: true, ..Look::BODY }),
        Block::Para(own("not-watched"), Look::BODY),
    ]));
    blocks.push(Block::Gap(14.0));
    if copy.is_empty() {
        blocks.push(Block::Para(own("copy-empty"), Look::BODY));
    } else {
        blocks.push(Block::Heading(own("copy-matters")));
        blocks.push(Block::Gap(5.0));
        if copy.topics.is_empty() {
            blocks.push(Block::Para(own("copy-no-topics"), Look::BODY));
        }
        for topic in &copy.topics {
            blocks.push(Block::Quote(Words::written(topic.words.reveal().as_str(), &topic.lang)));
            if let Some(wish) = &topic.wish {
                let words = Words::new(wish.reveal().as_str(), &topic.lang);
                blocks.push(Block::Indent(12.0, vec![Block::Para(words, Look::SMALL)]));
            }
            blocks.push(Block::Gap(BETWEEN));
        }
        blocks.extend(answers(&copy.context));
        blocks.push(Block::Gap(8.0));
        for (key, lines) in [("copy-wishes", &copy.wishes), ("copy-team", &copy.team)] {
            section(own(key), lines, &mut blocks);
        }
        for group in &copy.groups {
            section(Words::new(group.name.as_str(), &group.lang), &group.lines, &mut blocks);
        }
    }
    charts(copy, lang, &mut blocks);
    Doc {
        title: clean(&format!("{} · {}", t("copy-title", lang, &[]), copy.clinic)),
        lang: lang.clone(),
        id: format!("copy {lang} {paper:?}"),
        head: Some(own("copy-title")),
        foot: Some(Words::joined(&[copy.clinic.clone(), t("copy-yours", lang, &[])], lang)),
        paper,
        edges: Edges::default(),
        blocks,
    }
}

fn section(name: Words, lines: &[CopyLine], blocks: &mut Vec<Block>) {
    if lines.is_empty() {
        return;
    }
    blocks.push(Block::Heading(name));
    blocks.push(Block::Gap(5.0));
    blocks.extend(answers(lines));
    blocks.push(Block::Gap(8.0));
}

fn answers(lines: &[CopyLine]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in lines {
        let mut one = Vec::new();
        if let Some(lead_in) = &line.lead_in {
            one.push(Block::Para(Words::new(lead_in.as_str(), &line.lang), Look::SMALL));
            one.push(Block::Gap(5.0));
        }
        one.push(Block::Para(Words::new(line.question.as_str(), &line.lang), Look::BODY));
        let look = Look { bold: true, ..Look::BODY };
        let answer = Words::written(line.answer.reveal().as_str(), &line.lang);
        one.push(Block::Indent(12.0, vec![Block::Para(answer, look)]));
        blocks.push(Block::Directed(line.lang.clone(), vec![Block::Keep(one), Block::Gap(BETWEEN)]));
    }
    blocks
}

fn charts(copy: &Copy, lang: &Lang, blocks: &mut Vec<Block>) {
    if copy.charts.is_empty() {
        return;
    }
    let own = |key: &str| Words::new(t(key, lang, &[]), lang);
    let mut above = vec![
        Block::Heading(own("copy-scores")),
        Block::Para(own("copy-scores-note"), Look::BODY),
        Block::Gap(8.0),
    ];
    for chart in &copy.charts {
        let mut kept = std::mem::take(&mut above);
        kept.push(Block::Para(Words::new(chart.name.as_str(), &chart.name_lang), Look::QUESTION));
        kept.push(Block::Para(Words::new(chart.direction.as_str(), lang), Look::SMALL));
        kept.push(Block::Chart(Box::new(chart.clone()), lang.clone()));
        blocks.push(Block::Keep(kept));
        blocks.push(Block::Gap(10.0));
    }
}
