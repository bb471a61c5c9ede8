//! Scores by the command line are those of the published examples, for every instrument that ships.

use std::collections::BTreeMap;

use crate::kit::{
    Folder,
    process::{foreword, run, told},
};

/// A scale, the column with its value, and the column with its estimate when items are missing.
type Column = (&'static str, &'static str, Option<&'static str>);

const PHQ: &[Column] = &[("total", "total_strict", Some("prorated_rounded"))];
const STRICT: &[Column] = &[("total", "total_strict", None)];
const TOTAL: &[Column] = &[("total", "total", None)];

const PUBLISHED: &[(&str, &str, &[Column])] = &[
    ("phq-9", include_str!("../vectors/phq-9.csv"), PHQ),
    ("phq-8", include_str!("../vectors/phq-8.csv"), PHQ),
    ("gad-7", include_str!("../vectors/gad-7.csv"), PHQ),
    ("phq-2", include_str!("../vectors/phq-2.csv"), STRICT),
    ("gad-2", include_str!("../vectors/gad-2.csv"), STRICT),
    ("phq-15", include_str!("../vectors/phq-15.csv"), TOTAL),
    ("audit-c", include_str!("../vectors/audit-c.csv"), TOTAL),
    ("audit", include_str!("../vectors/audit.csv"), &[("total", "skip_total", None)]),
    (
        "phq-4",
        include_str!("../vectors/phq-4.csv"),
        &[("total", "total", None), ("gad2", "gad2", None), ("phq2", "phq2", None)],
    ),
    ("peg", include_str!("../vectors/peg.csv"), &[("mean", "mean_strict", None)]),
    ("k6", include_str!("../vectors/k6.csv"), &[("total", "total_0based", None)]),
    ("k10", include_str!("../vectors/k10.csv"), &[("total", "total_1based", None)]),
    (
        "pcl-5",
        include_str!("../vectors/pcl-5.csv"),
        &[
            ("total", "total", None),
            ("cluster_b", "cluster_b", None),
            ("cluster_c", "cluster_c", None),
            ("cluster_d", "cluster_d", None),
            ("cluster_e", "cluster_e", None),
        ],
    ),
    ("pc-ptsd-5", include_str!("../vectors/pc-ptsd-5.csv"), &[("score", "score", None)]),
    (
        "rand-36",
        include_str!("../vectors/rand-36.csv"),
        &[
            ("physical_functioning", "physical_functioning", None),
            ("role_physical", "role_physical", None),
            ("role_emotional", "role_emotional", None),
            ("energy_fatigue", "energy_fatigue", None),
            ("emotional_wellbeing", "emotional_wellbeing", None),
            ("social_functioning", "social_functioning", None),
            ("pain", "pain", None),
            ("general_health", "general_health", None),
            ("health_change", "health_change", None),
        ],
    ),
    ("koos-jr", include_str!("../vectors/koos-jr.csv"), &[("interval", "interval", None)]),
    ("hoos-jr", include_str!("../vectors/hoos-jr.csv"), &[("interval", "interval", None)]),
    (
        "esas-r",
        include_str!("../vectors/esas-r.csv"),
        &[("tds", "tds", None), ("physical", "physical", None), ("emotional", "emotional", None)],
    ),
    ("who-5", include_str!("../vectors/who-5.csv"), &[("percent", "percent", None)]),
    (
        "promis-gh",
        include_str!("../vectors/promis-gh.csv"),
        &[("gph_t", "gph_t", None), ("gmh_t", "gmh_t", None)],
    ),
];

/// A table as rows by column.
fn table(text: &str) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| header.iter().copied().zip(line.split(',')).collect()).collect()
}

#[test]
fn scores_are_those_of_the_published_examples() {
    let mut compared = 0;
    for (id, vectors, columns) in PUBLISHED {
        let (code, out, err) = told(&run(foreword().env("RUST_LOG", "error").args(["score", id]), vectors));
        assert_eq!(code, Some(0), "{id}: {err}");
        assert!(out.starts_with("row,scale,status,value,se,answered,of,band\n"), "{out}");
        let scores = table(&out);
        for (n, row) in table(vectors).iter().enumerate() {
            for (scale, column, estimate) in *columns {
                let number = (n + 1).to_string();
                let score = scores
                    .iter()
                    .find(|score| score["row"] == number && score["scale"] == *scale)
                    .unwrap_or_else(|| panic!("{id} row {number} has no {scale}"));
                let estimate = estimate.map_or("", |column| row[column]);
                let (status, value) = match (row[column], estimate) {
                    ("", "") => ("not-scored", ""),
                    ("", estimate) => ("estimated", estimate),
                    (value, _) => ("scored", value),
                };
                assert_eq!(score["status"], status, "{id} row {number} {scale}: {score:?}");
                match (value.parse::<f64>(), score["value"].parse::<f64>()) {
                    (Ok(wanted), Ok(found)) => {
                        assert!(
                            (wanted - found).abs() < 1e-4,
                            "{id} row {number} {scale}: {score:?}, {wanted}"
                        );
                    }
                    _ => assert_eq!(score["value"], value, "{id} row {number} {scale}"),
                }
                if let Some(band) = row.get("band").filter(|_| status == "scored" && *scale == "total") {
                    assert_eq!(score["band"], *band, "{id} row {number}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 1500, "{compared} scores");
}

#[test]
fn a_band_that_depends_on_sex_is_shown_when_the_sex_is_known() {
    let csv = "sex,age,q1,q2,q3\nfemale,30,2,1,0\nmale,30,2,1,0\n,,2,1,0\n";
    let (code, out, err) = told(&run(foreword().args(["score", "audit-c"]), csv));
    assert_eq!(code, Some(0), "{err}");
    let bands: Vec<&str> = table(&out).iter().map(|row| row["band"]).collect();
    assert!(bands[0] != bands[1] && !bands[0].is_empty() && bands[2].is_empty(), "{bands:?}");
    let (code, _, err) = told(&run(foreword().args(["score", "audit-c"]), "sex,q1,q2,q3\nx,2,1,0\n"));
    assert_eq!(code, Some(2));
    assert!(err.contains("row 1: sex: is \"x\", must be female, male or empty"), "{err}");
}

#[test]
fn a_variant_is_scored_by_its_own_rule() {
    let csv = "q1,q2,q3,q4,q5,q6,q7,q8,q9,q10\n1,2,1,1,1,1,1,1,1,1\n";
    let value = |args: &[&str]| {
        let (code, out, err) = told(&run(foreword().args(args), csv));
        assert_eq!(code, Some(0), "{err}");
        table(&out)[0]["value"].to_owned()
    };
    assert_eq!(value(&["score", "k10"]), "11.0");
    assert_eq!(value(&["score", "k10", "--variant", "0-40"]), "1.0");
    assert_eq!(value(&["score", "k10.0-40"]), "1.0");
    let (code, _, err) = told(&run(foreword().args(["score", "k10", "--variant", "0-4"]), csv));
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean k10.0-40?"), "{err}");
}

/// What `foreword cat` says after some answers.
fn cat(args: &[&str]) -> serde_json::Value {
    let (code, out, err) = told(&run(foreword().args(["cat"]).args(args).arg("--json"), ""));
    assert_eq!(code, Some(0), "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_step_of_an_adaptive_test_is_that_of_the_reference() {
    let folder = Folder::new();
    folder.write("bank.csv", include_str!("../vectors/irt/synthetic_bank_30x5.csv"));
    let bank = folder.path("bank.csv").display().to_string();
    let mut compared = 0;
    for row in table(include_str!("../vectors/irt/grm_vectors_200.csv")).iter().step_by(9) {
        let answers: Vec<String> = row["items"]
            .split(';')
            .zip(row["responses"].split(';'))
            .filter(|(item, _)| !item.is_empty())
            .map(|(item, response)| format!("SYN{:02}={response}", item.parse::<usize>().unwrap() + 1))
            .collect();
        // Long enough that the rules of stopping don't end it.
        let step = cat(&[&bank, "--answers", &answers.join(","), "--max-items", "31", "--stop-se", "0.0001"]);
        for (key, column) in [("theta", "theta_eap"), ("se", "se"), ("t", "t_score")] {
            let (found, wanted) = (step[key].as_f64().unwrap(), row[column].parse::<f64>().unwrap());
            assert!((found - wanted).abs() < 1e-6, "{}: {key} {found} {wanted}", row["id"]);
        }
        if let Ok(item) = row["next_mpwi"].parse::<usize>() {
            assert_eq!(step["next"]["item"], format!("SYN{:02}", item + 1), "{}", row["id"]);
            let information = step["next"]["information"].as_f64().unwrap();
            assert!((information - row["mpwi"].parse::<f64>().unwrap()).abs() < 1e-6, "{}", row["id"]);
            assert!(step["stop"].is_null());
        } else {
            assert_eq!(step["stop"], "exhausted", "{}", row["id"]);
        }
        compared += 1;
    }
    assert!(compared > 10, "{compared} rows");
}

#[test]
fn a_bank_of_the_library_is_asked_until_it_knows_enough() {
    let first = cat(&["mood-words"]);
    let item = first["next"]["item"].as_str().unwrap();
    assert!(first["answered"] == 0 && first["stop"].is_null(), "{first}");
    let step = cat(&["mood-words", "--answers", &format!("{item}=0")]);
    assert_ne!(step["next"]["item"], first["next"]["item"]);
    let skipped = cat(&["mood-words", "--answers", &format!("{item}=-")]);
    assert_eq!((&skipped["answered"], &skipped["theta"]), (&0.into(), &first["theta"]));
    for (answers, wanted) in [
        ("sad", "must be ITEM=VALUE"),
        ("sat=1", "the bank has no item sat"),
        ("sad=9", "sad is \"9\", must be one of 0, 1, 2, 3"),
        ("sad=1,sad=2", "sad is answered twice"),
    ] {
        let (code, _, err) = told(&run(foreword().args(["cat", "mood-words", "--answers", answers]), ""));
        assert_eq!(code, Some(2), "{answers}");
        assert!(err.contains(wanted), "{answers}: {err}");
    }
    let (code, _, err) = told(&run(foreword().args(["cat", "phq-9"]), ""));
    assert_eq!(code, Some(2));
    assert!(err.contains("phq-9 has no scale of item response theory"), "{err}");
}
