//! Opening: the page of a visit in its versions. What a page says is kept when somebody looks at it and it
//! says something new; who opened it, and whether that was before the visit, is recorded.

use foreword_domain::{
    conversation::State,
    ids::{AppointmentId, StaffId, VersionId},
    message::Noted,
    private::Private,
};
use foreword_store::{Txn, appointments, audit, conversations, pages};
use foreword_summary::{Summary, text};
use jiff::Timestamp;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, mint,
    question::name_of,
};

/// A page that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it says.
    pub summary: Summary,
    /// Its versions, oldest first; the last one is this.
    pub versions: Vec<Version>,
}

/// A version of a page.
#[derive(Clone, Debug)]
pub struct Version {
    /// From 1.
    pub number: u32,
    /// SHA-256 of what it says, in hexadecimal digits.
    pub digest: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Who opened it, by name, when, and whether that was before the visit began.
    pub opened: Vec<(String, Timestamp, bool)>,
}

impl App {
    /// The page of a visit, opened by a member of staff: the version is kept, the opening recorded, and a
    /// patient who wished it is told that their answers were read.
    pub async fn open_page(&self, visit: AppointmentId, staff: StaffId, now: Timestamp) -> Result<Opened> {
        let app = self.clone();
        self.store.write(move |txn| again!(app => app.open_in(txn, visit, staff, now).await)).await
    }

    async fn open_in(
        &self,
        txn: &Txn,
        visit: AppointmentId,
        staff: StaffId,
        now: Timestamp,
    ) -> Result<Opened> {
        let reader = format!("staff:{staff}");
        reach(txn, &reader, Act::ReadSummary, now).await?.visit(txn, visit).await?;
        // Held, so that what is opened side by side is one version after the other, and no wish comes between.
        conversations::hold_about(txn, visit).await?;
        let summary = self.summary_in(txn, visit, now).await?;
        audit::note(txn, now, &reader, "summary.read", &audit::appointment(visit)).await?;
        let number = keep(txn, visit, &summary, now).await?;
        let about = appointments::get(txn, visit).await?.ok_or(Error::NotFound("appointment"))?;
        if pages::opened(txn, visit, staff, number, now).await? && now < about.start {
            let stored = conversations::about(txn, visit).await?;
            let is_complete = stored.is_some_and(|stored| stored.standing.state == State::Completed);
            if is_complete && pages::is_wished(txn, visit).await? {
                self.owe_note(txn, &about, Noted::Read, now).await?;
            }
        }
        let openings = pages::openings(txn, visit).await?;
        let mut versions = Vec::new();
        for version in pages::outlines(txn, visit).await? {
            let mut opened = Vec::new();
            for opening in openings.iter().filter(|opening| opening.number == version.number) {
                opened.push((name_of(txn, opening.staff).await?, opening.at, opening.at < about.start));
            }
            versions.push(Version {
                number: version.number,
                digest: version.digest,
                made_at: version.made_at,
                opened,
            });
        }
        Ok(Opened { summary, versions })
    }

    /// A version of a page as it was, in plain text. `reader` is who asked, for the audit log.
    pub async fn page_version(
        &self,
        visit: AppointmentId,
        number: u32,
        reader: &str,
        now: Timestamp,
    ) -> Result<(Version, Private<String>)> {
        let reader = reader.to_owned();
        self.store
            .write(move |txn| {
                again!(reader => {
                    reach(txn, &reader, Act::ReadSummary, now).await?.visit(txn, visit).await?;
                    let found = pages::get(txn, visit, number).await?;
                    let found = found.ok_or(Error::NotFound("version of this page"))?;
                    audit::note(txn, now, &reader, "summary.read", &audit::appointment(visit)).await?;
                    let version = Version {
                        number,
                        digest: found.digest,
                        made_at: found.made_at,
                        opened: Vec::new(),
                    };
                    Ok::<_, Error>((version, found.content))
                })
            })
            .await
    }
}

/// Keeps what a page says, if it says something new. Tells the number of its version.
pub(crate) async fn keep(txn: &Txn, visit: AppointmentId, summary: &Summary, now: Timestamp) -> Result<u32> {
    let digest = data_encoding::HEXLOWER.encode(&summary.digest());
    let newest = pages::outlines(txn, visit).await?.pop();
    if let Some(same) = newest.as_ref().filter(|newest| newest.digest == digest) {
        return Ok(same.number);
    }
    let about = appointments::get(txn, visit).await?.ok_or(Error::NotFound("appointment"))?;
    let number = newest.map_or(1, |newest| newest.number + 1);
    let version = pages::Version {
        id: mint(VersionId::mint, now),
        appointment: visit,
        patient: about.patient,
        number,
        digest,
        content: Private::new(text::render(summary)),
        made_at: now,
    };
    pages::add(txn, &version).await?;
    Ok(number)
}
