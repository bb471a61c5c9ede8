use proptest::{prelude::*, sample::select};

use super::*;
use crate::phrases::Phrases;

fn spot() -> impl Strategy<Value = Spot> {
    let number = || prop_oneof![any::<u16>(), Just(0), Just(u16::MAX)];
    (number(), number()).prop_map(|(ask, item)| Spot { ask, item })
}

fn press() -> impl Strategy<Value = Press> {
    let wishes = [
        Wish::Answers,
        Wish::Pause,
        Wish::Go,
        Wish::Stay,
        Wish::Help,
        Wish::Languages,
        Wish::Whom,
        Wish::Decline,
        Wish::NotMe,
        Wish::Stop,
    ];
    let langs: Vec<Lang> = Phrases::get().languages().cloned().chain([lang("pt-br")]).collect();
    prop_oneof![
        (spot(), any::<u16>()).prop_map(|(spot, choice)| Press::Choose(spot, choice)),
        (spot(), any::<u16>()).prop_map(|(spot, choice)| Press::Pick(spot, choice)),
        spot().prop_map(Press::Done),
        spot().prop_map(Press::Skip),
        spot().prop_map(Press::Back),
        spot().prop_map(Press::Change),
        select(wishes.to_vec()).prop_map(Press::Wish),
        select(wishes.iter().copied().filter(|wish| wish.is_final()).collect::<Vec<_>>())
            .prop_map(Press::Sure),
        select(langs).prop_map(Press::Language),
        Just(Press::About),
        any::<bool>().prop_map(Press::Agree),
        select(vec![Respondent::Patient, Respondent::Helped, Respondent::Proxy]).prop_map(Press::As),
    ]
}

fn pressed() -> impl Strategy<Value = Pressed> {
    let visit =
        any::<Option<u128>>().prop_map(|id| id.map(|id| Tag::of(ConversationId(Uuid::from_u128(id)))));
    (visit, press()).prop_map(|(visit, press)| Pressed { visit, press })
}

/// Something that was a button of ours, with a bit of it changed.
fn nearly() -> impl Strategy<Value = String> {
    let bits = select(vec![".", "1", "-", "+", "0", "c", " ", "\u{0661}", "", "é", "65536", "staff", "\0"]);
    (pressed(), any::<proptest::sample::Index>(), bits).prop_map(|(pressed, at, bit)| {
        let mut data = pressed.data();
        let at = at.index(data.len());
        data.replace_range(at..=at, bit);
        data
    })
}

proptest! {
    #[test]
    fn what_a_button_carries_is_read_as_what_it_is_and_fits(pressed in pressed()) {
        let data = pressed.data();
        prop_assert!(data.len() <= 64 && data.is_ascii(), "{}", data);
        prop_assert_eq!(Pressed::read(&data), Some(pressed));
    }

    #[test]
    fn whatever_is_sent_is_one_of_our_buttons_to_the_byte_or_none(data in prop_oneof![nearly(), any::<String>(), "1\\.(-|[0-9a-f]{8})\\.[a-z](\\.[0-9a-z+]{0,6}){0,4}"]) {
        if let Some(pressed) = Pressed::read(&data) {
            prop_assert_eq!(pressed.data(), data);
        }
    }
}

#[test]
fn the_largest_numbers_fit() {
    let most = Spot { ask: u16::MAX, item: u16::MAX };
    let data = Pressed::of(tag(), Press::Choose(most, u16::MAX)).data();
    assert_eq!(data, "1.00c0ffee.c.65535.65535.65535");
    assert_eq!(Pressed { visit: None, press: Press::About }.data(), "1.-.a");
}

#[test]
fn what_no_button_of_ours_carries_is_not_read() {
    let long = format!("1.-.l.en{}", "-abcdefgh".repeat(7));
    for data in [
        "",
        "1",
        "1.",
        "1.-",
        "1.-.",
        "2.-.a",
        "1.-.A",
        "1.-.a.",
        "1.-.a.1",
        " 1.-.a",
        "1.-.a\n",
        "1.c0ffee.a",
        "1.+0c0ffee.a",
        "1.00C0FFEE.a",
        "1.00c0ffee0.a",
        "1.-.c.1.1",
        "1.-.c.1.1.1.1",
        "1.-.c.+1.1.1",
        "1.-.c.01.1.1",
        "1.-.c.-1.1.1",
        "1.-.c.1.1.65536",
        "1.-.c.1.1.99999999999999999999",
        "1.-.c.\u{0661}.1.1",
        "1.-.w.",
        "1.-.w.Stop",
        "1.-.w.everything",
        "1.-.s.go",
        "1.-.s.answers",
        "1.-.l.EN",
        "1.-.l.",
        "1.-.l.x",
        "1.-.y.2",
        "1.-.y.yes",
        "1.-.r.staff",
        "1.-.r.nobody",
        "1.-.x.1",
        "stop",
        "/start",
        &long,
    ] {
        assert_eq!(Pressed::read(data), None, "{data:?}");
    }
}

#[test]
fn visits_of_one_chat_have_tags_of_their_own() {
    let at = Timestamp::UNIX_EPOCH;
    let of = |random: [u8; 10]| Tag::of(ConversationId::mint(at, random));
    assert_ne!(of([7; 10]), of([7, 7, 7, 7, 7, 7, 7, 7, 7, 8]));
    assert_eq!(of([7; 10]), of([7; 10]));
}
