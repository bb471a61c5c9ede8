//! Identity: whoever opens a link says when the patient was born, before anything private is shown.
//!
//! What cannot be a birth is no try, the same wrong one again is no other try, and a browser that has
//! passed for the visit before has tries of its own: so neither a mail scanner nor a stranger with the
//! link keeps the patient out of their own pages.

use foreword_domain::{
    ids::{ConversationId, PatientId},
    private::Private,
    reply::normalize,
};
use foreword_store::{
    Txn, appointments, audit, conversations, guesses,
    invitations::{self, Invitation},
    patients,
    sessions::{self, Kind},
};
use jiff::{Timestamp, civil::Date};

use crate::{
    App, Error, Result,
    access::{PATIENT_IDLE, TRIES, birth_year, lock_for},
    again, secret,
};

/// Nobody is older than this.
const OLDEST_YEARS: i16 = 125;

/// What of the birth is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Asked {
    /// The year.
    #[default]
    Year,
    /// The whole date.
    Date,
}

/// What was said of the birth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Born {
    /// The year.
    In(i16),
    /// The day.
    On(Date),
}

impl std::fmt::Debug for Born {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Born(..)")
    }
}

impl Born {
    /// Reads what was typed, in digits of any script. Nothing where it cannot be a birth.
    pub fn read(asked: Asked, [day, month, year]: [&str; 3], now: Timestamp) -> Option<Self> {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let in_year = birth_year(year)?;
        if in_year > today.year() || in_year < today.year() - OLDEST_YEARS {
            return None;
        }
        let number = |typed: &str| normalize(typed).trim().parse::<i8>().ok();
        match asked {
            Asked::Year => Some(Self::In(in_year)),
            Asked::Date => Date::new(in_year, number(month)?, number(day)?).ok().map(Self::On),
        }
    }

    fn fits(self, birth: Date) -> bool {
        match self {
            Self::In(year) => year == birth.year(),
            Self::On(day) => day == birth,
        }
    }

    fn written(self) -> String {
        match self {
            Self::In(year) => year.to_string(),
            Self::On(day) => day.to_string(),
        }
    }
}

/// What an identity check came to.
#[derive(Clone, Debug)]
pub enum Check {
    /// It is the patient: the conversation, and the secret of their session.
    Passed(ConversationId, Private<String>),
    /// What was said is no birth: no try was spent.
    Unclear,
    /// It does not fit.
    Wrong,
    /// Too many tries; none is taken before this instant.
    Locked(Timestamp),
}

/// Who tries: where tries are counted.
struct Tries<'a> {
    invitation: &'a Invitation,
    /// The secret of an earlier session for this visit, in this browser.
    browser: Option<&'a str>,
}

impl App {
    /// Checks what whoever opened a link says of the patient's birth. `browser` is the secret of an
    /// earlier session, where the browser has one.
    pub async fn check_identity(
        &self,
        token: &str,
        born: Option<Born>,
        browser: Option<&str>,
        now: Timestamp,
    ) -> Result<Check> {
        let (token, browser) = (token.to_owned(), browser.map(str::to_owned));
        self.store
            .write(move |txn| {
                again!(token, browser => {
                    let found = invitations::by_token(txn, &token).await?.filter(|i| i.is_open(now));
                    let invitation = found.ok_or(Error::NotFound("link"))?;
                    let stored = conversations::about(txn, invitation.appointment).await?;
                    let conversation = stored.ok_or(Error::NotFound("link"))?.id;
                    let browser = match &browser {
                        Some(known) if was_at(txn, known, conversation).await? => Some(known.as_str()),
                        _ => None,
                    };
                    check(txn, &Tries { invitation: &invitation, browser }, conversation, born, now).await
                })
            })
            .await
    }

    /// Checks it once more of a browser whose session for a visit is over. Having had one proves the link.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it never had one, or the link works no more.
    pub async fn check_again(
        &self,
        conversation: ConversationId,
        browser: &str,
        born: Option<Born>,
        now: Timestamp,
    ) -> Result<Check> {
        let browser = browser.to_owned();
        self.store
            .write(move |txn| {
                again!(browser => {
                    if !was_at(txn, &browser, conversation).await? {
                        return Err(Error::NotFound("session"));
                    }
                    let stored = conversations::get(txn, conversation).await?.ok_or(Error::NotFound("link"))?;
                    let newest = invitations::newest(txn, stored.appointment).await?;
                    let invitation = newest.filter(|i| i.is_open(now)).ok_or(Error::NotFound("link"))?;
                    let tries = Tries { invitation: &invitation, browser: Some(&browser) };
                    check(txn, &tries, conversation, born, now).await
                })
            })
            .await
    }

    /// The visit a link leads to, when the browser that opened it has a session there already.
    pub async fn is_inside(
        &self,
        token: &str,
        browser: &str,
        now: Timestamp,
    ) -> Result<Option<ConversationId>> {
        let (token, browser) = (token.to_owned(), browser.to_owned());
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let session = sessions::find(txn, Kind::Patient, &browser, now).await?;
                    let found = invitations::by_token(txn, &token).await?.filter(|i| i.is_open(now));
                    let (Some(session), Some(found)) = (session, found) else { return Ok(None) };
                    let stored = conversations::about(txn, found.appointment).await?;
                    Ok(stored.map(|stored| stored.id).filter(|id| id.0 == session.subject))
                })
            })
            .await
    }

    /// Whether a browser had a session for a visit whose link still works, so that it may be asked again.
    pub async fn was_here(
        &self,
        conversation: ConversationId,
        browser: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let browser = browser.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    if !was_at(txn, &browser, conversation).await? {
                        return Ok(false);
                    }
                    let Some(stored) = conversations::get(txn, conversation).await? else { return Ok(false) };
                    let Some(about) = appointments::get(txn, stored.appointment).await? else {
                        return Ok(false);
                    };
                    let newest = invitations::newest(txn, about.id).await?;
                    Ok(newest.is_some_and(|i| i.is_open(now)) && crate::visit::is_open(&about, now))
                })
            })
            .await
    }
}

async fn was_at(txn: &Txn, browser: &str, conversation: ConversationId) -> Result<bool> {
    Ok(sessions::known(txn, Kind::Patient, browser).await? == Some(conversation.0))
}

async fn check(
    txn: &Txn,
    tries: &Tries<'_>,
    conversation: ConversationId,
    born: Option<Born>,
    now: Timestamp,
) -> Result<Check> {
    if let Some(until) = tries.locked_until(txn).await?.filter(|until| now < *until) {
        return Ok(Check::Locked(until));
    }
    let Some(born) = born else { return Ok(Check::Unclear) };
    let patient = patients::get(txn, tries.invitation.patient).await?.ok_or(Error::NotFound("link"))?;
    if !born.fits(patient.profile.reveal().birth_date) {
        return tries.failed(txn, patient.id, born, now).await;
    }
    tries.passed(txn).await?;
    let session = secret();
    let until = now.checked_add(PATIENT_IDLE).unwrap_or(now);
    sessions::begin(txn, Kind::Patient, conversation.0, &session, now, until).await?;
    let actor = audit::patient(patient.id);
    audit::note(txn, now, &actor, "identity.passed", &format!("conversation:{conversation}")).await?;
    Ok(Check::Passed(conversation, Private::new(session)))
}

impl Tries<'_> {
    fn scope(&self) -> String {
        match self.browser {
            Some(browser) => format!("browser:{browser}"),
            None => format!("link:{}", self.invitation.id),
        }
    }

    async fn locked_until(&self, txn: &Txn) -> Result<Option<Timestamp>> {
        if self.browser.is_none() {
            return Ok(self.invitation.locked_until);
        }
        let failed = guesses::count(txn, &self.scope()).await?;
        if failed == 0 || !failed.is_multiple_of(TRIES) {
            return Ok(None);
        }
        let last = guesses::newest(txn, &self.scope()).await?;
        Ok(last.and_then(|at| at.checked_add(lock_for(failed)).ok()))
    }

    async fn failed(&self, txn: &Txn, patient: PatientId, born: Born, now: Timestamp) -> Result<Check> {
        let (failed, is_new) = guesses::note(txn, &self.scope(), &born.written(), now).await?;
        if !is_new {
            return Ok(Check::Wrong);
        }
        let until = failed.is_multiple_of(TRIES).then(|| now.checked_add(lock_for(failed)).unwrap_or(now));
        if self.browser.is_none() {
            invitations::note_check(txn, self.invitation.id, failed, until).await?;
        }
        let action = if until.is_some() { "identity.locked" } else { "identity.wrong" };
        audit::note(txn, now, "unknown", action, &audit::patient(patient)).await?;
        Ok(until.map_or(Check::Wrong, Check::Locked))
    }

    async fn passed(&self, txn: &Txn) -> Result<()> {
        guesses::forget(txn, &self.scope(), Timestamp::MAX).await?;
        if self.browser.is_none() && self.invitation.failed_checks > 0 {
            invitations::note_check(txn, self.invitation.id, 0, None).await?;
        }
        Ok(())
    }
}
