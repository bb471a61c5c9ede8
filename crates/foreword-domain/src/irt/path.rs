//! A sitting, replayed from what was answered: so that a conversation may pause, resume, and change an
//! earlier answer, and keeps nothing but the answers.

use super::{
    adaptive::{Adaptive, Next, Sitting},
    bank::Answered,
    engine::{Engine, Estimate},
};

/// One item of a sitting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The item's place in the bank.
    pub item: usize,
    /// The category that was answered; nothing if the item was skipped.
    pub category: Option<usize>,
    /// The estimate after it.
    pub estimate: Estimate,
}

/// A sitting as far as it has come, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// What was asked, in the order the test would have asked it.
    pub steps: Vec<Step>,
    /// The estimate from all answers.
    pub estimate: Estimate,
    /// The next item, or why there is none.
    pub next: Next,
}

/// Replays a sitting from a set of answers and skipped items, in any order.
///
/// Beginning with nothing, it takes the item the test wants, by the same rules as [`next()`](super::next()):
///
/// 1. If the wanted item was answered, its answer counts from here on; if it was skipped, it counts as
///    asked from here on.
/// 2. If the wanted item is neither (an earlier answer was changed, so that the test would have gone
///    another way), it takes, of the answered items that are left, the one the criterion prefers among
///    those the limits on content allow, else among all of them.
/// 3. Skipped items that were never wanted come last, in the order of the bank.
///
/// So every given answer counts, and answers that came as the test asked for them come out in that order.
/// The rules of stopping are applied once, to the whole: an answer that a shorter test would not have
/// asked for is kept, and "the last answer" is that of the last answered step. An item both answered and
/// skipped is answered; what is not in the bank is left out.
pub fn path(engine: &Engine, settings: &Adaptive, answers: &[Answered], skipped: &[usize]) -> Path {
    let mut answered = engine.sheet(answers);
    let mut passed_over = vec![false; answered.len()];
    for item in skipped.iter().filter(|item| answered.get(**item).is_some_and(Option::is_none)) {
        passed_over[*item] = true;
    }
    let mut sitting = Sitting::new(engine, settings);
    let mut steps = Vec::new();
    while answered.iter().any(Option::is_some) || passed_over.contains(&true) {
        let allowed = sitting.allowed().items;
        let wanted = sitting.wanted(&allowed);
        let given = wanted.filter(|item| answered[*item].is_some() || passed_over[*item]);
        let taken = given.or_else(|| {
            let is_left = |item: &usize| answered[*item].is_some();
            sitting
                .preferred(allowed.iter().copied().filter(is_left))
                .or_else(|| sitting.preferred((0..answered.len()).filter(is_left)))
        });
        let Some(item) = taken.or_else(|| passed_over.iter().position(|is_skipped| *is_skipped)) else {
            break;
        };
        let category = answered[item].take();
        passed_over[item] = false;
        match category.and_then(|category| engine.bank().answered_at(item, category).ok()) {
            Some(answer) => sitting.answer(answer),
            None => sitting.skip(item),
        }
        steps.push(Step { item, category, estimate: sitting.posterior.estimate() });
    }
    Path { steps, estimate: sitting.posterior.estimate(), next: sitting.next() }
}
