//! What staff must see: mails that could not be applied, with what they say and why.

use foreword_domain::{ids::AppointmentId, mail::What, private::Private};
use foreword_store::{appointments, audit, conversations, mails, patients};
use jiff::Timestamp;

use super::{Read, read_safely};
use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
};

/// A mail that was not applied.
#[derive(Clone, Debug)]
pub struct ToSee {
    /// Its row.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// Who it says it is from.
    pub from: Private<String>,
    /// Why it was not applied.
    pub reason: String,
    /// The visit its address names, and whose it is.
    pub about: Option<(AppointmentId, Private<String>)>,
    /// What they wrote.
    pub text: Private<String>,
}

impl App {
    /// The mails that staff must see, oldest first. `reader` is who asked, for the audit log.
    pub async fn mails_to_see(&self, read: Read, reader: &str, now: Timestamp) -> Result<Vec<ToSee>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    let theirs = reach(txn, &reader, Act::Mailbox, now).await?;
                    let mut lines = Vec::new();
                    for mail in mails::to_see(txn, &theirs.clinics).await? {
                        let heard = mail.raw.as_ref().and_then(|raw| read_safely(read, raw.reveal()));
                        let text = heard.as_ref().and_then(|heard| match &heard.what {
                            What::Reply { text, .. } => Some(text.clone()),
                            _ => None,
                        });
                        let from: Vec<String> = heard
                            .iter()
                            .flat_map(|heard| &heard.from)
                            .map(|from| from.reveal().clone())
                            .collect();
                        let stored = match mail.conversation {
                            Some(conversation) => conversations::get(txn, conversation).await?,
                            None => None,
                        };
                        let mut about = None;
                        if let Some(stored) = stored
                            && let Some(appointment) = appointments::get(txn, stored.appointment).await?
                            && let Some(patient) = patients::get(txn, stored.patient).await?
                        {
                            about = Some((appointment.id, patient.profile.reveal().full_name().into()));
                        }
                        lines.push(ToSee {
                            id: mail.id,
                            received_at: mail.received_at,
                            from: from.join(", ").into(),
                            reason: mail.reason,
                            about,
                            text: text.unwrap_or_default(),
                        });
                    }
                    audit::note(txn, now, &reader, "mails.read", "all").await?;
                    Ok::<_, Error>(lines)
                })
            })
            .await
    }

    /// How many mails staff must see; none for whoever may not.
    pub async fn count_mails_to_see(&self, reader: &str, now: Timestamp) -> Result<u64> {
        let reader = reader.to_owned();
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    match reach(txn, &reader, Act::Mailbox, now).await {
                        Ok(theirs) => Ok(mails::count_to_see(txn, &theirs.clinics).await?),
                        Err(Error::NotAllowed(_)) => Ok(0),
                        Err(error) => Err(error),
                    }
                })
            })
            .await
    }

    /// Somebody has seen a mail and dealt with it. What it held is erased.
    pub async fn mark_mail_seen(&self, id: i64, by: &str, now: Timestamp) -> Result<()> {
        let by = by.to_owned();
        self.store
            .write(move |txn| {
                again!(by => {
                    let theirs = reach(txn, &by, Act::Mailbox, now).await?;
                    if !mails::is_at(txn, id, &theirs.clinics).await? {
                        return Err(Error::NotFound("mail"));
                    }
                    if mails::mark_seen(txn, id, now).await? {
                        audit::note(txn, now, &by, "mail.seen", &format!("mail:{id}")).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
