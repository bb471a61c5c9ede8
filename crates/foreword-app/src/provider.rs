//! Signing in with an account of the house, which a provider (OpenID Connect) has vouched for.
//!
//! What the provider calls somebody for ever (issuer and subject) is bound to one member of staff: by whoever
//! runs the service, or the first time by a claim that holds the login, where one is named.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use foreword_domain::{ids::StaffId, private::Private};
use foreword_store::{
    Txn, audit,
    identities::{self, Identity},
    sessions,
    staff::{self, Member},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    App, Error, Result,
    account::{end_everywhere, held},
    again,
    sign_in::{BY_PROVIDER, welcome},
};

/// What the log calls it when nobody comes in by the provider.
const NOT_BY_PROVIDER: &str = "sign-in.not-by-provider";
/// What is signed while somebody is at the provider.
const AWAY: &str = "provider.away";
/// How long somebody may be there.
const AWAY_FOR: SignedDuration = SignedDuration::from_mins(10);
/// Whose session it would be, if it were one.
const NOBODY: uuid::Uuid = uuid::Uuid::nil();

/// Longest subject (OpenID Connect Core 1.0, section 2).
const LONGEST: usize = 255;

/// Somebody a provider vouches for.
#[derive(Clone, PartialEq, Eq)]
pub struct Vouched {
    /// The provider's address.
    pub issuer: String,
    /// What it calls the person, and nobody else, ever.
    pub subject: String,
    /// The login here, by the claim that holds it, where one is named.
    pub login: Option<String>,
}

impl std::fmt::Debug for Vouched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vouched")
    }
}

/// Where it leads to be vouched for.
#[derive(Debug)]
pub enum Known {
    /// In; the secret of the session.
    In(Private<String>),
    /// Nowhere: this is nobody here, or nobody who may sign in.
    Nobody,
}

impl App {
    /// Signs in whom a provider vouches for. A lock after wrong passwords does not keep them out: nothing is
    /// guessed here.
    pub async fn sign_in_vouched(&self, vouched: &Vouched, device: &str, now: Timestamp) -> Result<Known> {
        let (vouched, device) = (vouched.clone(), device.to_owned());
        self.store
            .write(move |txn| {
                again!(vouched, device => {
                    let identity = Identity { issuer: &vouched.issuer, subject: &vouched.subject };
                    match whose(txn, identity, vouched.login.as_deref(), now).await? {
                        Whose::Theirs(member) => {
                            Ok::<_, Error>(Known::In(welcome(txn, member, BY_PROVIDER, &device, now).await?))
                        }
                        Whose::NotTheirs(staff) => {
                            let who = staff.map_or_else(|| "unknown".to_owned(), |staff| format!("staff:{staff}"));
                            audit::note(txn, now, "unknown", NOT_BY_PROVIDER, &who).await?;
                            Ok(Known::Nobody)
                        }
                    }
                })
            })
            .await
    }

    /// What a browser keeps while somebody is at the provider: what it was sent with, what else must not be changed,
    /// its end, and our signature of all.
    pub async fn keep_away(&self, state: &str, what: &str, now: Timestamp) -> Result<String> {
        let end = now.checked_add(AWAY_FOR).unwrap_or(now).as_second();
        let body = format!("{end}~{state}~{what}");
        self.store
            .read(move |txn| {
                again!(body => {
                    let signature = URL_SAFE_NO_PAD.encode(txn.sign(AWAY, body.as_bytes()));
                    Ok::<_, Error>(format!("{body}~{signature}"))
                })
            })
            .await
    }

    /// What else a browser kept, if it is ours, not over and of this state; once.
    pub async fn come_back(&self, kept: &str, state: &str, now: Timestamp) -> Result<Option<String>> {
        let (kept, state) = (kept.to_owned(), state.to_owned());
        self.store
            .write(move |txn| {
                again!(kept, state => {
                    let Some((body, signature)) = kept.rsplit_once('~') else { return Ok(None) };
                    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
                    if !txn.is_signed(AWAY, body.as_bytes(), &signature) {
                        return Ok(None);
                    }
                    let mut parts = body.splitn(3, '~');
                    let (Some(end), Some(sent), Some(what)) = (parts.next(), parts.next(), parts.next()) else {
                        return Ok(None);
                    };
                    let until = end.parse().ok().and_then(|end| Timestamp::from_second(end).ok());
                    let Some(until) = until.filter(|until| now < *until && sent == state) else { return Ok(None) };
                    let is_first = sessions::spend(txn, NOBODY, &state, now, until).await?;
                    Ok::<_, Error>(is_first.then(|| what.to_owned()))
                })
            })
            .await
    }

    /// Notes that somebody came back whom the provider did not vouch for.
    pub async fn not_vouched(&self, now: Timestamp) -> Result<()> {
        self.store
            .write(move |txn| {
                Box::pin(
                    async move { Ok(audit::note(txn, now, "unknown", NOT_BY_PROVIDER, "unknown").await?) },
                )
            })
            .await
    }

    /// Binds what a provider calls somebody to their account, instead of what it called them before.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has that login, [`Error::Refused`] when it is somebody else's or can't be
    /// what a provider calls anybody.
    pub async fn bind_identity(
        &self,
        login: &str,
        issuer: &str,
        subject: &str,
        now: Timestamp,
    ) -> Result<()> {
        if subject.is_empty() || subject.len() > LONGEST || subject.contains(char::is_control) {
            return Err(Error::Refused(format!("a subject has 1 to {LONGEST} characters")));
        }
        let (login, issuer, subject) = (login.trim().to_lowercase(), issuer.to_owned(), subject.to_owned());
        self.store
            .write(move |txn| {
                again!(login, issuer, subject => {
                    let member = held(txn, &login).await?;
                    let identity = Identity { issuer: &issuer, subject: &subject };
                    if identities::owner(txn, identity).await?.is_some_and(|owner| owner != member.id) {
                        return Err(Error::Refused("that subject is another account's already".to_owned()));
                    }
                    if identities::remove_all(txn, member.id).await? {
                        // Whoever was bound before may be somebody else.
                        end_everywhere(txn, member.id).await?;
                    }
                    identities::add(txn, member.id, identity, now).await?;
                    note(txn, member.id, "staff.provider-bound", now).await
                })
            })
            .await
    }

    /// Takes from an account what a provider calls its owner; sessions that it vouched for end with all others.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has that login.
    pub async fn unbind_identity(&self, login: &str, now: Timestamp) -> Result<bool> {
        let login = login.trim().to_lowercase();
        self.store
            .write(move |txn| {
                again!(login => {
                    let member = held(txn, &login).await?;
                    let had = identities::remove_all(txn, member.id).await?;
                    end_everywhere(txn, member.id).await?;
                    note(txn, member.id, "staff.provider-unbound", now).await?;
                    Ok::<_, Error>(had)
                })
            })
            .await
    }
}

/// To whom an identity leads.
enum Whose {
    /// To a member of staff, who may sign in by it.
    Theirs(Member),
    /// To one who may not, or to nobody.
    NotTheirs(Option<StaffId>),
}

/// Whose identity it is; bound now to the account with that login, when neither has another.
async fn whose(txn: &Txn, identity: Identity<'_>, login: Option<&str>, now: Timestamp) -> Result<Whose> {
    let bound = identities::owner(txn, identity).await?;
    let meant = match bound {
        Some(owner) => Some(owner),
        None => named(txn, login).await?,
    };
    let Some(meant) = meant else { return Ok(Whose::NotTheirs(None)) };
    let Some(member) = staff::hold(txn, meant).await? else { return Ok(Whose::NotTheirs(None)) };
    // Looked up again, now that nobody else is at it.
    let bound_now = identities::owner(txn, identity).await?;
    if member.disabled_at.is_some() {
        return Ok(Whose::NotTheirs(Some(member.id)));
    }
    if bound_now == Some(member.id) {
        return Ok(Whose::Theirs(member));
    }
    // Names at a provider are given away again; what somebody is called for ever is not.
    if bound.is_some() || bound_now.is_some() || identities::any(txn, member.id).await? {
        return Ok(Whose::NotTheirs(Some(member.id)));
    }
    identities::add(txn, member.id, identity, now).await?;
    note(txn, member.id, "staff.provider-bound", now).await?;
    Ok(Whose::Theirs(member))
}

/// The account with the login that a claim holds. Letters beyond ASCII are nobody's capitals here: some become
/// others when they are made small.
async fn named(txn: &Txn, login: Option<&str>) -> Result<Option<StaffId>> {
    // PostgreSQL knows no text with a NUL in it.
    let Some(login) = login.filter(|login| !login.is_empty() && !login.contains('\0')) else {
        return Ok(None);
    };
    Ok(staff::by_login(txn, &login.to_ascii_lowercase()).await?.map(|member| member.id))
}

async fn note(txn: &Txn, staff: StaffId, action: &str, now: Timestamp) -> Result<()> {
    Ok(audit::note(txn, now, "service", action, &format!("staff:{staff}")).await?)
}
