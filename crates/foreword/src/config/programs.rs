//! The settings for programs: numbers and words as the doors want them.

use std::time::Duration;

use foreword_intake::{CdsSettings, LaunchSettings, Limits, ProgramSettings, Reach};

use super::{Api, Cds, Smart};

impl Api {
    /// What is wrong with a setting.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let numbers = [
            ("api.requests_per_second", &self.requests_per_second),
            ("api.burst", &self.burst),
            ("api.failures_per_minute", &self.failures_per_minute),
            ("api.time_limit", &self.time_limit),
            ("api.largest_body", &self.largest_body),
            ("api.export_expires_hours", &self.export_expires_hours),
        ];
        for (key, text) in numbers {
            if text.parse::<u32>().ok().is_none_or(|number| number == 0) {
                return Err((key, "must be a number from 1".to_owned()));
            }
        }
        if reach(&self.reach).is_none() {
            let what = format!("is {:?}, must be \"public\", \"loopback\" or \"private\"", self.reach);
            return Err(("api.reach", what));
        }
        let is_header = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'-';
        if !self.client_address_header.bytes().all(is_header) {
            let what = "must be the name of a header, such as \"X-Forwarded-For\", or empty";
            return Err(("api.client_address_header", what.to_owned()));
        }
        Ok(())
    }

    /// How long an export is kept, once it is done.
    pub(super) fn exports_kept(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_hours(
            self.export_expires_hours.parse().map_or(24, |hours: u32| i64::from(hours)),
        )
    }

    /// As the doors want them.
    pub(super) fn settings(&self) -> ProgramSettings {
        let usual = Limits::default();
        let number = |text: &str, usual| text.parse().unwrap_or(usual);
        ProgramSettings {
            limits: Limits {
                per_second: number(&self.requests_per_second, usual.per_second),
                burst: number(&self.burst, usual.burst),
                failures_a_minute: number(&self.failures_per_minute, usual.failures_a_minute),
                patience: self.time_limit.parse().map_or(usual.patience, Duration::from_secs),
                largest: self.largest_body.parse().unwrap_or(usual.largest),
                forwarded: self.client_address_header.clone(),
            },
            reach: reach(&self.reach).unwrap_or_default(),
            ..ProgramSettings::default()
        }
    }
}

impl Cds {
    /// What is wrong with a setting.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        for one in listed(&self.issuers) {
            let parts: Vec<&str> = one.split_whitespace().collect();
            if !matches!(parts.as_slice(), [_, keys] if is_address(keys)) {
                let what = "must be an issuer and the address of its keys, with a blank between them and a comma before the next, such as \"https://ehr.example https://ehr.example/jwks.json\"";
                return Err(("cds.issuers", what.to_owned()));
            }
        }
        let is_origin = |origin: &str| {
            is_address(origin) && origin.split("//").nth(1).is_some_and(|host| !host.contains('/'))
        };
        if !self.cors_origins.split_whitespace().all(is_origin) {
            let what = "must be origins with blanks between them, such as \"https://sandbox.cds-hooks.org\"";
            return Err(("cds.cors_origins", what.to_owned()));
        }
        Ok(())
    }

    /// As the doors want them.
    pub(super) fn settings(&self) -> CdsSettings {
        let issuer = |one: &str| {
            let (issuer, keys) = one.split_once(char::is_whitespace)?;
            Some((issuer.to_owned(), keys.trim().to_owned()))
        };
        CdsSettings {
            identifier_system: self.identifier_system.trim().to_owned(),
            issuers: listed(&self.issuers).filter_map(issuer).collect(),
            origins: self.cors_origins.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

impl Smart {
    /// What is wrong with a setting.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if !self.iss.is_empty() && !is_address(&self.iss) {
            let what = "must be the address of a FHIR server, such as \"https://ehr.example/fhir/R4\"";
            return Err(("smart.iss", what.to_owned()));
        }
        if !self.iss.is_empty() && self.client_id.is_empty() {
            return Err((
                "smart.client_id",
                "is empty, but smart.iss is set: what are we called there?".to_owned(),
            ));
        }
        Ok(())
    }

    /// As the doors want them.
    pub(super) fn settings(&self) -> LaunchSettings {
        LaunchSettings {
            iss: self.iss.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            identifier_system: self.identifier_system.trim().to_owned(),
        }
    }
}

/// What stands between commas.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty())
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn reach(word: &str) -> Option<Reach> {
    match word {
        "public" => Some(Reach::Public),
        "loopback" => Some(Reach::Loopback),
        "private" => Some(Reach::Private),
        _ => None,
    }
}
