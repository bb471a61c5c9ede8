//! Signing in: a password, and a second factor where the account has one.
//!
//! It refuses to tell an unknown login, a wrong password and a locked account apart.

use foreword_domain::{ids::StaffId, private::Private};
use foreword_store::{
    Txn, audit, passkeys, second_factors,
    sessions::{self, Begun, Kind},
    staff::{self, Member},
};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{HALF_SIGNED_IN, LOCK, STAFF_IDLE, TRIES},
    again, password, secret, totp,
};

/// What the log calls it when a provider of accounts vouched for somebody.
pub(crate) const BY_PROVIDER: &str = "sign-in.provider";

/// What a login and a password lead to.
#[derive(Debug)]
pub enum SigningIn {
    /// Nowhere: they do not fit, or there were too many tries.
    Wrong,
    /// To the question for a second factor; the secret of the short session in which it is asked.
    Half(Private<String>),
    /// In; the secret of the session.
    In(Private<String>),
}

/// The second factors of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedFor {
    /// An app that makes codes.
    pub app: bool,
    /// A passkey.
    pub passkey: bool,
}

/// What a code leads to.
#[derive(Debug)]
pub enum Coded {
    /// Nowhere: it does not fit, was used before, or there were too many tries.
    Wrong,
    /// Back to the beginning: it took too long.
    Over,
    /// In; the secret of the session.
    In(Private<String>),
}

impl App {
    /// Takes a login and a password, on a device that has a name.
    ///
    /// Unknown login, wrong password and a locked account are answered alike and take as long.
    pub async fn sign_in(
        &self,
        login: &str,
        password: &str,
        device: &str,
        now: Timestamp,
    ) -> Result<SigningIn> {
        let wanted = login.trim().to_lowercase();
        // PostgreSQL knows no text with a NUL in it, and nobody is called that.
        let wanted = if wanted.contains('\0') { String::new() } else { wanted };
        let member = self
            .store
            .read(move |txn| Box::pin(async move { Ok::<_, Error>(staff::by_login(txn, &wanted).await?) }))
            .await?;
        let known_hash =
            member.as_ref().map_or_else(password::nobodys, |member| member.password_hash.clone());
        let fits = password::verify(password.to_owned(), known_hash.clone()).await?;
        let (device, known) = (device.to_owned(), member.map(|member| member.id));
        self.store
            .write(move |txn| {
                again!(device, known_hash => {
                    // Held, so that guesses side by side are counted one after the other.
                    let member = match known {
                        Some(id) => staff::hold(txn, id).await?,
                        None => None,
                    };
                    let Some(mut member) = member else {
                        audit::note(txn, now, "unknown", "sign-in.wrong", "unknown").await?;
                        return Ok(SigningIn::Wrong);
                    };
                    // What was right may be another password's by now: then its sessions are over, and this is one.
                    if !fits || member.password_hash != known_hash || is_shut(&member, now) {
                        failed(txn, &mut member, "sign-in.wrong", now).await?;
                        return Ok(SigningIn::Wrong);
                    }
                    if has_second_factor(txn, member.id).await? {
                        // Failures are forgotten when all of it was right, or codes could be guessed for ever.
                        let half = secret();
                        let until = now.checked_add(HALF_SIGNED_IN).unwrap_or(now);
                        sessions::begin(txn, Kind::HalfStaff, member.id.0, &half, now, until).await?;
                        return Ok(SigningIn::Half(Private::new(half)));
                    }
                    Ok::<_, Error>(SigningIn::In(welcome(txn, member, "sign-in", &device, now).await?))
                })
            })
            .await
    }

    /// What somebody between password and second factor may be asked for.
    pub async fn asked_for(&self, half: &str, now: Timestamp) -> Result<Option<AskedFor>> {
        let Some(subject) = self.session(Kind::HalfStaff, half, HALF_SIGNED_IN, now).await? else {
            return Ok(None);
        };
        let knows_passkeys = self.party().is_some();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let staff = StaffId(subject);
                    Ok(Some(AskedFor {
                        app: second_factors::has_totp(txn, staff).await?,
                        passkey: knows_passkeys && passkeys::any(txn, staff).await?,
                    }))
                })
            })
            .await
    }

    /// Takes a code of the app, or a recovery code, from whoever's password was right.
    pub async fn give_code(&self, half: &str, typed: &str, device: &str, now: Timestamp) -> Result<Coded> {
        let Some(subject) = self.session(Kind::HalfStaff, half, HALF_SIGNED_IN, now).await? else {
            return Ok(Coded::Over);
        };
        let (half, typed, device) = (half.to_owned(), plain(typed), device.to_owned());
        self.store
            .write(move |txn| {
                again!(half, typed, device => {
                    let Some(mut member) = staff::hold(txn, StaffId(subject)).await? else {
                        return Ok(Coded::Over);
                    };
                    // Looked up again, now that nobody else is at it: a half session leads in once.
                    if sessions::find(txn, Kind::HalfStaff, &half, now).await?.is_none() {
                        return Ok(Coded::Over);
                    }
                    let by = if is_shut(&member, now) { None } else { spend(txn, member.id, &typed, now).await? };
                    let Some(by) = by else {
                        failed(txn, &mut member, "sign-in.wrong-code", now).await?;
                        return Ok(Coded::Wrong);
                    };
                    sessions::end(txn, &half).await?;
                    Ok::<_, Error>(Coded::In(welcome(txn, member, by, &device, now).await?))
                })
            })
            .await
    }
}

/// Whether somebody is asked for more than a password.
pub(crate) async fn has_second_factor(txn: &Txn, staff: StaffId) -> Result<bool> {
    Ok(second_factors::has_totp(txn, staff).await? || passkeys::any(txn, staff).await?)
}

/// Whether no try is taken from somebody.
pub(crate) fn is_shut(member: &Member, now: Timestamp) -> bool {
    member.disabled_at.is_some() || member.locked_until.is_some_and(|until| now < until)
}

/// Counts a failure, and locks after some.
pub(crate) async fn failed(txn: &Txn, member: &mut Member, action: &str, now: Timestamp) -> Result<()> {
    let locked = member.locked_until.is_some_and(|until| now < until);
    member.failed_logins = member.failed_logins.saturating_add(1);
    if !locked && member.failed_logins.is_multiple_of(TRIES) {
        member.locked_until = now.checked_add(LOCK).ok();
    }
    staff::update(txn, member).await?;
    audit::note(txn, now, "unknown", action, &format!("staff:{}", member.id)).await?;
    Ok(())
}

/// Begins a session.
pub(crate) async fn welcome(
    txn: &Txn,
    mut member: Member,
    by: &str,
    device: &str,
    now: Timestamp,
) -> Result<Private<String>> {
    member.failed_logins = 0;
    member.locked_until = None;
    staff::update(txn, &member).await?;
    let session = secret();
    let until = now.checked_add(STAFF_IDLE).unwrap_or(now);
    let begun = Begun { device: Some(device), vouched: by == BY_PROVIDER };
    sessions::begin_as(txn, Kind::Staff, member.id.0, &session, begun, now, until).await?;
    let actor = format!("staff:{}", member.id);
    audit::note(txn, now, &actor, by, &actor).await?;
    Ok(Private::new(session))
}

/// Uses up what was typed, as a code of the app or as a recovery code; what it is called in the log.
async fn spend(txn: &Txn, staff: StaffId, typed: &str, now: Timestamp) -> Result<Option<&'static str>> {
    if typed.len() != 6 {
        let fits = second_factors::use_recovery_code(txn, staff, typed, now).await?;
        return Ok(fits.then_some("sign-in.recovery-code"));
    }
    let Some(totp) = second_factors::totp(txn, staff).await?.filter(|totp| totp.is_confirmed) else {
        return Ok(None);
    };
    let Some(step) = totp::step_of(typed, totp.secret.reveal(), totp.last_step, now) else { return Ok(None) };
    second_factors::accept_step(txn, staff, step, now).await?;
    Ok(Some("sign-in.code"))
}

/// A code as it was made: without spaces and hyphens, and letters that are taken for digits as those digits.
pub(crate) fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(64);
    letters
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        })
        .collect()
}
