//! Programs that subscribed to events, told by the convention of Standard Webhooks: an id, a time and a signature in
//! the headers. They are others' to name, so nothing inside the house is called for them unless that is allowed.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use data_encoding::BASE64;
use foreword_domain::{
    event::is_public,
    message::{Delivery, Signed},
};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{
    StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header,
};
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// The way to them.
pub(super) struct Programs {
    client: reqwest::Client,
    anywhere: bool,
}

impl Programs {
    /// Those outside the house alone, whatever their names lead to.
    pub(super) fn outside(builder: reqwest::ClientBuilder) -> Result<Self, String> {
        let client = builder.https_only(true).dns_resolver(Arc::new(Outside)).build();
        Ok(Self { client: client.map_err(|error| error.to_string())?, anywhere: false })
    }

    /// Those inside, too.
    pub(super) fn anywhere(client: reqwest::Client) -> Self {
        Self { client, anywhere: true }
    }

    pub(super) async fn tell(&self, address: &str, event: &Signed) -> Delivery {
        let Ok(url) = Url::parse(address) else {
            return Delivery::Never("its address can't be read".to_owned());
        };
        // A name is looked up by the resolver; a number is not.
        if !self.anywhere && number(&url).is_some_and(|address| !is_public(address)) {
            return Delivery::Never(
                "its address is inside the house (webhooks.private allows it)".to_owned(),
            );
        }
        let at = event.at.as_second();
        let Some(signature) = sign(event.secret.reveal(), &event.id, at, &event.body) else {
            return Delivery::Never("its secret can't be read".to_owned());
        };
        let request = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("Foreword/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature)
            .body(event.body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Delivery::Accepted(None),
            // The one answer by which a program says that it wants to hear no more.
            Ok(answer) if answer.status() == StatusCode::GONE => {
                Delivery::Unreachable("the program wants no more calls".to_owned())
            }
            Ok(answer) => Delivery::Later(format!("the program answered {}", answer.status().as_u16())),
            Err(error) if error.is_connect() => {
                Delivery::Later("the program could not be reached".to_owned())
            }
            // The error itself would name the address, which may hold a token.
            Err(_) => Delivery::Unknown("the program did not answer".to_owned()),
        }
    }
}

/// The address of a program that is named by a number.
fn number(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// `v1,` and the HMAC-SHA-256 of id, time and body in base64; none when the secret is not one.
fn sign(secret: &str, id: &str, at: i64, body: &str) -> Option<String> {
    let key = BASE64.decode(secret.strip_prefix(PREFIX)?.as_bytes()).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

/// Looks names up, and finds public addresses alone: what a name leads to may change after it was checked.
struct Outside;

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if outside.is_empty() {
                return Err("leads to no public address".into());
            }
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn an_event_is_signed_as_the_convention_says() {
        let body = r#"{"test": 2432232314}"#;
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            body,
        );
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg", 1, body), None);
        assert_eq!(sign("whsec_!", "msg", 1, body), None);
    }

    fn outside() -> Programs {
        Programs::outside(super::super::builder(crate::mail::inbox::trust("").unwrap())).unwrap()
    }

    fn event() -> Signed {
        Signed {
            id: "msg_1".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            secret: foreword_domain::private::Private::new("whsec_AAAA".to_owned()),
            body: "{}".to_owned(),
        }
    }

    #[tokio::test]
    async fn nothing_inside_the_house_is_called_by_number_or_by_name() {
        for address in [
            "https://127.0.0.1:1/",
            "https://2130706433:1/",
            "https://0x7f.1:1/",
            "https://[::ffff:127.0.0.1]:1/",
        ] {
            let delivery = outside().tell(address, &event()).await;
            assert!(
                matches!(&delivery, Delivery::Never(why) if why.contains("inside")),
                "{address}: {delivery:?}"
            );
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let delivery = outside().tell(&format!("https://localhost:{port}/"), &event()).await;
        assert!(matches!(&delivery, Delivery::Later(_)), "{delivery:?}");
        let nobody = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err(), "somebody connected");
    }
}
