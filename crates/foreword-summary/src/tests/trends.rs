//! The line of a score: like for like, never flipped, its cut-offs labelled, its turns marked.

use super::*;
use crate::sparkline_svg;
use foreword_domain::instrument::Direction;

/// GAD-7 of 14 now, and before.
fn line(earlier: &[(f64, &str)], change: fn(&mut Previous)) -> Visit {
    let mut visit = Visit::new("wellbeing-check", "en").counts("gad-7", &["2"; 7]);
    for (value, day) in earlier {
        visit = visit.before("gad-7", *value, |before| {
            before.at = at(&format!("{day}T08:00:00Z"));
            change(before);
        });
    }
    visit
}

const TWO: [(f64, &str); 2] = [(6.0, "2026-02-03"), (10.0, "2026-08-03")];

#[test]
fn two_earlier_scores_make_a_line_and_one_does_not() {
    assert!(line(&TWO[1..], |_| ()).score().trend.is_none());
    let trend = line(&TWO, |_| ()).score().trend.expect("a line");
    assert_eq!(trend.points.iter().map(|point| point.value).collect::<Vec<_>>(), [6.0, 10.0, 14.0]);
    assert_eq!(
        trend.in_words(),
        "Worry and nerves (GAD-7), 0 to 21, higher = worse, cut-offs 5, 10, 15: 6 on 3 Feb 2026, then 10 on 3 Aug 2026, then 14 on 20 Nov 2026"
    );
    let visit = line(&TWO, |_| ());
    assert!(visit.text().contains("so far: 6 on 3 Feb 2026, then 10 on 3 Aug 2026, then 14 on 20 Nov 2026"));
    assert!(visit.html().contains("<svg class=\"trend\""));
}

#[test]
fn another_version_is_another_measure_and_not_on_the_line() {
    assert!(line(&TWO, |before| before.instrument.1 = "0".to_owned()).score().trend.is_none());
}

#[test]
fn another_way_of_answering_is_marked_on_the_line_and_said() {
    type Change = fn(&mut Previous);
    let ways: [(Change, &str); 3] = [
        (|before| before.channels = BTreeSet::from([Channel::Staff]), "self-administered"),
        (|before| before.by = Some(Respondent::Proxy), "by the patient"),
        (|before| before.language = lang("de"), "in another language"),
    ];
    for (change, said) in ways {
        let visit = line(&TWO, change);
        let trend = visit.score().trend.expect("a line");
        assert_eq!(trend.points[1].differs, None, "the two before were alike");
        assert_eq!(trend.points[2].differs.as_deref(), Some(said));
        let note = format!("† 20 Nov 2026: {said}");
        assert_eq!(trend.notes(), std::slice::from_ref(&note));
        assert!(trend.svg().contains("†</text>") && trend.svg().contains("stroke-dasharray"));
        assert!(visit.seen().contains(&note), "{}", visit.seen());
        assert!(trend.in_words().ends_with(&format!("14 on 20 Nov 2026 ({said})")), "{}", trend.in_words());
    }
}

#[test]
fn the_axis_is_the_instruments_own_with_words_at_both_ends_and_labelled_cut_offs() {
    let mut trend = line(&TWO, |_| ()).score().trend.expect("a line");
    let heights = |svg: &str| -> Vec<f32> {
        let dots = svg.split("cy=\"").skip(1);
        dots.map(|rest| rest.split('"').next().unwrap_or_default().parse().expect("a height")).collect()
    };
    for (direction, low, high) in
        [(Direction::HigherWorse, "0 better", "21 worse"), (Direction::HigherBetter, "0 worse", "21 better")]
    {
        trend.direction = direction;
        let svg = trend.svg();
        // Drawn from the latest to the earliest; a higher number stands higher, whatever it means.
        let heights = heights(&svg);
        assert!(heights[0] < heights[1] && heights[1] < heights[2], "{heights:?}");
        for words in [low, high, "cut-off 10", "cut-off 15", ">14</text>", "3 Feb 26", "20 Nov 26"] {
            assert!(svg.contains(words), "{words} is not in {svg}");
        }
        assert!(!svg.contains("style") && !svg.contains('#') && svg.contains("currentColor"));
        assert!(svg.contains("role=\"img\"") && svg.len() < 6_000);
    }
}

#[test]
fn an_estimated_score_is_hollow() {
    let trend = line(&TWO, |before| before.score.status = Status::Estimated).score().trend.expect("a line");
    assert_eq!(trend.svg().matches("class=\"hollow\"").count(), 2);
    assert!(trend.in_words().contains("6 on 3 Feb 2026 (estimated), then"), "{}", trend.in_words());
    assert_eq!(trend.notes(), ["Hollow: estimated, some answers are missing"]);
}

#[test]
fn lines_are_drawn_of_whatever_numbers_there_are() {
    let mut trend = line(&TWO, |_| ()).score().trend.expect("a line");
    for range in [(0.0, 21.0), (f64::NEG_INFINITY, f64::INFINITY), (7.0, 7.0)] {
        trend.range = range;
        let svg = trend.svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
    for scores in [&[][..], &[f64::NAN], &[4.0], &[1.0, f64::INFINITY, 3.0], &[2.0; 40]] {
        for range in [(0.0, 21.0), (f64::NEG_INFINITY, f64::INFINITY), (7.0, 7.0)] {
            let svg = sparkline_svg(scores, range, Direction::HigherWorse);
            assert!(!svg.contains("NaN") && !svg.contains("inf") && svg.len() < 3_000, "{svg}");
        }
    }
    assert_eq!(sparkline_svg(&[], (0.0, 1.0), Direction::HigherWorse), "");
    let svg = sparkline_svg(&[5.0, 9.0, 14.0], (0.0, 21.0), Direction::HigherWorse);
    assert!(svg.contains("aria-label=\"5, 9, 14 on 0 to 21, higher = worse\""), "{svg}");
}
