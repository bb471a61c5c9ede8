use proptest::prelude::*;

use super::*;

const CRITERIA: [Criterion; 4] = [Criterion::Mfi, Criterion::Mpwi, Criterion::Mei, Criterion::Mepv];

/// Any item the constructor takes, the edges included.
fn any_item() -> impl Strategy<Value = (f64, Vec<f64>)> {
    let slope = prop_oneof![4 => 0.3..4.5, 1 => Just(10.0), 1 => Just(f64::MIN_POSITIVE), 1 => Just(4.5)];
    let threshold = prop_oneof![8 => -4.0..4.0, 1 => Just(-20.0), 1 => Just(20.0), 1 => Just(1e-300)];
    (slope, prop::collection::vec(threshold, 1..=9)).prop_map(|(slope, mut thresholds)| {
        thresholds.sort_by(f64::total_cmp);
        thresholds.dedup();
        (slope, thresholds)
    })
}

fn any_engine() -> impl Strategy<Value = Engine> {
    let items = prop::collection::vec(any_item(), 1..12);
    let frame = (prop_oneof![Just(1.0), Just(1.7)], -3.0..3.0, 0.05..3.0);
    (items, frame).prop_map(|(items, (d, mean, sd))| {
        let items = items.into_iter().enumerate().map(|(place, (slope, thresholds))| Item {
            area: ["a", "b"].get(place % 3).map(ToString::to_string),
            ..item(&format!("i{place}"), slope, &thresholds)
        });
        engine_of(items.collect(), Model { d, prior: Prior { mean, sd }, ..Model::default() })
    })
}

/// A category for each item, from any numbers.
fn sheet(engine: &Engine, seed: &[usize]) -> Vec<Answered> {
    let items = engine.bank().items().iter().enumerate();
    items
        .map(|(place, item)| {
            let category = seed[place % seed.len()] % (item.thresholds.len() + 1);
            engine.bank().answered_at(place, category).unwrap()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn probabilities_sum_to_one_and_information_is_never_negative(
        engine in any_engine(),
        theta in prop_oneof![-4.0..4.0, Just(-20.0), Just(20.0)],
    ) {
        for place in 0..engine.bank().items().len() {
            let probabilities = engine.probabilities(place, theta).unwrap();
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
            prop_assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{probabilities:?}");
            let information = engine.information(place, theta).unwrap();
            prop_assert!(information >= 0.0 && information.is_finite(), "{information}");
        }
    }

    #[test]
    fn a_higher_answer_never_lowers_the_estimate(
        engine in any_engine(),
        seed in prop::collection::vec(0usize..10, 12),
        place in 0usize..12,
    ) {
        let mut given = sheet(&engine, &seed);
        let place = place % given.len();
        let last = engine.bank().items()[place].thresholds.len();
        let mut before = f64::NEG_INFINITY;
        for category in 0..=last {
            given[place] = engine.bank().answered_at(place, category).unwrap();
            let Estimate { theta, se, t, t_se } = engine.estimate(&given);
            prop_assert!([theta, se, t, t_se].iter().all(|number| number.is_finite()));
            prop_assert!(theta >= before - 1e-9, "{theta} after {before}");
            before = theta;
        }
    }

    #[test]
    fn the_order_of_the_answers_does_not_count(
        seed in prop::collection::vec(0usize..5, 30),
        order in Just((0..30).collect::<Vec<usize>>()).prop_shuffle(),
        count in 0usize..30,
    ) {
        let engine = engine();
        let given = sheet(&engine, &seed);
        let mut shuffled: Vec<Answered> = order[..count].iter().map(|place| given[*place]).collect();
        let one = engine.posterior(&shuffled);
        let path_of_one = path(&engine, &Adaptive::default(), &shuffled, &[]);
        shuffled.sort();
        prop_assert_eq!(one, engine.posterior(&shuffled));
        prop_assert_eq!(path_of_one, path(&engine, &Adaptive::default(), &shuffled, &[]));
    }

    #[test]
    fn a_replay_of_anything_ends_and_uses_every_answer(
        engine in any_engine(),
        seed in prop::collection::vec(0usize..10, 12),
        role in prop::collection::vec(0usize..3, 12),
        criterion in prop::sample::select(&CRITERIA[..]),
        start in prop::option::of(0usize..14),
        limits in (0usize..4, prop::option::of(0usize..4)),
        max_items in 0usize..14,
    ) {
        let settings = Adaptive {
            criterion,
            start: start.map(|place| format!("i{place}")),
            stop: Stop { max_items, delta_se: Some(0.01), best_health: Some(3), ..Stop::default() },
            areas: vec![Area { name: "a".to_owned(), min: limits.0, max: limits.1 }],
        };
        let all = sheet(&engine, &seed);
        let given: Vec<_> = all.iter().copied().filter(|answer| role[answer.item()] == 0).collect();
        let skipped: Vec<_> = (0..all.len()).filter(|place| role[*place] == 1).collect();
        let path = path(&engine, &settings, &given, &skipped);
        let mut used: Vec<_> = path
            .steps
            .iter()
            .filter_map(|step| Some(engine.bank().answered_at(step.item, step.category?).unwrap()))
            .collect();
        used.sort();
        prop_assert_eq!(&used, &given);
        let mut passed: Vec<_> =
            path.steps.iter().filter(|step| step.category.is_none()).map(|step| step.item).collect();
        passed.sort_unstable();
        prop_assert_eq!(&passed, &skipped);
        prop_assert_eq!(path.estimate, engine.estimate(&given));
        match path.next {
            Next::Ask { item, information } => {
                prop_assert_eq!(role[item], 2);
                prop_assert!(information.is_finite() && information >= 0.0);
                prop_assert!(path.steps.len() < max_items);
            }
            Next::Stop(_) => {}
        }
    }

    #[test]
    fn each_criterion_makes_a_number_of_each_item(
        engine in any_engine(),
        seed in prop::collection::vec(0usize..10, 12),
    ) {
        for given in [&sheet(&engine, &seed)[..], &[]] {
            let posterior = engine.posterior(given);
            prop_assert!((posterior.weights().iter().sum::<f64>() - 1.0).abs() < 1e-12);
            for criterion in CRITERIA {
                for place in 0..engine.bank().items().len() {
                    let value = engine.value(criterion, &posterior, place).unwrap();
                    prop_assert!(value.is_finite() && value >= 0.0, "{criterion:?} {value}");
                }
            }
        }
    }
}

#[test]
fn the_estimate_rises_with_the_category_all_items_are_answered_with() {
    let engine = engine();
    let thetas: Vec<f64> =
        (0..5).map(|category| engine.estimate(&sheet(&engine, &[category])).theta).collect();
    assert!(thetas.windows(2).all(|pair| pair[0] < pair[1]), "{thetas:?}");
}
