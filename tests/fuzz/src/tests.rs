#![expect(clippy::disallowed_methods, reason = "it measures how long parsers take")]

#[path = "../../kit/dice.rs"]
mod dice;
mod mutate;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use dice::Dice;
use mutate::mutant;

use crate::{Target, seeds, targets};

/// Changed inputs for each parser.
const MUTANTS: usize = 1000;
/// Longer than this no parser takes for one input, also where nothing is optimised and other tests run.
const LONGEST: Duration = Duration::from_secs(5);

/// Feeds a target, and says what is wrong with it in a form that can be pasted back.
fn feed(target: &Target, input: &[u8]) -> Option<String> {
    let began = Instant::now();
    let fed = catch_unwind(AssertUnwindSafe(|| (target.feed)(input)));
    let took = began.elapsed();
    let what = match fed {
        Err(_) => "ends in a panic (above)".to_owned(),
        Ok(()) if took > LONGEST => format!("takes {took:.1?}"),
        Ok(()) => return None,
    };
    Some(format!(
        "{} {what}; keep it as a file in tests/fuzz/seeds/{}: b\"{}\"",
        target.name,
        target.name,
        input.escape_ascii()
    ))
}

#[test]
fn no_input_from_outside_ends_in_a_panic_or_takes_long() {
    let mut faults = Vec::new();
    for target in targets() {
        let (all, mut dice) = (seeds::of(target), Dice::new(1));
        assert!(!all.is_empty(), "{} has nothing to begin with", target.name);
        faults.extend(all.iter().filter_map(|seed| feed(target, seed)));
        // One fault of each is enough.
        faults.extend((0..MUTANTS).find_map(|_| feed(target, &mutant(target, &all, &mut dice))));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_target_has_a_name_of_its_own_and_words_that_fit() {
    let mut names = BTreeSet::new();
    for target in targets() {
        assert!(names.insert(target.name), "{} is there twice", target.name);
        assert!(
            target.words.iter().all(|word| !word.is_empty() && word.len() < target.longest),
            "{}",
            target.name
        );
    }
    let kept = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/seeds"));
    for folder in kept.into_iter().flatten().flatten() {
        let name = folder.file_name();
        assert!(names.contains(&*name.to_string_lossy()), "{} is no target", name.display());
    }
}
