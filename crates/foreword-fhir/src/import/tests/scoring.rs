//! Scores by a questionnaire's own expressions.

use foreword_domain::{
    patient::Person,
    response,
    scoring::{self, Score, Status},
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::*;

/// The instrument's questionnaire as others would have written it: without our file, with texts.
fn as_others(instrument: &Instrument) -> Value {
    let mut out = crate::questionnaire(instrument, "http://x");
    let members = out.as_object_mut().unwrap();
    members.remove("contained");
    members.remove("extension");
    for item in out["item"].as_array_mut().unwrap() {
        if item.get("text").is_none() {
            item["text"] = item["linkId"].clone();
        }
        for option in item.get_mut("answerOption").and_then(Value::as_array_mut).into_iter().flatten() {
            if option["valueCoding"].get("display").is_none() {
                option["valueCoding"]["display"] = option["valueCoding"]["code"].clone();
            }
        }
    }
    out
}

#[test]
fn the_expressions_we_publish_come_to_the_scores_we_compute() {
    let mut runner = TestRunner::deterministic();
    let (mut scored, mut missing, mut said) = (0, 0, 0);
    for ours in shipped().iter().filter(|instrument| !instrument.scales.is_empty()) {
        let text = as_others(ours).to_string();
        let theirs = questionnaire("x.json", &text, &Settings::default())
            .unwrap_or_else(|refused| panic!("{}: {refused}", ours.id))
            .instrument;
        said += theirs.scales.len();
        for n in 0..30 {
            // In every third row nothing is missing.
            let least = if n % 3 == 0 { 20 } else { n % 20 };
            let picks = proptest::collection::vec((0_usize..20, 0_usize..1000), ours.items.len());
            let picks = picks.new_tree(&mut runner).unwrap().current();
            let mut mine: BTreeMap<&str, response::Value> = BTreeMap::new();
            let mut other: BTreeMap<String, response::Value> = BTreeMap::new();
            for (item, (luck, pick)) in ours.items.iter().zip(picks) {
                let visible = ours.visible(&Person::default(), |id| mine.get(id));
                // A response holds no answer to what is not there.
                if luck >= least || !visible.iter().any(|there| there.id == item.id) {
                    continue;
                }
                let twin = theirs.item(&item.id).unwrap();
                let values = match &item.kind {
                    ItemKind::Choice(choices) => {
                        let n = pick % choices.len();
                        let choice = |item: &Item| response::Value::Choice(item.choices()[n].code.clone());
                        (choice(item), choice(twin))
                    }
                    ItemKind::Scale { .. } => {
                        let mark = response::Value::Scale(u8::try_from(pick % 11).unwrap());
                        (mark.clone(), mark)
                    }
                    _ => continue,
                };
                mine.insert(&item.id, values.0);
                other.insert(item.id.clone(), values.1);
            }
            let native = scoring::all(ours, &Person::default(), |id| mine.get(id).cloned());
            for score in scoring::all(&theirs, &Person::default(), |id| other.get(id).cloned()) {
                let native = native.iter().find(|native| native.scale == score.scale).unwrap();
                let what =
                    format!("{} {}: {native:?} here, {score:?} by the expression", ours.id, score.scale);
                match (native.value, score.value) {
                    (Some(a), Some(b)) if (a - b).abs() < 1e-9 => scored += 1,
                    (None, None) => missing += 1,
                    _ => panic!("{what}, answers {other:?}"),
                }
            }
        }
    }
    assert!(
        said > 2 && scored > said * 10 && missing > said,
        "{said} scales, {scored} scored, {missing} missing"
    );
}

fn score_of(instrument: &Instrument, answers: &[(&str, &str)]) -> Vec<Score> {
    scoring::all(instrument, &Person::default(), |id| {
        let (_, written) = answers.iter().find(|(item, _)| *item == id)?;
        Some(instrument.item(id).unwrap().read_code(written).unwrap_or_else(|| panic!("{id} = {written}")))
    })
}

#[test]
fn an_example_of_structured_data_capture_is_scored_by_its_variables() {
    let text = file("tests/data/fhir/framingham-hchd-lhc.json");
    let imported = questionnaire("framingham.json", &text, &Settings::default()).unwrap();
    let risk = imported.instrument;
    let answers = [
        ("age", "50"),
        ("46098-0", "LA2-8"),
        ("smokes", "Y"),
        ("8480-6", "140"),
        ("2093-3", "220"),
        ("2085-9", "45"),
        ("antihypertensive", "N"),
    ];
    let scores = score_of(&risk, &answers);
    assert_eq!(
        (scores.len(), scores[0].scale.as_str(), scores[0].status),
        (1, "riskDecimal", Status::Scored)
    );
    // As fhirpath.js 4.11 computes it.
    assert!((scores[0].value.unwrap() - FRAMINGHAM).abs() < 1e-6, "{:?}", scores[0].value);
    assert_eq!((scores[0].answered, scores[0].of), (7, 7));
    let scores = score_of(&risk, &answers[..6]);
    assert_eq!((scores[0].status, scores[0].value, scores[0].answered), (Status::NotScored, None, 6));
}

const FRAMINGHAM: f64 = 0.158_733_000_005;

/// Two choices that weigh 0 and 1, and what is computed.
fn computed(scores: &[(&str, &str, &str)]) -> Imported {
    let mut items = vec![weighted("a"), weighted("b")];
    for (link_id, kind, expression) in scores {
        items.push(json!({ "linkId": link_id, "type": kind, "text": link_id, "extension": [
            { "url": crate::names::CALCULATED, "valueExpression": { "language": "text/fhirpath", "expression": expression } }
        ]}));
    }
    read(&with(&json!(items)))
}

fn weighted(link_id: &str) -> Value {
    let mut item = choice(link_id);
    for n in 0..2 {
        item["answerOption"][n]["extension"] =
            json!([{ "url": crate::names::ORDINAL_VALUE, "valueDecimal": n }]);
    }
    item
}

#[test]
fn one_number_is_a_score_and_nothing_is_none() {
    let sum = "%resource.item.answer.value.weight().sum()";
    let both = "iif(%resource.item.where(linkId='a' or linkId='b').answer.count() = 2, %resource.item.answer.value.weight().sum(), {})";
    let imported = computed(&[("loose", "decimal", sum), ("strict", "integer", both)]);
    let scores = score_of(&imported.instrument, &[("a", "1"), ("b", "1")]);
    assert_eq!(scores.iter().map(|score| score.value).collect::<Vec<_>>(), [Some(2.0), Some(2.0)]);
    let scores = score_of(&imported.instrument, &[("b", "1")]);
    assert_eq!(scores.iter().map(|score| score.value).collect::<Vec<_>>(), [Some(1.0), None]);
    assert_eq!((scores[0].answered, scores[0].of), (1, 2), "whoever reads it sees that one is missing");
    assert_eq!(scores[0].status, Status::Scored);
    assert_eq!(imported.remarks, []);
}

#[test]
fn scores_are_computed_from_scores_until_nothing_changes() {
    let of = |link_id: &str| format!("%resource.item.where(linkId='{link_id}').answer.value");
    let both = format!("{} + {}", of("one"), of("two"));
    let weight = |link_id: &str| format!("{}.weight()", of(link_id));
    let (one, two) = (weight("a"), weight("b"));
    let imported =
        computed(&[("total", "integer", &both), ("one", "integer", &one), ("two", "integer", &two)]);
    let total = imported.instrument.scale("total").unwrap();
    assert_eq!(total.items, ["a", "b"], "what its parts are computed from");
    let scores = score_of(&imported.instrument, &[("a", "1"), ("b", "1")]);
    assert_eq!(scores.iter().map(|score| score.value).collect::<Vec<_>>(), [Some(2.0), Some(1.0), Some(1.0)]);

    let restless = "%resource.item.where(linkId='up').answer.value.first() + 1 | iif(%resource.item.where(linkId='up').exists(), {}, 1)";
    let imported = computed(&[("up", "integer", restless)]);
    assert_eq!(score_of(&imported.instrument, &[("a", "1")])[0].value, None);
    assert!(imported.remarks[0].what.contains("never comes to rest"), "{:?}", imported.remarks);
}

#[test]
fn what_comes_to_anything_else_is_no_score_and_is_said() {
    let table = [
        ("decimal", "%resource.item.answer.value.weight(", "at character"),
        ("decimal", "%resource.item.answer.value.code", "must be one"),
        ("decimal", "'7'", "it comes to something that is no number"),
        ("integer", "1.5", "it comes to 1.5, must be a whole number"),
        ("decimal", "%patient.age", "%patient"),
        ("decimal", "today().toString().length()", "depends on when it is computed"),
        ("decimal", "1 / 'a'", "at character"),
    ];
    for (kind, expression, wanted) in table {
        let imported = computed(&[("total", kind, expression)]);
        let said = imported.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(said.contains("Questionnaire.item[2]: \"total\" is not computed: "), "{expression}: {said}");
        assert!(said.contains(wanted), "{expression}: {said}");
        let scores = score_of(&imported.instrument, &[("a", "1"), ("b", "1")]);
        assert_eq!((scores[0].status, scores[0].value), (Status::NotScored, None), "{expression}");
    }
    let mut other = computed(&[("total", "decimal", "1")]).instrument.questionnaire.unwrap();
    other = other.replace("text/fhirpath", "text/cql");
    let imported = questionnaire("x.json", &other, &Settings::default()).unwrap();
    assert!(imported.instrument.scales.is_empty());
    assert!(imported.remarks[0].what.contains("only text/fhirpath is computed here"));
}

#[test]
fn what_skip_logic_hides_is_not_in_the_response_that_is_scored() {
    let mut b = weighted("b");
    b["enableWhen"] =
        json!([{ "question": "a", "operator": "=", "answerCoding": { "system": "urn:x", "code": "y" } }]);
    let total = json!({ "linkId": "total", "type": "decimal", "text": "Total", "extension": [
        { "url": crate::names::CALCULATED, "valueExpression": { "language": "text/fhirpath",
          "expression": "%resource.item.answer.value.weight().sum()" } }] });
    let imported = read(&with(&json!([weighted("a"), b, total])));
    let scores = score_of(&imported.instrument, &[("a", "0"), ("b", "1")]);
    assert_eq!((scores[0].value, scores[0].answered, scores[0].of), (Some(0.0), 1, 1));
    let computer = Computer::of(&imported.instrument).unwrap();
    assert_eq!(computer.faults(&|_| None), []);
}
