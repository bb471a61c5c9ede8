//! `foreword demo`: a working clinic with nothing configured, in a folder of its own.

mod cast;
mod play;
mod safety;

use std::path::{Path, PathBuf};

use anyhow::Context;
use foreword_app::{
    App,
    access::{programs::Bearer, roles::Held},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{say, serve};
use crate::{cli::Demo, config::Config, wiring};

/// `demo.json`: what scripts need to try the demo.
#[derive(Serialize, Deserialize)]
struct Printed {
    base_url: String,
    clinic: Clinic,
    api: Api,
    patients: Vec<Patient>,
}

#[derive(Serialize, Deserialize)]
struct Clinic {
    url: String,
    user: String,
    password: String,
}

#[derive(Serialize, Deserialize)]
struct Api {
    url: String,
    token: String,
}

#[derive(Serialize, Deserialize)]
struct Patient {
    id: String,
    name: String,
    birth_date: String,
    language: String,
    channel: String,
    appointment: String,
    start: Timestamp,
    link: String,
}

const USER: &str = "demo";
const STAFF_NAME: &str = "Dr Alex Roe";

pub(super) async fn run(config: Config, args: &Demo) -> anyhow::Result<()> {
    // The port first: when it is taken, nothing has been changed.
    let address = format!("127.0.0.1:{}", args.port);
    let listener = serve::listen(&address, "--port").await?;
    let dir = &args.dir;
    prepare(dir, args.fresh)?;
    let base_url = format!("http://{address}");
    let config = adapt(config, dir, &address);
    keep_settings(&config, dir)?;
    let service = wiring::open(&config).await?;
    let now = service.clock.now();
    let known = known(&dir.join("demo.json"));
    if service.app.claim_clock("system").await? != "system" {
        anyhow::bail!(
            "{} was made with a manual clock; the demo needs one of its own, try --fresh",
            dir.display()
        );
    }
    // The invitations went out a while ago, and some have answered since.
    let invited = now.checked_sub(SignedDuration::from_mins(90))?;
    let is_new = cast::enter(&service.app, invited).await?;
    let sending = if is_new { invited } else { now };
    let sent = service.app.dispatch(&|| Some(sending), &service.doors()).await?;
    if is_new {
        cast::answer(&service.app, now.checked_sub(SignedDuration::from_mins(30))?).await?;
    }
    let printed = print(&service.app, &base_url, known, now).await?;
    safety::prepare(&service.app, &config, dir, &base_url, now).await?;
    write(&dir.join("demo.json"), &printed)?;
    greet(dir, &printed, sent.len())?;
    let parts = serve::Parts {
        worker: true,
        bot: true,
        feeds: serve::Feeds::default(),
        more: Some(safety::pager(dir.join("pager"))),
    };
    Box::pin(serve::until_told_to_end(&service, Some(listener), parts)).await
}

/// The demo's own configuration: everything lies in its folder.
fn adapt(mut config: Config, dir: &Path, address: &str) -> Config {
    "system".clone_into(&mut config.clock);
    config.database.url = format!("sqlite://{}", dir.join("foreword.db").display());
    config.keys.master_file = dir.join("master.key").display().to_string();
    config.mail.smtp_url = format!("file:{}", dir.join("mail").display());
    address.clone_into(&mut config.http.listen);
    config.http.public_url = format!("http://{address}");
    if config.clinic.name == wiring::DEFAULT_NAME {
        "Riverside Clinic".clone_into(&mut config.clinic.name);
    }
    if config.clinic.time_zone == "UTC"
        && let Some(zone) = jiff::tz::TimeZone::system().iana_name()
    {
        zone.clone_into(&mut config.clinic.time_zone);
    }
    // Whoever tries the demo at night wants to see the messages, too.
    config.quiet_hours.to.clone_from(&config.quiet_hours.from);
    config
}

/// Writes down what the demo is set to, so that the other commands say and send the same beside it.
fn keep_settings(config: &Config, dir: &Path) -> anyhow::Result<()> {
    let text = |key: &str, value: &str| format!("{key} = {}\n", toml::Value::String(value.to_owned()));
    let mail = std::path::absolute(dir.join("mail"))?;
    let settings = [
        "# What this demo is set to: other commands read it when they are given its database.\n\n[http]\n"
            .to_owned(),
        text("public_url", &config.http.public_url),
        "\n[mail]\n".to_owned(),
        text("smtp_url", &format!("file:{}", mail.display())),
        "\n[clinic]\n".to_owned(),
        text("name", &config.clinic.name),
        text("language", &config.clinic.language),
        text("time_zone", &config.clinic.time_zone),
        "\n[quiet_hours]\n".to_owned(),
        text("from", &config.quiet_hours.from),
        text("to", &config.quiet_hours.to),
    ];
    let file = dir.join(wiring::DEMO_SETTINGS);
    std::fs::write(&file, settings.concat()).with_context(|| format!("cannot write {}", file.display()))
}

fn prepare(dir: &Path, fresh: bool) -> anyhow::Result<()> {
    let cannot = || format!("cannot write to the folder {}; choose another with --dir", dir.display());
    if fresh {
        for name in [
            "foreword.db",
            "foreword.db-wal",
            "foreword.db-shm",
            "master.key",
            "demo.json",
            wiring::DEMO_SETTINGS,
        ] {
            remove(&dir.join(name))?;
        }
        if let Ok(mails) = std::fs::read_dir(dir.join("mail")) {
            for mail in mails.flatten().filter(|mail| mail.path().extension().is_some_and(|e| e == "eml")) {
                remove(&mail.path())?;
            }
        }
    }
    std::fs::create_dir_all(dir.join("mail")).with_context(cannot)?;
    // Found out now, not when the first message is to be written.
    let probe = dir.join(".writable");
    std::fs::write(&probe, b"").with_context(cannot)?;
    remove(&probe)
}

fn remove(file: &PathBuf) -> anyhow::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

fn known(file: &Path) -> Option<Printed> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// Gathers what is printed; password and token of an earlier start are kept.
async fn print(app: &App, base_url: &str, known: Option<Printed>, now: Timestamp) -> anyhow::Result<Printed> {
    let (password, token) = match known {
        Some(known) if matches!(app.bearer(&known.api.token, now).await?, Bearer::Program { .. }) => {
            (known.clinic.password, known.api.token)
        }
        _ => {
            let password = foreword_app::access::nonce();
            // Whoever tries the demo sees all of it.
            let roles = ["clinician", "quality-lead", "administrator"];
            let roles = roles.map(|role| Held { role: role.to_owned(), clinic: None });
            app.put_staff_with(USER, STAFF_NAME, &roles, &password, now).await?;
            let token = app.add_api_client("demo", "system/*.cruds", now).await?;
            (password, token.into_inner())
        }
    };
    let until = now.checked_add(SignedDuration::from_hours(24 * 30))?;
    let mut patients = Vec::new();
    for line in app.day(now, until, "service", now).await? {
        let Some(token) = &line.token else { continue };
        let profile = line.patient.profile.reveal();
        patients.push(Patient {
            id: line.patient.id.to_string(),
            name: profile.full_name(),
            birth_date: profile.birth_date.to_string(),
            language: line.patient.language.to_string(),
            channel: "email".to_owned(),
            appointment: line.appointment.id.to_string(),
            start: line.appointment.start,
            link: format!("{base_url}/v/{}", token.reveal()),
        });
    }
    patients.sort_by_key(|patient| cast::order(&patient.name));
    Ok(Printed {
        base_url: base_url.to_owned(),
        clinic: Clinic { url: format!("{base_url}/clinic"), user: USER.to_owned(), password },
        api: Api { url: format!("{base_url}/fhir/R4"), token },
        patients,
    })
}

/// Writes a file whole or not at all; it holds secrets of the demo.
fn write(file: &Path, printed: &Printed) -> anyhow::Result<()> {
    let partial = file.with_extension("json.part");
    std::fs::write(&partial, serde_json::to_string_pretty(printed)? + "\n")
        .and_then(|()| std::fs::rename(&partial, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn greet(dir: &Path, printed: &Printed, sent: usize) -> anyhow::Result<()> {
    let shown = dir.display();
    say("Foreword is running a sample clinic.")?;
    say("")?;
    if let Some(first) = printed.patients.first() {
        let year = first.birth_date.split('-').next().unwrap_or_default();
        say(&format!("  Answer as a patient   {}", first.link))?;
        say(&format!("                        ({}; year of birth {year})", first.name))?;
        say(&format!(
            "  ... or in a terminal  foreword chat --database sqlite://{shown}/foreword.db --link {}",
            first.link
        ))?;
    }
    say(&format!("  Read as a clinician   {}", printed.clinic.url))?;
    say(&format!(
        "                        (login {}, password {})",
        printed.clinic.user, printed.clinic.password
    ))?;
    say("")?;
    say(&format!("  {sent} messages were written to {shown}/mail, all links are in {shown}/demo.json."))?;
    say(&format!("  Who is told of a red flag: foreword safety set {shown}/safety-plan.toml"))?;
    say("  Quiet hours are off in the demo. Press Ctrl-C to end it; the next start goes on from here.")?;
    Ok(())
}
