//! Calls to other programs of the clinic's: a pager, a paging service, a bridge to a telephone. They are told that
//! an alert waits, and nothing of what was reported. Those that subscribed to events are told of them ([`program`]).

mod program;

use std::{fmt::Write, future::Future, pin::Pin, time::Duration};

use foreword_domain::message::{Body, Channel, Deliver, Delivery, Outbound};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{StatusCode, header};
use sha2::Sha256;

/// How long a call may take: whoever does not answer is not waited for, the next person is told.
const PATIENCE: Duration = Duration::from_secs(10);
/// The header with the signature: `sha256=` and the HMAC-SHA-256 of the body, in hexadecimal.
const SIGNATURE: &str = "X-Foreword-Signature";

/// The way out to other programs.
pub struct Webhook {
    client: reqwest::Client,
    secret: String,
    programs: program::Programs,
}

impl Webhook {
    /// A way out whose certificates are checked with these settings. With a secret, every call is signed.
    ///
    /// # Errors
    /// Why no client can be made of them.
    pub fn new(secret: &str, tls: rustls::ClientConfig) -> Result<Self, String> {
        let programs = program::Programs::outside(builder(tls.clone()))?;
        let client = builder(tls).build().map_err(|error| error.to_string())?;
        Ok(Self { client, secret: secret.to_owned(), programs })
    }

    /// Lets programs that subscribed to events be on this machine and in networks of the house's.
    #[must_use]
    pub fn with_private_programs(mut self) -> Self {
        self.programs = program::Programs::anywhere(self.client.clone());
        self
    }

    async fn call(&self, message: &Outbound, body: &str) -> Delivery {
        let mut request = self
            .client
            .post(&message.address)
            .header(header::CONTENT_TYPE, "application/json")
            // A second try carries the same.
            .header("Idempotency-Key", &message.key)
            .body(body.to_owned());
        if !self.secret.is_empty() {
            request = request.header(SIGNATURE, sign(&self.secret, body));
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Delivery::Accepted(None),
            Ok(answer) => refused(answer.status()),
            Err(error) if error.is_connect() => Delivery::Later("the program cannot be reached".to_owned()),
            Err(error) if error.is_builder() => Delivery::Never("the address is none".to_owned()),
            Err(_) => Delivery::Unknown("the program did not answer".to_owned()),
        }
    }
}

impl Deliver for Webhook {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        Box::pin(async move {
            match &message.body {
                Body::Call(body) => self.call(message, body).await,
                Body::Event(event) => self.programs.tell(&message.address, event).await,
                Body::Letter(_) | Body::Post(_) => {
                    Delivery::Never("this is no message for another program".to_owned())
                }
            }
        })
    }
}

fn builder(tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .use_preconfigured_tls(tls)
        // What is not at the address that was set is somebody else's.
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
}

fn refused(status: StatusCode) -> Delivery {
    let why = format!("the program answered {}", status.as_u16());
    let is_for_now = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        );
    if is_for_now { Delivery::Later(why) } else { Delivery::Never(why) }
}

fn sign(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body.as_bytes());
    mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written to it");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn a_call_is_signed_as_the_standard_says() {
        let expected = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(sign("Jefe", "what do ya want for nothing?"), expected);
    }

    #[test]
    fn what_may_work_later_is_tried_again_and_what_never_will_is_not() {
        for (status, is_later) in
            [(500, true), (503, true), (429, true), (408, true), (404, false), (301, false)]
        {
            let delivery = refused(StatusCode::from_u16(status).unwrap());
            assert_eq!(matches!(delivery, Delivery::Later(_)), is_later, "{status}");
        }
    }
}
