//! Mail out: into a folder of `.eml` files, or by SMTP.

mod body;
mod reading;

use std::{future::Future, path::PathBuf, pin::Pin, time::Duration};

use foreword_domain::message::{Body, Channel, Deliver, Delivery, Letter, Outbound};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, SinglePart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde::Deserialize;

pub use reading::read_mail;

/// How mail is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Sender, as `Name <address>`.
    pub from: String,
    /// `file:DIR`, `smtp://host:port`, `smtp://host:port?tls=required` or `smtps://host:port`.
    pub smtp_url: String,
}

/// What is wrong with the mail settings.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The sender.
    #[error("mail.from is {0:?}, must be an address such as \"Example Clinic <visits@clinic.example>\"")]
    From(String),
    /// The way out.
    #[error("mail.smtp_url {0}")]
    Url(String),
    /// The folder for mail files.
    #[error("mail.smtp_url: cannot write to the folder {0}: {1}")]
    Folder(PathBuf, #[source] std::io::Error),
}

/// A way out for mail.
pub struct Mail {
    from: Mailbox,
    way: Way,
}

enum Way {
    Folder(PathBuf),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// A server that says nothing for this long has failed; lettre's own limit does not cover a whole
/// conversation.
const PATIENCE: Duration = Duration::from_mins(1);

impl Mail {
    /// Makes ready to send. A folder is created if it is not there.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let from = options.from.parse().map_err(|_| Error::From(options.from.clone()))?;
        let way = match options.smtp_url.strip_prefix("file:") {
            Some(folder) => {
                let folder = PathBuf::from(folder.trim_start_matches("//"));
                std::fs::create_dir_all(&folder).map_err(|error| Error::Folder(folder.clone(), error))?;
                Way::Folder(folder)
            }
            None => Way::Smtp(Box::new(smtp(&options.smtp_url)?)),
        };
        Ok(Self { from, way })
    }

    /// The message as it goes over the wire.
    fn message(&self, message: &Outbound, letter: &Letter) -> Result<Message, String> {
        let to: Address =
            message.address.parse().map_err(|_| "the address is not an e-mail address".to_owned())?;
        // The outbox key is unique, says nothing about anybody and stays the same on every try.
        let id = format!("<{}@{}>", message.key.replace(':', "."), self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .message_id(Some(id))
            .header(AutoSubmitted)
            .multipart(
                MultiPart::alternative()
                    .singlepart(SinglePart::plain(letter.text.clone()))
                    .singlepart(SinglePart::html(body::html(&message.language, letter))),
            )
            .map_err(|_| "the message could not be put together".to_owned())
    }

    async fn send(&self, message: &Outbound) -> Delivery {
        let Body::Letter(letter) = &message.body else {
            return Delivery::Never("what is said in a chat cannot be sent by mail".to_owned());
        };
        let mail = match self.message(message, letter) {
            Ok(mail) => mail,
            Err(why) => return Delivery::Never(why),
        };
        match &self.way {
            Way::Folder(folder) => {
                let (folder, name) = (folder.clone(), message.key.replace(':', "."));
                let bytes = mail.formatted();
                let written = tokio::task::spawn_blocking(move || {
                    // A second try is a second message in the box, as it would be in a real one.
                    let mut files = (1..).map(|n| match n {
                        1 => folder.join(format!("{name}.eml")),
                        n => folder.join(format!("{name}.{n}.eml")),
                    });
                    let whole = files.find(|file| !file.exists()).unwrap_or_default();
                    let partial = folder.join(format!(".{name}.part"));
                    // Whoever looks into the folder sees whole messages only.
                    std::fs::write(&partial, bytes).and_then(|()| std::fs::rename(&partial, &whole))
                });
                match written.await {
                    Ok(Ok(())) => Delivery::Accepted(None),
                    Ok(Err(error)) => {
                        Delivery::Later(format!("cannot write the mail file: {}", error.kind()))
                    }
                    Err(_) => Delivery::Later("cannot write the mail file".to_owned()),
                }
            }
            Way::Smtp(smtp) => match tokio::time::timeout(PATIENCE, smtp.send(mail)).await {
                Ok(Ok(_)) => Delivery::Accepted(None),
                Ok(Err(error)) => outcome(&error),
                Err(_) => Delivery::Unknown("the mail server did not answer in time".to_owned()),
            },
        }
    }
}

impl Deliver for Mail {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        Box::pin(self.send(message))
    }
}

/// The reason never quotes the server's words: they often hold the address.
fn outcome(error: &lettre::transport::smtp::Error) -> Delivery {
    match error.status() {
        Some(code) if error.is_permanent() => Delivery::Never(format!("the mail server refused it ({code})")),
        Some(code) => Delivery::Later(format!("the mail server asked to wait ({code})")),
        None if error.is_tls() => Delivery::Later(
            "TLS with the mail server failed; check the port and the scheme of mail.smtp_url (smtps:// for 465, smtp://...?tls=required for 587)"
                .to_owned(),
        ),
        None if error.is_client() => Delivery::Later("the mail server and this client do not understand each other".to_owned()),
        None if error.is_timeout() => Delivery::Unknown("the connection to the mail server timed out".to_owned()),
        None if refused(error) => Delivery::Later("the mail server cannot be reached".to_owned()),
        None => Delivery::Unknown("the connection to the mail server broke".to_owned()),
    }
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

fn smtp(url: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, Error> {
    const FORMS: &str =
        "must be file:DIR, smtp://host:port, smtp://host:port?tls=required or smtps://host:port";
    let (scheme, rest) = url.split_once("://").ok_or_else(|| Error::Url(FORMS.to_owned()))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, place) = match rest.rsplit_once('@') {
        Some((login, place)) => (Some(login), place),
        None => (None, rest),
    };
    let place = place.trim_end_matches('/');
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (
            host,
            Some(
                port.parse::<u16>()
                    .map_err(|_| Error::Url(format!("has the port {port:?}, must be a number")))?,
            ),
        ),
        None => (place, None),
    };
    if host.is_empty() {
        return Err(Error::Url(FORMS.to_owned()));
    }
    let tls = || {
        TlsParameters::new_rustls(host.to_owned())
            .map_err(|_| Error::Url(format!("names the host {host:?}, for which TLS cannot be set up")))
    };
    let (tls, usual) = match (scheme, query) {
        ("smtps", "") => (Tls::Wrapper(tls()?), 465),
        ("smtp", "tls=required") => (Tls::Required(tls()?), 587),
        ("smtp", "") => (Tls::None, 25),
        _ => return Err(Error::Url(FORMS.to_owned())),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(port.unwrap_or(usual))
        .tls(tls)
        .timeout(Some(Duration::from_secs(20)));
    if let Some((user, password)) = login.and_then(|login| login.split_once(':')) {
        builder = builder.credentials(Credentials::new(user.to_owned(), password.to_owned()));
    }
    Ok(builder.build())
}

/// `Auto-Submitted: auto-generated` (RFC 3834): well-behaved robots do not answer it.
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
