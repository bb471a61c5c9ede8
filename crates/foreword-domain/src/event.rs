//! Events: what another program of a clinic's is told, which is that something has happened, when, and the ids it
//! is found by. What it was about is fetched by whoever may.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AlertId, AppointmentId, WebhookId},
    locate::nearest,
};

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// The first message for a visit was handed over.
    #[serde(rename = "invitation.sent")]
    InvitationSent,
    /// Everything that is asked before a visit was answered or skipped.
    #[serde(rename = "visit.completed")]
    VisitCompleted,
    /// An answer or a score that somebody must see.
    #[serde(rename = "alert.raised")]
    AlertRaised,
    /// Somebody has taken an alert.
    #[serde(rename = "alert.acknowledged")]
    AlertAcknowledged,
    /// Somebody has closed an alert.
    #[serde(rename = "alert.closed")]
    AlertClosed,
    /// The page of a completed visit says something else than before.
    #[serde(rename = "summary.changed")]
    SummaryChanged,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::InvitationSent,
        Self::VisitCompleted,
        Self::AlertRaised,
        Self::AlertAcknowledged,
        Self::AlertClosed,
        Self::SummaryChanged,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvitationSent => "invitation.sent",
            Self::VisitCompleted => "visit.completed",
            Self::AlertRaised => "alert.raised",
            Self::AlertAcknowledged => "alert.acknowledged",
            Self::AlertClosed => "alert.closed",
            Self::SummaryChanged => "summary.changed",
        }
    }
}

impl FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words = Self::ALL.map(Self::as_str);
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let near =
                nearest(text, words).map_or_else(String::new, |near| format!("; did you mean {near}?"));
            format!("is no event; events are {}{near}", words.join(", "))
        })
    }
}

/// An event, owed to one program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Version of this payload.
    pub v: u8,
    /// To which program.
    pub webhook: WebhookId,
    /// What has happened.
    pub event: Kind,
    /// When.
    pub at: Timestamp,
    /// About which visit.
    pub appointment: AppointmentId,
    /// About which alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<AlertId>,
}

/// Longest address of a program, in bytes.
const LONGEST: usize = 1000;

/// Whether a program at this address may be called. Without `private`, it must be reached over TLS and must not be
/// the machine itself or one of the house's network, which nobody from outside could reach. What its name leads to
/// is looked at again when it is called.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_target(url: &str, private: bool) -> Result<(), String> {
    let usual = "must be an address such as https://ehr.clinic.example/foreword";
    if url.len() > LONGEST {
        return Err(format!("is {} bytes long, at most {LONGEST} fit", url.len()));
    }
    if !url.is_ascii()
        || url.chars().any(|c| c.is_control() || c.is_whitespace() || "\\<>\"{}|^`#".contains(c))
    {
        return Err(usual.to_owned());
    }
    let (scheme, rest) = url.split_once("://").ok_or(usual)?;
    match scheme {
        "https" => {}
        "http" if private => {}
        "http" => return Err("must begin with https:// (webhooks.private allows http)".to_owned()),
        _ => return Err(usual.to_owned()),
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("must hold no name and password; calls are signed instead".to_owned());
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or(usual)?,
        None => authority.find(':').map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    if host.is_empty() || (!port.is_empty() && port.parse::<u16>().is_err()) {
        return Err(usual.to_owned());
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_here = host == "localhost" || [".localhost", ".local"].iter().any(|end| host.ends_with(end));
    let is_private = is_here || host.parse::<IpAddr>().is_ok_and(|address| !is_public(address));
    if is_private && !private {
        return Err(
            "is an address of this machine or of a network of the house's (webhooks.private allows it)"
                .to_owned(),
        );
    }
    Ok(())
}

/// Whether an address is one of the public internet (IANA's registries of special-purpose addresses).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // 2000::/3 is what is given out; of it, tunnels and documentation lead elsewhere.
    let [first, second, ..] = address.segments();
    let is_given_out = first & 0xe000 == 0x2000;
    let is_special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    is_given_out && !is_special
}

#[cfg(test)]
mod tests;
