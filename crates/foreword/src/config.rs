//! The configuration: the shipped file, then one given by `--config`, then the environment.

use std::{collections::BTreeMap, path::Path, path::PathBuf};

use foreword_domain::{language::Lang, locate, schedule::QuietHours};
use jiff::{civil::Time, tz::TimeZone};
use serde::Deserialize;

use crate::fail::wrong;

mod programs;

/// The shipped file: every key with its default and a comment.
pub const SHIPPED: &str = include_str!("../../../config/foreword.toml");
const PREFIX: &str = "FOREWORD__";

/// All settings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `system` or `manual`.
    pub clock: String,
    /// The web server.
    pub http: Http,
    /// The database.
    pub database: Database,
    /// The Telegram door.
    pub telegram: Telegram,
    /// Mail.
    pub mail: Mail,
    /// Feeds of appointments.
    pub feeds: Feeds,
    /// Keys.
    pub keys: Keys,
    /// The clinic.
    pub clinic: Clinic,
    /// The provider of the house's accounts.
    pub oidc: Oidc,
    /// Programs.
    pub api: Api,
    /// CDS Hooks.
    pub cds: Cds,
    /// The EHR that may launch the page.
    pub smart: Smart,
    /// Alerts.
    pub alerts: Alerts,
    /// Programs that are told of events.
    pub webhooks: Webhooks,
    /// Visits.
    pub visits: Visits,
    /// Quiet hours.
    pub quiet_hours: Quiet,
    /// The daily digest.
    pub digest: Digest,
    /// Instruments.
    pub instruments: Folder,
    /// Pathways.
    pub pathways: Folder,
}

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Deserialize, PartialEq, Eq)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the shipped file explains every key")]
        pub struct $name { $(pub $field: String),+ }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // Some of the values are secrets.
                f.write_str(stringify!($name))
            }
        }
    )+};
}

sections! {
    /// The web server.
    Http { listen, public_url }
    /// The database.
    Database { url, url_file }
    /// The Telegram door.
    Telegram { token, token_file, api_url, webhook_secret, webhook_secret_file }
    /// Mail.
    Mail { from, smtp_url, smtp_url_file, ca_file, dkim_key_file, dkim_selector, reply_domain, mailbox, imap_url, imap_url_file, hook_secret, hook_secret_file, checked_by, per_minute }
    /// Feeds of appointments.
    Feeds { folder, mllp_listen }
    /// Keys.
    Keys { master_file }
    /// The clinic.
    Clinic { name, language, time_zone, second_factor }
    /// The provider of the house's accounts.
    Oidc { issuer, client_id, client_secret, client_secret_file, name, login_claim, acr, ca_file }
    /// Programs.
    Api { requests_per_second, burst, failures_per_minute, time_limit, largest_body, client_address_header, reach, ca_file, export_expires_hours }
    /// CDS Hooks.
    Cds { issuers, identifier_system, cors_origins }
    /// The EHR that may launch the page.
    Smart { iss, client_id, client_secret, client_secret_file, identifier_system }
    /// Alerts.
    Alerts { webhook_secret, webhook_secret_file }
    /// Programs that are told of events.
    Webhooks { private }
    /// Visits.
    Visits { check }
    /// Quiet hours.
    Quiet { from, to }
    /// The daily digest.
    Digest { at }
    /// A folder with the clinic's own files.
    Folder { dir }
}

/// A value with the place it comes from.
struct Sourced {
    value: String,
    place: String,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// For wrong input: the file, line and key, and the nearest known key.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let shipped: toml::Table = toml::from_str(SHIPPED).expect("the shipped configuration is TOML");
        let mut values: BTreeMap<String, Sourced> = flat(&shipped)
            .into_iter()
            .map(|(key, value)| {
                let value = value.as_str().unwrap_or_default().to_owned();
                (key, Sourced { value, place: "the default".to_owned() })
            })
            .collect();
        if let Some(file) = file {
            read_file(file, &mut values)?;
        }
        for (name, value) in environment {
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            let key = key.to_lowercase().replace("__", ".");
            let place = format!("the environment variable {name}");
            put(&mut values, &key, value, place)?;
        }
        read_secret_files(&mut values)?;
        let config = Self::of(&values);
        config.check(&values)?;
        Ok(config)
    }

    fn of(values: &BTreeMap<String, Sourced>) -> Self {
        let mut table = toml::Table::new();
        for (key, sourced) in values {
            let value = toml::Value::String(sourced.value.clone());
            match key.split_once('.') {
                None => {
                    table.insert(key.clone(), value);
                }
                Some((section, key)) => {
                    let section = table.entry(section).or_insert_with(|| toml::Table::new().into());
                    if let Some(section) = section.as_table_mut() {
                        section.insert(key.to_owned(), value);
                    }
                }
            }
        }
        table.try_into().expect("the keys of the shipped file are those of the program; a test proves it")
    }

    fn check(&self, values: &BTreeMap<String, Sourced>) -> anyhow::Result<()> {
        let refuse = |key: &str, what: &str| {
            let place = values.get(key).map(|sourced| sourced.place.as_str()).unwrap_or_default();
            wrong(format!("{key} ({place}): {what}"))
        };
        if !matches!(self.clock.as_str(), "system" | "manual") {
            return Err(refuse("clock", &format!("is {:?}, must be \"system\" or \"manual\"", self.clock)));
        }
        if self.http.listen.parse::<std::net::SocketAddr>().is_err() {
            return Err(refuse("http.listen", "must be an address with a port, such as \"127.0.0.1:8080\""));
        }
        let url = &self.http.public_url;
        if !url.is_empty() && !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(refuse("http.public_url", "must begin with http:// or https://"));
        }
        self.database.url.parse::<foreword_store::Url>().map_err(|what| refuse("database.url", &what))?;
        if !self.mail.per_minute.is_empty() && self.mails_a_minute().is_none() {
            return Err(refuse(
                "mail.per_minute",
                "must be a number from 1, or empty for as many as there are",
            ));
        }
        let mllp = &self.feeds.mllp_listen;
        if !mllp.is_empty() && mllp.parse::<std::net::SocketAddr>().is_err() {
            return Err(refuse(
                "feeds.mllp_listen",
                "must be an address with a port, such as \"127.0.0.1:2575\"",
            ));
        }
        if TimeZone::get(&self.clinic.time_zone).is_err() {
            return Err(refuse("clinic.time_zone", "must be an IANA time zone such as \"Europe/Berlin\""));
        }
        if let Err(error) = Lang::parse(&self.clinic.language) {
            return Err(refuse("clinic.language", &error.to_string()));
        }
        if !matches!(self.visits.check.as_str(), "year" | "date") {
            return Err(refuse(
                "visits.check",
                &format!("is {:?}, must be \"year\" or \"date\"", self.visits.check),
            ));
        }
        if !matches!(self.webhooks.private.as_str(), "allowed" | "refused") {
            return Err(refuse(
                "webhooks.private",
                &format!("is {:?}, must be \"allowed\" or \"refused\"", self.webhooks.private),
            ));
        }
        if !matches!(self.clinic.second_factor.as_str(), "optional" | "required") {
            return Err(refuse(
                "clinic.second_factor",
                &format!("is {:?}, must be \"optional\" or \"required\"", self.clinic.second_factor),
            ));
        }
        for (key, text) in
            [("quiet_hours.from", &self.quiet_hours.from), ("quiet_hours.to", &self.quiet_hours.to)]
        {
            if text.parse::<Time>().is_err() {
                return Err(refuse(key, "must be a time of day such as \"20:00\""));
            }
        }
        if !self.digest.at.is_empty() && self.digest_at().is_none() {
            return Err(refuse(
                "digest.at",
                "must be a time of day such as \"07:00\", or empty for no digest",
            ));
        }
        self.api
            .check()
            .and_then(|()| self.cds.check())
            .and_then(|()| self.smart.check())
            .map_err(|(key, what)| refuse(key, &what))?;
        if self.http.public_url.is_empty()
            && !self.mail.smtp_url.is_empty()
            && !self.mail.smtp_url.starts_with("file:")
        {
            return Err(refuse(
                "http.public_url",
                "is empty, but mail is sent: patients need the address under which they reach the pages, such as \"https://visits.clinic.example\"",
            ));
        }
        Ok(())
    }

    /// Quiet hours.
    pub fn quiet(&self) -> QuietHours {
        let time = |text: &str, default| text.parse().unwrap_or(default);
        QuietHours {
            from: time(&self.quiet_hours.from, QuietHours::DEFAULT.from),
            to: time(&self.quiet_hours.to, QuietHours::DEFAULT.to),
        }
    }

    /// Mails sent in a minute, at most; any number, where it is not set.
    pub fn mails_a_minute(&self) -> Option<u32> {
        self.mail.per_minute.parse().ok().filter(|number| *number > 0)
    }

    /// When staff are told of the day; never, where it is not set.
    pub fn digest_at(&self) -> Option<Time> {
        self.digest.at.parse().ok()
    }

    /// What patients are asked for on the web, to be sure that it is they.
    pub fn identity_check(&self) -> foreword_app::identity::Asked {
        match self.visits.check.as_str() {
            "date" => foreword_app::identity::Asked::Date,
            _ => foreword_app::identity::Asked::Year,
        }
    }

    /// What is set up for programs.
    pub fn programs(&self) -> foreword_intake::ProgramSettings {
        foreword_intake::ProgramSettings {
            cds: self.cds.settings(),
            launch: self.smart.settings(),
            ..self.api.settings()
        }
    }

    /// How long an export is kept, once it is done.
    pub fn exports_kept(&self) -> jiff::SignedDuration {
        self.api.exports_kept()
    }

    /// Whether staff need a second factor.
    pub fn second_factor(&self) -> foreword_app::account::SecondFactor {
        match self.clinic.second_factor.as_str() {
            "required" => foreword_app::account::SecondFactor::Required,
            _ => foreword_app::account::SecondFactor::Optional,
        }
    }

    /// Whether programs that are told of events may be inside the house.
    pub fn private_webhooks(&self) -> bool {
        self.webhooks.private == "allowed"
    }

    /// The language staff write to patients in.
    pub fn language(&self) -> Lang {
        Lang::parse(&self.clinic.language).unwrap_or_else(|_| Lang::english())
    }

    /// Where patients and staff reach the pages, without a slash at the end.
    pub fn public_url(&self) -> String {
        let url = self.http.public_url.trim_end_matches('/');
        if url.is_empty() { format!("http://{}", self.http.listen) } else { url.to_owned() }
    }

    /// Where the master key is.
    pub fn master_file(&self) -> PathBuf {
        if !self.keys.master_file.is_empty() {
            return PathBuf::from(&self.keys.master_file);
        }
        match self.database.url.parse() {
            Ok(foreword_store::Url::Sqlite(path)) => path.with_file_name("master.key"),
            _ => PathBuf::from("master.key"),
        }
    }
}

fn read_file(file: &Path, values: &mut BTreeMap<String, Sourced>) -> anyhow::Result<()> {
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| wrong(format!("{shown}: the configuration cannot be read: {error}")))?;
    let table: toml::Table = locate::read(&text).map_err(|fault| wrong(format!("{shown}: {fault}")))?;
    for (key, value) in flat(&table) {
        let place = match locate::line_of(&text, &key) {
            Some(line) => format!("{shown}:{line}"),
            None => shown.clone(),
        };
        let Some(text) = value.as_str() else {
            return Err(wrong(format!("{place}: {key}: must be a text in quotes")));
        };
        put(values, &key, text.to_owned(), place)?;
    }
    Ok(())
}

fn put(
    values: &mut BTreeMap<String, Sourced>,
    key: &str,
    value: String,
    place: String,
) -> anyhow::Result<()> {
    if let Some(known) = values.get_mut(key) {
        *known = Sourced { value, place };
        return Ok(());
    }
    let nearest = values
        .keys()
        .min_by_key(|known| strsim::damerau_levenshtein(known, key))
        .map(String::as_str)
        .unwrap_or_default();
    Err(wrong(format!("{place}: {key}: there is no such setting; did you mean {nearest}?")))
}

/// A `..._file` that is set replaces its setting with what stands in the file.
fn read_secret_files(values: &mut BTreeMap<String, Sourced>) -> anyhow::Result<()> {
    let secrets: Vec<String> =
        values.keys().filter(|key| values.contains_key(&format!("{key}_file"))).cloned().collect();
    for key in secrets {
        let file = &values[&format!("{key}_file")];
        if file.value.is_empty() {
            continue;
        }
        let text = std::fs::read_to_string(&file.value).map_err(|error| {
            wrong(format!("{key}_file ({}): {} cannot be read: {error}", file.place, file.value))
        })?;
        if text.trim().is_empty() {
            return Err(wrong(format!("{key}_file ({}): there is nothing in {}", file.place, file.value)));
        }
        let place = file.value.clone();
        values.insert(key, Sourced { value: text.trim().to_owned(), place });
    }
    Ok(())
}

/// Keys with their sections (`http.listen`).
fn flat(table: &toml::Table) -> Vec<(String, toml::Value)> {
    let mut keys = Vec::new();
    for (key, value) in table {
        match value.as_table() {
            Some(section) => {
                keys.extend(section.iter().map(|(sub, value)| (format!("{key}.{sub}"), value.clone())));
            }
            None => keys.push((key.clone(), value.clone())),
        }
    }
    keys
}

#[cfg(test)]
mod tests;
