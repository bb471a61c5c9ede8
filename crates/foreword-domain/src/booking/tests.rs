use super::{Notice, Told, Usual, Version};
use crate::{appointment::Status, language::Lang};

fn usual() -> Usual {
    Usual { language: Lang::english(), time_zone: "Europe/Berlin".to_owned() }
}

#[test]
fn the_sequence_decides_before_the_time_and_what_can_not_be_compared_is_new() {
    let version =
        |sequence: Option<i64>, at: Option<&str>| Version { sequence, at: at.map(|at| at.parse().unwrap()) };
    let (early, late) = (Some("2026-01-01T00:00:00Z"), Some("2026-01-02T00:00:00Z"));
    assert!(version(Some(1), late).is_older_than(version(Some(2), early)));
    assert!(!version(Some(3), early).is_older_than(version(Some(2), late)));
    assert!(version(Some(2), early).is_older_than(version(Some(2), late)));
    assert!(!version(Some(2), late).is_older_than(version(Some(2), late)), "a repeat is not older");
    assert!(version(None, early).is_older_than(version(Some(2), late)));
    assert!(!version(None, None).is_older_than(version(Some(2), late)));
    assert_eq!(version(None, late).after(version(Some(2), early)), version(Some(2), late));
}

#[test]
fn what_is_neither_told_nor_known_is_named() {
    let alone = Notice::new("A1".to_owned(), Status::Cancelled);
    let why = alone.complete(None, None, &usual()).unwrap_err();
    assert_eq!(why, "patient_id: is not told, and not known from before");
}

#[test]
fn what_is_not_told_stays_and_what_is_gone_goes() {
    assert_eq!(Told::Nothing.or(Some(1)), Some(1));
    assert_eq!(Told::Gone.or(Some(1)), None);
    assert_eq!(Told::Is(2).or(Some(1)), Some(2));
}
