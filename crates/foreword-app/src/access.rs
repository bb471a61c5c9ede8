//! Access: who may see what. Patients by their link and their birth, staff by password.

pub mod break_glass;
pub mod jwt;
pub mod permission;
pub mod programs;
pub mod reach;
pub mod roles;
pub mod scopes;

use foreword_domain::{
    ids::{ConversationId, PatientId, StaffId},
    reply::normalize,
};
pub use foreword_store::staff::Member;
use foreword_store::{
    appointments, audit, conversations, invitations,
    sessions::{self, Kind},
    staff,
};
use jiff::{SignedDuration, Timestamp};

use self::roles::Held;
use crate::{App, Error, Result, again, mint, password, question::patient_named, secret};

/// Who acts on the command line, in the audit log.
const OPERATOR: &str = "operator";
/// How long a patient's page stays open without use.
pub(crate) const PATIENT_IDLE: SignedDuration = SignedDuration::from_mins(60);
/// How long a visit stays open on a tablet of the clinic's without use; its page says so after 45 seconds.
pub(crate) const KIOSK_IDLE: SignedDuration = SignedDuration::from_secs(75);
/// How long staff stay signed in without use.
pub(crate) const STAFF_IDLE: SignedDuration = SignedDuration::from_mins(30);
/// How long staff stay signed in at most, however much they do.
const STAFF_LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How long somebody may take between password and second factor.
pub(crate) const HALF_SIGNED_IN: SignedDuration = SignedDuration::from_mins(5);
/// A session is written to the database again after this part of the time without use.
const REFRESH: i32 = 30;
/// Failed checks or sign-ins before a wait.
pub(crate) const TRIES: u32 = 5;
/// The wait.
pub(crate) const LOCK: SignedDuration = SignedDuration::from_mins(15);
pub use crate::password::LEAST as LEAST_PASSWORD;

impl App {
    /// Whether a link leads somewhere. Changes nothing, tells nothing about anybody; the answer for
    /// an unknown, an old and a revoked link is the same.
    pub async fn is_open_link(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<foreword_domain::language::Lang>> {
        let token = token.to_owned();
        let app = self.clone();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let Some(found) = invitations::by_token(txn, &token).await?.filter(|i| i.is_open(now))
                    else {
                        return Ok(None);
                    };
                    let Some(stored) = conversations::about(txn, found.appointment).await? else {
                        return Ok(None);
                    };
                    let visit = app.revive(txn, stored).await?;
                    Ok(visit.is_open(now).then_some(visit.standing.language))
                })
            })
            .await
    }

    /// Whether a session's secret is for a conversation; keeps the session alive.
    pub async fn is_patient_session(
        &self,
        conversation: ConversationId,
        secret: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let found = self.session(Kind::Patient, secret, PATIENT_IDLE, now).await?;
        Ok(found == Some(conversation.0))
    }

    /// The conversation a link of the form `.../v/TOKEN` belongs to, for the terminal, whose user
    /// holds the master key anyway.
    pub async fn conversation_by_link(&self, link: &str, now: Timestamp) -> Result<ConversationId> {
        let token = link.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        self.store
            .write(move |txn| {
                again!(token => {
                    let found = invitations::by_token(txn, &token).await?.filter(|i| i.is_open(now));
                    let invitation = found.ok_or(Error::NotFound("link"))?;
                    let stored = conversations::about(txn, invitation.appointment).await?;
                    let id = stored.ok_or(Error::NotFound("link"))?.id;
                    audit::note(txn, now, OPERATOR, "conversation.opened", &format!("conversation:{id}")).await?;
                    Ok::<_, Error>(id)
                })
            })
            .await
    }

    /// A patient, given our id or the feed's.
    pub async fn find_patient(&self, patient: &str) -> Result<Option<PatientId>> {
        let given = patient.to_owned();
        self.store.read(move |txn| Box::pin(async move { patient_named(txn, &given).await })).await
    }

    /// A patient's next conversation, given our id of the patient or the feed's.
    pub async fn conversation_of(&self, patient: &str, now: Timestamp) -> Result<ConversationId> {
        let given = patient.to_owned();
        self.store
            .write(move |txn| {
                again!(given => {
                    let patient = patient_named(txn, &given).await?.ok_or(Error::NotFound("patient"))?;
                    for appointment in appointments::of_patient(txn, patient).await? {
                        if appointment.status.is_ahead()
                            && appointment.start > now
                            && let Some(found) = conversations::about(txn, appointment.id).await?
                        {
                            let what = format!("conversation:{}", found.id);
                            audit::note(txn, now, OPERATOR, "conversation.opened", &what).await?;
                            return Ok(found.id);
                        }
                    }
                    Err(Error::NotFound("visit ahead for this patient"))
                })
            })
            .await
    }

    /// Adds a member of staff with a role at all clinics, or gives a known one another password.
    pub async fn put_staff(
        &self,
        login: &str,
        name: &str,
        role: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<StaffId> {
        let role = Held { role: role.to_owned(), clinic: None };
        self.put_staff_with(login, name, &[role], password, now).await
    }

    /// The same with any roles. Those of a known member stay as they are.
    pub async fn put_staff_with(
        &self,
        login: &str,
        name: &str,
        roles: &[Held],
        password: &str,
        now: Timestamp,
    ) -> Result<StaffId> {
        let roles = roles::checked(roles)?;
        password::check(password, &[login, name, &self.options.clinic_name]).map_err(Error::Refused)?;
        let password_hash = password::hash(password.to_owned()).await?;
        let (login, name) = (login.trim().to_lowercase(), name.to_owned());
        let role = roles.first().map(|held| held.role.clone()).unwrap_or_default();
        self.store
            .write(move |txn| {
                again!(login, name, role, roles, password_hash => {
                    if let Some(mut known) = staff::by_login(txn, &login).await? {
                        known.password_hash = password_hash;
                        known.failed_logins = 0;
                        known.locked_until = None;
                        staff::update(txn, &known).await?;
                        audit::note(txn, now, "service", "staff.password", &format!("staff:{}", known.id)).await?;
                        sessions::end_all(txn, Kind::Staff, known.id.0).await?;
                        sessions::end_all(txn, Kind::HalfStaff, known.id.0).await?;
                        return Ok(known.id);
                    }
                    let member = Member {
                        id: mint(StaffId::mint, now),
                        login,
                        name,
                        role,
                        password_hash,
                        failed_logins: 0,
                        locked_until: None,
                        disabled_at: None,
                    };
                    staff::add(txn, &member, now).await?;
                    audit::note(txn, now, "service", "staff.added", &format!("staff:{}", member.id)).await?;
                    roles::give(txn, member.id, &roles, "service", now).await?;
                    Ok::<_, Error>(member.id)
                })
            })
            .await
    }

    /// All members of staff.
    pub async fn staff(&self) -> Result<Vec<Member>> {
        self.store.read(|txn| Box::pin(async move { Ok(staff::all(txn).await?) })).await
    }

    /// The member of staff a session belongs to; keeps the session alive.
    pub async fn staff_session(&self, secret: &str, now: Timestamp) -> Result<Option<Member>> {
        let Some(subject) = self.session(Kind::Staff, secret, STAFF_IDLE, now).await? else {
            return Ok(None);
        };
        let member = self
            .store
            .read(move |txn| {
                Box::pin(async move { Ok::<_, Error>(staff::get(txn, StaffId(subject)).await?) })
            })
            .await?;
        Ok(member.filter(|member| member.disabled_at.is_none()))
    }

    /// Signs out.
    pub async fn sign_out(&self, secret: &str) -> Result<()> {
        let secret = secret.to_owned();
        self.store.write(move |txn| again!(secret => Ok(sessions::end(txn, &secret).await?))).await
    }

    /// Whether a secret is the right one, in a time that does not tell how much of it fits.
    pub fn is_secret(&self, given: &str, right: &str) -> bool {
        foreword_store::digest(given.as_bytes()) == foreword_store::digest(right.as_bytes())
    }

    pub(crate) async fn session(
        &self,
        kind: Kind,
        given: &str,
        idle: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<uuid::Uuid>> {
        let looked_up = given.to_owned();
        let found = self
            .store
            .read(move |txn| {
                Box::pin(async move { Ok::<_, Error>(sessions::find(txn, kind, &looked_up, now).await?) })
            })
            .await?;
        let Some(live) = found else { return Ok(None) };
        let end = match kind {
            Kind::Staff => live.begun_at.checked_add(STAFF_LONGEST).unwrap_or(now),
            Kind::HalfStaff => live.begun_at.checked_add(HALF_SIGNED_IN).unwrap_or(now),
            Kind::Patient | Kind::Kiosk | Kind::Answered => Timestamp::MAX,
        };
        if now >= end {
            return Ok(None);
        }
        if now.duration_since(live.seen_at) >= idle / REFRESH {
            let (given, until) = (given.to_owned(), now.checked_add(idle).unwrap_or(now).min(end));
            self.store.write(move |txn| again!(given => Ok::<_, Error>(sessions::seen(txn, &given, now, until).await?))).await?;
        }
        Ok(Some(live.subject))
    }
}

/// The one number of four digits in what was typed, so that a whole date of birth serves as well.
pub fn birth_year(typed: &str) -> Option<i16> {
    let plain = normalize(typed);
    let mut years = plain.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 4);
    let year = years.next()?.parse().ok()?;
    years.next().is_none().then_some(year)
}

/// How long the check of a link is locked after so many failures: a quarter of an hour, then twice
/// as long each time, a day at most. There are few years of birth to guess from.
pub(crate) fn lock_for(failed: u32) -> SignedDuration {
    let doublings = (failed / TRIES).saturating_sub(1).min(7);
    (LOCK * (1 << doublings)).min(SignedDuration::from_hours(24))
}

/// A random name for one delivery.
pub fn nonce() -> String {
    secret()
}
