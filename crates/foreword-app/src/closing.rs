//! Closing: at the visit each topic gets an end, and goals are written down in the patient's words. What is
//! left open leads the next page.

use foreword_domain::{
    agenda,
    appointment::Appointment,
    conversation::State,
    ids::{AppointmentId, GoalId, StaffId},
    private::Private,
    response::{ItemRef, Ledger},
    topic::{self, GoalEnd, MOST_GOALS, Mark},
};
use foreword_store::{
    Contention, Txn, answers, appointments, audit, conversations, goals, patients,
    topics::{self, Marked},
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again, mint,
};

/// A topic that was left for another visit longer ago than this is not brought up again.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 730);

/// What is closed at a visit.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// What the patient brought to this visit, in their order.
    pub topics: Vec<Topic>,
    /// What earlier visits left open, the latest visit first.
    pub open: Vec<Topic>,
    /// The goals that stand, and those that ended at this visit, oldest first.
    pub goals: Vec<Goal>,
}

/// A topic, and what became of it.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The visit it was brought to.
    pub visit: AppointmentId,
    /// When that was.
    pub brought: Timestamp,
    /// Which of its topics.
    pub at: ItemRef,
    /// The patient's words.
    pub words: Private<String>,
    /// What became of it, if that was said.
    pub mark: Option<Mark>,
}

/// A goal.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Its id.
    pub id: GoalId,
    /// The patient's words.
    pub words: Private<String>,
    /// The day it was set, in the zone of the visit.
    pub set_on: Date,
    /// How and when it ended.
    pub ended: Option<(Timestamp, GoalEnd)>,
    /// Whether it was set at this visit.
    pub is_new: bool,
}

impl App {
    /// What is to be closed at a visit. It stands on the visit's page, whose reading is in the audit log.
    pub async fn closing(&self, visit: AppointmentId) -> Result<Closing> {
        let app = self.clone();
        self.store.read(move |txn| Box::pin(async move { app.closing_in(txn, visit).await })).await
    }

    /// Says what became of a topic; `visit` is the one at which that was so.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the visit has no such topic and none of an earlier visit is it.
    pub async fn mark_topic(
        &self,
        staff: StaffId,
        visit: AppointmentId,
        brought_to: AppointmentId,
        at: ItemRef,
        mark: Mark,
        now: Timestamp,
    ) -> Result<()> {
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app, at => {
                    let theirs = reach(txn, &format!("staff:{staff}"), Act::MarkTopics, now).await?;
                    theirs.visit(txn, visit).await?;
                    let closing = app.closing_in(txn, visit).await?;
                    let known = closing.topics.iter().chain(&closing.open);
                    let known = known.filter(|topic| topic.visit == brought_to && topic.at == at);
                    // A mark that is changed again: an open topic that was marked is no longer open.
                    let was_marked = topics::of_appointment(txn, brought_to).await?;
                    let is_changed = was_marked.iter().any(|m| m.at_visit == visit && m.topic == at);
                    if known.count() == 0 && !is_changed {
                        return Err(Error::NotFound("topic"));
                    }
                    let new = Marked { appointment: brought_to, topic: at, mark, at_visit: visit, staff, at: now };
                    topics::mark(txn, &new).await?;
                    let action = format!("topic.{}", mark.as_str());
                    audit::note(txn, now, &format!("staff:{staff}"), &action, &audit::appointment(visit)).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Writes a goal down. The same words twice at one visit are one goal.
    ///
    /// # Errors
    /// [`Error::Refused`] with what is wrong and what would be right.
    pub async fn set_goal(
        &self,
        staff: StaffId,
        visit: AppointmentId,
        words: &str,
        now: Timestamp,
    ) -> Result<GoalId> {
        let words = words.to_owned();
        self.store
            .write(move |txn| {
                again!(words => {
                    let theirs = reach(txn, &format!("staff:{staff}"), Act::MarkTopics, now).await?;
                    let about = theirs.visit(txn, visit).await?;
                    topic::check_goal(&words).map_err(Error::Refused)?;
                    // Held, so that goals side by side are counted one after the other.
                    patients::hold(txn, about.patient).await?.ok_or(Error::NotFound("patient"))?;
                    let known = goals_of(txn, &about).await?;
                    let mut standing = known.iter().filter(|goal| goal.ended.is_none());
                    if let Some(same) = standing.clone().find(|goal| *goal.words.reveal() == words) {
                        return Ok(same.id);
                    }
                    if standing.nth(MOST_GOALS - 1).is_some() {
                        return Err(Error::Refused(format!(
                            "{MOST_GOALS} goals stand already. Say which one was reached or let go first."
                        )));
                    }
                    let new = goals::Goal {
                        id: mint(GoalId::mint, now),
                        patient: about.patient,
                        appointment: visit,
                        staff,
                        words: Private::new(words),
                        set_at: now,
                        ended: None,
                    };
                    goals::add(txn, &new).await?;
                    let subject = format!("goal:{}", new.id);
                    audit::note(txn, now, &format!("staff:{staff}"), "goal.set", &subject).await?;
                    Ok::<_, Error>(new.id)
                })
            })
            .await
    }

    /// Ends a goal of the patient of a visit.
    pub async fn end_goal(
        &self,
        staff: StaffId,
        visit: AppointmentId,
        goal: GoalId,
        how: GoalEnd,
        now: Timestamp,
    ) -> Result<()> {
        self.store
            .write(move |txn| {
                again!( => {
                    let theirs = reach(txn, &format!("staff:{staff}"), Act::MarkTopics, now).await?;
                    let about = theirs.visit(txn, visit).await?;
                    let known = goals_of(txn, &about).await?.into_iter().find(|known| known.id == goal);
                    known.ok_or(Error::NotFound("goal"))?;
                    if goals::end(txn, goal, how, staff, now).await? {
                        let action = format!("goal.{}", how.as_str());
                        audit::note(txn, now, &format!("staff:{staff}"), &action, &format!("goal:{goal}")).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    pub(crate) async fn closing_in(&self, txn: &Txn, id: AppointmentId) -> Result<Closing> {
        let about = appointments::get(txn, id).await?.ok_or(Error::NotFound("appointment"))?;
        let mut earlier = appointments::of_patient(txn, about.patient).await?;
        earlier.retain(|other| {
            other.id != id
                && other.clinic == about.clinic
                && other.start < about.start
                && about.start.duration_since(other.start) <= LONGEST
        });
        earlier.sort_by_key(|other| std::cmp::Reverse(other.start));
        let mut closing = Closing {
            topics: self.topics_of(txn, &about).await?,
            open: Vec::new(),
            goals: goals_of(txn, &about).await?,
        };
        let ids: Vec<AppointmentId> = earlier.iter().map(|other| other.id).collect();
        let left: Vec<AppointmentId> = topics::latest(txn, &ids)
            .await?
            .iter()
            .filter(|m| m.mark == Mark::NextTime)
            .map(|m| m.appointment)
            .collect();
        // What was never marked may have been forgotten; longer ago than one visit, nobody knows any more.
        let mut is_latest = true;
        for other in earlier {
            if !is_latest && !left.contains(&other.id) {
                continue;
            }
            let topics = match self.topics_of(txn, &other).await {
                // One visit that can't be read must not close the page of the next.
                Err(error) if !error.is_contention() => {
                    tracing::error!(%error, appointment = %other.id, "an earlier visit cannot be read");
                    continue;
                }
                topics => topics?,
            };
            let had_any = !topics.is_empty();
            closing.open.extend(topics.into_iter().filter(|topic| match topic.mark {
                Some(Mark::NextTime) => true,
                None => is_latest,
                Some(Mark::TalkedAbout | Mark::NotNow) => false,
            }));
            is_latest &= !had_any;
        }
        Ok(closing)
    }

    /// What was brought to a visit. Of its answers only those to the agenda are read.
    async fn topics_of(&self, txn: &Txn, about: &Appointment) -> Result<Vec<Topic>> {
        let Some(stored) = conversations::about(txn, about.id).await? else { return Ok(Vec::new()) };
        // What somebody else answered is set aside.
        if stored.standing.state == State::NotMe {
            return Ok(Vec::new());
        }
        let script = self.script(txn, &stored.script, about).await?;
        let agendas = script.asks.iter().filter(|ask| ask.instrument.agenda.is_some());
        let agendas: Vec<&str> = agendas.map(|ask| ask.key.as_str()).collect();
        let ledger = Ledger::of(answers::of_asks(txn, stored.id, &agendas).await?);
        let marked = topics::of_appointment(txn, about.id).await?;
        let topic = |topic: agenda::Topic| Topic {
            visit: about.id,
            brought: about.start,
            mark: marked.iter().find(|marked| marked.topic == topic.at).map(|marked| marked.mark),
            at: topic.at,
            words: topic.words,
        };
        Ok(agenda::topics(&script, &ledger).into_iter().map(topic).collect())
    }
}

async fn goals_of(txn: &Txn, about: &Appointment) -> Result<Vec<Goal>> {
    let mut all = goals::of_patient(txn, about.patient).await?;
    let visits = appointments::of_patient(txn, about.patient).await?;
    // What was agreed on at another clinic is that clinic's to show.
    all.retain(|goal| {
        visits.iter().any(|visit| visit.id == goal.appointment && visit.clinic == about.clinic)
    });
    Ok(all
        .into_iter()
        .filter(|goal| goal.ended.is_none() || goal.appointment == about.id)
        .map(|goal| Goal {
            is_new: goal.appointment == about.id,
            id: goal.id,
            words: goal.words,
            set_on: goal.set_at.to_zoned(about.zone()).date(),
            ended: goal.ended,
        })
        .collect())
}
