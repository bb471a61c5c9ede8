//! The audit log: linking it as it grows, looking through it, and finding out whether it is as it was written.

use std::{collections::HashMap, sync::Arc};

use foreword_domain::{
    ids::{AppointmentId, ConversationId, PatientId, StaffId},
    private::Private,
};
pub use foreword_store::audit::{Checked, Entry, Fault, Filter, Kind, link::Link};
use foreword_store::{Txn, appointments, audit, conversations, patients, staff};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
};

/// Lines on one page.
pub const MOST: usize = 100;

/// Is told how many rows of how many were looked at.
pub type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// One line of the log, with the names of now. The log itself knows none.
#[derive(Clone, Debug)]
pub struct Line {
    /// As it stands in the log.
    pub entry: Entry,
    /// Who it was.
    pub actor: Named,
    /// Whom or what it concerns.
    pub subject: Named,
}

/// What an id stands for.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The name of the person.
    pub name: Option<Private<String>>,
    /// The visit, and when it begins.
    pub visit: Option<(AppointmentId, Timestamp)>,
    /// The patient.
    pub patient: Option<PatientId>,
}

/// One page of the log.
#[derive(Clone, Debug)]
pub struct Page {
    /// The lines, newest first.
    pub lines: Vec<Line>,
    /// Behind which row there are more.
    pub more: Option<i64>,
    /// The last link there is.
    pub last: Option<Link>,
    /// The members of staff, to choose from.
    pub staff: Vec<(StaffId, String)>,
}

impl App {
    /// Links the rows of the audit log that are in no link yet; tells how many there were.
    pub async fn seal_audit(&self, now: Timestamp) -> Result<u64> {
        let mut sealed = 0;
        loop {
            let link = self
                .store
                .write(move |txn| Box::pin(async move { Ok::<_, Error>(audit::link::seal(txn, now).await?) }))
                .await?;
            let Some(link) = link else { return Ok(sealed) };
            sealed += link.count;
        }
    }

    /// Whether the audit log is as it was written. `noted` is a link that was written down elsewhere.
    pub async fn check_audit(&self, noted: Option<(i64, String)>, progress: Progress) -> Result<Checked> {
        self.store
            .read(move |txn| {
                Box::pin(async move { Ok(audit::verify(txn, noted.as_ref(), progress.as_ref()).await?) })
            })
            .await
    }

    /// Notes that somebody read something that no verb of its own notes.
    pub async fn note_read(&self, reader: &str, action: &str, subject: &str, now: Timestamp) -> Result<()> {
        let (reader, action, subject) = (reader.to_owned(), action.to_owned(), subject.to_owned());
        self.store
            .write(move |txn| {
                again!(reader, action, subject => {
                    Ok::<_, Error>(audit::note(txn, now, &reader, &action, &subject).await?)
                })
            })
            .await
    }

    /// Rows of the audit log as they are, newest first. That they were read is noted.
    pub async fn audit_rows(
        &self,
        wanted: Filter,
        limit: u64,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Entry>> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(wanted, reader => {
                    let rows = audit::list(txn, &wanted, limit).await?;
                    audit::note(txn, now, &reader, "audit.read", what(&wanted)).await?;
                    Ok::<_, Error>(rows)
                })
            })
            .await
    }

    /// The rows behind those, whose reading was noted with them.
    pub async fn more_audit_rows(&self, wanted: Filter, limit: u64) -> Result<Vec<Entry>> {
        self.store.read(move |txn| Box::pin(async move { Ok(audit::list(txn, &wanted, limit).await?) })).await
    }

    /// The words that stand for a patient in the log, and for their visits.
    pub async fn audit_words(&self, patient: PatientId) -> Result<Vec<String>> {
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let mut words = vec![audit::patient(patient)];
                    for visit in appointments::of_patient(txn, patient).await? {
                        words.push(audit::appointment(visit.id));
                    }
                    for visit in conversations::of_patient(txn, patient).await? {
                        words.push(format!("conversation:{}", visit.id));
                        let asked =
                            visit.script.asks.iter().filter(|ask| ask.instrument.starts_with("question:"));
                        words.extend(asked.map(|ask| ask.instrument.clone()));
                    }
                    Ok::<_, Error>(words)
                })
            })
            .await
    }

    /// A page of the audit log with names. That it was read is noted.
    pub async fn audit_page(&self, wanted: Filter, reader: &str, now: Timestamp) -> Result<Page> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(wanted, reader => {
                    reach(txn, &reader, Act::Audit, now).await?;
                    let one_more = u64::try_from(MOST).unwrap_or(u64::MAX).saturating_add(1);
                    let mut rows = audit::list(txn, &wanted, one_more).await?;
                    let has_more = rows.len() > MOST;
                    rows.truncate(MOST);
                    let more = rows.last().filter(|_| has_more).map(|row| row.id);
                    let mut names = Names::default();
                    let mut lines = Vec::with_capacity(rows.len());
                    for entry in rows {
                        let actor = names.of(txn, &entry.actor).await?;
                        let subject = names.of(txn, &entry.subject).await?;
                        lines.push(Line { entry, actor, subject });
                    }
                    let members = staff::all(txn).await?.into_iter().map(|member| (member.id, member.name));
                    let page = Page { lines, more, last: audit::link::last(txn).await?, staff: members.collect() };
                    audit::note(txn, now, &reader, "audit.read", what(&wanted)).await?;
                    Ok::<_, Error>(page)
                })
            })
            .await
    }
}

/// What of the log was read, as a subject: whose part of it, where it is one person's. What was typed and is no
/// id is not written down: it may be a name.
fn what(wanted: &Filter) -> &str {
    let about = wanted.about.as_ref().and_then(|about| about.first());
    match about.or(wanted.actor.as_ref()) {
        Some(word) if is_id(word) => word,
        Some(_) => "some",
        None => "all",
    }
}

/// Whether it is a kind and an id.
fn is_id(word: &str) -> bool {
    let is_kind = |kind: &str| kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    word.split_once(':').is_some_and(|(kind, id)| is_kind(kind) && id.parse::<uuid::Uuid>().is_ok())
}

/// Names that were looked up.
#[derive(Default)]
struct Names(HashMap<String, Named>);

impl Names {
    async fn of(&mut self, txn: &Txn, word: &str) -> Result<Named> {
        if let Some(known) = self.0.get(word) {
            return Ok(known.clone());
        }
        // Who was erased, or can't be read, has no name any more; the row stands as it is.
        let named = match look_up(txn, word).await {
            Err(error) if error.is_lasting() => Named::default(),
            found => found?,
        };
        self.0.insert(word.to_owned(), named.clone());
        Ok(named)
    }
}

async fn look_up(txn: &Txn, word: &str) -> Result<Named> {
    let Some((kind, id)) = word.split_once(':') else { return Ok(Named::default()) };
    match kind {
        "staff" => {
            let Ok(id) = id.parse::<StaffId>() else { return Ok(Named::default()) };
            let name = staff::get(txn, id).await?.map(|member| Private::new(member.name));
            Ok(Named { name, ..Named::default() })
        }
        "patient" => match id.parse::<PatientId>() {
            Ok(id) => patient(txn, id).await,
            Err(_) => Ok(Named::default()),
        },
        "appointment" => match id.parse::<AppointmentId>() {
            Ok(id) => visit(txn, id).await,
            Err(_) => Ok(Named::default()),
        },
        "conversation" => {
            let Ok(id) = id.parse::<ConversationId>() else { return Ok(Named::default()) };
            match conversations::get(txn, id).await? {
                Some(stored) => visit(txn, stored.appointment).await,
                None => Ok(Named::default()),
            }
        }
        _ => Ok(Named::default()),
    }
}

async fn visit(txn: &Txn, id: AppointmentId) -> Result<Named> {
    let Some(visit) = appointments::get(txn, id).await? else { return Ok(Named::default()) };
    Ok(Named { visit: Some((id, visit.start)), ..patient(txn, visit.patient).await? })
}

async fn patient(txn: &Txn, id: PatientId) -> Result<Named> {
    let name = patients::get(txn, id).await?.map(|known| Private::new(known.profile.reveal().full_name()));
    Ok(Named { name, visit: None, patient: Some(id) })
}
