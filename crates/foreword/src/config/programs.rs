//! The settings for programs: numbers and words as the doors want them.

use std::time::Duration;

use foreword_intake::{Limits, ProgramSettings, Reach};

use super::Api;

impl Api {
    /// What is wrong with a setting.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let numbers = [
            ("api.requests_per_second", &self.requests_per_second),
            ("api.burst", &self.burst),
            ("api.failures_per_minute", &self.failures_per_minute),
            ("api.time_limit", &self.time_limit),
            ("api.largest_body", &self.largest_body),
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
        }
    }
}

fn reach(word: &str) -> Option<Reach> {
    match word {
        "public" => Some(Reach::Public),
        "loopback" => Some(Reach::Loopback),
        "private" => Some(Reach::Private),
        _ => None,
    }
}
