//! What a mail server's refusal means, and what would have to be changed. The server's own words are never
//! repeated: they often hold the address.

use std::error::Error as _;

use foreword_domain::message::Delivery;
use lettre::transport::smtp::Error;

use super::place::certificate_trouble;

/// What a failed try means for the message.
pub(super) fn outcome(error: &Error, is_wrapped: bool) -> Delivery {
    match error.status() {
        Some(code) if error.is_permanent() => {
            let code: u16 = code.into();
            if is_about_login(code) {
                // Nothing is wrong with the message, and somebody will put it right.
                return Delivery::Later(why(error, is_wrapped));
            }
            if is_about_address(error) {
                return Delivery::Unreachable(format!("the mail server knows no such address ({code})"));
            }
            Delivery::Never(format!("the mail server refused it ({code})"))
        }
        Some(code) => Delivery::Later(format!("the mail server asked to wait ({code})")),
        None if error.is_tls() || error.is_client() || refused(error) || tls(error).is_some() => {
            Delivery::Later(why(error, is_wrapped))
        }
        None if error.is_timeout() => {
            Delivery::Unknown("the connection to the mail server timed out".to_owned())
        }
        None => Delivery::Unknown("the connection to the mail server broke".to_owned()),
    }
}

/// What is wrong, and what to change.
pub(super) fn why(error: &Error, is_wrapped: bool) -> String {
    if let Some(code) = error.status().map(u16::from) {
        return match code {
            530 => "the mail server wants STARTTLS first (530): write mail.smtp_url as smtp://USER:PASSWORD@HOST:587?tls=required".to_owned(),
            code if is_about_login(code) => format!("the mail server refused the login ({code}): check user and password in mail.smtp_url; special letters in them are written as %XX"),
            code => format!("the mail server refused the connection ({code})"),
        };
    }
    if let Some(why) = tls(error) {
        return why;
    }
    let words = words(error);
    if words.contains("starttls") {
        return "the mail server offers no STARTTLS on this port: write mail.smtp_url as smtps://...:465, or take the port for STARTTLS, usually 587".to_owned();
    }
    if words.contains("no compatible authentication") {
        return "the mail server offers no login on this connection: most offer it behind TLS alone, so write mail.smtp_url as smtp://...:587?tls=required or smtps://...:465".to_owned();
    }
    if error.is_timeout() || words.contains("incomplete") || words.contains("connection closed") {
        return silent(is_wrapped).to_owned();
    }
    if words.contains("lookup") || words.contains("resolve") || words.contains("name or service") {
        return "the mail server's name is not known: check the host in mail.smtp_url".to_owned();
    }
    if refused(error) {
        return "the mail server cannot be reached: check host and port in mail.smtp_url, and the firewall"
            .to_owned();
    }
    "the mail server and this client do not understand each other: check host, port and scheme in mail.smtp_url".to_owned()
}

/// What it means when a server says nothing.
pub(super) fn silent(is_wrapped: bool) -> &'static str {
    if is_wrapped {
        "the mail server says nothing in TLS: check the port; smtps:// is for 465, and 587 and 25 want smtp://...?tls=required"
    } else {
        "the mail server says nothing: a port that wants TLS from the beginning waits for it; write smtps:// for port 465"
    }
}

/// What is wrong with TLS, if that is what is wrong.
fn tls(error: &Error) -> Option<String> {
    let words = words(error);
    let says = |what: &str| words.contains(what);
    certificate_trouble(&words, "the mail server", "mail.smtp_url").or_else(|| {
        let why = if says("invalidcontenttype") || says("corrupt message") {
            "the mail server does not speak TLS from the beginning on this port: smtps:// is for 465; write smtp://...:587?tls=required"
        } else if error.is_tls() || says("invalid peer certificate") || says("alert") {
            "TLS with the mail server failed: check the port and the scheme of mail.smtp_url (smtps:// for 465, smtp://...?tls=required for 587)"
        } else {
            return None;
        };
        Some(why.to_owned())
    })
}

/// All that an error says of itself and its causes, to look for known words in; it is never shown.
fn words(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(here) = cause {
        words.push_str(": ");
        words.push_str(&here.to_string());
        cause = here.source();
    }
    words.to_lowercase()
}

/// Whether the code is about who we are (RFC 4954).
fn is_about_login(code: u16) -> bool {
    matches!(code, 530 | 534 | 535 | 538)
}

/// Whether the server says that there is no such mailbox (RFC 3463: 5.1.x, 5.2.1).
fn is_about_address(error: &Error) -> bool {
    let words = words(error);
    ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"].iter().any(|code| {
        words.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word.trim_matches('.') == *code)
    })
}

/// Whether the connection never came about: then nothing can have arrived.
fn refused(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(here) = error {
        if let Some(io) = here.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionRefused
                    | std::io::ErrorKind::HostUnreachable
                    | std::io::ErrorKind::NetworkUnreachable
            );
        }
        error = here.source();
    }
    false
}
