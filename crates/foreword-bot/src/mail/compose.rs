//! A letter as it goes over the wire: header lines, text and HTML, signature.

use foreword_domain::{mail::Letter, message::Outbound};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use mail_auth::{
    common::{
        crypto::{RsaKey, Sha256},
        headers::HeaderWriter,
    },
    dkim::{DkimSigner, Done},
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};

use super::{Error, body};

/// A mail that is ready to go.
pub(super) struct Composed {
    /// From where it says to be, where what comes back goes, and to whom.
    pub envelope: Envelope,
    /// The whole of it.
    pub bytes: Vec<u8>,
}

/// How mails are signed (RFC 6376).
pub(super) struct Signature(DkimSigner<RsaKey<Sha256>, Done>);

/// The header lines that are signed. RFC 8058 wants those of the unsubscribe button among them.
const SIGNED: [&str; 14] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Foreword",
];

impl Signature {
    pub(super) fn new(key: &str, selector: &str, domain: &str) -> Result<Self, Error> {
        let unreadable = || {
            Error::Dkim(
                "holds no RSA key that can be read (PEM); make one with: openssl genrsa -out dkim.key 2048",
            )
        };
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| unreadable())?;
        let key = RsaKey::<Sha256>::from_key_der(key).map_err(|_| unreadable())?;
        let selector = if selector.is_empty() { "foreword" } else { selector };
        Ok(Self(DkimSigner::from_key(key).domain(domain).selector(selector).headers(SIGNED)))
    }

    /// The line that goes on top of a mail.
    fn of(&self, mail: &[u8]) -> Result<String, String> {
        let signed = self.0.sign(mail).map_err(|_| "it could not be signed".to_owned())?;
        Ok(signed.to_header())
    }
}

pub(super) fn compose(
    from: &Mailbox,
    signature: Option<&Signature>,
    message: &Outbound,
    letter: &Letter,
) -> Result<Composed, String> {
    let not_ours = |_| "the address is not an e-mail address".to_owned();
    let to: Address = message.address.parse().map_err(not_ours)?;
    let domain = from.email.domain();
    // The outbox key is unique, says nothing about anybody and stays the same on every try.
    let id = format!("<{}@{domain}>", message.key.replace(':', "."));
    let mut builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(&letter.subject)
        .message_id(Some(id));
    let mut back = from.email.clone();
    if let Some(ways) = &letter.ways {
        let answer: Address =
            ways.answer.parse().map_err(|_| "its reply address is no address".to_owned())?;
        builder = builder.reply_to(Mailbox::new(from.name.clone(), answer));
        back = ways.bounce.parse().map_err(|_| "its return address is no address".to_owned())?;
    }
    let mut mail = builder
        .multipart(
            MultiPart::alternative()
                .singlepart(SinglePart::plain(letter.text()))
                .singlepart(SinglePart::html(body::html(&message.language, letter))),
        )
        .map_err(|_| "the message could not be put together".to_owned())?;
    for (name, value) in lines(letter, domain) {
        let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) else { continue };
        mail.headers_mut().insert_raw(HeaderValue::new(name, value));
    }
    let envelope = Envelope::new(Some(back), vec![to])
        .map_err(|_| "the message could not be put together".to_owned())?;
    let mut bytes = mail.formatted();
    if let Some(signature) = signature {
        bytes = [signature.of(&bytes)?.into_bytes(), bytes].concat();
    }
    Ok(Composed { envelope, bytes })
}

/// The header lines beyond the usual.
fn lines(letter: &Letter, domain: &str) -> Vec<(&'static str, String)> {
    let replies_to = letter.thread.replies_to.as_deref().filter(|id| is_message_id(id));
    let automatic = if replies_to.is_some() { "auto-replied" } else { "auto-generated" };
    let mut lines = vec![
        // RFC 3834: well-behaved robots do not answer it; Exchange asks for a line of its own.
        ("Auto-Submitted", automatic.to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        // What we wrote ourselves is never taken for a reply.
        ("X-Foreword", "1".to_owned()),
    ];
    let root = letter.thread.root.as_ref().map(|root| format!("<{root}@{domain}>"));
    let before: Vec<String> = root.into_iter().chain(replies_to.map(|id| format!("<{id}>"))).collect();
    if !before.is_empty() {
        lines.push(("References", before.join(" ")));
    }
    if let Some(id) = replies_to {
        lines.push(("In-Reply-To", format!("<{id}>")));
    }
    if let Some(ways) = &letter.ways {
        lines.push(("List-Unsubscribe", format!("<{}>, <mailto:{}>", ways.stop_link, ways.stop)));
        if ways.stop_link.starts_with("https://") {
            // RFC 8058 knows no other scheme.
            lines.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
    }
    lines
}

/// Whether what somebody else calls their mail may stand in a header line of ours.
fn is_message_id(id: &str) -> bool {
    id.len() <= 250
        && id.contains('@')
        && id.bytes().all(|b| b.is_ascii_graphic() && !b"<>\",;()".contains(&b))
}
