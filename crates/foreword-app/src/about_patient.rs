//! About a patient: what is known of one person, for those who care for them.

use std::collections::HashMap;

use foreword_domain::{
    consent::Consent,
    conversation::State,
    ids::{AppointmentId, ConversationId, PatientId},
    instrument::{Direction, Instrument},
    language::Lang,
    patient::Patient,
    scoring::{Score, Status},
};
use foreword_store::{
    Txn, answers, appointments,
    conversations::{self, Stored},
    outbox::listing,
    patients,
};
use jiff::Timestamp;

pub use foreword_store::patients::Contact;

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, day, messages,
};

/// Messages that are listed, at most.
const MOST_MESSAGES: usize = 40;

/// What is known of a patient.
#[derive(Clone, Debug)]
pub struct About {
    /// Who they are.
    pub patient: Patient,
    /// The addresses they have and had, oldest first.
    pub contacts: Vec<Contact>,
    /// What they agreed to, oldest first, with what was withdrawn.
    pub consents: Vec<Consent>,
    /// Their visits, earliest first.
    pub visits: Vec<day::Line>,
    /// Their scores over time.
    pub trends: Vec<Trend>,
    /// The newest messages to them, newest first.
    pub messages: messages::List,
}

/// One score over time: of one instrument in one version, because only like is put beside like.
#[derive(Clone, Debug)]
pub struct Trend {
    /// The instrument's name in plain words.
    pub name: String,
    /// The scale's name, where the instrument has several.
    pub scale: Option<String>,
    /// The instrument's id and version.
    pub instrument: (String, String),
    /// The least and the greatest possible.
    pub range: (f64, f64),
    /// Which way is worse.
    pub direction: Direction,
    /// The scores, oldest first.
    pub points: Vec<Scored>,
}

/// A score of a visit.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The visit.
    pub visit: AppointmentId,
    /// When its questions were answered.
    pub at: Timestamp,
    /// The number.
    pub value: f64,
    /// The name of its band.
    pub band: Option<String>,
    /// Whether items were missing and made up for by the published rule.
    pub is_estimated: bool,
}

impl App {
    /// What is known of a patient. `reader` is who asked, for the audit log.
    pub async fn about_patient(&self, id: PatientId, reader: &str, now: Timestamp) -> Result<About> {
        let (app, reader) = (self.clone(), reader.to_owned());
        self.store
            .write(move |txn| {
                again!(app, reader => {
                    let theirs = reach(txn, &reader, Act::ReadSummary, now).await?;
                    let mut visits = appointments::of_patient(txn, id).await?;
                    visits.retain(|visit| theirs.has(visit));
                    // Somebody who never comes there is answered like somebody nobody knows.
                    let patient = patients::get(txn, id).await?.filter(|_| !visits.is_empty());
                    let patient = patient.ok_or(Error::NotFound("patient"))?;
                    let newest = u64::try_from(MOST_MESSAGES).unwrap_or(u64::MAX);
                    let mut found = listing::of_patient(txn, id, newest).await?;
                    found.retain(|line| visits.iter().any(|visit| line.appointment == Some(visit.id)));
                    let read = App::may_read(txn, &reader, now).await?;
                    let own: Vec<AppointmentId> = visits.iter().map(|visit| visit.id).collect();
                    let about = About {
                        patient,
                        contacts: patients::contacts(txn, id).await?,
                        consents: patients::consents(txn, id).await?,
                        visits: app.lines(txn, visits, read.as_ref(), now).await?,
                        trends: app.trends(txn, id, &own).await?,
                        messages: messages::list(txn, found, MOST_MESSAGES, now).await?,
                    };
                    let subject = foreword_store::audit::patient(id);
                    foreword_store::audit::note(txn, now, &reader, "patient.read", &subject).await?;
                    Ok::<_, Error>(about)
                })
            })
            .await
    }

    /// How the scores of a patient went at some of their visits.
    async fn trends(&self, txn: &Txn, patient: PatientId, at: &[AppointmentId]) -> Result<Vec<Trend>> {
        let all = conversations::of_patient(txn, patient).await?;
        let visits: HashMap<ConversationId, &Stored> = all.iter().map(|stored| (stored.id, stored)).collect();
        let mut trends: Vec<Trend> = Vec::new();
        for response in answers::completed_after(txn, patient, Timestamp::MIN).await? {
            let visit = visits.get(&response.conversation);
            let Some(visit) = visit.filter(|visit| at.contains(&visit.appointment)) else { continue };
            let pinned = visit.script.asks.iter().find(|ask| ask.key == response.ask);
            let (Some(pinned), Some(at)) = (pinned, response.completed_at) else { continue };
            // What somebody else answered is set aside.
            if visit.standing.state == State::NotMe || pinned.instrument.starts_with(crate::question::PINNED)
            {
                continue;
            }
            let instrument = self.instrument(txn, &pinned.instrument, pinned.variant.as_deref()).await?;
            for score in answers::scores(txn, &response).await? {
                let scored = scored(&instrument, &score, visit.appointment, at);
                let Some((scale, scored)) = scored else { continue };
                let known = trends.iter_mut().find(|trend| {
                    trend.instrument == response.instrument && trend.scale.as_ref() == scale.0.as_ref()
                });
                match known {
                    Some(trend) => trend.points.push(scored),
                    None => trends.push(Trend {
                        name: instrument.plain_name.best(&Lang::english()).to_owned(),
                        scale: scale.0,
                        instrument: response.instrument.clone(),
                        range: scale.1,
                        direction: scale.2,
                        points: vec![scored],
                    }),
                }
            }
        }
        Ok(trends)
    }
}

/// The name of a scale among several, its range and direction.
type Axis = (Option<String>, (f64, f64), Direction);

/// A score on its axis; nothing where there is no number, or nobody said which way is worse.
fn scored(
    instrument: &Instrument,
    score: &Score,
    visit: AppointmentId,
    at: Timestamp,
) -> Option<(Axis, Scored)> {
    let scale = instrument.scale(&score.scale).filter(|scale| scale.direction != Direction::Unstated)?;
    let english = Lang::english();
    let name = (instrument.scales.len() > 1).then(|| scale.name.best(&english).to_owned());
    let bands = scale.bands.iter().chain(scale.bands_for.iter().flat_map(|some| &some.bands));
    let band = score.band.as_ref().and_then(|id| bands.into_iter().find(|band| band.id == *id));
    let scored = Scored {
        visit,
        at,
        value: score.value.filter(|_| score.status != Status::NotScored)?,
        band: band.map(|band| band.name.best(&english).to_owned()),
        is_estimated: score.status == Status::Estimated,
    };
    Some(((name, scale.range, scale.direction), scored))
}
