//! How well the loop works: counted over all alerts of some weeks, at the clinics of whoever asks.

use foreword_domain::alert::{Level, State};
use foreword_store::{alerts, answers};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
};

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Measures {
    /// Days looked back.
    pub days: i64,
    /// Responses that were completed meanwhile.
    pub responses: u64,
    /// Alerts that were raised meanwhile.
    pub alerts: usize,
    /// Of these, the red ones.
    pub red: usize,
    /// Alerts per 100 responses; none without responses.
    pub per_hundred: Option<f64>,
    /// Those taken by their deadline, of those whose deadline is over or that are taken, in percent.
    pub in_time_percent: Option<f64>,
    /// Those with an outcome, of all, in percent.
    pub with_outcome_percent: Option<f64>,
    /// Minutes from raised to taken: the median.
    pub median_minutes: Option<f64>,
    /// Minutes from raised to taken: the 95th percentile (nearest rank).
    pub p95_minutes: Option<f64>,
    /// When the oldest was raised that nobody has taken, whenever that was.
    pub oldest_open: Option<Timestamp>,
}

impl App {
    /// Counts over the last `days` days.
    pub async fn loop_measures(&self, days: i64, reader: &str, now: Timestamp) -> Result<Measures> {
        let reader = reader.to_owned();
        let since = now.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
        // Counts, of nobody in particular: no row of the audit log.
        self.store
            .read(move |txn| {
                again!(reader => {
                    let theirs = reach(txn, &reader, Act::Alerts, now).await?;
                    let raised = alerts::since(txn, &theirs.clinics, since).await?;
                    let responses = answers::count_completed(txn, &theirs.clinics, since).await?;
                    let open = alerts::not_closed(txn, &theirs.clinics).await?;
                    let oldest_open =
                        open.iter().filter(|a| a.state.is_waiting()).map(|a| a.raised_at).min();
                    Ok::<_, Error>(Measures { days, oldest_open, ..count(&raised, responses, now) })
                })
            })
            .await
    }
}

fn count(raised: &[alerts::Alert], responses: u64, now: Timestamp) -> Measures {
    let percent = |part: usize, of: usize| (of > 0).then(|| 100.0 * number(part) / number(of));
    let taken_at = |alert: &alerts::Alert| alert.acknowledged.map(|(at, _)| at);
    let decided: Vec<_> = raised.iter().filter(|a| taken_at(a).is_some() || a.due_at < now).collect();
    let in_time = decided.iter().filter(|a| taken_at(a).is_some_and(|at| at <= a.due_at)).count();
    let with_outcome = raised.iter().filter(|a| a.state >= State::Outcome).count();
    let mut minutes: Vec<f64> = raised
        .iter()
        .filter_map(|a| Some(taken_at(a)?.duration_since(a.raised_at).as_secs_f64() / 60.0))
        .collect();
    minutes.sort_by(f64::total_cmp);
    Measures {
        responses,
        alerts: raised.len(),
        red: raised.iter().filter(|a| a.level == Level::Red).count(),
        per_hundred: percent(raised.len(), usize::try_from(responses).unwrap_or(usize::MAX)),
        in_time_percent: percent(in_time, decided.len()),
        with_outcome_percent: percent(with_outcome, raised.len()),
        median_minutes: median(&minutes),
        p95_minutes: nearest_rank(&minutes, 95),
        ..Measures::default()
    }
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(sorted[sorted.len() / 2 - 1], upper))
}

fn nearest_rank(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_one_that_was_measured() {
        let minutes: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!((median(&minutes), nearest_rank(&minutes, 95)), (Some(10.5), Some(19.0)));
        assert_eq!((median(&[]), nearest_rank(&[], 95)), (None, None));
        assert_eq!((median(&[3.0]), nearest_rank(&[3.0], 95)), (Some(3.0), Some(3.0)));
    }
}
