//! The way out by SMTP, over a few connections that are kept open.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use foreword_domain::message::Delivery;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        AsyncSmtpTransportBuilder, PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};

use super::{Error, compose::Composed, explain};

/// A server that says nothing for this long has failed; lettre's own limit does not cover a whole
/// conversation.
const PATIENCE: Duration = Duration::from_mins(1);
/// The same for a try at start.
const SHORT: Duration = Duration::from_secs(15);
/// Connections at most.
const AT_ONCE: u32 = 4;
/// A connection that is not used for this long is closed: servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(30);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A way to a mail server.
pub(super) struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    pool: RwLock<Arc<Transport>>,
    /// Whether the whole connection is TLS from its beginning.
    is_wrapped: bool,
}

impl Smtp {
    pub(super) fn new(url: &str, ca: &str) -> Result<Self, Error> {
        let way = Way::parse(url)?;
        let tls = || parameters(way.host, ca);
        let (tls, is_wrapped) = match way.tls {
            Security::Wrapped => (Tls::Wrapper(tls()?), true),
            Security::Required => (Tls::Required(tls()?), false),
            Security::None => (Tls::None, false),
        };
        let mut builder = Transport::builder_dangerous(way.host)
            .port(way.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(20)))
            .pool_config(PoolConfig::new().max_size(AT_ONCE).idle_timeout(IDLE));
        if let Some((user, password)) = way.login {
            builder = builder.credentials(Credentials::new(user, password));
        }
        let pool = RwLock::new(Arc::new(builder.clone().build()));
        Ok(Self { builder, pool, is_wrapped })
    }

    pub(super) async fn send(&self, mail: &Composed) -> Delivery {
        let pool = self.pool();
        let delivery = match tokio::time::timeout(PATIENCE, pool.send_raw(&mail.envelope, &mail.bytes)).await
        {
            Ok(Ok(_)) => Delivery::Accepted(None),
            Ok(Err(error)) => explain::outcome(&error, self.is_wrapped),
            Err(_) => Delivery::Unknown("the mail server did not answer in time".to_owned()),
        };
        if let Delivery::Unknown(_) = delivery {
            // A connection that was given up on has an answer outstanding, which would be taken for that to
            // the next mail.
            self.begin_anew();
        }
        delivery
    }

    pub(super) async fn try_out(&self) -> Result<(), String> {
        match tokio::time::timeout(SHORT, self.pool().test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the mail server is there, and takes no mail".to_owned()),
            Ok(Err(error)) => Err(explain::why(&error, self.is_wrapped)),
            Err(_) => {
                self.begin_anew();
                Err(explain::silent(self.is_wrapped).to_owned())
            }
        }
    }

    fn pool(&self) -> Arc<Transport> {
        Arc::clone(&self.pool.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin_anew(&self) {
        *self.pool.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(self.builder.clone().build());
    }
}

fn parameters(host: &str, ca: &str) -> Result<TlsParameters, Error> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if !ca.is_empty() {
        let certificate = Certificate::from_pem(ca.as_bytes()).map_err(|_| Error::Certificates)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder
        .build_rustls()
        .map_err(|_| Error::Url(format!("names the host {host:?}, for which TLS cannot be set up")))
}

enum Security {
    None,
    Required,
    Wrapped,
}

struct Way<'a> {
    host: &'a str,
    port: u16,
    tls: Security,
    login: Option<(String, String)>,
}

impl<'a> Way<'a> {
    fn parse(url: &'a str) -> Result<Self, Error> {
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
        let (tls, usual) = match (scheme, query) {
            ("smtps", "") => (Security::Wrapped, 465),
            ("smtp", "tls=required") => (Security::Required, 587),
            ("smtp", "") => (Security::None, 25),
            _ => return Err(Error::Url(FORMS.to_owned())),
        };
        let login = login.and_then(|login| login.split_once(':'));
        let login = login.map(|(user, password)| (super::unescape(user), super::unescape(password)));
        Ok(Self { host, port: port.unwrap_or(usual), tls, login })
    }
}
