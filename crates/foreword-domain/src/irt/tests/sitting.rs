use super::*;

/// The made-up bank with areas: the first ten items "a", the next ten "b", the rest none.
fn in_areas() -> Engine {
    let with_area = |(place, item): (usize, Item)| {
        let area = ["a", "b"].get(place / 10).map(ToString::to_string);
        Item { area, ..item }
    };
    engine_of(items().into_iter().enumerate().map(with_area).collect(), Model::default())
}

fn area(name: &str, min: usize, max: Option<usize>) -> Area {
    Area { name: name.to_owned(), min, max }
}

fn fixed(max_items: usize) -> Stop {
    Stop { min_items: 0, max_items, se: None, delta_se: None, best_health: None }
}

/// Sits through a test, answering with `reply`; nothing is a skip. What was asked, and why it ended.
fn sit(engine: &Engine, settings: &Adaptive, reply: impl Fn(usize) -> Option<usize>) -> (Vec<usize>, Reason) {
    let (mut given, mut skipped, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let replayed = path(engine, settings, &given, &skipped);
        let in_order: Vec<usize> = replayed.steps.iter().map(|step| step.item).collect();
        assert_eq!(in_order, asked, "the replay goes another way");
        let next = next(engine, settings, &given, &skipped);
        assert_eq!(replayed.next, next);
        match next {
            Next::Stop(reason) => return (asked, reason),
            Next::Ask { item, .. } => {
                asked.push(item);
                match reply(item) {
                    Some(category) => given.push(engine.bank().answered_at(item, category).unwrap()),
                    None => skipped.push(item),
                }
            }
        }
    }
}

#[test]
fn an_area_is_asked_no_more_than_its_most() {
    let engine = in_areas();
    let areas = vec![area("a", 0, Some(2)), area("b", 0, Some(0))];
    let settings = Adaptive { stop: fixed(30), areas, ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &settings, |item| Some(item % 5));
    assert_eq!(asked.iter().filter(|item| **item < 10).count(), 2);
    assert_eq!(asked.iter().filter(|item| (10..20).contains(*item)).count(), 0);
    assert_eq!((asked.len(), reason), (12, Reason::Exhausted));
}

#[test]
fn what_an_area_must_have_comes_first_and_before_a_stop_by_precision() {
    let engine = in_areas();
    let areas = vec![area("a", 2, None), area("b", 3, None)];
    let stop = Stop { min_items: 1, max_items: 12, se: Some(0.9), ..fixed(12) };
    let settings = Adaptive { stop, areas, ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &settings, |_| Some(2));
    assert_eq!(asked.len(), 5);
    assert_eq!(asked.iter().filter(|item| **item < 10).count(), 2);
    assert_eq!(asked.iter().filter(|item| (10..20).contains(*item)).count(), 3);
    assert_eq!(reason, Reason::Precise);
}

#[test]
fn skipped_items_fill_an_area_and_are_not_asked_again() {
    let engine = in_areas();
    let areas = vec![area("a", 1, Some(1))];
    let settings = Adaptive { stop: fixed(6), areas, ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &settings, |item| (item >= 10).then_some(1));
    assert_eq!(asked.iter().filter(|item| **item < 10).count(), 1);
    assert_eq!((asked.len(), reason), (6, Reason::Longest));
}

#[test]
fn a_skipped_item_counts_as_asked_but_never_as_evidence() {
    let engine = engine();
    let settings = Adaptive::default();
    let (asked, reason) = sit(&engine, &settings, |_| None);
    assert_eq!((asked.len(), reason), (12, Reason::Longest));
    let path = path(&engine, &settings, &[], &asked);
    assert_eq!(path.estimate, engine.estimate(&[]));
    // Four were asked, three answered: too few to trust the error.
    let wide = Adaptive { stop: Stop { se: Some(0.9), ..Stop::default() }, ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &wide, |item| (item != 27).then_some(2));
    assert_eq!((asked.len(), reason), (5, Reason::Precise));
}

#[test]
fn the_start_item_comes_first_whatever_the_criterion_prefers() {
    let engine = engine();
    let settings = Adaptive { start: Some("SYN05".to_owned()), ..Adaptive::default() };
    assert_eq!(sit(&engine, &settings, |_| Some(2)).0[0], 4);
    // Skipped, it is not asked again.
    let (asked, _) = sit(&engine, &settings, |item| (item != 4).then_some(2));
    assert_eq!(asked[..2], [4, 27]);
}

#[test]
fn best_health_stops_before_the_fewest_items_and_only_without_another_answer() {
    let engine = engine();
    let stop = Stop { delta_se: Some(0.01), best_health: Some(3), ..Stop::default() };
    let settings = Adaptive { stop, ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &settings, |_| Some(0));
    assert_eq!((asked, reason), (vec![27, 28, 14], Reason::BestHealth));
    let (asked, reason) = sit(&engine, &settings, |item| Some(usize::from(item == 28)));
    assert!(asked.len() > 3);
    assert_ne!(reason, Reason::BestHealth);
    // A skip is no sign of health: three answers are needed.
    let (asked, reason) = sit(&engine, &settings, |item| (item != 28).then_some(0));
    assert_eq!((asked.len(), reason), (4, Reason::BestHealth));
}

#[test]
fn a_standard_error_at_the_threshold_does_not_stop() {
    let engine = engine();
    let given = answers(&engine, "27=2 28=2 10=2 11=2");
    let se = engine.estimate(&given).se;
    let at = |se| Adaptive { stop: Stop { se: Some(se), ..Stop::default() }, ..Adaptive::default() };
    assert!(matches!(next(&engine, &at(se), &given, &[]), Next::Ask { .. }));
    assert_eq!(next(&engine, &at(se.next_up()), &given, &[]), Next::Stop(Reason::Precise));
}

#[test]
fn as_many_items_as_the_bank_has_are_asked_and_no_more() {
    let engine = engine();
    let settings = Adaptive { stop: fixed(99), ..Adaptive::default() };
    let (asked, reason) = sit(&engine, &settings, |item| Some(item % 5));
    assert_eq!((asked.len(), reason), (30, Reason::Exhausted));
}

#[test]
fn a_changed_answer_is_replayed_and_the_others_still_count() {
    let engine = engine();
    let settings = Adaptive { stop: fixed(5), ..Adaptive::default() };
    let (asked, _) = sit(&engine, &settings, |_| Some(0));
    assert_eq!(asked, [27, 28, 14, 3, 25]);
    // With another first answer the test would have gone another way.
    let changed = answers(&engine, "27=4 28=0 14=0 3=0 25=0");
    let path = path(&engine, &settings, &changed, &[]);
    let order: Vec<usize> = path.steps.iter().map(|step| step.item).collect();
    assert_eq!(order, [27, 28, 3, 14, 25]);
    assert_eq!(path.estimate, engine.estimate(&changed));
    assert_eq!(path.next, Next::Stop(Reason::Longest));
}

#[test]
fn faults_of_the_settings_are_named() {
    let engine = in_areas();
    assert_eq!(Adaptive::default().faults(engine.bank()), []);
    let settings = Adaptive {
        start: Some("nobody".to_owned()),
        stop: Stop {
            min_items: 5,
            max_items: 0,
            se: Some(f64::NAN),
            delta_se: Some(0.0),
            best_health: Some(0),
        },
        areas: vec![area("a", 11, Some(1)), area("a", 0, None), area("z", 0, None)],
        ..Adaptive::default()
    };
    let said: Vec<_> = settings.faults(engine.bank()).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "max_items: is 0, must be at least 1",
            "min_items: is 5, must be at most max_items, which is 0",
            "stop_se: must be a number above 0",
            "stop_delta_se: must be a number above 0",
            "best_health: is 0, must be at least 1",
            "start: is nobody, must be an item of the bank",
            "area a: asks for 11 items, the bank has 10",
            "area a: asks for 11 items at least and 1 at most",
            "area a: stands there twice",
            "area z: asks for 1 items, the bank has 0",
            "areas: ask for 11 items, must stay within max_items, which is 0",
        ]
    );
    assert_eq!(next(&engine, &settings, &[], &[]), Next::Stop(Reason::Longest));
}

#[test]
fn exposure_is_the_share_of_sittings_an_item_was_asked_in() {
    let engine = engine();
    let settings = Adaptive { stop: fixed(3), ..Adaptive::default() };
    let mut exposure = Exposure::new(engine.bank());
    assert!(exposure.rates().iter().all(|rate| *rate == 0.0));
    for given in ["27=0 28=0 14=0", "27=4 22=4 11=4"] {
        exposure.count(&path(&engine, &settings, &answers(&engine, given), &[]));
    }
    exposure.count(&path(&engine, &settings, &[], &[27, 5]));
    exposure.count(&path(&engine, &settings, &[], &[]));
    assert_eq!(exposure.paths(), 4);
    let rates = exposure.rates();
    assert_eq!((rates[27], rates[14], rates[5], rates[0]), (0.75, 0.25, 0.25, 0.0));
}
