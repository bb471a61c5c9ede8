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

use super::{
    Error,
    compose::Composed,
    explain,
    place::{self, Place, Ports},
};

/// A server that says nothing for this long has failed; lettre's own limit does not cover a whole
/// conversation.
const PATIENCE: Duration = Duration::from_mins(1);
/// The same for a try at start.
const SHORT: Duration = Duration::from_secs(15);
/// Ports as RFC 5321, 6409 and 8314 have them.
const USUAL: Ports = Ports(25, 587, 465);
const FORMS: &str = "must be file:DIR, smtp://host:port, smtp://host:port?tls=required or smtps://host:port";
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
        let place = Place::parse(url, "smtp", &USUAL, FORMS).map_err(Error::Url)?;
        let parameters = || parameters(&place.host, ca);
        let secured = match place.tls {
            place::Tls::Wrapped => Tls::Wrapper(parameters()?),
            place::Tls::Required => Tls::Required(parameters()?),
            place::Tls::None => Tls::None,
        };
        let is_wrapped = place.tls == place::Tls::Wrapped;
        let mut builder = Transport::builder_dangerous(&place.host)
            .port(place.port)
            .tls(secured)
            .timeout(Some(Duration::from_secs(20)))
            .pool_config(PoolConfig::new().max_size(AT_ONCE).idle_timeout(IDLE));
        if let Some((user, password)) = place.login {
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
