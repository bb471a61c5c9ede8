//! A scale's rule as an expression of `FHIRPath`: the same number, or nothing where too much is missing.
//!
//! Each answer is looked up by `weight()`; programs disagree on every other spelling. An expression that
//! would have to guess is not written: the instrument's own file goes along in any case.

use foreword_domain::instrument::{
    HiddenAnswers, Instrument, Item, ItemKind, Method, Missing, Round, Scale, Transform,
};

use super::conditions;

/// Longer ones are nobody's friend.
const LONGEST: usize = 30_000;

/// The expression; nothing where the rule can't be said, as of item response theory.
pub(super) fn expression(instrument: &Instrument, scale: &Scale) -> Option<String> {
    let parts = parts(instrument, scale)?;
    let all: Vec<&str> = parts.iter().map(|part| part.amounts.as_str()).collect();
    let counted = match all.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        [first, rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(|part| format!(".combine({part})")).collect();
            format!("{first}{}", rest.concat())
        }
    };
    let of = scale.items.len();
    let guard = match scale.missing {
        Missing::AllNeeded => format!("{counted}.count() = {of}"),
        Missing::Prorate { max } => format!("{counted}.count() >= {}", of.saturating_sub(max).max(1)),
        Missing::MeanOfAnswered { at_least } | Missing::Answered { at_least } => {
            format!("{counted}.count() >= {}", at_least.max(1))
        }
    };
    let sum = format!("{counted}.sum()");
    let all_there = scale.missing == Missing::AllNeeded;
    let raw = match scale.method {
        Method::Sum if all_there => sum,
        Method::Sum => {
            let whole: f64 = scale.items.iter().map(|id| factor(scale, id)).sum();
            format!("{sum} * {} / {}", literal(whole), weight(&parts, &counted))
        }
        Method::Mean if all_there => {
            let whole: f64 = scale.items.iter().map(|id| factor(scale, id)).sum();
            format!("{sum} / {}", literal(whole))
        }
        Method::Mean => format!("{sum} / {}", weight(&parts, &counted)),
        Method::Irt(_) | Method::Formula => return None,
    };
    let raw = match scale.round {
        Round::None => raw,
        // Where all amounts are whole numbers, a half is exactly a half.
        Round::HalfUp if parts.iter().all(|part| part.is_whole) => format!("({raw} + 0.5).floor()"),
        Round::HalfUp => format!("({raw} + 0.500000001).floor()"),
    };
    let guarded = format!("iif({guard}, {raw}, {{}})");
    let value = match &scale.transform {
        Transform::None => guarded,
        Transform::Linear { factor, add } => {
            let times = if is(*factor, 1.0) { String::new() } else { format!(" * {}", literal(*factor)) };
            let plus = if is(*add, 0.0) { String::new() } else { format!(" + {}", literal(*add)) };
            format!("{guarded}{times}{plus}")
        }
        Transform::Lookup(table) => {
            let rows: Vec<String> = table
                .iter()
                .map(|(raw, value)| format!("iif($this = {raw}, {}, ", literal(*value)))
                .collect();
            format!("{guarded}.select({}{{}}{})", rows.concat(), ")".repeat(rows.len()))
        }
    };
    (value.len() <= LONGEST).then_some(value)
}

/// Items that are treated alike.
struct Part {
    /// What they add, each once.
    amounts: String,
    /// The weight each of them has.
    factor: f64,
    /// Whether these are always whole numbers.
    is_whole: bool,
}

fn parts(instrument: &Instrument, scale: &Scale) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut alike: Vec<(Treatment, Vec<&str>)> = Vec::new();
    for id in &scale.items {
        let item = instrument.item(id)?;
        let treatment = Treatment::of(scale, item)?;
        match scale.hidden_counts.filter(|_| !item.enable.when.is_empty()) {
            Some(counts) => {
                let given = treatment.amounts(&[id]);
                let is_whole = treatment.is_whole && counts.fract() == 0.0;
                let there = conditions::holds(instrument, &item.enable);
                let counts = literal(counts);
                let amounts = match scale.hidden_answers {
                    HiddenAnswers::Counted => {
                        let answered = conditions::answered(id);
                        format!("iif({answered}, {given}, iif({there}, {{}}, {counts}))")
                    }
                    HiddenAnswers::Ignored => format!("iif({there}, {given}, {counts})"),
                };
                parts.push(Part { amounts, factor: treatment.factor, is_whole });
            }
            None => match alike.iter_mut().find(|(other, _)| *other == treatment) {
                Some((_, ids)) => ids.push(id),
                None => alike.push((treatment, vec![id])),
            },
        }
    }
    let plain = alike.into_iter().map(|(treatment, ids)| Part {
        amounts: treatment.amounts(&ids),
        factor: treatment.factor,
        is_whole: treatment.is_whole,
    });
    Some(plain.chain(parts).collect())
}

/// How the number of an item comes about.
#[derive(PartialEq)]
struct Treatment {
    /// It is the weight of a choice, and not the answer itself.
    is_choice: bool,
    /// It counts from the other end: the least and the greatest number together.
    flip: Option<f64>,
    factor: f64,
    is_whole: bool,
}

impl Treatment {
    fn of(scale: &Scale, item: &Item) -> Option<Self> {
        let (low, high) = item.number_range()?;
        let flip = scale.reverse.contains(&item.id).then_some(low + high);
        let factor = factor(scale, &item.id);
        let whole = |number: f64| number.fract() == 0.0;
        let counts_whole = match &item.kind {
            ItemKind::Choice(choices) => choices.iter().filter_map(|choice| choice.weight).all(whole),
            ItemKind::Integer(_) | ItemKind::Scale { .. } => true,
            _ => false,
        };
        let is_whole = counts_whole && whole(factor) && flip.is_none_or(whole);
        Some(Self { is_choice: matches!(item.kind, ItemKind::Choice(_)), flip, factor, is_whole })
    }

    fn amounts(&self, ids: &[&str]) -> String {
        let tests: Vec<String> = ids.iter().map(|id| format!("linkId='{id}'")).collect();
        let weight = if self.is_choice { ".weight()" } else { "" };
        let found = format!("%resource.item.where({}).answer.value{weight}", tests.join(" or "));
        let factor = literal(self.factor);
        match (self.flip, is(self.factor, 1.0)) {
            (None, true) => found,
            (None, false) => format!("{found}.select($this * {factor})"),
            (Some(ends), true) => format!("{found}.select({} - $this)", literal(ends)),
            (Some(ends), false) => format!("{found}.select(({} - $this) * {factor})", literal(ends)),
        }
    }
}

/// The weight of all items that count, together.
fn weight(parts: &[Part], counted: &str) -> String {
    if parts.iter().all(|part| is(part.factor, 1.0)) {
        return format!("{counted}.count()");
    }
    let each: Vec<String> =
        parts.iter().map(|part| format!("{}.count() * {}", part.amounts, literal(part.factor))).collect();
    format!("({})", each.join(" + "))
}

fn factor(scale: &Scale, id: &str) -> f64 {
    scale.weights.get(id).copied().unwrap_or(1.0)
}

fn is(a: f64, b: f64) -> bool {
    (a - b).abs() < f64::EPSILON
}

/// A number as `FHIRPath` writes it.
fn literal(number: f64) -> String {
    if number < 0.0 { format!("(-{})", -number) } else { number.to_string() }
}
