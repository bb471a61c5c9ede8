use foreword_domain::instrument::Direction;
use jiff::civil::date;

use super::*;
use crate::{Chart, Point, chart::Plot, chart_svg};

fn chart(values: &[f64]) -> Chart {
    let points =
        values.iter().zip(1..).map(|(value, month)| Point { on: date(2026, month, 9), value: *value });
    Chart {
        name: "Worry & <nerves>".to_owned(),
        name_lang: lang("en"),
        direction: Chart::direction_words(Direction::HigherWorse, &lang("en")).expect("a direction"),
        range: (0.0, 21.0),
        points: points.collect(),
    }
}

#[test]
fn a_higher_number_stands_higher_whatever_it_means() {
    for direction in [Direction::HigherWorse, Direction::HigherBetter] {
        let mut chart = chart(&[3.0, 18.0, 7.0]);
        chart.direction = Chart::direction_words(direction, &lang("en")).expect("a direction");
        let plot = Plot::of(&chart);
        assert!(plot.points[1].up > plot.points[2].up && plot.points[2].up > plot.points[0].up);
        assert!((plot.points[1].up - 18.0 / 21.0).abs() < 1e-6, "on the instrument's own axis");
        assert_eq!(plot.ticks.iter().map(|tick| tick.label.as_str()).collect::<Vec<_>>(), ["0", "21"]);
        assert!(chart_svg(&chart, &lang("en")).contains(&format!("↑ {}", chart.direction)));
    }
    assert_eq!(Chart::direction_words(Direction::Unstated, &lang("en")), None);
}

#[test]
fn time_runs_in_the_direction_of_reading() {
    let x = |svg: &str| -> Vec<i32> {
        svg.split("cx=\"").skip(1).map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
    };
    let english = x(&chart_svg(&chart(&[1.0, 2.0, 3.0]), &lang("en")));
    let arabic = x(&chart_svg(&chart(&[1.0, 2.0, 3.0]), &lang("ar")));
    assert!(english.is_sorted() && arabic.iter().rev().is_sorted());
    assert!(english.iter().zip(&arabic).all(|(a, b)| a + b == 640));
}

#[test]
fn a_drawing_is_small_says_the_same_in_words_and_has_no_colour_of_its_own() {
    for tag in ["en", "es", "de", "fr", "ar"] {
        let svg = chart_svg(&chart(&[15.0; 12]), &lang(tag));
        assert!(svg.len() < 6_000, "{} bytes in {tag}", svg.len());
        assert_eq!(svg.matches("<li>").count(), 12, "every score is there in words");
        assert!(svg.contains("role=\"img\"") && svg.contains("aria-label=") && svg.contains("currentColor"));
        assert!(!svg.contains("style=") && !svg.contains("#0") && !svg.contains("rgb"));
        assert!(svg.contains("&#60;nerves&#62;") && !svg.contains("<nerves>"));
    }
}

#[test]
fn the_earliest_and_the_latest_day_are_written_out() {
    let plot = Plot::of(&chart(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]));
    assert!(plot.points[0].date.is_some() && plot.points[8].date.is_some());
    assert!(plot.points.iter().filter(|point| point.date.is_some()).count() <= 4);
    assert!(plot.points.iter().all(|point| point.value.is_some()));
}

#[test]
fn numbers_that_are_none_and_days_that_are_one_are_drawn_without_harm() {
    for values in [&[][..], &[f64::NAN, f64::INFINITY], &[4.0], &[-5.0, 900.0]] {
        for range in [(0.0, 21.0), (f64::NEG_INFINITY, f64::INFINITY), (7.0, 7.0)] {
            let chart = Chart { range, ..chart(values) };
            let plot = Plot::of(&chart);
            for point in &plot.points {
                assert!((0.0..=1.0).contains(&point.up) && (0.0..=1.0).contains(&point.across));
            }
            let svg = chart_svg(&chart, &lang("en"));
            assert!(svg.contains("<svg") && !svg.contains("NaN") && !svg.contains("inf"));
        }
    }
    let mut same_day = chart(&[1.0, 2.0]);
    same_day.points[1].on = same_day.points[0].on;
    assert_eq!(Plot::of(&same_day).points.len(), 2);
}
