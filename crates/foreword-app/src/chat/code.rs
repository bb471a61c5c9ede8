//! Codes that join a chat to a patient or to a member of staff, each used once.

use foreword_domain::{
    ids::{ConversationId, PatientId, StaffId},
    private::Private,
};
use foreword_store::{
    Txn, appointments, audit, conversations, settings,
    telegram::{self, Subject},
};
use jiff::{SignedDuration, Timestamp};

use crate::{App, Error, Result, again, encoded, secret, visit::OPEN_AFTER_START};

/// The setting that holds the bot's user name.
const BOT: &str = "telegram.bot";
/// How long a code for a member of staff can be used: they are there to use it.
const STAFF_CODE: SignedDuration = SignedDuration::from_mins(15);

impl App {
    /// Notes what the bot is called, so that links can lead to it; `None` when there is none any more.
    pub async fn set_bot(&self, name: Option<&str>) -> Result<()> {
        let name = name.unwrap_or_default().to_owned();
        self.store
            .write(move |txn| {
                again!(name => {
                    if settings::get(txn, BOT).await?.as_deref().unwrap_or_default() != name {
                        settings::put(txn, BOT, &name).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Whether there is a bot patients can be led to.
    pub async fn has_bot(&self) -> Result<bool> {
        self.store.read(|txn| Box::pin(async move { Ok(bot(txn).await?.is_some()) })).await
    }

    /// A link that opens the chat with the bot and joins it to the patient of a visit, once.
    pub async fn chat_link(&self, visit: ConversationId, now: Timestamp) -> Result<Option<Private<String>>> {
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    let stored = conversations::get(txn, visit).await?.ok_or(Error::NotFound("visit"))?;
                    let appointment =
                        appointments::get(txn, stored.appointment).await?.ok_or(Error::NotFound("visit"))?;
                    let until = appointment.start.checked_add(OPEN_AFTER_START).unwrap_or(now);
                    patient_link(txn, stored.patient, &secret(), now, until).await
                })
            })
            .await
    }

    /// A link that opens the chat with the bot and makes it a member of staff's, once.
    pub async fn staff_chat_link(&self, staff: StaffId, now: Timestamp) -> Result<Option<Private<String>>> {
        let until = now.checked_add(STAFF_CODE).unwrap_or(now);
        self.store
            .write(move |txn| {
                Box::pin(async move {
                    let Some(bot) = bot(txn).await? else { return Ok(None) };
                    let code = secret();
                    telegram::add_code(txn, &code, Subject::Staff(staff), now, until).await?;
                    let who = format!("staff:{staff}");
                    audit::note(txn, now, &who, "chat.code", &who).await?;
                    Ok::<_, Error>(Some(link(&bot, &code)))
                })
            })
            .await
    }
}

/// The same for a letter: it has the same code on every try, and in a rehearsal.
pub(crate) async fn link_in(
    txn: &Txn,
    patient: PatientId,
    letter: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Private<String>>> {
    let code = encoded(&txn.derive("telegram.link", letter.as_bytes()));
    patient_link(txn, patient, &code, now, until).await
}

async fn patient_link(
    txn: &Txn,
    patient: PatientId,
    code: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Private<String>>> {
    let Some(bot) = bot(txn).await? else { return Ok(None) };
    telegram::add_code(txn, code, Subject::Patient(patient), now, until).await?;
    Ok(Some(link(&bot, code)))
}

async fn bot(txn: &Txn) -> Result<Option<String>> {
    Ok(settings::get(txn, BOT).await?.filter(|name| !name.is_empty()))
}

fn link(bot: &str, code: &str) -> Private<String> {
    Private::new(format!("https://t.me/{bot}?start={code}"))
}
