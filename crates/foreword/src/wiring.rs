//! Wiring: from a configuration to a running service.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use foreword_app::{App, Catalog, Mailbox, Options, catalog::File, fhir::export::Clock as Clocked};
use foreword_bot::{Mail, Webhook, mail::inbox::Inbox};
use foreword_domain::message::{Channel, Deliver};
use foreword_intake::{Programs, Provider, ProviderSettings};
use foreword_store::{Keys, Store};
use jiff::Timestamp;

use crate::{
    chats::Chats,
    clock::{Clock, MANUAL_START},
    config::Config,
    fail::{read_text, wrong},
    post::Post,
};

/// The service with its clock and its ways out.
pub(crate) struct Service {
    pub app: App,
    pub clock: Clock,
    pub mail: Option<Mail>,
    pub webhook: Webhook,
    pub chats: Option<Chats>,
    pub post: Post,
    pub provider: Option<Provider>,
    pub programs: Programs,
}

impl Service {
    /// The ways to patients and staff that are set up.
    pub(crate) fn doors(&self) -> Vec<&dyn Deliver> {
        let mail = self.mail.iter().map(|mail| mail as &dyn Deliver);
        let chats = self.chats.iter().map(|chats| chats.door() as &dyn Deliver);
        mail.chain(chats).collect()
    }

    /// The ways to those who are told of an alert.
    pub(crate) fn alert_doors(&self) -> Vec<&dyn Deliver> {
        let mut doors = self.doors();
        doors.push(&self.webhook);
        doors
    }
}

/// Opens a database that is there already. Commands that only look at one make none; beside the
/// demo's folder, the demo's is meant.
pub(crate) async fn open_existing(config: &Config) -> anyhow::Result<Service> {
    let Ok(foreword_store::Url::Sqlite(path)) = config.database.url.parse() else {
        return open(config).await;
    };
    if path.is_file() {
        return open(&beside(config, &path)?).await;
    }
    let demo = Path::new(DEMO);
    if config.database.url == DEFAULT_DATABASE && demo.is_file() {
        eprintln!("There is no {}; the demo's database {DEMO} is used.", path.display());
        let mut config = config.clone();
        config.database.url = format!("sqlite://{DEMO}");
        return open(&beside(&config, demo)?).await;
    }
    Err(wrong(format!("there is no database {}; name it with --database or database.url", path.display())))
}

/// Opens a database, or makes a new one. One that is there is opened with what stands beside it.
pub(crate) async fn open_or_make(config: &Config) -> anyhow::Result<Service> {
    match config.database.url.parse() {
        Ok(foreword_store::Url::Sqlite(path)) if path.is_file() => open(&beside(config, &path)?).await,
        _ => open(config).await,
    }
}

/// What a demo is set to holds for its database, where nothing else was said.
fn beside(config: &Config, database: &Path) -> anyhow::Result<Config> {
    let settings = database.with_file_name(DEMO_SETTINGS);
    let mut config = config.clone();
    if settings.is_file() {
        let demo = Config::load(Some(&settings), std::iter::empty())?;
        let usual = Config::load(None, std::iter::empty())?;
        if config.http == usual.http {
            config.http = demo.http;
        }
        if config.mail == usual.mail {
            config.mail = demo.mail;
        }
        if config.clinic == usual.clinic {
            config.clinic = demo.clinic;
        }
        if config.quiet_hours == usual.quiet_hours {
            config.quiet_hours = demo.quiet_hours;
        }
    }
    Ok(config)
}

/// The file in a demo's folder that says what it is set to.
pub(crate) const DEMO_SETTINGS: &str = "demo.toml";
/// The clinic's name where nothing is configured.
pub(crate) const DEFAULT_NAME: &str = "Your clinic";
/// The database where nothing is configured.
const DEFAULT_DATABASE: &str = "sqlite://foreword.db";
/// The database of a demo that was started in this folder.
const DEMO: &str = "foreword-demo/foreword.db";

/// Opens everything. Faults in files come before anything is created.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Service> {
    let catalog = catalog(config)?;
    let ca = pem(&config.mail.ca_file, "mail.ca_file")?;
    let mail = mail(config, &ca)?;
    let tls = foreword_bot::mail::inbox::trust(&ca).map_err(|error| wrong(error.to_string()))?;
    let mut webhook = Webhook::new(&config.alerts.webhook_secret, tls).map_err(|why| anyhow::anyhow!(why))?;
    if config.private_webhooks() {
        webhook = webhook.with_private_programs();
    }
    let inbox = inbox(config, &ca)?;
    let chats = chats(config)?;
    let provider = provider(config)?;
    let programs = programs(config)?;
    let options = database(config)?;
    if let foreword_store::Url::Sqlite(path) = &options.url {
        refuse_missing_folder(path)?;
    }
    migrate(&options).await?;
    let keys = Keys::open(&config.master_file())?;
    let store = Store::open(&options, keys).await?;
    let app = App::new(
        store,
        catalog,
        Options {
            public_url: config.public_url(),
            clinic_name: config.clinic.name.clone(),
            language: config.language(),
            time_zone: config.clinic.time_zone.clone(),
            quiet: config.quiet(),
            mailbox: mailbox(config, inbox.as_ref()),
            check: config.identity_check(),
            can_mail: mail.is_some(),
            mails_a_minute: config.mails_a_minute(),
            digest_at: config.digest_at(),
            second_factor: config.second_factor(),
            exports_kept: config.exports_kept(),
            private_webhooks: config.private_webhooks(),
        },
    );
    let clock = match app.claim_clock(&config.clock).await?.as_str() {
        "manual" => Clock::manual(manual_now(&app).await?),
        _ => Clock::System,
    };
    match app.keep_pathways(clock.now()).await {
        Err(foreword_app::Error::Refused(what)) => return Err(wrong(what)),
        kept => kept?,
    }
    let post = Post::new(inbox, &config.mail.hook_secret);
    Ok(Service { app, clock, mail, webhook, chats, post, provider, programs })
}

/// Where the manual clock of a database stands.
pub(crate) async fn manual_now(app: &App) -> anyhow::Result<Timestamp> {
    let stored = app.manual_now().await?;
    Ok(match stored {
        Some(at) => at,
        None => MANUAL_START.parse().context("the start of the manual clock")?,
    })
}

pub(crate) fn database(config: &Config) -> anyhow::Result<foreword_store::Options> {
    let url = config.database.url.parse().map_err(|what| wrong(format!("database.url: {what}")))?;
    Ok(foreword_store::Options { url })
}

pub(crate) async fn migrate(options: &foreword_store::Options) -> anyhow::Result<()> {
    let connection = foreword_store::connect_single(options).await?;
    foreword_migrations::run(&connection).await.context("the database could not be brought up to date")?;
    connection.close().await?;
    Ok(())
}

pub(crate) fn catalog(config: &Config) -> anyhow::Result<Catalog> {
    let instruments = files(&config.instruments.dir, "instruments.dir")?;
    let pathways = files(&config.pathways.dir, "pathways.dir")?;
    Catalog::with(&instruments, &pathways)
        .map_err(|refused| wrong(refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn mail(config: &Config, ca: &str) -> anyhow::Result<Option<Mail>> {
    if config.mail.smtp_url.is_empty() {
        return Ok(None);
    }
    let options = foreword_bot::Options {
        from: config.mail.from.clone(),
        smtp_url: config.mail.smtp_url.clone(),
        ca: ca.to_owned(),
        dkim_key: pem(&config.mail.dkim_key_file, "mail.dkim_key_file")?,
        dkim_selector: config.mail.dkim_selector.clone(),
    };
    match Mail::new(&options) {
        Ok(mail) => Ok(Some(mail)),
        Err(error @ foreword_bot::mail::Error::Folder(..)) => Err(error.into()),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// Who vouches for accounts of the house, where somebody is set.
fn provider(config: &Config) -> anyhow::Result<Option<Provider>> {
    let oidc = &config.oidc;
    if oidc.issuer.is_empty() {
        return Ok(None);
    }
    let tls = foreword_bot::mail::inbox::trust(&pem(&oidc.ca_file, "oidc.ca_file")?)
        .map_err(|_| wrong("oidc.ca_file holds no certificates in PEM"))?;
    if oidc.acr.is_empty() && config.clinic.second_factor == "required" {
        tracing::warn!(
            "clinic.second_factor is required, and oidc.acr is empty: see to it that the provider asks for a second factor"
        );
    }
    let settings = ProviderSettings {
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.clone(),
        name: oidc.name.clone(),
        login_claim: oidc.login_claim.clone(),
        acr: oidc.acr.clone(),
    };
    Provider::new(settings, &config.public_url(), tls).map(Some).map_err(wrong)
}

/// What the doors for programs share.
fn programs(config: &Config) -> anyhow::Result<Programs> {
    let tls = foreword_bot::mail::inbox::trust(&pem(&config.api.ca_file, "api.ca_file")?)
        .map_err(|_| wrong("api.ca_file holds no certificates in PEM"))?;
    Programs::new(config.programs(), tls).map_err(wrong)
}

/// The mailbox that is read, where one is set.
fn inbox(config: &Config, ca: &str) -> anyhow::Result<Option<Inbox>> {
    let url = &config.mail.imap_url;
    if url.is_empty() {
        return Ok(None);
    }
    if config.mail.reply_domain.is_empty() {
        return Err(wrong("mail.reply_domain is empty, but mail.imap_url is set: replies go to an address in that domain, such as \"clinic.example\"".to_owned()));
    }
    Inbox::new(url, ca).map(Some).map_err(|error| wrong(error.to_string()))
}

/// The addresses patients reply to, where their mails are taken in.
fn mailbox(config: &Config, inbox: Option<&Inbox>) -> Option<Mailbox> {
    let mail = &config.mail;
    if mail.reply_domain.is_empty() || (inbox.is_none() && mail.hook_secret.is_empty()) {
        return None;
    }
    let name = match (mail.mailbox.as_str(), inbox) {
        ("", Some(inbox)) => inbox.name().to_owned(),
        ("", None) => "answer".to_owned(),
        (name, _) => name.to_owned(),
    };
    let checked_by = (!mail.checked_by.is_empty()).then(|| mail.checked_by.clone());
    Some(Mailbox { name, domain: mail.reply_domain.clone(), checked_by })
}

/// The letters PDF files are written in: those in the program, and the machine's Noto fonts for other scripts.
pub(crate) fn fonts() -> foreword_summary::Fonts {
    /// Where Debian and others put them; the scripts of patients' own words beyond those in the program.
    const FOLDERS: [&str; 2] = ["/usr/share/fonts/truetype/noto", "/usr/share/fonts/opentype/noto"];
    const SCRIPTS: [&str; 6] = [
        "NotoSansHebrew-Regular.ttf",
        "NotoSansBengali-Regular.ttf",
        "NotoSansTamil-Regular.ttf",
        "NotoSansThai-Regular.ttf",
        "NotoSansSymbols2-Regular.ttf",
        "NotoSansCJK-Regular.ttc",
    ];
    let files =
        FOLDERS.iter().flat_map(|folder| SCRIPTS.iter().map(move |name| Path::new(folder).join(name)));
    foreword_summary::Fonts::with(files.filter_map(|file| std::fs::read(file).ok()).collect())
}

/// What stands in a file, if one is named.
fn pem(file: &str, key: &str) -> anyhow::Result<String> {
    if file.is_empty() {
        return Ok(String::new());
    }
    std::fs::read_to_string(file).map_err(|error| wrong(format!("{key}: {file} cannot be read: {error}")))
}

/// The messenger's door, where a token is set.
fn chats(config: &Config) -> anyhow::Result<Option<Chats>> {
    let telegram = &config.telegram;
    if telegram.token.is_empty() {
        return Ok(None);
    }
    let options =
        foreword_bot::telegram::Options { token: telegram.token.clone(), api_url: telegram.api_url.clone() };
    let door = foreword_bot::Telegram::new(&options).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(Chats::new(door, &config.public_url(), &telegram.webhook_secret)))
}

fn refuse_missing_folder(database: &Path) -> anyhow::Result<()> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(anyhow::anyhow!(
            "cannot open the database {}: the folder {} does not exist; create it first",
            database.display(),
            folder.display()
        )),
        _ => Ok(()),
    }
}

/// The `.toml` files of a folder, by name.
fn files(dir: &str, key: &str) -> anyhow::Result<Vec<File>> {
    if dir.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |error: std::io::Error| wrong(format!("{key}: {dir}: {error}"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.display().to_string();
            let text = read_text(&path)?;
            files.push(File { name, text });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// Sends what is due, every few seconds, until it is told to end. A message under way is settled first.
pub(crate) async fn work(service: &Service, mut end: tokio::sync::watch::Receiver<bool>) {
    /// How often the worker looks for messages that are due.
    const EVERY: Duration = Duration::from_secs(2);
    /// Every so many times it does what is done once a minute.
    const A_MINUTE: u32 = 30;
    let doors = service.doors();
    if doors.is_empty() {
        tracing::warn!(
            "neither mail.smtp_url nor telegram.token is set: messages are planned, but none is sent"
        );
    }
    if let Some(mail) = &service.mail
        && let Err(trouble) = mail.try_out().await
    {
        tracing::warn!(%trouble, "mail cannot be sent; it waits, and is tried again and again");
    }
    // On a manual clock others send as well.
    let _alone = match service.clock {
        Clock::Manual(_) => None,
        Clock::System => service.app.begin_dispatch(service.clock.now()).await.unwrap_or_else(|error| {
            tracing::error!(%error, "what was on its way before waits until its lease runs out");
            None
        }),
    };
    let told = end.clone();
    let clock = || (!*told.borrow()).then(|| service.clock.now());
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0_u32.. {
        tokio::select! {
            _ = every.tick() => {}
            _ = end.wait_for(|end| *end) => break,
        }
        if let Clock::Manual(_) = service.clock {
            match manual_now(&service.app).await {
                Ok(now) => service.clock.set(now),
                Err(error) => tracing::error!(%error, "the manual clock could not be read"),
            }
            // On a manual clock, `tick` does the work.
            continue;
        }
        if round.is_multiple_of(A_MINUTE) {
            once_a_minute(service).await;
        }
        if doors.is_empty() {
            continue;
        }
        match service.app.dispatch(&clock, &doors).await {
            Ok(done) if !done.is_empty() => tracing::info!(messages = done.len(), "messages were dealt with"),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "messages could not be sent"),
        }
    }
    if let Clock::System = service.clock {
        once_a_minute(service).await;
    }
}

/// Does the exports that programs ask for, until it is told to end; on a manual clock as well.
pub(crate) async fn export(service: &Service, end: tokio::sync::watch::Receiver<bool>) {
    let _alone = service.app.begin_exports().await.unwrap_or_else(|error| {
        tracing::error!(%error, "exports that were under way wait until their lease runs out");
        None
    });
    let (told, clock) = (end.clone(), service.clock.clone());
    let clock: Clocked = Arc::new(move || (!*told.borrow()).then(|| clock.now()));
    let look = async || {
        if let Err(error) = service.app.run_exports(&clock).await {
            tracing::error!(%error, "an export could not be done; it is begun again");
        }
    };
    every_few_seconds(end, &look).await;
}

/// Watches over alerts until it is told to end, and has those told who are to be. Each is a loop of its own, and so is
/// each way out: a mail server that hangs holds up neither the deadlines nor the pager.
pub(crate) async fn watch(service: &Service, end: tokio::sync::watch::Receiver<bool>) {
    // On a manual clock, `tick` does the work.
    if let Clock::Manual(_) = service.clock {
        return;
    }
    let doors = service.alert_doors();
    let told = end.clone();
    let clock = || (!*told.borrow()).then(|| service.clock.now());
    let has = |channel: Channel| doors.iter().any(|door| door.channel() == channel);
    // What has no way out is found out at once, beside the calls to other programs.
    let mut others: Vec<Channel> =
        [Channel::Email, Channel::Telegram].into_iter().filter(|c| !has(*c)).collect();
    others.push(Channel::Webhook);
    let look = async || {
        if let Err(error) = service.app.watch(service.clock.now()).await {
            tracing::error!(%error, "alerts could not be watched over");
        }
    };
    let send = async |channels: &[Channel]| {
        if let Err(error) = service.app.send_notices(&clock, &doors, channels).await {
            tracing::error!(%error, "notices of alerts could not be sent");
        }
    };
    // Programs that subscribed hear of it beside all that, and hold up nobody.
    let tell = async || {
        if let Err(error) = service.app.send_events(&clock, &[&service.webhook]).await {
            tracing::error!(%error, "events could not be told");
        }
    };
    tokio::join!(
        every_few_seconds(end.clone(), &look),
        every_few_seconds(end.clone(), async || send(&[Channel::Email]).await),
        every_few_seconds(end.clone(), async || send(&[Channel::Telegram]).await),
        every_few_seconds(end.clone(), async || send(&others).await),
        every_few_seconds(end.clone(), &tell),
    );
}

async fn every_few_seconds(mut end: tokio::sync::watch::Receiver<bool>, work: impl AsyncFn()) {
    /// How often it looks.
    const EVERY: Duration = Duration::from_secs(2);
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = end.wait_for(|end| *end) => break,
        }
        work().await;
    }
}

/// What is done once a minute: the digest of the day is owed when it is time, and the audit log is linked.
async fn once_a_minute(service: &Service) {
    let now = service.clock.now();
    if service.mail.is_some()
        && let Err(error) = service.app.plan_digests(now).await
    {
        tracing::error!(%error, "the daily digest could not be planned");
    }
    if let Err(error) = service.app.forget_requests(now).await {
        tracing::error!(%error, "old requests of programs could not be forgotten");
    }
    if let Err(error) = service.app.seal_audit(now).await {
        tracing::error!(%error, "the audit log could not be linked");
    }
}
