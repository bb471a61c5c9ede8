//! The commands that fit in a few lines.

use std::io::Read;

use anyhow::Context;
use foreword_app::{
    App,
    access::{Member, roles::Held},
};
use foreword_domain::message::Channel;
use foreword_summary::DetailPages;

use super::{print, say};
use crate::{
    cli::{Format, Migrate, Staff, Summary, Tick},
    config::Config,
    fail::wrong,
    wiring,
};

/// Who reads and acts, when it is done on the command line.
const OPERATOR: &str = "operator";

pub(super) async fn tick(config: &Config, args: &Tick) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    service.app.move_clock(args.at).await?;
    service.app.heed_mails(foreword_bot::mail::read_mail, &|| Some(args.at)).await?;
    let doors = service.doors();
    if service.mail.is_some() {
        service.app.plan_digests(args.at).await?;
    }
    service.app.watch(args.at).await?;
    let mut done = service.app.send_notices(&|| Some(args.at), &service.alert_doors(), &Channel::ALL).await?;
    if !doors.is_empty() {
        done.extend(service.app.dispatch(&|| Some(args.at), &doors).await?);
    }
    done.extend(service.app.send_events(&|| Some(args.at), &[&service.webhook]).await?);
    service.app.forget_requests(args.at).await?;
    service.app.seal_audit(args.at).await?;
    if args.json {
        return say(&serde_json::to_string_pretty(&done)?);
    }
    for one in &done {
        let reason = one.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let about = match one.appointment.as_str() {
            "" => String::new(),
            appointment => format!(" for appointment {appointment}"),
        };
        say(&format!("{} {}{about} by {}{reason}", one.outcome, one.kind, one.channel))?;
    }
    if doors.is_empty() {
        tracing::warn!("mail.smtp_url is empty: no message was sent");
    }
    say(&format!("{} messages dealt with at {}", done.len(), args.at))
}

pub(super) async fn summary(config: &Config, args: &Summary) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    let found = service.app.find_appointment(&args.appointment).await?;
    let id = found.ok_or_else(|| {
        wrong(format!("there is no appointment {:?}; give our id or the feed's", args.appointment))
    })?;
    let now = service.clock.now();
    let record = service.app.record(id, OPERATOR, now).await?;
    let summary = &record.summary;
    let page = match args.format {
        Format::Html => foreword_summary::html::page(summary)?.into_bytes(),
        Format::Text => foreword_summary::text::render(summary).into_bytes(),
        Format::Pdf => {
            let details = if args.one_page { DetailPages::None } else { DetailPages::Some };
            let made = foreword_summary::summary_pdf(summary, args.sheets, details, &wiring::fonts());
            made.map_err(|why| anyhow::anyhow!("the page could not be written as PDF: {why}"))?
        }
        Format::Fhir => {
            let base = format!("{}/fhir/R4", service.app.options().public_url);
            format!("{:#}\n", foreword_summary::fhir::document(&record, &base, now)).into_bytes()
        }
    };
    match &args.out {
        Some(file) => std::fs::write(file, page).with_context(|| format!("cannot write {}", file.display())),
        None if args.format == Format::Pdf => print(&page),
        None => say(String::from_utf8_lossy(&page).trim_end_matches('\n')),
    }
}

pub(super) async fn staff(config: &Config, args: &Staff) -> anyhow::Result<()> {
    let service = wiring::open(config).await?;
    let (app, now) = (&service.app, service.clock.now());
    match args {
        Staff::List { json } => list_staff(app, *json).await,
        Staff::Add { login, name, role, clinic } => {
            if app.staff().await?.iter().any(|member| member.login == login.to_lowercase()) {
                return Err(wrong(format!(
                    "the login {login:?} is taken; `foreword staff reset {login}` gives it another password"
                )));
            }
            let at = |role: &str, clinic: Option<&str>| Held {
                role: role.to_owned(),
                clinic: clinic.map(str::to_owned),
            };
            let roles: Vec<Held> = if clinic.is_empty() {
                role.iter().map(|role| at(role, None)).collect()
            } else {
                clinic.iter().flat_map(|place| role.iter().map(move |role| at(role, Some(place)))).collect()
            };
            app.put_staff_with(login, name, &roles, &password()?, now).await?;
            say(&format!("{login} can sign in."))
        }
        Staff::Telegram { login } => {
            let member = member(app, login).await?;
            if member.disabled_at.is_some() {
                return Err(wrong(format!("{login} may not sign in any more")));
            }
            let link = app.staff_chat_link(member.id, now).await?.ok_or_else(|| {
                wrong("no Telegram bot is set up: set telegram.token and start `foreword serve`, which asks Telegram for the bot's name")
            })?;
            say(link.reveal())
        }
        Staff::Digest { login, address } => {
            let member = member(app, login).await?;
            let address = (address != "off").then_some(address.as_str());
            app.set_digest(member.id, address, "operator", now).await?;
            say(&match (address, config.digest_at()) {
                (None, _) => format!("{login} gets no digest."),
                (Some(_), Some(at)) => {
                    format!("{login} gets a digest at {} on days with visits.", at.strftime("%H:%M"))
                }
                (Some(_), None) => format!("{login} gets a digest as soon as digest.at is set."),
            })
        }
        Staff::Reset { login } => {
            let member = member(app, login).await?;
            let password = app.reset_staff(&member.login, now).await?;
            eprintln!(
                "{login} has another password, no second factor and no account of the house; every session has ended."
            );
            say(password.reveal())
        }
        Staff::Bind { login, subject, issuer } => {
            let member = member(app, login).await?;
            if subject == "off" {
                let had = app.unbind_identity(&member.login, now).await?;
                let what = if had { "is not bound any more" } else { "was not bound" };
                return say(&format!("{login} {what}; every session has ended."));
            }
            let issuer = issuer.as_ref().unwrap_or(&config.oidc.issuer);
            if issuer.is_empty() {
                return Err(wrong("no provider of accounts is set up: set oidc.issuer first"));
            }
            match app.bind_identity(&member.login, issuer, subject, now).await {
                Err(foreword_app::Error::Refused(why)) => Err(wrong(why)),
                done => Ok(done?),
            }?;
            say(&format!("{login} can sign in by {issuer}."))
        }
        Staff::Disable { login } => {
            let member = member(app, login).await?;
            app.disable_staff(&member.login, now).await?;
            say(&format!("{login} can't sign in any more; every session has ended."))
        }
        Staff::Enable { login } => {
            let member = member(app, login).await?;
            app.enable_staff(&member.login, now).await?;
            say(&format!("{login} can sign in again."))
        }
    }
}

pub(super) async fn migrate(config: &Config, args: &Migrate) -> anyhow::Result<()> {
    let options = wiring::database(config)?;
    if !args.status {
        wiring::migrate(&options).await?;
    }
    let connection = foreword_store::connect_single(&options).await?;
    for (name, applied) in foreword_migrations::status(&connection).await? {
        say(&format!("{name}  {}", if applied { "applied" } else { "missing" }))?;
    }
    Ok(())
}

async fn list_staff(app: &App, json: bool) -> anyhow::Result<()> {
    let accounts = app.staff_accounts().await?;
    if json {
        return say(&serde_json::to_string_pretty(&accounts)?);
    }
    for one in accounts {
        let factor = one.second_factor.map(|factor| format!("  {factor}")).unwrap_or_default();
        let house = if one.provider { "  house" } else { "" };
        let disabled = if one.disabled_at.is_some() { " (disabled)" } else { "" };
        say(&format!("{}  {}  {}{factor}{house}{disabled}", one.login, one.name, one.role))?;
    }
    Ok(())
}

pub(super) async fn member(app: &App, login: &str) -> anyhow::Result<Member> {
    let staff = app.staff().await?;
    let found = staff.into_iter().find(|member| member.login == login.to_lowercase());
    found.ok_or_else(|| wrong(format!("there is no login {login:?}; `foreword staff list` shows all")))
}

fn password() -> anyhow::Result<String> {
    eprintln!("Password, at least {} characters:", foreword_app::access::LEAST_PASSWORD);
    let mut text = String::new();
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        std::io::stdin().read_line(&mut text)?;
    } else {
        std::io::stdin().read_to_string(&mut text)?;
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
