//! `foreword audit`: whether the audit log is as it was written, and what stands in it.

use std::sync::Arc;

use foreword_app::auditing::{Checked, Entry, Fault, Filter};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::say;
use crate::{
    cli::{Audit, AuditList, AuditVerify},
    config::Config,
    fail::wrong,
    wiring::{self, Service},
};

/// Who reads, when it is done on the command line.
const OPERATOR: &str = "operator";
/// Rows that are printed at a time.
const PAGE: u64 = 1_000;

pub(super) async fn run(config: &Config, args: &Audit) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    match args {
        Audit::Verify(args) => verify(&service, args).await,
        Audit::List(args) => list(&service, args).await,
    }
}

async fn verify(service: &Service, args: &AuditVerify) -> anyhow::Result<()> {
    let noted = args.noted.as_deref().map(noted).transpose()?;
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {eta} left")?);
    let shown = bar.clone();
    let progress = Arc::new(move |done, of| {
        shown.set_length(of);
        shown.set_position(done);
    });
    let checked = service.app.check_audit(noted, progress).await?;
    bar.finish_and_clear();
    if args.json {
        say(&serde_json::to_string_pretty(&as_json(&checked))?)?;
    } else {
        tell(&checked)?;
    }
    if checked.is_right() {
        return Ok(());
    }
    let count = u64::try_from(checked.faults.len()).unwrap_or(u64::MAX).saturating_add(checked.more);
    anyhow::bail!("the audit log is not as it was written ({count} faults)")
}

/// A link that was written down, as `audit verify` prints it.
fn noted(text: &str) -> anyhow::Result<(i64, String)> {
    let (id, mac) = text.split_once(':').unwrap_or((text, ""));
    match id.parse() {
        Ok(id) if mac.len() >= 16 && mac.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Ok((id, mac.to_owned()))
        }
        _ => Err(wrong("--noted: must be a link as `foreword audit verify` prints it, such as 12:9f3c...")),
    }
}

fn tell(checked: &Checked) -> anyhow::Result<()> {
    for Fault { kind, row, link, what } in &checked.faults {
        let row = row.map(|row| format!("row {row} ")).unwrap_or_default();
        let link = link.map(|link| format!("(link {link}) ")).unwrap_or_default();
        say(&format!("{}: {row}{link}{what}", kind.as_str()))?;
    }
    if checked.more > 0 {
        say(&format!("... and {} more", checked.more))?;
    }
    say(&format!(
        "{} rows: {} in {} links, {} not linked yet, {} from before rows were signed",
        checked.rows,
        checked.rows - checked.unlinked,
        checked.links,
        checked.unlinked,
        checked.as_is
    ))?;
    match &checked.last {
        Some((id, mac)) if checked.is_right() => say(&format!("the last link is {id}:{mac}")),
        _ => Ok(()),
    }
}

fn as_json(checked: &Checked) -> serde_json::Value {
    let fault = |fault: &Fault| json!({ "kind": fault.kind.as_str(), "row": fault.row, "link": fault.link, "what": fault.what });
    json!({
        "ok": checked.is_right(),
        "rows": checked.rows,
        "links": checked.links,
        "unlinked": checked.unlinked,
        "as_is": checked.as_is,
        "last": checked.last.as_ref().map(|(id, mac)| format!("{id}:{mac}")),
        "faults": checked.faults.iter().map(fault).collect::<Vec<_>>(),
        "more": checked.more,
    })
}

async fn list(service: &Service, args: &AuditList) -> anyhow::Result<()> {
    let (app, now) = (&service.app, service.clock.now());
    let about = match &args.patient {
        None => None,
        Some(given) => {
            let patient = app.find_patient(given).await?;
            let patient = patient
                .ok_or_else(|| wrong("--patient: there is no such patient; give our id or the feed's"))?;
            Some(app.audit_words(patient).await?)
        }
    };
    let since = args.since.as_deref().map(|text| begin_of(text, &app.clinic_zone())).transpose()?;
    let actor = match &args.actor {
        None => None,
        Some(actor) => Some(actor_named(service, actor).await?),
    };
    let mut wanted = Filter { since, actor, about, ..Filter::default() };
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let rows = match wanted.behind {
            // That it was read is noted once.
            None => app.audit_rows(wanted.clone(), PAGE, OPERATOR, now).await?,
            Some(_) => app.more_audit_rows(wanted.clone(), PAGE).await?,
        };
        let Some(last) = rows.last() else { break };
        wanted.behind = Some(last.id);
        if args.json {
            all.extend(rows);
        } else {
            for row in rows {
                let Entry { id, at, actor, action, subject, .. } = row;
                say(&format!("{id}  {at}  {actor}  {action}  {subject}"))?;
            }
        }
    }
    if !args.json {
        return Ok(());
    }
    let entry = |row: &Entry| json!({ "id": row.id, "at": row.at, "actor": row.actor, "action": row.action, "subject": row.subject, "link": row.link });
    say(&serde_json::to_string_pretty(&all.iter().map(entry).collect::<Vec<_>>())?)
}

/// An actor as the log writes them, given that or what a member of staff signs in with.
async fn actor_named(service: &Service, given: &str) -> anyhow::Result<String> {
    let staff = service.app.staff().await?;
    let found = staff.into_iter().find(|member| member.login == given.to_lowercase());
    Ok(found.map_or_else(|| given.to_owned(), |member| format!("staff:{}", member.id)))
}

/// The instant, or the beginning of the day.
fn begin_of(text: &str, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let day: Date = text
        .parse()
        .map_err(|_| wrong("--since: must be a date such as 2026-12-31, or an instant in RFC 3339"))?;
    Ok(day.to_zoned(zone.clone())?.timestamp())
}
