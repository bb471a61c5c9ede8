//! Passkeys: made on the page of one's account, and used instead of a password and a code.
//!
//! A challenge is signed by us and holds its own end, so that nothing is kept for whoever only asks for
//! one; once it is answered it is kept until its end, so that the answer counts once.

mod check;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_domain::{ids::StaffId, private::Private};
use foreword_store::{
    Txn, audit,
    passkeys::{self, Passkey},
    second_factors, sessions, staff,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use check::{ALGORITHMS, Party};

use crate::{
    App, Error, Result,
    account::{Change, new_codes, note, shown},
    again,
    sign_in::welcome,
};

/// How long somebody may take.
const TIME: SignedDuration = SignedDuration::from_mins(5);
/// The same, as browsers count.
const MILLISECONDS: i64 = TIME.as_secs() * 1000;
/// Passkeys of one account, at most.
const MOST: usize = 20;
/// What a challenge is signed for, where somebody signs in.
const IN: &str = "passkey.in";

/// What a browser is asked for.
#[derive(Debug, Serialize)]
pub struct Wanted {
    /// To be signed, in base64url.
    pub challenge: String,
    /// To whom passkeys are bound.
    pub rp: String,
    /// How long it may take, in milliseconds.
    pub timeout: i64,
    /// The account a passkey is made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Owner>,
}

/// The account a passkey is made for, as the browser shows it.
#[derive(Debug, Serialize)]
pub struct Owner {
    /// Its id, in base64url.
    pub id: String,
    /// Its login.
    pub login: String,
    /// Its owner's name.
    pub name: String,
    /// Passkeys it has: none of them is made twice.
    pub has: Vec<String>,
    /// The kinds of keys we know.
    pub algorithms: [i64; 3],
}

/// What a browser hands over, in base64url.
#[derive(Debug, Default)]
pub struct Handed {
    /// The passkey's id.
    pub id: String,
    /// What the browser was asked, and by whom.
    pub client_data: String,
    /// The new passkey, where one is made; else what the authenticator says.
    pub authenticator: String,
    /// Its signature.
    pub signature: String,
    /// Whose passkey it is, as far as it knows.
    pub user: String,
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it is called in forms.
    pub id: String,
    /// On what it was made.
    pub name: String,
    /// When.
    pub made_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

/// Reads a passkey as it was made, and a use of it with that key and with any other: for the fuzz targets. Says
/// whether each could be read.
#[cfg(feature = "fuzz")]
pub fn read(party: &Party, client_data: &[u8], made: &[u8], used: &[u8]) -> [bool; 2] {
    let key = party.made(client_data, made).map(|made| made.key);
    let use_with = |key: &[u8]| party.used(client_data, made, used, key).is_ok();
    [key.is_ok(), use_with(key.as_deref().unwrap_or(used))]
}

impl App {
    /// Who we are to passkeys; nobody, where pages are reached by a number instead of a name.
    pub fn party(&self) -> Option<Party> {
        Party::at(&self.options.public_url)
    }

    /// What a browser is asked for by whom signs in.
    pub async fn passkey_wanted(&self, now: Timestamp) -> Result<Option<Wanted>> {
        let Some(party) = self.party() else { return Ok(None) };
        let challenge = self
            .store
            .read(move |txn| Box::pin(async move { Ok::<_, Error>(challenge(txn, IN, now)) }))
            .await?;
        Ok(Some(Wanted { challenge, rp: party.id, timeout: MILLISECONDS, user: None }))
    }

    /// Signs somebody in by a passkey; nothing, when it is not accepted.
    pub async fn sign_in_by_passkey(
        &self,
        handed: &Handed,
        device: &str,
        now: Timestamp,
    ) -> Result<Option<Private<String>>> {
        let (Some(party), Some(raw)) = (self.party(), Raw::of(handed)) else { return Ok(None) };
        let device = device.to_owned();
        self.store
            .write(move |txn| {
                again!(party, raw, device => {
                    let found = passkeys::get(txn, &raw.id).await?;
                    let Some(passkey) = found else {
                        return refuse(txn, "unknown", "there is no such passkey", now).await;
                    };
                    let subject = format!("staff:{}", passkey.staff);
                    let Some(member) = staff::hold(txn, passkey.staff).await? else { return Ok(None) };
                    // Read again, now that nobody else uses it.
                    let Some(passkey) = passkeys::get(txn, &raw.id).await? else { return Ok(None) };
                    let used = match party.used(&raw.client_data, &raw.authenticator, &raw.signature, &passkey.key) {
                        Ok(used) => used,
                        Err(fault) => return refuse(txn, &subject, &fault.to_string(), now).await,
                    };
                    let whose = passkey.staff.0.as_bytes();
                    if member.disabled_at.is_some() || (!raw.user.is_empty() && raw.user != whose) {
                        return refuse(txn, &subject, "it is nobody's who may sign in", now).await;
                    }
                    if !spend(txn, IN, passkey.staff, &used.challenge, now).await? {
                        return refuse(txn, &subject, "its challenge is over or was answered", now).await;
                    }
                    // Whatever counts goes up; a count that does not is of a copy.
                    if (used.counter > 0 || passkey.counter > 0) && used.counter <= passkey.counter {
                        return refuse(txn, &subject, "its count went back: there may be a copy", now).await;
                    }
                    passkeys::used(txn, &raw.id, used.counter, now).await?;
                    Ok::<_, Error>(Some(welcome(txn, member, "sign-in.passkey", &device, now).await?))
                })
            })
            .await
    }

    /// What a browser is asked for to make a passkey; wants the present password.
    pub async fn new_passkey_wanted(
        &self,
        staff: StaffId,
        present: &str,
        now: Timestamp,
    ) -> Result<Change<Wanted>> {
        let Some(party) = self.party() else { return Ok(Change::Refused(NO_NAME.to_owned())) };
        let Some(member) = self.knows_password(staff, present, now).await? else { return Ok(Change::Wrong) };
        self.store
            .read(move |txn| {
                again!(party, member => {
                    let has: Vec<String> = passkeys::of(txn, staff).await?.iter().map(|one| coded(&one.id)).collect();
                    if has.len() >= MOST {
                        return Ok(Change::Refused(format!("there is room for {MOST} passkeys; remove one first")));
                    }
                    let user = Owner {
                        id: coded(staff.0.as_bytes()),
                        login: member.login,
                        name: member.name,
                        has,
                        algorithms: ALGORITHMS,
                    };
                    let challenge = challenge(txn, &purpose_new(staff), now);
                    Ok::<_, Error>(Change::Made(Wanted {
                        challenge,
                        rp: party.id,
                        timeout: MILLISECONDS,
                        user: Some(user),
                    }))
                })
            })
            .await
    }

    /// Keeps a new passkey. Recovery codes come with it, to be shown once, where there are none left.
    pub async fn keep_passkey(
        &self,
        staff: StaffId,
        handed: &Handed,
        device: &str,
        now: Timestamp,
    ) -> Result<Change<Vec<Private<String>>>> {
        let (Some(party), Some(raw)) = (self.party(), Raw::of(handed)) else {
            return Ok(Change::Refused("this passkey could not be read".to_owned()));
        };
        let made = match party.made(&raw.client_data, &raw.authenticator) {
            Ok(made) => made,
            Err(fault) => return Ok(Change::Refused(format!("this passkey is not accepted: {fault}"))),
        };
        let new = Passkey {
            id: made.id,
            staff,
            name: device.to_owned(),
            key: made.key,
            counter: made.counter,
            made_at: now,
            used_at: None,
        };
        let (codes, challenge) = (new_codes(), made.challenge);
        self.store
            .write(move |txn| {
                again!(new, codes, challenge => {
                    staff::hold(txn, staff).await?;
                    if !spend(txn, &purpose_new(staff), staff, &challenge, now).await? {
                        return Ok(Change::Refused("this took too long; please begin again".to_owned()));
                    }
                    if passkeys::get(txn, &new.id).await?.is_some() {
                        return Ok(Change::Refused("this passkey is known already".to_owned()));
                    }
                    passkeys::add(txn, &new).await?;
                    note(txn, staff, "account.passkey-added", now).await?;
                    if second_factors::recovery_codes_left(txn, staff).await? > 0 {
                        return Ok(Change::Made(Vec::new()));
                    }
                    second_factors::put_recovery_codes(txn, staff, &codes, now).await?;
                    Ok::<_, Error>(Change::Made(shown(codes)))
                })
            })
            .await
    }

    /// Forgets a passkey, by what it is called on the page.
    pub async fn remove_passkey(
        &self,
        staff: StaffId,
        id: &str,
        present: &str,
        now: Timestamp,
    ) -> Result<Change<()>> {
        if self.knows_password(staff, present, now).await?.is_none() {
            return Ok(Change::Wrong);
        }
        let id = decoded(id).unwrap_or_default();
        self.store
            .write(move |txn| {
                again!(id => {
                    if passkeys::remove(txn, staff, &id).await? {
                        crate::account::tidy_recovery(txn, staff, now).await?;
                        note(txn, staff, "account.passkey-removed", now).await?;
                    }
                    Ok::<_, Error>(Change::Made(()))
                })
            })
            .await
    }
}

const NO_NAME: &str = "passkeys need pages that are reached by a name, over TLS";

/// Somebody's passkeys for their page.
pub(crate) async fn of(txn: &Txn, staff: StaffId) -> Result<Vec<Shown>> {
    let shown = |one: Passkey| Shown {
        id: coded(&one.id),
        name: one.name,
        made_at: one.made_at,
        used_at: one.used_at,
    };
    Ok(passkeys::of(txn, staff).await?.into_iter().map(shown).collect())
}

/// What was handed over, as bytes.
#[derive(Clone)]
struct Raw {
    id: Vec<u8>,
    client_data: Vec<u8>,
    authenticator: Vec<u8>,
    signature: Vec<u8>,
    user: Vec<u8>,
}

impl Raw {
    fn of(handed: &Handed) -> Option<Self> {
        Some(Self {
            id: decoded(&handed.id)?,
            client_data: decoded(&handed.client_data)?,
            authenticator: decoded(&handed.authenticator)?,
            signature: decoded(&handed.signature)?,
            user: decoded(&handed.user)?,
        })
    }
}

async fn refuse<T>(txn: &Txn, subject: &str, why: &str, now: Timestamp) -> Result<Option<T>> {
    tracing::info!(why, "a passkey was not accepted");
    audit::note(txn, now, "unknown", "sign-in.wrong-passkey", subject).await?;
    Ok(None)
}

fn purpose_new(staff: StaffId) -> String {
    format!("passkey.new:{staff}")
}

/// 128 random bits, their end in seconds, and our signature of both.
fn challenge(txn: &Txn, purpose: &str, now: Timestamp) -> String {
    let end = now.checked_add(TIME).unwrap_or(now).as_second().to_be_bytes();
    let body = [&foreword_store::random::<16>()[..], &end].concat();
    coded(&[&body[..], &txn.sign(purpose, &body)].concat())
}

/// Uses a challenge up: it is ours, not over, and was not answered before.
async fn spend(txn: &Txn, purpose: &str, staff: StaffId, challenge: &[u8], now: Timestamp) -> Result<bool> {
    let Some((body, signature)) = challenge.split_at_checked(24) else { return Ok(false) };
    let end = body.last_chunk::<8>().map_or(0, |end| i64::from_be_bytes(*end));
    let until = Timestamp::from_second(end).unwrap_or(Timestamp::MIN);
    if signature.len() != 10 || !txn.is_signed(purpose, body, signature) || now >= until {
        return Ok(false);
    }
    Ok(sessions::spend(txn, staff.0, &coded(challenge), now, until).await?)
}

fn coded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
