//! Mail: out into a folder of `.eml` files or by SMTP, and in from a mailbox or a provider.

mod body;
mod compose;
mod explain;
pub mod inbox;
mod place;
mod reading;
mod smtp;

use std::{future::Future, path::PathBuf, pin::Pin};

use foreword_domain::{
    mail::Letter,
    message::{Body, Channel, Deliver, Delivery, Outbound},
};
use lettre::message::Mailbox;
use serde::Deserialize;

pub use reading::read_mail;

use compose::{Composed, Signature};
use smtp::Smtp;

/// How mail is sent.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Sender, as `Name <address>`.
    pub from: String,
    /// `file:DIR`, `smtp://host:port`, `smtp://host:port?tls=required` or `smtps://host:port`.
    pub smtp_url: String,
    /// Certificates to trust besides the system's, as PEM; empty: none.
    pub ca: String,
    /// The key mails are signed with (RFC 6376), as PEM; empty: they are not signed here.
    pub dkim_key: String,
    /// The name under which its public half stands in the DNS.
    pub dkim_selector: String,
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
    /// The way in.
    #[error("mail.imap_url {0}")]
    Mailbox(String),
    /// The certificates.
    #[error(
        "mail.ca_file holds no certificate that can be read; it must be PEM (\"-----BEGIN CERTIFICATE-----\")"
    )]
    Certificates,
    /// The key.
    #[error("mail.dkim_key_file {0}")]
    Dkim(&'static str),
}

/// A way out for mail.
pub struct Mail {
    from: Mailbox,
    signature: Option<Signature>,
    way: Way,
}

enum Way {
    Folder(PathBuf),
    Smtp(Box<Smtp>),
}

impl Mail {
    /// Makes ready to send. A folder is created if it is not there.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let from: Mailbox = options.from.parse().map_err(|_| Error::From(options.from.clone()))?;
        let way = match options.smtp_url.strip_prefix("file:") {
            Some(folder) => {
                let folder = PathBuf::from(folder.trim_start_matches("//"));
                std::fs::create_dir_all(&folder).map_err(|error| Error::Folder(folder.clone(), error))?;
                Way::Folder(folder)
            }
            None => Way::Smtp(Box::new(Smtp::new(&options.smtp_url, &options.ca)?)),
        };
        let signature = match options.dkim_key.as_str() {
            "" => None,
            key => Some(Signature::new(key, &options.dkim_selector, from.email.domain())?),
        };
        Ok(Self { from, signature, way })
    }

    /// Tries the way out without sending anything. Says what is wrong and what to change.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub async fn try_out(&self) -> Result<(), String> {
        match &self.way {
            Way::Folder(_) => Ok(()),
            Way::Smtp(smtp) => smtp.try_out().await,
        }
    }

    fn compose(&self, message: &Outbound, letter: &Letter) -> Result<Composed, String> {
        compose::compose(&self.from, self.signature.as_ref(), message, letter)
    }

    async fn send(&self, message: &Outbound) -> Delivery {
        let Body::Letter(letter) = &message.body else {
            return Delivery::Never("what is said in a chat cannot be sent by mail".to_owned());
        };
        let mail = match self.compose(message, letter) {
            Ok(mail) => mail,
            Err(why) => return Delivery::Never(why),
        };
        match &self.way {
            Way::Folder(folder) => {
                // As the last server on the way would write it down.
                let back = mail.envelope.from().map(ToString::to_string).unwrap_or_default();
                let delivered = [format!("Return-Path: <{back}>\r\n").into_bytes(), mail.bytes].concat();
                write(folder.clone(), message.key.replace(':', "."), delivered).await
            }
            Way::Smtp(smtp) => smtp.send(&mail).await,
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

async fn write(folder: PathBuf, name: String, bytes: Vec<u8>) -> Delivery {
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
        Ok(Err(error)) => Delivery::Later(format!("cannot write the mail file: {}", error.kind())),
        Err(_) => Delivery::Later("cannot write the mail file".to_owned()),
    }
}

#[cfg(test)]
mod tests;
