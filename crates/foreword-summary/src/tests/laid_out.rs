use super::*;
use crate::{
    Fonts, Paper,
    pdf::{Block, Doc, Edges, Look, Words, laid_out},
};

fn doc(tag: &str, blocks: Vec<Block>) -> Doc {
    Doc {
        title: "A document".to_owned(),
        lang: lang(tag),
        id: "test".to_owned(),
        head: None,
        foot: None,
        paper: Paper::A4,
        edges: Edges::default(),
        blocks,
    }
}

fn para(text: &str, tag: &str) -> Block {
    Block::Para(Words::new(text, &lang(tag)), Look::BODY)
}

/// The lines of all pages as they are drawn: page, left and right edge, and which bytes each glyph is of.
fn lines(doc: &Doc) -> Vec<laid_out::Line> {
    laid_out::lines(doc, &Fonts::embedded())
}

#[test]
fn words_stay_between_the_edges_however_long_they_are() {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
    for (tag, text) in [("de", long.as_str()), ("ar", &"كلمةطويلةجدا".repeat(40)), ("en", &"W".repeat(900))]
    {
        let tick = crate::pdf::Tick { handle: "1".into(), label: Words::new(text, &lang(tag)) };
        let blocks = vec![
            Block::Title(Words::new(text, &lang(tag))),
            para(text, tag),
            Block::Note(vec![para(text, tag)]),
            Block::Indent(27.0, vec![Block::Choices(vec![tick.clone(), tick])]),
            Block::Labelled(Words::new("12.", &lang(tag)), Words::new(text, &lang(tag)), Look::QUESTION),
            Block::Fields(vec![(Words::new("Name", &lang(tag)), Some(Words::new(text, &lang(tag))))]),
            Block::Scale(Words::new(text, &lang(tag)), Words::new(text, &lang(tag)), String::new()),
            Block::Quote(Words::new(text, &lang(tag))),
        ];
        let lines = lines(&doc(tag, blocks));
        assert!(lines.len() > 20);
        for line in lines {
            assert!(
                line.left >= 53.0 && line.right <= 595.28 - 53.0,
                "{tag}: {} to {}",
                line.left,
                line.right
            );
        }
    }
}

#[test]
fn arabic_begins_at_the_right_and_its_numbers_stay_upright() {
    let lines = lines(&doc("ar", vec![para("السؤال 42 هنا", "ar")]));
    let right = lines.iter().map(|line| line.right).fold(0.0, f32::max);
    assert!((right - (595.28 - 54.0)).abs() < 1.0, "{right}");
    let mut drawn: Vec<(f32, usize)> = lines.iter().flat_map(|line| line.glyphs.clone()).collect();
    drawn.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at: Vec<usize> = drawn.iter().map(|(_, byte)| *byte).collect();
    let four = "السؤال ".len();
    let place = |byte: usize| at.iter().position(|other| *other == byte).expect("it is drawn");
    assert_eq!(place(four) + 1, place(four + 1), "4 stands left of 2");
    assert!(place(0) > place(four) && place(four) > place("السؤال 42 ".len()), "words run to the left");
}

#[test]
fn a_mark_that_turns_the_direction_turns_nothing_behind_it() {
    let plain = lines(&doc("en", vec![para("one two", "en")]));
    let turned = lines(&doc("en", vec![para("\u{202E}one\u{2067} two", "en")]));
    let edges = |lines: &[laid_out::Line]| lines.iter().map(|line| line.left).collect::<Vec<_>>();
    assert_eq!(edges(&plain), edges(&turned));
    let order = |lines: &[laid_out::Line]| {
        lines.iter().flat_map(|line| line.glyphs.iter().map(|glyph| glyph.1)).collect::<Vec<_>>()
    };
    assert_eq!(order(&plain), order(&turned));
}

#[test]
fn what_belongs_together_is_not_torn_apart() {
    let together = || Block::Keep((0..6).map(|n| para(&format!("line {n}"), "en")).collect());
    let lines = lines(&doc("en", (0..40).map(|_| together()).collect()));
    assert!(lines.iter().any(|line| line.page > 2));
    for group in lines.chunks(6) {
        assert!(group.iter().all(|line| line.page == group[0].page));
    }
}

#[test]
fn a_heading_is_never_the_last_thing_on_a_page() {
    for before in 30..60 {
        let mut blocks: Vec<Block> = (0..before).map(|_| para("filling", "en")).collect();
        blocks.push(Block::Heading(Words::new("Heading", &lang("en"))));
        blocks.push(Block::Gap(5.0));
        blocks.push(para("what it is about", "en"));
        let lines = lines(&doc("en", blocks));
        let [.., heading, below] = lines.as_slice() else { panic!("two lines") };
        assert_eq!(heading.page, below.page, "after {before} lines");
    }
}

#[test]
fn a_lead_in_is_repeated_where_its_questions_go_on() {
    let questions: Vec<Block> = (0..90).map(|n| para(&format!("question {n}"), "en")).collect();
    let lead_in = Words::new("Over the last 2 weeks", &lang("en"));
    let lines = lines(&doc("en", vec![Block::Under(lead_in, Look::BODY, questions)]));
    let pages = lines.iter().map(|line| line.page).max().expect("pages");
    let repeated = lines.iter().filter(|line| line.text.contains("Over the last")).count();
    assert_eq!(repeated, pages + 1, "once on each page");
    assert!(pages > 0);
}

#[test]
fn a_letter_no_font_has_shows_a_box_and_is_not_dropped() {
    let lines = lines(&doc("en", vec![para("a漢b\u{1F469}c\u{12000}d", "en")]));
    let drawn: Vec<usize> = lines.iter().flat_map(|line| line.glyphs.iter().map(|glyph| glyph.1)).collect();
    assert_eq!(drawn, [0, 1, 4, 5, 9, 10, 14], "each character, in its place");
    let boxes: usize = lines.iter().map(|line| line.boxes).sum();
    assert_eq!(boxes, 2, "Chinese and cuneiform; a face is there");
    let width = lines.last().expect("a line").right - lines[0].left;
    assert!(width > 30.0, "boxes have a width: {width}");
}
