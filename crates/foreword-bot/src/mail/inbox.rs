//! The mailbox that patients write to, by IMAP. What is in it is handed out and stays there until somebody
//! says that it is kept; then it is put into another folder, so that whoever opens the mailbox changes
//! nothing for us by reading in it.

use std::{collections::BTreeSet, future::Future, sync::Arc, time::Duration};

use async_imap::{Client, Session, extensions::idle::IdleResponse};
use futures_util::TryStreamExt;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{
    Error,
    place::{Place, Ports, Tls, certificate_trouble},
};

/// How long the server may take over one command; the library sets no limit.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it is listened before the mailbox is looked through all the same: not every server tells of
/// what came just before it was listened to.
const LISTEN: Duration = Duration::from_secs(20);
/// How often it is looked through where the server does not tell.
const POLL: Duration = Duration::from_secs(30);
/// Of a larger mail only the beginning is read, in bytes: what was written stands before what is attached.
const LARGE: u32 = 2 * 1024 * 1024;
const BEGINNING: u32 = 256 * 1024;
/// Ports as RFC 3501 and 8314 have them.
const USUAL: Ports = Ports(143, 143, 993);
const FORMS: &str = "must be imaps://USER:PASSWORD@HOST:993, imap://USER:PASSWORD@HOST:143?tls=required or imap://USER:PASSWORD@HOST:143";
/// Where mails go that were taken in.
const FOLDER: &str = "Processed";
/// What marks them where they can't go there.
const FLAG: &str = "Foreword";

/// A mailbox.
#[derive(Clone)]
pub struct Inbox {
    host: String,
    port: u16,
    tls: Tls,
    user: String,
    password: String,
    folder: String,
    config: Arc<ClientConfig>,
}

/// What went wrong with a mailbox, and what to change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

/// An open mailbox.
pub struct Open {
    session: Session<Box<dyn Wire>>,
    can_idle: bool,
    can_move: bool,
    /// Mails that were taken in and could not be moved, as far as this connection knows.
    kept: BTreeSet<u32>,
}

impl Inbox {
    /// Reads `imap://USER:PASSWORD@HOST:PORT/FOLDER`, with `?tls=required` for STARTTLS, or `imaps://...`.
    pub fn new(url: &str, ca: &str) -> Result<Self, Error> {
        let Place { host, port, tls, login, folder } =
            Place::parse(url, "imap", &USUAL, FORMS).map_err(Error::Mailbox)?;
        let (user, password) = login.ok_or_else(|| Error::Mailbox(FORMS.to_owned()))?;
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder };
        Ok(Self { host, port, tls, user, password, folder, config: Arc::new(trust(ca)?) })
    }

    /// What stands before the `@` of its address, as far as its login tells.
    pub fn name(&self) -> &str {
        self.user.split(['@', '+']).next().unwrap_or_default()
    }

    /// Opens it.
    ///
    /// # Errors
    /// Says what to change.
    pub async fn open(&self) -> Result<Open, Trouble> {
        let connect = TcpStream::connect((self.host.as_str(), self.port));
        let tcp = in_time(connect).await?.map_err(|error| {
            trouble(&format!(
                "the mailbox's server cannot be reached ({}): check host and port in mail.imap_url",
                error.kind()
            ))
        })?;
        let client = match self.tls {
            Tls::None => greeted(Client::new(Box::new(tcp) as Box<dyn Wire>)).await?,
            Tls::Wrapped => {
                let secured = self.secure(tcp).await?;
                greeted(Client::new(secured)).await?
            }
            Tls::Required => {
                let mut client = greeted(Client::new(tcp)).await?;
                in_time(client.run_command_and_check_ok("STARTTLS", None)).await?.map_err(|_| {
                    trouble("the mailbox's server offers no STARTTLS: write mail.imap_url as imaps://...:993")
                })?;
                Client::new(self.secure(client.into_inner()).await?)
            }
        };
        let login = in_time(client.login(&self.user, &self.password)).await?;
        let mut session = login.map_err(|(error, _)| match error {
            async_imap::error::Error::No(_) => trouble(
                "the mailbox's server refused the login: check user and password in mail.imap_url; special letters in them are written as %XX",
            ),
            error => failed(&error),
        })?;
        let can = in_time(session.capabilities()).await?.map_err(|error| failed(&error))?;
        let (can_idle, can_move) = (can.has_str("IDLE"), can.has_str("MOVE"));
        in_time(session.select(&self.folder)).await?.map_err(|_| {
            trouble(&format!("there is no folder {:?} in the mailbox: check mail.imap_url", self.folder))
        })?;
        if can_move {
            let listing = async { session.list(None, Some(FOLDER)).await?.try_collect::<Vec<_>>().await };
            let is_there = in_time(listing).await?.is_ok_and(|folders| !folders.is_empty());
            if !is_there {
                // If it can't be made, moving will say so.
                let _ = in_time(session.create(FOLDER)).await?;
            }
        }
        Ok(Open { session, can_idle, can_move, kept: BTreeSet::new() })
    }

    async fn secure(&self, tcp: TcpStream) -> Result<Box<dyn Wire>, Trouble> {
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| trouble("mail.imap_url names a host that TLS does not know"))?;
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let secured = in_time(connector.connect(name, tcp)).await?;
        Ok(Box::new(secured.map_err(|error| trouble(&explain(&error.to_string())))?))
    }
}

impl Open {
    /// What is in the mailbox and was not taken in, oldest first.
    pub async fn waiting(&mut self) -> Result<Vec<u32>, Trouble> {
        // Some servers look for what came only when they are asked for news.
        in_time(self.session.noop()).await?.map_err(|error| failed(&error))?;
        let query =
            if self.can_move { "UNDELETED".to_owned() } else { format!("UNDELETED UNKEYWORD {FLAG}") };
        let found = in_time(self.session.uid_search(query)).await?.map_err(|error| failed(&error))?;
        let found: BTreeSet<u32> = found.into_iter().filter(|uid| !self.kept.contains(uid)).collect();
        Ok(found.into_iter().collect())
    }

    /// One mail: its bytes, or the beginning of a very large one. Nothing, when it is gone.
    pub async fn read(&mut self, uid: u32) -> Result<Option<Vec<u8>>, Trouble> {
        let uid = uid.to_string();
        let size = self.fetch(&uid, "RFC822.SIZE").await?.and_then(|fetched| fetched.size);
        let what = match size {
            None => return Ok(None),
            Some(size) if size > LARGE => format!("BODY.PEEK[]<0.{BEGINNING}>"),
            Some(_) => "BODY.PEEK[]".to_owned(),
        };
        Ok(self.fetch(&uid, &what).await?.and_then(|fetched| fetched.body().map(<[u8]>::to_vec)))
    }

    async fn fetch(&mut self, uid: &str, what: &str) -> Result<Option<async_imap::types::Fetch>, Trouble> {
        let fetching = async {
            let fetched: Vec<_> = self.session.uid_fetch(uid, what).await?.try_collect().await?;
            Ok::<_, async_imap::error::Error>(fetched.into_iter().find(|one| one.uid.is_some()))
        };
        in_time(fetching).await?.map_err(|error| failed(&error))
    }

    /// A mail is on disk: it need not be handed out again.
    pub async fn is_kept(&mut self, uid: u32) -> Result<(), Trouble> {
        self.kept.insert(uid);
        let set = uid.to_string();
        if self.can_move && in_time(self.session.uid_mv(&set, FOLDER)).await?.is_ok() {
            return Ok(());
        }
        let marking = async {
            let marked = self.session.uid_store(&set, format!("+FLAGS.SILENT (\\Seen {FLAG})")).await?;
            marked.try_collect::<Vec<_>>().await
        };
        // Where marks of our own are not allowed either, it is known again by its Message-ID.
        let _ = in_time(marking).await?;
        Ok(())
    }

    /// Waits until something may have come.
    pub async fn wait(mut self) -> Result<Self, Trouble> {
        if !self.can_idle {
            sleep(POLL).await;
            return Ok(self);
        }
        let mut idle = self.session.idle();
        in_time(idle.init()).await?.map_err(|error| failed(&error))?;
        // A limit of our own: the library's begins anew with every sign of life.
        let (listening, stop) = idle.wait_with_timeout(LISTEN);
        let heard = tokio::time::timeout(LISTEN, listening).await;
        drop(stop);
        match heard {
            Ok(Ok(IdleResponse::NewData(_) | IdleResponse::Timeout)) | Err(_) => {}
            // So the library says that the server has gone away.
            Ok(Ok(IdleResponse::ManualInterrupt)) => return Err(trouble("the mailbox's server went away")),
            Ok(Err(error)) => return Err(failed(&error)),
        }
        self.session = in_time(idle.done()).await?.map_err(|error| failed(&error))?;
        Ok(self)
    }
}

/// What is trusted of servers: the system's certificates, and those of a file (PEM).
///
/// # Errors
/// [`Error::Certificates`] when the file holds none.
pub fn trust(ca: &str) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // One that can't be read must not keep the others away.
        let _ = roots.add(certificate);
    }
    if !ca.is_empty() {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(ca.as_bytes()) {
            let certificate = certificate.map_err(|_| Error::Certificates)?;
            roots.add(certificate).map_err(|_| Error::Certificates)?;
        }
        if roots.len() == before {
            return Err(Error::Certificates);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| Error::Certificates)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

async fn greeted<T: Wire>(mut client: Client<T>) -> Result<Client<T>, Trouble> {
    let greeting = in_time(client.read_response()).await?;
    match greeting {
        Ok(Some(_)) => Ok(client),
        Ok(None) | Err(_) => Err(trouble(
            "the mailbox's server says nothing: a port that wants TLS from the beginning waits for it; write imaps:// for port 993, and imap://...?tls=required for 143",
        )),
    }
}

/// What is wrong with TLS, and what to change.
fn explain(words: &str) -> String {
    certificate_trouble(words, "the mailbox's server", "mail.imap_url").unwrap_or_else(|| {
        "TLS with the mailbox's server failed: check the port; imaps:// is for 993, imap://...?tls=required for 143".to_owned()
    })
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    tokio::time::timeout(PATIENCE, work).await.map_err(|_| silent())
}

fn silent() -> Trouble {
    trouble("the mailbox's server does not answer")
}

fn trouble(what: &str) -> Trouble {
    Trouble(what.to_owned())
}

/// The server's own words may hold what is in the mailbox, so only their kind is told.
fn failed(error: &async_imap::error::Error) -> Trouble {
    use async_imap::error::Error;
    trouble(match error {
        Error::Io(_) | Error::ConnectionLost => "the connection to the mailbox broke",
        Error::No(_) => "the mailbox's server refused a command",
        _ => "the mailbox's server said something that is not understood",
    })
}

#[expect(clippy::disallowed_methods, reason = "the pace is that of the world outside")]
async fn sleep(time: Duration) {
    tokio::time::sleep(time).await;
}
