//! `foreword alerts`: the red flags, and what people do with them.

use foreword_app::alerting::{acting::Deed as Does, measures::Measures};
use foreword_domain::{ids::AlertId, private::Private, safety};
use indicatif::{ProgressBar, ProgressStyle};

use super::{say, small::member};
use crate::{
    cli::{Alerts, Deed},
    config::Config,
    fail::{read_text, wrong},
    wiring::{self, Service},
};

/// Who reads, when it is done on the command line.
const OPERATOR: &str = "operator";

pub(super) async fn run(config: &Config, args: Alerts) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    match args {
        Alerts::List { json } => list(&service, json).await,
        Alerts::Show { id, json } => show(&service, &id, json).await,
        Alerts::Ack(deed) => act(&service, &deed, Does::Take, "is yours now").await,
        Alerts::Call { deed, reached } => {
            act(&service, &deed, Does::Call { reached }, "has one more call").await
        }
        Alerts::Outcome { deed, kind, note } => {
            let does = Does::Outcome(kind.into(), Private::new(note));
            act(&service, &deed, does, "has its outcome; it stays open until somebody closes it").await
        }
        Alerts::Close(deed) => act(&service, &deed, Does::Close, "is closed").await,
        Alerts::Measures { days, json } => {
            let counted = service.app.loop_measures(days.into(), OPERATOR, service.clock.now()).await?;
            if json { say(&serde_json::to_string_pretty(&counted)?) } else { measures(&counted) }
        }
        Alerts::DryRun { rules, json } => dry_run(&service, &rules, json).await,
    }
}

async fn list(service: &Service, json: bool) -> anyhow::Result<()> {
    let lines = service.app.inbox(OPERATOR, true, service.clock.now()).await?;
    let plain: Vec<_> = lines.iter().map(foreword_app::alerting::inbox::Line::plain).collect();
    if json {
        return say(&serde_json::to_string_pretty(&plain)?);
    }
    if plain.is_empty() {
        return say("There are no red flags.");
    }
    for alert in plain {
        let taken = alert.taken_by.map(|by| format!(", taken by {by}")).unwrap_or_default();
        say(&format!(
            "{}  {:5} {:12} {} appointment {} raised {} due {}{taken}",
            alert.id, alert.level, alert.state, alert.rule, alert.appointment, alert.raised_at, alert.due_at
        ))?;
    }
    Ok(())
}

async fn show(service: &Service, id: &str, json: bool) -> anyhow::Result<()> {
    let page = service.app.alert(known(id)?, OPERATOR, service.clock.now()).await?;
    if json {
        return say(&serde_json::to_string_pretty(&page.line.plain())?);
    }
    let alert = &page.line.alert;
    say(&format!("{}  {}  {}", alert.id, alert.level.as_str(), alert.state.as_str()))?;
    say(&format!("{}: {}", page.line.visit.clinic, page.line.text))?;
    for (at, what) in &page.log {
        say(&format!("  {at}  {what}"))?;
    }
    Ok(())
}

async fn act(service: &Service, deed: &Deed, does: Does, done: &str) -> anyhow::Result<()> {
    let by = member(&service.app, &deed.login).await?;
    let now = service.clock.now();
    service.app.act_on_alert(known(&deed.id)?, does, by.id, "command-line", now).await?;
    say(&format!("{} {done}.", deed.id))
}

fn known(id: &str) -> anyhow::Result<AlertId> {
    id.parse().map_err(|_| wrong(format!("{id:?} is no id of a red flag; `foreword alerts list` shows all")))
}

fn measures(counted: &Measures) -> anyhow::Result<()> {
    let percent = |part: Option<f64>| part.map_or_else(|| "-".to_owned(), |part| format!("{part:.0} %"));
    let minutes = |part: Option<f64>| part.map_or_else(|| "-".to_owned(), |part| format!("{part:.1} min"));
    let per_hundred = counted.per_hundred.map_or_else(|| "-".to_owned(), |share| format!("{share:.1}"));
    let oldest = counted.oldest_open.map_or_else(|| "none".to_owned(), |at| format!("raised {at}"));
    for (what, value) in [
        ("days looked back", counted.days.to_string()),
        ("responses", counted.responses.to_string()),
        ("red flags", format!("{} ({} red)", counted.alerts, counted.red)),
        ("per 100 responses", per_hundred),
        ("taken in time", percent(counted.in_time_percent)),
        ("with an outcome", percent(counted.with_outcome_percent)),
        ("taken after, median", minutes(counted.median_minutes)),
        ("taken after, 95th percentile", minutes(counted.p95_minutes)),
        ("oldest that nobody has taken", oldest),
    ] {
        say(&format!("{what:30} {value}"))?;
    }
    Ok(())
}

async fn dry_run(service: &Service, file: &std::path::Path, json: bool) -> anyhow::Result<()> {
    let text = read_text(file)?;
    let name = file.display().to_string();
    let rules = safety::rules(&name, &text).map_err(|refused| wrong(refused.to_string()))?;
    let faults = safety::rule_faults(&rules, &text, &service.app.catalog().instruments);
    if !faults.is_empty() {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{name}: {fault}")).collect();
        return Err(wrong(lines.join("\n")));
    }
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} visits, {eta} left")?);
    let shown = bar.clone();
    let progress = move |done: usize, of: usize| {
        shown.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        shown.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    };
    let tried = service.app.try_rules(rules, OPERATOR, service.clock.now(), usize::MAX, progress).await?;
    bar.finish_and_clear();
    if json {
        return say(&serde_json::to_string_pretty(&tried)?);
    }
    if tried.is_empty() {
        return say("There are no rules in this file.");
    }
    for rule in &tried {
        let share = rule.percent.map_or_else(|| "no responses".to_owned(), |p| format!("{p:.1} %"));
        say(&format!("{:5}  {}  {} of {}: {share}", rule.level, rule.rule, rule.fired, rule.responses))?;
        if rule.is_many {
            say(
                "       More than 10 in 100: a rule that fires so often will not be heeded. Tell little from much.",
            )?;
        }
    }
    Ok(())
}
