use super::*;

#[track_caller]
fn check(items: Vec<Item>, expected: &[&str]) {
    let faults = Bank::new(items).expect_err("it has faults");
    assert_eq!(faults.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
}

#[test]
fn every_fault_of_a_bank_is_named_with_its_item() {
    check(Vec::new(), &["bank: has no items, must have at least one"]);
    check(
        vec![
            item("steep", 10.5, &[0.0]),
            item("flat", 0.0, &[f64::NAN, 1.0, 1.0, 20.5]),
            item("flat", f64::INFINITY, &[]),
            item(" ", f64::NAN, &[0.0; 10]),
        ],
        &[
            "steep: the slope is 10.5, must be above 0 and at most 10",
            "flat: the slope is 0, must be above 0 and at most 10",
            "flat: threshold 1 is NaN, must be within -20 and 20",
            "flat: threshold 4 is 20.5, must be within -20 and 20",
            "flat: threshold 3 is 1, must be above the one before, 1",
            "flat: stands there twice, ids must be unique",
            "flat: the slope is inf, must be above 0 and at most 10",
            "flat: has 0 thresholds, must have 1 to 9",
            "item 4: has no id",
            "item 4: the slope is NaN, must be above 0 and at most 10",
            "item 4: has 10 thresholds, must have 1 to 9",
            "item 4: threshold 2 is 0, must be above the one before, 0",
            "item 4: threshold 3 is 0, must be above the one before, 0",
            "item 4: threshold 4 is 0, must be above the one before, 0",
            "item 4: threshold 5 is 0, must be above the one before, 0",
            "item 4: threshold 6 is 0, must be above the one before, 0",
            "item 4: threshold 7 is 0, must be above the one before, 0",
            "item 4: threshold 8 is 0, must be above the one before, 0",
            "item 4: threshold 9 is 0, must be above the one before, 0",
            "item 4: threshold 10 is 0, must be above the one before, 0",
        ],
    );
}

#[test]
fn every_fault_of_the_frame_is_named() {
    let bank = Bank::new(vec![item("one", 1.0, &[0.0])]).unwrap();
    let model = Model {
        d: f64::NAN,
        grid: Grid { min: 4.0, max: -4.0, nodes: 1 },
        prior: Prior { mean: 0.0, sd: 0.0 },
        metric: Metric { mean: 50.0, sd: -10.0 },
    };
    let faults = Engine::new(bank, model).expect_err("it has faults");
    let places: Vec<_> = faults.iter().map(|fault| fault.at.as_str()).collect();
    assert_eq!(places, ["d", "grid", "grid", "prior", "prior", "metric"]);
}

#[test]
fn an_answer_the_bank_does_not_permit_is_none() {
    let bank = Bank::new(vec![item("one", 1.0, &[0.0, 1.0])]).unwrap();
    assert_eq!(bank.answered("one", 2), bank.answered_at(0, 2));
    let said = |result: Result<Answered, NoSuchAnswer>| result.expect_err("there is none").to_string();
    assert_eq!(said(bank.answered("one", 3)), "item one has no category 3, its last is 2");
    assert_eq!(said(bank.answered("two", 0)), "the bank has no item two");
    assert_eq!(said(bank.answered_at(1, 0)), "the bank has no item in place 1");
}

#[test]
fn an_answer_of_another_bank_is_no_evidence() {
    let far = engine().bank().answered_at(29, 4).unwrap();
    let small = engine_of(vec![item("one", 1.0, &[0.0])], Model::default());
    assert_eq!(small.estimate(&[far]), small.estimate(&[]));
    let settings = Adaptive::default();
    let path = path(&small, &settings, &[far], &[29]);
    assert!(path.steps.is_empty());
    assert_eq!(path.next, next(&small, &settings, &[], &[]));
    assert_eq!(small.probabilities(29, 0.0), None);
    assert_eq!(small.information(29, 0.0), None);
    assert_eq!(small.best(Criterion::Mei, &small.posterior(&[]), [29]), None);
}

#[test]
fn without_answers_the_estimate_is_the_prior_the_grid_cuts_off() {
    let estimate = engine().estimate(&[]);
    assert!(estimate.theta.abs() < 1e-15);
    assert!((estimate.se - 0.999_559_141_1).abs() < 1e-10);
}

#[test]
fn an_item_answered_twice_counts_once_as_last_answered() {
    let engine = engine();
    let changed = answers(&engine, "3=0 5=1 3=4");
    assert_eq!(engine.estimate(&changed), engine.estimate(&answers(&engine, "3=4 5=1")));
}

#[test]
fn slopes_of_the_normal_metric_are_the_same_as_slopes_times_the_constant() {
    let normal = items().into_iter().map(|item| Item { slope: item.slope / 1.7, ..item }).collect();
    let normal = engine_of(normal, Model { d: 1.7, ..Model::default() });
    let logistic = engine();
    let given = answers(&logistic, "0=2 4=0 17=3");
    assert!((normal.estimate(&given).theta - logistic.estimate(&given).theta).abs() < 1e-12);
    assert!((normal.information(7, 0.5).unwrap() - logistic.information(7, 0.5).unwrap()).abs() < 1e-12);
}

#[test]
fn the_metric_says_how_an_estimate_is_reported() {
    let metric = Metric { mean: 100.0, sd: 15.0 };
    let engine = engine_of(items(), Model { metric, ..Model::default() });
    let estimate = engine.estimate(&answers(&engine, "0=2 4=0 17=3"));
    assert!((estimate.t - (100.0 + 15.0 * estimate.theta)).abs() < 1e-12);
    assert!((estimate.t_se - 15.0 * estimate.se).abs() < 1e-12);
}

#[test]
fn thirty_extreme_answers_to_the_steepest_items_stay_numbers() {
    for slope in [4.5, 10.0] {
        let steep: Vec<Item> =
            (0..30).map(|k| item(&format!("i{k}"), slope, &[-20.0, -1.0, -1.0 + 1e-15, 1.0, 20.0])).collect();
        let engine = engine_of(steep, Model { d: 1.7, ..Model::default() });
        for category in 0..=5 {
            let all: Vec<_> =
                (0..30).map(|item| engine.bank().answered_at(item, category).unwrap()).collect();
            let Estimate { theta, se, .. } = engine.estimate(&all);
            assert!((-4.0..=4.0).contains(&theta) && se.is_finite(), "{slope} {category}: {theta} {se}");
        }
    }
}

#[test]
fn equal_items_are_asked_in_the_order_of_the_bank() {
    let twins = (0..4).map(|k| item(&format!("i{k}"), 2.0, &[-1.0, 0.0, 1.0])).collect();
    let engine = engine_of(twins, Model::default());
    for criterion in [Criterion::Mfi, Criterion::Mpwi, Criterion::Mei, Criterion::Mepv] {
        let posterior = engine.posterior(&answers(&engine, "0=3"));
        assert_eq!(engine.best(criterion, &posterior, [3, 1, 2]).unwrap().item, 1);
    }
}
