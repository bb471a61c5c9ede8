//! `foreword rehearse`: what will be sent, in its words.

use foreword_app::rehearse::Rehearsed;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::say;
use crate::{cli::Rehearse, config::Config, fail::wrong, wiring};

pub(super) async fn run(config: &Config, args: &Rehearse) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    let app = &service.app;
    let until = args.until.as_deref().map(|text| end_of(text, &app.clinic_zone())).transpose()?;
    let patient = match &args.patient {
        None => None,
        Some(given) => {
            let found = app.find_patient(given).await?;
            Some(
                found
                    .ok_or_else(|| wrong("--patient: there is no such patient; give our id or the feed's"))?,
            )
        }
    };
    let whose = patient.map_or_else(|| "all".to_owned(), |patient| format!("patient:{patient}"));
    app.note_read("operator", "messages.rehearsed", &whose, service.clock.now()).await?;
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} patients, {eta} left")?);
    let messages = app
        .rehearse(patient, until, service.clock.now(), |done, of| {
            bar.set_length(u64::try_from(of).unwrap_or(0));
            bar.set_position(u64::try_from(done).unwrap_or(0));
        })
        .await?;
    bar.finish_and_clear();
    if args.json {
        return say(&serde_json::to_string_pretty(&messages)?);
    }
    for message in &messages {
        show(message)?;
    }
    match messages.len() {
        0 => say("No message will be sent."),
        1 => say("1 message will be sent."),
        count => say(&format!("{count} messages will be sent.")),
    }
}

fn show(message: &Rehearsed) -> anyhow::Result<()> {
    let Rehearsed { local, time_zone, patient, appointment, kind, channel, language, .. } = message;
    let local = local.get(..16).unwrap_or(local).replace('T', " ");
    say(&format!("{local} {time_zone}  {kind} by {channel} ({language})"))?;
    say(&format!("  patient {patient}, appointment {appointment}"))?;
    if let Some(subject) = &message.subject {
        say(&format!("  Subject: {subject}"))?;
    }
    say("")?;
    for line in message.text.lines() {
        say(format!("    {line}").trim_end())?;
    }
    say("")
}

/// The instant, or the end of the day.
fn end_of(text: &str, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: Date = text
        .parse()
        .map_err(|_| wrong("--until: must be a date such as 2026-12-31, or an instant in RFC 3339"))?;
    let next = day.tomorrow()?.to_zoned(zone.clone())?;
    Ok(next.timestamp().checked_sub(1.nanosecond())?)
}
