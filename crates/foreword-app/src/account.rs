//! A member of staff's own account: the password, the second factor, and where they are signed in.

use foreword_domain::{ids::StaffId, private::Private};
pub use foreword_store::sessions::Listed;
use foreword_store::{
    Txn, audit, identities, passkeys, second_factors,
    sessions::{self, Kind},
    staff,
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    App, Error, Result, again, passkey, password,
    sign_in::{failed, has_second_factor, is_shut, plain},
    totp,
};

/// How many recovery codes there are.
const CODES: usize = 10;
/// Their letters: digits and capitals, without those that are taken for others.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How long each is; 50 bits.
const CODE: usize = 10;

/// How long after the password was given an app can be set up.
const SET_UP_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Whether staff need a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactor {
    /// Each decides.
    #[default]
    Optional,
    /// Whoever has none sets one up before everything else.
    Required,
}

/// What an account's page shows.
#[derive(Debug)]
pub struct Account {
    /// Whether an app makes codes for it.
    pub has_totp: bool,
    /// Its passkeys, the oldest first.
    pub passkeys: Vec<passkey::Shown>,
    /// Whether passkeys can be made here.
    pub offers_passkeys: bool,
    /// Recovery codes that were not used.
    pub codes_left: u64,
    /// Where its owner is signed in.
    pub sessions: Vec<Listed>,
    /// What this session is called among them.
    pub this: String,
    /// Whether it can be entered by an account of the house.
    pub is_bound: bool,
}

/// What came of a change that wants the present password.
#[derive(Debug)]
pub enum Change<T> {
    /// It was made.
    Made(T),
    /// The present password was wrong, or there were too many tries.
    Wrong,
    /// It can't be made; why.
    Refused(String),
}

/// An account, as administrators see it.
#[derive(Debug, Serialize)]
pub struct Listing {
    /// What its owner signs in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their second factor: `app`, `passkey`, `app and passkey`.
    pub second_factor: Option<&'static str>,
    /// Whether a provider of accounts vouches for them.
    pub provider: bool,
    /// Until when no try is taken, after too many wrong ones.
    pub locked_until: Option<Timestamp>,
    /// Since when it is shut.
    pub disabled_at: Option<Timestamp>,
}

impl App {
    /// All accounts, by login.
    pub async fn staff_accounts(&self) -> Result<Vec<Listing>> {
        self.store
            .read(|txn| {
                Box::pin(async move {
                    let mut listed = Vec::new();
                    for member in staff::all(txn).await? {
                        listed.push(Listing {
                            second_factor: second_factor(txn, member.id).await?,
                            provider: identities::any(txn, member.id).await?,
                            login: member.login,
                            name: member.name,
                            role: member.role,
                            locked_until: member.locked_until,
                            disabled_at: member.disabled_at,
                        });
                    }
                    Ok::<_, Error>(listed)
                })
            })
            .await
    }

    /// What somebody's account page shows, seen from one of their sessions.
    pub async fn account(&self, staff: StaffId, session: &str, now: Timestamp) -> Result<Account> {
        let (this, offers_passkeys) = (sessions::id_of(session), self.party().is_some());
        self.store
            .read(move |txn| {
                again!(this => {
                    Ok::<_, Error>(Account {
                        has_totp: second_factors::has_totp(txn, staff).await?,
                        passkeys: passkey::of(txn, staff).await?,
                        offers_passkeys,
                        codes_left: second_factors::recovery_codes_left(txn, staff).await?,
                        sessions: sessions::of(txn, Kind::Staff, staff.0, now).await?,
                        this,
                        is_bound: identities::any(txn, staff).await?,
                    })
                })
            })
            .await
    }

    /// Whether somebody has to set up a second factor before everything else. A session that a provider of accounts
    /// vouched for lacks none: how it asks is the provider's to say.
    pub async fn lacks_second_factor(&self, staff: StaffId, session: &str, now: Timestamp) -> Result<bool> {
        if self.options.second_factor == SecondFactor::Optional {
            return Ok(false);
        }
        let session = session.to_owned();
        self.store
            .read(move |txn| {
                again!(session => {
                    let live = sessions::find(txn, Kind::Staff, &session, now).await?;
                    Ok(!live.is_some_and(|live| live.vouched) && !has_second_factor(txn, staff).await?)
                })
            })
            .await
    }

    /// Changes somebody's own password; their other sessions end.
    pub async fn change_password(
        &self,
        staff: StaffId,
        present: &str,
        new: &str,
        session: &str,
        now: Timestamp,
    ) -> Result<Change<()>> {
        let Some(member) = self.knows_password(staff, present, now).await? else { return Ok(Change::Wrong) };
        if present == new {
            return Ok(Change::Refused("the new password is the present one".to_owned()));
        }
        let known = [member.login.as_str(), &member.name, &self.options.clinic_name];
        if let Err(why) = password::check(new, &known) {
            return Ok(Change::Refused(why));
        }
        let (hash, session) = (password::hash(new.to_owned()).await?, session.to_owned());
        let checked = member.password_hash;
        self.store
            .write(move |txn| {
                again!(hash, session, checked => {
                    let mut member = staff::hold(txn, staff).await?.ok_or(Error::NotFound("account"))?;
                    if member.password_hash != checked {
                        return Ok(Change::Wrong);
                    }
                    member.password_hash = hash;
                    staff::update(txn, &member).await?;
                    sessions::end_others(txn, Kind::Staff, staff.0, &session).await?;
                    sessions::end_all(txn, Kind::HalfStaff, staff.0).await?;
                    note(txn, staff, "account.password", now).await?;
                    Ok::<_, Error>(Change::Made(()))
                })
            })
            .await
    }

    /// Begins to set up an app that makes codes; its secret, in base32. It counts once a code of it was given.
    pub async fn begin_totp(
        &self,
        staff: StaffId,
        present: &str,
        now: Timestamp,
    ) -> Result<Change<Private<String>>> {
        if self.knows_password(staff, present, now).await?.is_none() {
            return Ok(Change::Wrong);
        }
        let new = totp::new_secret();
        self.store
            .write(move |txn| {
                again!(new => {
                    staff::hold(txn, staff).await?;
                    if second_factors::has_totp(txn, staff).await? {
                        return Ok(Change::Refused("an app is set up already; turn it off first".to_owned()));
                    }
                    second_factors::put_totp(txn, staff, &new, now).await?;
                    Ok::<_, Error>(Change::Made(Private::new(new)))
                })
            })
            .await
    }

    /// The secret of an app that is being set up.
    pub async fn totp_to_confirm(&self, staff: StaffId, now: Timestamp) -> Result<Option<Private<String>>> {
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let totp = second_factors::totp(txn, staff).await?;
                    Ok(totp.filter(|totp| is_pending(totp, now)).map(|totp| totp.secret))
                })
            })
            .await
    }

    /// Takes the first code of an app. With it the app counts; the recovery codes, to be shown once.
    pub async fn confirm_totp(
        &self,
        staff: StaffId,
        typed: &str,
        now: Timestamp,
    ) -> Result<Option<Vec<Private<String>>>> {
        let (typed, codes) = (plain(typed), new_codes());
        self.store
            .write(move |txn| {
                again!(typed, codes => {
                    staff::hold(txn, staff).await?;
                    let totp = second_factors::totp(txn, staff).await?.filter(|totp| is_pending(totp, now));
                    let step = totp.and_then(|totp| totp::step_of(&typed, totp.secret.reveal(), totp.last_step, now));
                    let Some(step) = step else { return Ok(None) };
                    second_factors::accept_step(txn, staff, step, now).await?;
                    second_factors::put_recovery_codes(txn, staff, &codes, now).await?;
                    note(txn, staff, "account.code-on", now).await?;
                    Ok::<_, Error>(Some(shown(codes)))
                })
            })
            .await
    }

    /// Turns the app off.
    pub async fn remove_totp(&self, staff: StaffId, present: &str, now: Timestamp) -> Result<Change<()>> {
        if self.knows_password(staff, present, now).await?.is_none() {
            return Ok(Change::Wrong);
        }
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    second_factors::remove_totp(txn, staff).await?;
                    tidy_recovery(txn, staff, now).await?;
                    note(txn, staff, "account.code-off", now).await?;
                    Ok::<_, Error>(Change::Made(()))
                })
            })
            .await
    }

    /// New recovery codes instead of the old ones, to be shown once.
    pub async fn renew_recovery_codes(
        &self,
        staff: StaffId,
        present: &str,
        now: Timestamp,
    ) -> Result<Change<Vec<Private<String>>>> {
        if self.knows_password(staff, present, now).await?.is_none() {
            return Ok(Change::Wrong);
        }
        let codes = new_codes();
        self.store
            .write(move |txn| {
                again!(codes => {
                    if !has_second_factor(txn, staff).await? {
                        return Ok(Change::Refused("recovery codes stand in for a second factor, and there is none".to_owned()));
                    }
                    second_factors::put_recovery_codes(txn, staff, &codes, now).await?;
                    note(txn, staff, "account.recovery-codes", now).await?;
                    Ok::<_, Error>(Change::Made(shown(codes)))
                })
            })
            .await
    }

    /// Gives an account a new password, to be told once, and takes its second factor away; every session
    /// of it ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has that login.
    pub async fn reset_staff(&self, login: &str, now: Timestamp) -> Result<Private<String>> {
        let new = new_password();
        let (login, hash) = (login.trim().to_lowercase(), password::hash(new.clone()).await?);
        self.store
            .write(move |txn| {
                again!(login, hash => {
                    let mut member = held(txn, &login).await?;
                    member.password_hash = hash;
                    member.failed_logins = 0;
                    member.locked_until = None;
                    staff::update(txn, &member).await?;
                    forget_second_factors(txn, member.id, now).await?;
                    end_everywhere(txn, member.id).await?;
                    let subject = format!("staff:{}", member.id);
                    Ok::<_, Error>(audit::note(txn, now, "service", "staff.reset", &subject).await?)
                })
            })
            .await?;
        Ok(Private::new(new))
    }

    /// Shuts an account; every session of it ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has that login.
    pub async fn disable_staff(&self, login: &str, now: Timestamp) -> Result<()> {
        self.put_disabled(login, Some(now), now).await
    }

    /// Opens an account again, with the password and the second factor it had.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody has that login.
    pub async fn enable_staff(&self, login: &str, now: Timestamp) -> Result<()> {
        self.put_disabled(login, None, now).await
    }

    async fn put_disabled(&self, login: &str, since: Option<Timestamp>, now: Timestamp) -> Result<()> {
        let login = login.trim().to_lowercase();
        self.store
            .write(move |txn| {
                again!(login => {
                    let mut member = held(txn, &login).await?;
                    member.disabled_at = since;
                    staff::update(txn, &member).await?;
                    let action = if since.is_some() { "staff.disabled" } else { "staff.enabled" };
                    end_everywhere(txn, member.id).await?;
                    Ok(audit::note(txn, now, "service", action, &format!("staff:{}", member.id)).await?)
                })
            })
            .await
    }

    /// Ends one of somebody's sessions, by what it is called on their page.
    pub async fn end_session(&self, staff: StaffId, id: &str, now: Timestamp) -> Result<()> {
        let id = id.to_owned();
        self.store
            .write(move |txn| {
                again!(id => {
                    if sessions::end_listed(txn, Kind::Staff, staff.0, &id).await? {
                        note(txn, staff, "account.session-ended", now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Ends all of somebody's sessions but one.
    pub async fn end_other_sessions(&self, staff: StaffId, session: &str, now: Timestamp) -> Result<()> {
        let session = session.to_owned();
        self.store
            .write(move |txn| {
                again!(session => {
                    sessions::end_others(txn, Kind::Staff, staff.0, &session).await?;
                    note(txn, staff, "account.session-ended", now).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// The account, if its password was given; a wrong one counts like one at the door.
    pub(crate) async fn knows_password(
        &self,
        staff: StaffId,
        present: &str,
        now: Timestamp,
    ) -> Result<Option<staff::Member>> {
        let member = self
            .store
            .read(move |txn| Box::pin(async move { Ok::<_, Error>(staff::get(txn, staff).await?) }))
            .await?;
        let Some(member) = member else { return Ok(None) };
        let checked = member.password_hash;
        let fits = password::verify(present.to_owned(), checked.clone()).await?;
        self.store
            .write(move |txn| {
                again!(checked => {
                    let Some(mut member) = staff::hold(txn, staff).await? else { return Ok(None) };
                    // It may have been changed while it was checked.
                    if fits && member.password_hash == checked && !is_shut(&member, now) {
                        return Ok(Some(member));
                    }
                    failed(txn, &mut member, "account.wrong-password", now).await?;
                    Ok::<_, Error>(None)
                })
            })
            .await
    }
}

/// Whether an app is being set up: for a while after the password was given for it.
fn is_pending(totp: &second_factors::Totp, now: Timestamp) -> bool {
    !totp.is_confirmed && now.duration_since(totp.created_at) <= SET_UP_WITHIN
}

async fn second_factor(txn: &Txn, staff: StaffId) -> Result<Option<&'static str>> {
    Ok(match (second_factors::has_totp(txn, staff).await?, passkeys::any(txn, staff).await?) {
        (true, true) => Some("app and passkey"),
        (true, false) => Some("app"),
        (false, true) => Some("passkey"),
        (false, false) => None,
    })
}

/// Recovery codes stand in for a second factor, and go with the last of them.
pub(crate) async fn tidy_recovery(txn: &Txn, staff: StaffId, now: Timestamp) -> Result<()> {
    if !has_second_factor(txn, staff).await? {
        second_factors::put_recovery_codes(txn, staff, &[], now).await?;
    }
    Ok(())
}

pub(crate) async fn held(txn: &Txn, login: &str) -> Result<staff::Member> {
    let known = staff::by_login(txn, login).await?.ok_or(Error::NotFound("login"))?;
    staff::hold(txn, known.id).await?.ok_or(Error::NotFound("login"))
}

async fn forget_second_factors(txn: &Txn, staff: StaffId, now: Timestamp) -> Result<()> {
    second_factors::remove_totp(txn, staff).await?;
    passkeys::remove_all(txn, staff).await?;
    identities::remove_all(txn, staff).await?;
    Ok(second_factors::put_recovery_codes(txn, staff, &[], now).await?)
}

pub(crate) async fn end_everywhere(txn: &Txn, staff: StaffId) -> Result<()> {
    sessions::end_all(txn, Kind::Staff, staff.0).await?;
    Ok(sessions::end_all(txn, Kind::HalfStaff, staff.0).await?)
}

pub(crate) async fn note(txn: &Txn, staff: StaffId, action: &str, now: Timestamp) -> Result<()> {
    let who = format!("staff:{staff}");
    Ok(audit::note(txn, now, &who, action, &who).await?)
}

/// 100 bits, in groups that can be read out.
fn new_password() -> String {
    let groups: Vec<String> = (0..4)
        .map(|_| {
            foreword_store::random::<5>()
                .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
                .iter()
                .collect()
        })
        .collect();
    groups.join("-").to_lowercase()
}

pub(crate) fn new_codes() -> Vec<String> {
    let code = || foreword_store::random::<CODE>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
    (0..CODES).map(|_| code().iter().collect()).collect()
}

/// In two groups, as they are easier to copy.
pub(crate) fn shown(codes: Vec<String>) -> Vec<Private<String>> {
    let grouped = |code: String| {
        let (first, last) = code.split_at(CODE / 2);
        Private::new(format!("{first}-{last}"))
    };
    codes.into_iter().map(grouped).collect()
}
