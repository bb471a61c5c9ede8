use super::*;

/// How far a printed number may be off: half of its last digit, and a little for another order of sums.
#[track_caller]
fn close(found: f64, printed: &str, what: &str) {
    let digits = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let off = 0.5 * 10f64.powi(-i32::try_from(digits).unwrap()) + 1e-11;
    let expected = number(printed);
    assert!((found - expected).abs() <= off, "{what}: {found:.12}, expected {printed}");
}

#[test]
fn every_published_pattern_comes_to_its_estimate() {
    let engine = engine();
    let fine =
        engine_of(items(), Model { grid: Grid { min: -6.0, max: 6.0, nodes: 1201 }, ..Model::default() });
    let rows = rows(include_str!("../../../../../tests/vectors/irt/grm_vectors_200.csv"));
    assert!(rows.len() >= 100, "{} rows", rows.len());
    for row in &rows {
        let id = row["id"];
        let answers: Vec<_> = list(row["items"], place)
            .into_iter()
            .zip(list(row["responses"], place))
            .map(|(item, category)| engine.bank().answered_at(item, category).unwrap())
            .collect();
        let coarse = engine.estimate(&answers);
        close(coarse.theta, row["theta_eap"], &format!("{id} theta"));
        close(coarse.se, row["se"], &format!("{id} se"));
        close(coarse.t, row["t_score"], &format!("{id} t"));
        close(coarse.t_se, row["t_se"], &format!("{id} t_se"));
        let fine = fine.estimate(&answers);
        close(fine.theta, row["theta_eap_fine"], &format!("{id} theta, fine"));
        close(fine.se, row["se_fine"], &format!("{id} se, fine"));
    }
}

#[test]
fn every_published_pattern_is_followed_by_its_item_under_each_criterion() {
    let engine = engine();
    let rows = rows(include_str!("../../../../../tests/vectors/irt/grm_vectors_200.csv"));
    let mut compared = 0;
    for row in &rows {
        let answered = list(row["items"], place);
        let answers: Vec<_> = answered
            .iter()
            .zip(list(row["responses"], place))
            .map(|(item, category)| engine.bank().answered_at(*item, category).unwrap())
            .collect();
        let posterior = engine.posterior(&answers);
        for (criterion, word) in [
            (Criterion::Mfi, "mfi"),
            (Criterion::Mpwi, "mpwi"),
            (Criterion::Mei, "mei"),
            (Criterion::Mepv, "mepv"),
        ] {
            let left = (0..30).filter(|item| !answered.contains(item));
            let best = engine.best(criterion, &posterior, left);
            let what = format!("{} {word}", row["id"]);
            if row[word].is_empty() {
                assert_eq!(best, None, "{what}");
                continue;
            }
            let best = best.unwrap();
            close(best.value, row[word], &what);
            if number(row["min_margin"]) > 1e-6 {
                assert_eq!(best.item, place(row[&*format!("next_{word}")]), "{what}");
                compared += 1;
            }
        }
    }
    assert!(compared >= 360, "{compared} choices");
}

/// The settings the published sittings were run with.
fn settings(name: &str) -> Adaptive {
    let promis = Stop::default();
    let delta = Stop { delta_se: Some(0.01), ..promis };
    let stop = match name {
        "promis_adult" => promis,
        "fixed8" => Stop { min_items: 8, max_items: 8, se: None, ..promis },
        "delta01" => delta,
        "best3" => Stop { best_health: Some(3), ..delta },
        other => panic!("no settings {other}"),
    };
    Adaptive { stop, ..Adaptive::default() }
}

#[test]
fn every_published_sitting_goes_the_same_way_and_stops_at_the_same_item() {
    let engine = engine();
    let rows = rows(include_str!("../../../../../tests/vectors/irt/cat_traces_160.csv"));
    assert!(rows.len() >= 80, "{} rows", rows.len());
    for row in &rows {
        let id = row["id"];
        let settings = settings(row["setting"]);
        let responses = list(row["responses_1based"], place);
        let expected: Vec<usize> = list(row["items_1based"], place).iter().map(|item| item - 1).collect();
        let (thetas, ses) = (list(row["thetas"], str::to_owned), list(row["ses"], str::to_owned));

        let mut given = Vec::new();
        while let Next::Ask { item, information } = next(&engine, &settings, &given, &[]) {
            assert_eq!(expected.get(given.len()), Some(&item), "{id}, item {}", given.len() + 1);
            let theta = engine.estimate(&given).theta;
            assert_eq!(Some(information), engine.information(item, theta), "{id}");
            let replayed = path(&engine, &settings, &given, &[]).next;
            assert_eq!(replayed, Next::Ask { item, information }, "{id}");
            given.push(engine.bank().answered_at(item, responses[item] - 1).unwrap());
        }
        assert_eq!(given.len(), place(row["n"]), "{id}");

        // The order they are handed in must not count.
        let mut shuffled = given.clone();
        shuffled.sort_by_key(|answer| (answer.item() * 7) % 30);
        let path = path(&engine, &settings, &shuffled, &[]);
        let items: Vec<usize> = path.steps.iter().map(|step| step.item).collect();
        assert_eq!(items, expected, "{id}");
        for (k, step) in path.steps.iter().enumerate() {
            close(step.estimate.theta, &thetas[k], &format!("{id} theta {k}"));
            close(step.estimate.se, &ses[k], &format!("{id} se {k}"));
        }
        close(path.estimate.theta, row["final_theta"], id);
        close(path.estimate.se, row["final_se"], id);
        assert!(matches!(path.next, Next::Stop(_)), "{id}");
        assert_eq!(path.next, next(&engine, &settings, &given, &[]), "{id}");
    }
}
