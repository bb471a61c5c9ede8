//! What has become of a score since the last time, in words. It refuses to compare what was not asked
//! alike.

use foreword_domain::{
    instrument::{ChangeThreshold, Direction, Scale},
    message::Channel,
    scoring::{Score, Status},
};

use crate::Previous;

/// What has become of a score, in words and never in symbols alone.
pub(crate) fn change(scale: &Scale, score: &Score, before: &Previous, alike: bool) -> Option<String> {
    let (now, then) = (score.value?, before.score.value?);
    if !alike {
        return Some("asked in another way last time, so not compared".to_owned());
    }
    if score.status == Status::Estimated || before.score.status == Status::Estimated {
        return Some("one of the two is estimated, so not compared".to_owned());
    }
    let points = now - then;
    // What is less than the page shows is not told as points.
    if number(points.abs()) == "0" {
        return Some("no change".to_owned());
    }
    let higher_is_better = scale.direction == Direction::HigherBetter;
    let better = (points > 0.0) == higher_is_better;
    let much = number(points.abs());
    let unit = if much == "1" { "point" } else { "points" };
    let way = if points > 0.0 { "higher" } else { "lower" };
    let word = if better { "better" } else { "worse" };
    if scale.direction == Direction::Unstated {
        return None;
    }
    Some(match scale.change.first() {
        // Exactly at the threshold counts.
        Some(limit) if limit.is_reached(then, now) => {
            format!("{much} {unit} {way} = {word}; reaches the change of {} that matters", size(limit))
        }
        Some(limit) => {
            format!("{much} {unit} {way}; less than the change of {} that matters", size(limit))
        }
        None => format!("{much} {unit} {way}; there is no published threshold for a change"),
    })
}

/// The size of a threshold, as it was published.
fn size(limit: &ChangeThreshold) -> String {
    match limit.percent {
        Some(share) => format!("{} %", number(share)),
        None => limit.points.map(number).unwrap_or_default(),
    }
}

/// Reading for oneself and being asked are different modes; two screens are not.
pub(crate) fn mode(channel: Channel) -> &'static str {
    match channel {
        Channel::Staff => "asked by staff",
        // Nothing is answered there.
        Channel::Webhook | Channel::Api => "another program",
        Channel::Telegram | Channel::Email | Channel::Web | Channel::Kiosk | Channel::Terminal => {
            "self-administered"
        }
    }
}

/// A number without needless decimals.
pub(crate) fn number(value: f64) -> String {
    // Adding nothing makes a minus nothing a plain one.
    let rounded = (value * 10.0).round() / 10.0 + 0.0;
    if (rounded - rounded.trunc()).abs() < 1e-9 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}
