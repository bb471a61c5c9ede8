//! Kiosk: staff make a one-time code for a visit, and with it the patient answers on a tablet at the desk.

use foreword_domain::{
    conversation::State,
    ids::{AppointmentId, ConversationId, StaffId},
    private::Private,
    reply::normalize,
};
use foreword_store::{
    audit, conversations, guesses, kiosk,
    sessions::{self, Kind},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    App, Error, Result,
    access::{KIOSK_IDLE, permission::Act, reach::reach},
    again, secret,
};

/// How long a code works.
const VALID: SignedDuration = SignedDuration::from_mins(10);
/// Digits of a code.
const DIGITS: usize = 8;
/// Different wrong codes that are taken within the time a code works, from everybody together. With
/// eight digits and three codes in use one guess in 10^6 of such spans would hit.
const WRONG: u32 = 30;
/// Where wrong codes are counted.
const SCOPE: &str = "kiosk";

/// A code, to be shown once.
#[derive(Clone, Debug)]
pub struct Code {
    /// The digits.
    pub digits: Private<String>,
    /// Until when it works.
    pub until: Timestamp,
}

/// What became of a code that was typed.
#[derive(Clone, Debug)]
pub enum Opened {
    /// The visit, and the secret of the tablet's session.
    Visit(ConversationId, Private<String>),
    /// There is no such code, or it is used or too old.
    Wrong,
    /// Too many wrong codes were typed in the last minutes.
    TooMany,
}

impl App {
    /// Makes a code for a visit; one that was made before works no more.
    ///
    /// # Errors
    /// [`Error::Refused`] when nothing is asked for the visit, or not any more.
    pub async fn kiosk_code(&self, staff: StaffId, about: AppointmentId, now: Timestamp) -> Result<Code> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app => {
                    let actor = format!("staff:{staff}");
                    reach(txn, &actor, Act::Kiosk, now).await?.visit(txn, about).await?;
                    let stored = conversations::about(txn, about).await?;
                    let stored = stored.ok_or_else(|| refused("Nothing is asked for this visit."))?;
                    let visit = app.revive(txn, stored).await?;
                    if !visit.is_open(now) {
                        return Err(refused("This visit can no longer be answered for."));
                    }
                    if visit.standing.state == State::NotMe {
                        return Err(refused("Somebody said of this visit: this is not me. Please clear that up first."));
                    }
                    let until = now.checked_add(VALID).unwrap_or(now);
                    let mut digits = new_code();
                    while !kiosk::add(txn, &digits, visit.id, staff, now, until).await? {
                        digits = new_code();
                    }
                    let subject = audit::appointment(about);
                    audit::note(txn, now, &actor, "kiosk.code", &subject).await?;
                    Ok(Code { digits: Private::new(digits), until })
                })
            })
            .await
    }

    /// Opens a visit on a tablet, with the code that staff have made.
    pub async fn open_kiosk(&self, typed: &str, now: Timestamp) -> Result<Opened> {
        let digits: String = normalize(typed).chars().filter(char::is_ascii_digit).collect();
        self.store
            .write(move |txn| {
                again!(digits => {
                    guesses::forget(txn, SCOPE, now.checked_sub(VALID).unwrap_or(now)).await?;
                    if guesses::count(txn, SCOPE).await? >= WRONG {
                        return Ok(Opened::TooMany);
                    }
                    if digits.len() != DIGITS {
                        return Ok(Opened::Wrong);
                    }
                    let Some(conversation) = kiosk::spend(txn, &digits, now).await? else {
                        guesses::note(txn, SCOPE, &digits, now).await?;
                        audit::note(txn, now, "unknown", "kiosk.wrong", "unknown").await?;
                        return Ok(Opened::Wrong);
                    };
                    let session = secret();
                    let until = now.checked_add(KIOSK_IDLE).unwrap_or(now);
                    sessions::begin(txn, Kind::Kiosk, conversation.0, &session, now, until).await?;
                    audit::note(txn, now, "kiosk", "kiosk.opened", &format!("conversation:{conversation}")).await?;
                    Ok::<_, Error>(Opened::Visit(conversation, Private::new(session)))
                })
            })
            .await
    }

    /// The visit that is open on a tablet; keeps it open.
    pub async fn kiosk_session(&self, given: &str, now: Timestamp) -> Result<Option<ConversationId>> {
        Ok(self.session(Kind::Kiosk, given, KIOSK_IDLE, now).await?.map(ConversationId))
    }

    /// Closes the visit on a tablet.
    pub async fn end_kiosk(&self, given: &str) -> Result<()> {
        let given = given.to_owned();
        self.store.write(move |txn| again!(given => Ok(sessions::end(txn, &given).await?))).await
    }
}

fn new_code() -> String {
    let number = u64::from_le_bytes(foreword_store::random());
    format!("{:08}", number % 100_000_000)
}

fn refused(why: &str) -> Error {
    Error::Refused(why.to_owned())
}
