//! Programs that may use the API: added and revoked by whoever runs the service, known by a token or by what they
//! sign (SMART Backend Services), and given tokens that end soon.

use foreword_domain::{ids::ClientId, private::Private};
pub use foreword_store::api_clients::{Client, Proof};
use foreword_store::{api_clients, audit};
use jiff::{SignedDuration, Timestamp};

use super::{
    jwt::{Checked, KeySet, NotAccepted},
    scopes::Scopes,
};
use crate::{App, Error, Result, again, mint, secret};

/// How long a token is good for that was given for a signed request.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long a token is known after its end, so that whoever still uses it is told why it does not work.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// Longest name of a client, in characters.
const LONGEST_NAME: usize = 64;
/// Longest address of keys, in bytes.
const LONGEST_ADDRESS: usize = 500;

/// To whom a token leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// To a program that may do this.
    Program {
        /// Its name.
        name: String,
        /// What it may do.
        scopes: Scopes,
    },
    /// To one whose token is over.
    Over,
    /// To nobody.
    Nobody,
}

/// A token that was given for a signed request.
#[derive(Debug)]
pub struct Given {
    /// The token; shown once, kept as a digest.
    pub token: Private<String>,
    /// How long it is good for.
    pub good_for: SignedDuration,
    /// What it is good for.
    pub scopes: Scopes,
}

/// Why a signed request was not given a token, for the program that asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotGiven {
    /// It does not prove who asks.
    Client(String),
    /// Nothing of what it asks for is registered for it.
    Scope(String),
}

impl From<NotAccepted> for NotGiven {
    fn from(why: NotAccepted) -> Self {
        Self::Client(why.0)
    }
}

/// How a client is written in the audit log, as an actor.
pub fn actor(name: &str) -> String {
    format!("api:{name}")
}

impl App {
    /// Adds a program that holds a token; returns the token, which is shown once and stored as a digest.
    ///
    /// # Errors
    /// [`Error::Refused`] when a scope is none.
    pub async fn add_api_client(&self, name: &str, scopes: &str, now: Timestamp) -> Result<Private<String>> {
        let (name, scopes) = checked(name, scopes)?;
        let token = format!("fw_{}{}", secret(), secret());
        let kept = token.clone();
        self.store
            .write(move |txn| {
                again!(name, scopes, kept => {
                    api_clients::add(txn, &name, &scopes, &kept, now).await?;
                    audit::note(txn, now, "service", "api-client.added", &name).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(Private::new(token))
    }

    /// Adds a program that signs its requests with a key of its own; returns what it calls itself when it asks.
    ///
    /// # Errors
    /// [`Error::Refused`] when a scope is none, or its public keys can't be used.
    pub async fn add_signing_client(
        &self,
        name: &str,
        scopes: &str,
        proof: Proof,
        now: Timestamp,
    ) -> Result<String> {
        let (name, scopes) = checked(name, scopes)?;
        match &proof {
            Proof::Token => {
                return Err(Error::Refused("a client that signs needs its public keys".to_owned()));
            }
            Proof::Keys(keys) => {
                KeySet::read(keys).map_err(|why| Error::Refused(format!("the keys: {why}")))?;
            }
            Proof::KeysAt(address) => check_address(address)?,
        }
        let client_id = mint(ClientId::mint, now).to_string();
        let client = Client {
            client_id: Some(client_id.clone()),
            name,
            scopes,
            proof,
            created_at: now,
            revoked_at: None,
        };
        let given = client_id.clone();
        self.store
            .write(move |txn| {
                again!(client, given => {
                    api_clients::add_signing(txn, &client, &given).await?;
                    audit::note(txn, now, "service", "api-client.added", &client.name).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        Ok(client_id)
    }

    /// All programs, oldest first.
    pub async fn api_clients(&self) -> Result<Vec<Client>> {
        self.store.read(|txn| Box::pin(async move { Ok(api_clients::all(txn).await?) })).await
    }

    /// Revokes all programs of a name, with all tokens they were given. Tells how many there were.
    pub async fn revoke_api_client(&self, name: &str, now: Timestamp) -> Result<u64> {
        let name = name.to_owned();
        self.store
            .write(move |txn| {
                again!(name => {
                    let revoked = api_clients::revoke(txn, &name, now).await?;
                    if revoked > 0 {
                        audit::note(txn, now, "service", "api-client.revoked", &name).await?;
                    }
                    Ok::<_, Error>(revoked)
                })
            })
            .await
    }

    /// To whom a token leads.
    pub async fn bearer(&self, token: &str, now: Timestamp) -> Result<Bearer> {
        let token = token.to_owned();
        let found = self.store.read(move |txn| {
            Box::pin(async move { Ok::<_, Error>(api_clients::holder(txn, &token).await?) })
        });
        Ok(match found.await? {
            None => Bearer::Nobody,
            Some(holder) if holder.expires_at.is_some_and(|end| end <= now) => Bearer::Over,
            Some(holder) => Bearer::Program { name: holder.name, scopes: Scopes::known(&holder.scopes) },
        })
    }

    /// The program with this id that signs its requests.
    pub async fn signing_client(&self, client_id: &str) -> Result<Option<Client>> {
        let client_id = client_id.to_owned();
        self.store
            .read(move |txn| Box::pin(async move { Ok(api_clients::signing(txn, &client_id).await?) }))
            .await
    }

    /// Gives a token for a signed request whose signature is that of `client`; once for each.
    pub async fn give_token(
        &self,
        client: &Client,
        signed: &Checked,
        asked: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Result<Given, NotGiven>> {
        let not = |why: &str| Ok(Err(NotGiven::Client(why.to_owned())));
        let id = client.client_id.clone();
        let Some(id) = id.filter(|id| signed.issuer() == Some(id) && signed.subject() == Some(id)) else {
            return not("iss and sub of the JWT must both be the client's id");
        };
        let (jti, until) = match signed.once(audience, now) {
            Ok((jti, until)) => (jti.to_owned(), until),
            Err(why) => return Ok(Err(why.into())),
        };
        let Some(scopes) = Scopes::known(&client.scopes).granted(asked) else {
            let why = format!("ask for some of the scopes this client is registered with: {}", client.scopes);
            return Ok(Err(NotGiven::Scope(why)));
        };
        let token = format!("fw_{}{}", secret(), secret());
        let (kept, good, name) = (token.clone(), scopes.to_string(), client.name.clone());
        let end = now.checked_add(GOOD_FOR).unwrap_or(now);
        let old = now.checked_sub(REMEMBERED).unwrap_or(now);
        let is_first = self.store.write(move |txn| {
            again!(id, jti, kept, good, name => {
                // It may have been revoked in between.
                let is_there = api_clients::signing(txn, &id).await?.is_some();
                if !is_there || !api_clients::use_up(txn, &id, &jti, until).await? {
                    return Ok::<_, Error>(false);
                }
                api_clients::give(txn, &id, &good, &kept, end).await?;
                api_clients::forget(txn, old, now).await?;
                audit::note(txn, now, &actor(&name), "token.given", &name).await?;
                Ok(true)
            })
        });
        if is_first.await? {
            Ok(Ok(Given { token: Private::new(token), good_for: GOOD_FOR, scopes }))
        } else {
            not("the JWT was used before (jti); sign a new one for each request")
        }
    }

    /// Whether a signed statement of another program is for `audience` and was not used before, by whatever process.
    pub async fn is_fresh(
        &self,
        signed: &Checked,
        audience: &str,
        now: Timestamp,
    ) -> Result<Result<(), NotAccepted>> {
        let (jti, until) = match signed.once(audience, now) {
            Ok((jti, until)) => (jti.to_owned(), until),
            Err(why) => return Ok(Err(why)),
        };
        let issuer = signed.issuer().unwrap_or_default().to_owned();
        let is_first = self.store.write(move |txn| {
            again!(issuer, jti => Ok::<_, Error>(api_clients::use_up(txn, &issuer, &jti, until).await?))
        });
        let again =
            || NotAccepted("the JWT was used before (jti); sign a new one for each request".to_owned());
        Ok(is_first.await?.then_some(()).ok_or_else(again))
    }
}

fn checked(name: &str, scopes: &str) -> Result<(String, String)> {
    let name = name.trim();
    let is_name = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    if !is_name || name.chars().any(char::is_control) {
        return Err(Error::Refused(format!("a client's name has 1 to {LONGEST_NAME} characters")));
    }
    let scopes = Scopes::registered(scopes).map_err(Error::Refused)?;
    Ok((name.to_owned(), scopes.to_string()))
}

fn check_address(address: &str) -> Result<()> {
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    if is_web && address.len() <= LONGEST_ADDRESS && !address.contains(|c: char| c.is_control() || c == ' ') {
        return Ok(());
    }
    Err(Error::Refused(
        "the address of the keys must begin with https://, such as https://ehr.example/jwks.json".to_owned(),
    ))
}
