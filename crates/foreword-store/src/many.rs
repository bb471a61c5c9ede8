//! Many rows at once, for lists: a day takes a few queries, and not several for each visit.

use std::collections::{BTreeSet, HashMap, HashSet};

use foreword_domain::{
    alert::Level,
    conversation::State,
    ids::{AppointmentId, ConversationId, PatientId, ResponseId},
    message::Channel,
    patient::Patient,
    response::{Answer, Respondent},
    scoring::Score,
};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use crate::{
    Result, Txn,
    conversations::{self, Stored},
    invitations::{self, Invitation},
    outbox, patients,
    rows::{
        Instant, alert, answer, appointment, consent, contact, conversation, invitation, outbox as owed,
        page_opening, parse, patient_row, response, score,
    },
};

/// How many are asked for in one query.
const AT_ONCE: usize = 400;

/// A conversation without what it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The id of its pathway.
    pub pathway: String,
    /// Where it stands.
    pub state: State,
}

/// Patients by id.
pub async fn patients(txn: &Txn, ids: &[PatientId]) -> Result<HashMap<PatientId, Patient>> {
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        txn.fetch_patient_keys(&ids).await?;
        let rows = patient_row::Entity::find().filter(patient_row::Column::Id.is_in(ids));
        for row in rows.all(&txn.db).await? {
            found.insert(PatientId(row.id), patients::from_row(txn, row).await?);
        }
    }
    Ok(found)
}

/// The conversations about appointments.
pub async fn conversations(txn: &Txn, about: &[AppointmentId]) -> Result<HashMap<AppointmentId, Stored>> {
    let mut found = HashMap::with_capacity(about.len());
    for ids in uuids(about) {
        let rows = conversation::Entity::find().filter(conversation::Column::AppointmentId.is_in(ids));
        for row in rows.all(&txn.db).await? {
            found.insert(AppointmentId(row.appointment_id), conversations::from_row(row)?);
        }
    }
    Ok(found)
}

/// Where the conversations about appointments stand.
pub async fn outlines(txn: &Txn, about: &[AppointmentId]) -> Result<HashMap<AppointmentId, Outline>> {
    use conversation::Column;
    let mut found = HashMap::with_capacity(about.len());
    for ids in uuids(about) {
        let rows: Vec<(Uuid, String, String)> = conversation::Entity::find()
            .filter(Column::AppointmentId.is_in(ids))
            .select_only()
            .columns([Column::AppointmentId, Column::PathwayId, Column::State])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (about, pathway, word) in rows {
            let state = conversations::state_of(&word)?;
            found.insert(AppointmentId(about), Outline { pathway, state });
        }
    }
    Ok(found)
}

/// The answers of conversations, each one's oldest first, or what is wrong with one of them.
pub async fn answers(
    txn: &Txn,
    of: &[ConversationId],
) -> Result<HashMap<ConversationId, Result<Vec<Answer>>>> {
    let mut found: HashMap<ConversationId, Result<Vec<Answer>>> = HashMap::with_capacity(of.len());
    for ids in of.chunks(AT_ONCE) {
        let rows = answer::Entity::find()
            .filter(answer::Column::ConversationId.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(answer::Column::Id)
            .all(&txn.db)
            .await?;
        for row in rows {
            let of = ConversationId(row.conversation_id);
            let answer = crate::answers::from_row(txn, row).await;
            let all = found.entry(of).or_insert_with(|| Ok(Vec::new()));
            match (all.as_mut(), answer) {
                (Ok(all), Ok(answer)) => all.push(answer),
                (Ok(_), Err(error)) => *all = Err(error),
                (Err(_), _) => {}
            }
        }
    }
    Ok(found)
}

/// By whom and through which doors the answers to an ask came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// By whom; several, where they took turns.
    pub by: BTreeSet<Respondent>,
    /// Through which doors.
    pub channels: BTreeSet<Channel>,
}

/// By whom and through which doors the answers of conversations came, for some of their asks; not what they say.
pub async fn came(
    txn: &Txn,
    of: &[ConversationId],
    asks: &[&str],
) -> Result<HashMap<(ConversationId, String), Came>> {
    use answer::Column;
    let mut found: HashMap<(ConversationId, String), Came> = HashMap::new();
    for ids in of.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, String, String, String)> = answer::Entity::find()
            .filter(Column::ConversationId.is_in(ids.iter().map(|id| id.0)))
            .filter(Column::AskKey.is_in(asks.iter().copied()))
            .select_only()
            .distinct()
            .columns([Column::ConversationId, Column::AskKey, Column::Respondent, Column::Channel])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (of, ask, by, channel) in rows {
            let came = found.entry((ConversationId(of), ask)).or_default();
            came.by.insert(parse("answers", "respondent", &by)?);
            came.channels.insert(parse("answers", "channel", &channel)?);
        }
    }
    Ok(found)
}

/// The newest score of each scale of some responses.
pub async fn scores_of(txn: &Txn, of: &[ResponseId]) -> Result<HashMap<ResponseId, Vec<Score>>> {
    let mut found: HashMap<ResponseId, Vec<Score>> = HashMap::with_capacity(of.len());
    for ids in of.chunks(AT_ONCE) {
        let rows = score::Entity::find()
            .filter(score::Column::ResponseId.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(score::Column::Id);
        for row in rows.all(&txn.db).await? {
            let all = found.entry(ResponseId(row.response_id)).or_default();
            let score = crate::answers::score_of(txn, row).await?;
            all.retain(|other| other.scale != score.scale);
            all.push(score);
        }
    }
    Ok(found)
}

/// Scores of some patients.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Instrument and version.
    pub instrument: (String, String),
    /// The response it belongs to.
    pub response: ResponseId,
    /// The clinic of the visit it was given for.
    pub clinic: String,
    /// When the response was complete.
    pub at: Timestamp,
    /// The scale and its score.
    pub score: Score,
}

/// The newest scores of the completed responses of some patients, `most` responses each, oldest first.
pub async fn scores(txn: &Txn, of: &[PatientId], most: usize) -> Result<HashMap<PatientId, Vec<Scored>>> {
    use response::Column;
    let mut found: HashMap<PatientId, Vec<Scored>> = HashMap::with_capacity(of.len());
    let mut taken: HashMap<Uuid, usize> = HashMap::new();
    let mut kept: HashMap<ResponseId, (PatientId, (String, String), Uuid, Timestamp)> = HashMap::new();
    for ids in of.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Uuid, Uuid, String, String, Instant)> = response::Entity::find()
            .filter(Column::PatientId.is_in(ids.iter().map(|id| id.0)))
            .filter(Column::CompletedAt.is_not_null())
            // What somebody else answered is set aside.
            .filter(
                Column::ConversationId.not_in_subquery(
                    conversation::Entity::find()
                        .select_only()
                        .column(conversation::Column::Id)
                        .filter(conversation::Column::PatientId.is_in(ids.iter().map(|id| id.0)))
                        .filter(conversation::Column::State.eq(State::NotMe.as_str()))
                        .into_query(),
                ),
            )
            .order_by_desc(Column::CompletedAt)
            .order_by_desc(Column::Id)
            .select_only()
            .columns([
                Column::Id,
                Column::PatientId,
                Column::ConversationId,
                Column::InstrumentId,
                Column::InstrumentVersion,
                Column::CompletedAt,
            ])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (id, patient, conversation, instrument, version, at) in rows {
            let taken = taken.entry(patient).or_default();
            if *taken < most {
                *taken += 1;
                kept.insert(
                    ResponseId(id),
                    (PatientId(patient), (instrument, version), conversation, at.into()),
                );
            }
        }
    }
    let clinics = clinics(txn, kept.values().map(|(_, _, conversation, _)| *conversation).collect()).await?;
    let ids: Vec<ResponseId> = kept.keys().copied().collect();
    for (response, scores) in scores_of(txn, &ids).await? {
        let Some((patient, instrument, conversation, at)) = kept.remove(&response) else { continue };
        let clinic = clinics.get(&conversation).cloned().unwrap_or_default();
        let all = found.entry(patient).or_default();
        all.extend(scores.into_iter().map(|score| Scored {
            instrument: instrument.clone(),
            response,
            clinic: clinic.clone(),
            at,
            score,
        }));
    }
    for scores in found.values_mut() {
        scores.sort_by_key(|scored| scored.at);
    }
    Ok(found)
}

/// The clinics of the visits of some conversations.
async fn clinics(txn: &Txn, of: BTreeSet<Uuid>) -> Result<HashMap<Uuid, String>> {
    let mut found = HashMap::with_capacity(of.len());
    let of: Vec<Uuid> = of.into_iter().collect();
    for ids in of.chunks(AT_ONCE) {
        let about: Vec<(Uuid, Uuid)> = conversation::Entity::find()
            .filter(conversation::Column::Id.is_in(ids.iter().copied()))
            .select_only()
            .columns([conversation::Column::Id, conversation::Column::AppointmentId])
            .into_tuple()
            .all(&txn.db)
            .await?;
        let named: Vec<(Uuid, String)> = appointment::Entity::find()
            .filter(appointment::Column::Id.is_in(about.iter().map(|(_, appointment)| *appointment)))
            .select_only()
            .columns([appointment::Column::Id, appointment::Column::Clinic])
            .into_tuple()
            .all(&txn.db)
            .await?;
        let named: HashMap<Uuid, String> = named.into_iter().collect();
        found.extend(about.into_iter().filter_map(|(id, about)| Some((id, named.get(&about)?.clone()))));
    }
    Ok(found)
}

/// When somebody of the staff last saw something new on the page of each of some visits.
pub async fn opened(txn: &Txn, about: &[AppointmentId]) -> Result<HashMap<AppointmentId, Timestamp>> {
    use page_opening::Column;
    let mut found = HashMap::new();
    for ids in uuids(about) {
        let rows: Vec<(Uuid, Instant)> = page_opening::Entity::find()
            .filter(Column::AppointmentId.is_in(ids))
            .select_only()
            .columns([Column::AppointmentId, Column::OpenedAt])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (about, at) in rows {
            let (about, at) = (AppointmentId(about), Timestamp::from(at));
            found.entry(about).and_modify(|last: &mut Timestamp| *last = at.max(*last)).or_insert(at);
        }
    }
    Ok(found)
}

/// The states of the timetable's messages about appointments, each with the door it leaves or left by, in
/// the order they are due.
pub async fn messages(
    txn: &Txn,
    about: &[AppointmentId],
) -> Result<HashMap<AppointmentId, Vec<(String, Channel)>>> {
    let mut found: HashMap<AppointmentId, Vec<(String, Channel)>> = HashMap::with_capacity(about.len());
    for ids in uuids(about) {
        let rows: Vec<(Uuid, String, String)> = owed::Entity::find()
            .filter(owed::Column::AppointmentId.is_in(ids))
            .filter(outbox::is_of_timetable())
            .order_by_asc(owed::Column::NotBefore)
            .order_by_asc(owed::Column::Id)
            .select_only()
            .columns([owed::Column::AppointmentId, owed::Column::State, owed::Column::Channel])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (about, state, channel) in rows {
            let channel = parse("outbox", "channel", &channel)?;
            found.entry(AppointmentId(about)).or_default().push((state, channel));
        }
    }
    Ok(found)
}

/// The newest invitation to each of some appointments.
pub async fn invitations(txn: &Txn, about: &[AppointmentId]) -> Result<HashMap<AppointmentId, Invitation>> {
    let mut found = HashMap::with_capacity(about.len());
    for ids in uuids(about) {
        let rows = invitation::Entity::find()
            .filter(invitation::Column::AppointmentId.is_in(ids))
            .order_by_asc(invitation::Column::Id);
        for row in rows.all(&txn.db).await? {
            found.insert(AppointmentId(row.appointment_id), invitations::from_row(txn, row).await?);
        }
    }
    Ok(found)
}

/// The most urgent red flag of each of some appointments that has one.
pub async fn flags(txn: &Txn, about: &[AppointmentId]) -> Result<HashMap<AppointmentId, Level>> {
    let mut found: HashMap<AppointmentId, Level> = HashMap::new();
    for ids in uuids(about) {
        let rows: Vec<(Uuid, String)> = alert::Entity::find()
            .filter(alert::Column::AppointmentId.is_in(ids))
            .select_only()
            .columns([alert::Column::AppointmentId, alert::Column::Level])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (about, word) in rows {
            let level: Level = parse("alerts", "level", &word)?;
            let worst = found.entry(AppointmentId(about)).or_insert(level);
            *worst = level.max(*worst);
        }
    }
    Ok(found)
}

/// Which of some patients have a chat.
pub async fn with_chats(txn: &Txn, patients: &[PatientId]) -> Result<HashSet<PatientId>> {
    let mut found = HashSet::new();
    for ids in patients.chunks(AT_ONCE) {
        let rows: Vec<Uuid> = contacts(ids, Channel::Telegram)
            .select_only()
            .column(contact::Column::PatientId)
            .into_tuple()
            .all(&txn.db)
            .await?;
        found.extend(rows.into_iter().map(PatientId));
    }
    Ok(found)
}

/// Which of some patients have an address on a channel, and since when and why it takes nothing any more.
pub async fn addresses(
    txn: &Txn,
    patients: &[PatientId],
    channel: Channel,
) -> Result<HashMap<PatientId, Option<(Timestamp, String)>>> {
    use contact::Column;
    let mut found = HashMap::new();
    for ids in patients.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Option<crate::rows::Instant>, Option<String>)> = contacts(ids, channel)
            .order_by_asc(Column::Id)
            .select_only()
            .columns([Column::PatientId, Column::FailedAt, Column::FailedWhy])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (patient, at, why) in rows {
            found.insert(PatientId(patient), at.map(|at| (at.into(), why.unwrap_or_default())));
        }
    }
    Ok(found)
}

/// Which of some patients have agreed to be written to on which channels.
pub async fn agreed(txn: &Txn, patients: &[PatientId]) -> Result<HashSet<(PatientId, Channel)>> {
    let mut found = HashSet::new();
    for ids in patients.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, String)> = consent::Entity::find()
            .filter(consent::Column::PatientId.is_in(ids.iter().map(|id| id.0)))
            .filter(consent::Column::WithdrawnAt.is_null())
            .select_only()
            .columns([consent::Column::PatientId, consent::Column::Channel])
            .into_tuple()
            .all(&txn.db)
            .await?;
        for (patient, channel) in rows {
            found.insert((PatientId(patient), parse("consents", "channel", &channel)?));
        }
    }
    Ok(found)
}

/// The addresses in use of patients on a channel.
fn contacts(patients: &[PatientId], channel: Channel) -> Select<contact::Entity> {
    contact::Entity::find()
        .filter(contact::Column::PatientId.is_in(patients.iter().map(|id| id.0)))
        .filter(contact::Column::Channel.eq(channel.as_str()))
        .filter(contact::Column::RemovedAt.is_null())
}

fn uuids(ids: &[AppointmentId]) -> impl Iterator<Item = Vec<Uuid>> + '_ {
    ids.chunks(AT_ONCE).map(|ids| ids.iter().map(|id| id.0).collect())
}
