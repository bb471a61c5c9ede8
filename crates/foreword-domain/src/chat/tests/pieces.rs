use proptest::{prelude::*, sample::select};
use unicode_normalization::char::is_combining_mark;

use super::*;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200F}').collect()
}

fn text() -> impl Strategy<Value = String> {
    let bits = select(vec![
        "a",
        "word ",
        "é",
        "e\u{301}",
        "👩\u{200D}👧",
        "👍🏽",
        "🇩🇪",
        "🙂",
        "\n",
        "\n\n",
        " ",
        "\u{200F}كلمة ",
        "شَدّة",
        "नमस्ते ",
        "\u{A0}",
        "1\u{FE0F}\u{20E3}",
        "\u{301}",
        "\u{200D}",
    ]);
    prop_oneof![proptest::collection::vec(bits, 0..60).prop_map(|bits| bits.concat()), any::<String>()]
}

proptest! {
    #[test]
    fn every_piece_fits_and_nothing_but_space_is_lost(text in text(), limit in 1..40_usize) {
        let pieces = split(&text, limit);
        prop_assert!(!pieces.is_empty());
        // A single character may be longer than a tiny piece.
        let most = limit.max(2);
        prop_assert!(pieces.iter().all(|piece| units(piece) <= most), "{:?}", pieces);
        prop_assert!(pieces.len() == 1 || pieces.iter().all(|piece| !piece.is_empty()));
        prop_assert_eq!(without_space(&pieces.concat()), without_space(&text));
        if units(&text) <= limit {
            prop_assert_eq!(pieces, vec![text]);
        }
    }

    #[test]
    fn no_mark_is_torn_from_its_letter(text in text(), limit in 30..60_usize) {
        for pair in split(&text, limit).windows(2) {
            let next = pair[1].trim_start_matches('\u{200F}').chars().next();
            // Only where there are marks for a whole piece and more.
            let marks = pair[0].chars().rev().take_while(|c| is_combining_mark(*c) || *c == '\u{200D}').count();
            prop_assert!(marks > 8 || !next.is_some_and(|c| is_combining_mark(c) || c == '\u{200D}'), "{:?}", pair);
        }
    }
}

#[test]
fn an_empty_text_is_one_piece() {
    assert_eq!(split("", 10), [""]);
    assert_eq!(split("", 1), [""]);
}

#[test]
fn a_tiny_limit_ends() {
    assert_eq!(split("ab c\n🙂", 1), ["a", "b", "c", "🙂"]);
    assert_eq!(split("\u{200F}a\u{301}b", 1).concat(), "\u{200F}a\u{301}b");
    assert_eq!(split("ab", 0), ["a", "b"]);
    assert_eq!(split("   ", 1), [""]);
}

#[test]
fn a_text_is_cut_between_paragraphs_then_lines_then_words() {
    assert_eq!(split("one two three\n\nfour\nfive six", 18), ["one two three", "four\nfive six"]);
    assert_eq!(split("one two\n\nthree\nfour five", 18), ["one two\n\nthree", "four five"]);
    assert_eq!(split("a \u{301}b", 2), ["a", " \u{301}", "b"]);
    assert_eq!(split("one two three\nfour five", 18), ["one two three", "four five"]);
    assert_eq!(split("one two three four five", 18), ["one two three four", "five"]);
    assert_eq!(split("aaaa\n\nbbbb", 5), ["aaaa", "bbbb"]);
    // A paragraph that ends early is no reason for a message of three words.
    assert_eq!(split("one\n\ntwo three four five six", 18), ["one\n\ntwo three", "four five six"]);
}

#[test]
fn a_long_message_is_cut_at_4096_units_not_bytes() {
    let paragraph = "ü".repeat(2000);
    let text = format!("{paragraph}\n\n{paragraph}\n\n{paragraph}");
    let pieces = split(&text, LIMIT);
    assert_eq!(pieces, [format!("{paragraph}\n\n{paragraph}"), paragraph]);
    let smiles = "🙂".repeat(2049);
    let pieces = split(&smiles, LIMIT);
    assert_eq!(pieces.iter().map(|piece| units(piece)).collect::<Vec<_>>(), [4096, 2]);
}

#[test]
fn what_is_one_character_to_a_reader_stays_together() {
    let whole =
        ["e\u{301}\u{323}", "👩\u{200D}👩\u{200D}👧", "👍🏽", "🇩🇪", "1\u{FE0F}\u{20E3}", "ش\u{651}\u{64E}"];
    for character in whole {
        // The limit lies at each place within the character.
        for inside in 1..units(character) {
            let before = "x".repeat(LIMIT - inside);
            let text = format!("{before}{character}{character}tail");
            assert_eq!(split(&text, LIMIT), [before, format!("{character}{character}tail")], "{character}");
        }
    }
    let flags = "🇩🇪🇫🇷".repeat(600);
    let pieces = split(&flags, LIMIT);
    assert!(pieces.iter().all(|piece| piece.chars().count() % 2 == 0) && pieces.concat() == flags);
}

#[test]
fn marks_without_end_are_cut_all_the_same() {
    let text = format!("e{}", "\u{301}".repeat(10_000));
    let pieces = split(&text, LIMIT);
    assert_eq!((pieces.len(), pieces.concat()), (3, text));
}

#[test]
fn a_line_from_right_to_left_goes_on_from_right_to_left() {
    let line = format!("\u{200F}3 {}", "كلمة ".repeat(4));
    assert_eq!(split(line.trim_end(), 12), ["\u{200F}3 كلمة كلمة", "\u{200F}كلمة كلمة"]);
    let text = "\u{200F}كلمة كلمة\n\nan English line of text";
    assert_eq!(split(text, 12), ["\u{200F}كلمة كلمة", "an English", "line of text"]);
}
