//! Safety plans and the pathways that need one: nothing that may need somebody at once is asked at a clinic before
//! its plan is whole and somebody has switched the pathway on there.

use std::{collections::HashSet, sync::Arc};

use foreword_domain::{
    conversation::State,
    ids::StaffId,
    language::Lang,
    pathway::{Occasion, Pathway},
    phrases::Phrases,
    safety::{Missing, Plan},
};
use foreword_store::{
    Txn, appointments, audit, clinics::Clinics, conversations, safety_plans, staff, staff_chats, staff_roles,
};
use jiff::{SignedDuration, Timestamp};

use super::plan_of;
use crate::{
    App, Error, Result,
    access::{
        permission::{Act, Role, allows},
        reach::reach,
    },
    again,
};

/// Visits so far ahead are planned anew when what may be asked changes; later ones come with their feed.
const AHEAD: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Whether a member of staff may see and take the alerts of a clinic.
pub(super) async fn may_take(txn: &Txn, member: StaffId, clinic: &str) -> Result<bool> {
    let held = staff_roles::of(txn, member).await?;
    Ok(held.iter().any(|held| {
        Role::of(&held.role).is_some_and(|role| allows(role, Act::Alerts))
            && held.clinic.as_deref().is_none_or(|at| at == clinic)
    }))
}

/// Why a plan was not taken, or what it still lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, one line each: it is not taken as long as there is any.
    pub faults: Vec<String>,
    /// What is missing before a patient may be asked what may need somebody, one line each.
    pub missing: Vec<String>,
}

/// A pathway at a clinic, as far as it may ask what may need somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The clinic.
    pub clinic: String,
    /// Whether it was switched on.
    pub is_on: bool,
    /// What is missing, one line each; while there is any, nothing of it is asked.
    pub missing: Vec<String>,
}

impl App {
    /// Looks at a plan without taking it.
    pub async fn check_safety_plan(&self, file: &str, text: &str) -> Result<(Plan, Checked), Error> {
        let plan = Plan::parse(file, text)?;
        let (app, looked_at) = (self.clone(), plan.clone());
        let checked = self
            .store
            .read(move |txn| again!(app, looked_at => app.check_plan(txn, &looked_at).await))
            .await?;
        Ok((plan, checked))
    }

    /// Takes a plan: it counts from now on. Whoever is on call is told of what was raised in the last day, and visits
    /// ahead are asked what they could not be asked before.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Refused`] with everything that is wrong; nothing is changed then.
    pub async fn set_safety_plan(
        &self,
        file: &str,
        text: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<(Plan, Checked), Error> {
        let plan = Plan::parse(file, text)?;
        let (app, new, by) = (self.clone(), plan.clone(), by.to_owned());
        let checked = self
            .store
            .write(move |txn| {
                again!(app, new, by => {
                    let checked = app.check_plan(txn, &new).await?;
                    if !checked.faults.is_empty() {
                        return Err(Error::Refused(checked.faults.join("\n")));
                    }
                    match safety_plans::source(txn, &new.clinic, &new.version).await? {
                        // The same again; an earlier one is not taken back by its old name.
                        Some(known) if known == new.source => {
                            let counts = plan_of(txn, &new.clinic).await?;
                            if counts.is_some_and(|plan| plan.version == new.version) {
                                return Ok(checked);
                            }
                            return Err(Error::Refused(format!(
                                "version {:?} of the plan of {:?} was replaced by a later one; give it another version to take it back into use",
                                new.version, new.clinic
                            )));
                        }
                        Some(_) => {
                            return Err(Error::Refused(format!(
                                "the plan of {:?} was in use as version {:?} with other words; give the changed one another version",
                                new.clinic, new.version
                            )));
                        }
                        None => {}
                    }
                    safety_plans::add(txn, &new, &by, now).await?;
                    audit::note(txn, now, &by, "safety-plan.set", &format!("{} {}", new.clinic, new.version)).await?;
                    Ok::<_, Error>(checked)
                })
            })
            .await?;
        self.adopt(now).await?;
        self.plan_clinic(&plan.clinic, now).await?;
        Ok((plan, checked))
    }

    /// The plans that count, each with when it was set.
    pub async fn safety_plans(&self) -> Result<Vec<(Timestamp, Arc<Plan>)>> {
        self.store.read(|txn| Box::pin(async move { Ok(safety_plans::all(txn).await?) })).await
    }

    async fn check_plan(&self, txn: &Txn, plan: &Plan) -> Result<Checked> {
        let mut faults = plan.rule_faults(&self.catalog().instruments);
        for login in plan.people.keys() {
            faults.extend(self.cannot_take(txn, login, &plan.clinic).await?);
        }
        let mut languages = vec![self.options.language.clone()];
        for pathway in self.catalog().pathways.iter().filter(|pathway| self.may_need_somebody(pathway)) {
            languages.extend(self.languages_of(pathway));
        }
        let missing = self.missing_in(txn, Some(plan), &languages).await?;
        Ok(Checked { faults, missing })
    }

    /// Why somebody of a plan could not take an alert.
    async fn cannot_take(&self, txn: &Txn, login: &str, clinic: &str) -> Result<Option<String>> {
        let member = staff::by_login(txn, login).await?.filter(|member| member.disabled_at.is_none());
        let Some(member) = member else {
            return Ok(Some(format!(
                "people.{login}: there is no account {login:?} that may sign in; add it with `foreword staff add`"
            )));
        };
        let may = may_take(txn, member.id, clinic).await?;
        Ok((!may).then(|| {
            format!("people.{login}: {login:?} may see no red flags of {clinic:?}; a clinician or a nurse of it may")
        }))
    }

    /// What is missing before patients who read some languages may be asked what may need somebody.
    pub(crate) async fn missing_in(
        &self,
        txn: &Txn,
        plan: Option<&Plan>,
        languages: &[Lang],
    ) -> Result<Vec<String>> {
        let Some(plan) = plan else {
            return Ok(vec![
                "there is no safety plan for this clinic: write one and take it into use with `foreword safety set FILE`"
                    .to_owned(),
            ]);
        };
        let mut with_chat = HashSet::new();
        for login in plan.people.keys() {
            if let Some(member) = staff::by_login(txn, login).await?
                && staff_chats::get(txn, member.id).await?.is_some()
            {
                with_chat.insert(login.clone());
            }
        }
        let mut plan = plan.clone();
        if !self.options.can_mail {
            // An address is no way where no mail is sent.
            plan.people.values_mut().for_each(|person| person.email = None);
        }
        let missing: Vec<Missing> = plan.missing(languages, &|login| with_chat.contains(login));
        let mut lines: Vec<String> = missing.iter().map(ToString::to_string).collect();
        for login in plan.people.keys() {
            lines.extend(self.cannot_take(txn, login, &plan.clinic).await?);
        }
        Ok(lines)
    }

    /// Whether a pathway asks anything that may need somebody at once.
    pub fn may_need_somebody(&self, pathway: &Pathway) -> bool {
        pathway
            .asks
            .iter()
            .any(|ask| self.catalog().instruments.get(&ask.instrument).is_some_and(|i| i.may_need_somebody()))
    }

    /// The languages in which a pathway asks what may need somebody: those that its instruments have a text in and
    /// the service speaks.
    fn languages_of(&self, pathway: &Pathway) -> Vec<Lang> {
        let catalog = self.catalog();
        let delicate = || {
            let asked = pathway.asks.iter().filter_map(|ask| catalog.instruments.get(&ask.instrument));
            asked.filter(|instrument| instrument.may_need_somebody())
        };
        let mut languages: Vec<Lang> = Phrases::get().languages().cloned().collect();
        languages.retain(|lang| delicate().any(|instrument| instrument.language_for(lang).is_some()));
        languages
    }

    /// Whether a pathway may be begun at a clinic. One that may need nobody always may.
    pub(crate) async fn may_begin(&self, txn: &Txn, pathway: &Pathway, clinic: &str) -> Result<bool> {
        if !self.may_need_somebody(pathway) {
            return Ok(true);
        }
        if !safety_plans::is_active(txn, &pathway.id, &pathway.version, clinic).await? {
            return Ok(false);
        }
        let plan = plan_of(txn, clinic).await?;
        Ok(self.missing_in(txn, plan.as_deref(), &self.languages_of(pathway)).await?.is_empty())
    }

    /// The pathway for a visit: the first that fits and may be begun at its clinic.
    pub(crate) async fn pathway_for(
        &self,
        txn: &Txn,
        occasion: &Occasion<'_>,
    ) -> Result<Option<Arc<Pathway>>> {
        let catalog = self.catalog();
        for pathway in catalog.pathways_for(occasion) {
            if self.may_begin(txn, pathway, occasion.clinic).await? {
                return Ok(Some(Arc::clone(pathway)));
            }
        }
        Ok(None)
    }

    /// How a pathway stands at each clinic that has a plan, of those that `reader` may look at.
    pub async fn activations(
        &self,
        pathway: &Pathway,
        reader: &str,
        now: Timestamp,
    ) -> Result<Vec<Activation>> {
        let (app, pathway, reader) = (self.clone(), pathway.clone(), reader.to_owned());
        self.store
            .read(move |txn| {
                again!(app, pathway, reader => {
                    let theirs = reach(txn, &reader, Act::Pathways, now).await?;
                    let mut clinics: Vec<String> =
                        safety_plans::all(txn).await?.into_iter().map(|(_, plan)| plan.clinic.clone()).collect();
                    clinics.retain(|clinic| theirs.clinics.has(clinic));
                    let mut found = Vec::with_capacity(clinics.len());
                    for clinic in clinics {
                        found.push(app.activation(txn, &pathway, clinic).await?);
                    }
                    Ok::<_, Error>(found)
                })
            })
            .await
    }

    async fn activation(&self, txn: &Txn, pathway: &Pathway, clinic: String) -> Result<Activation> {
        let plan = plan_of(txn, &clinic).await?;
        let missing = self.missing_in(txn, plan.as_deref(), &self.languages_of(pathway)).await?;
        let is_on = safety_plans::is_active(txn, &pathway.id, &pathway.version, &clinic).await?;
        Ok(Activation { clinic, is_on, missing })
    }

    /// Switches a pathway on or off at a clinic. Tells what is missing; as long as there is any, nothing is changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such pathway, [`Error::NotAllowed`] when it is not theirs to do.
    pub async fn activate_pathway(
        &self,
        pathway: &str,
        clinic: &str,
        is_on: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<Vec<String>> {
        let pathway = self.catalog().pathway(pathway).ok_or(Error::NotFound("pathway"))?.as_ref().clone();
        let (app, clinic, by) = (self.clone(), clinic.to_owned(), by.to_owned());
        let at = clinic.clone();
        let missing = self
            .store
            .write(move |txn| {
                again!(app, pathway, clinic, by => {
                    let theirs = reach(txn, &by, Act::Activate, now).await?;
                    if !theirs.clinics.has(&clinic) {
                        return Err(Error::NotFound("clinic"));
                    }
                    if is_on && app.may_need_somebody(&pathway) {
                        let missing = app.activation(txn, &pathway, clinic.clone()).await?.missing;
                        if !missing.is_empty() {
                            return Ok(missing);
                        }
                    }
                    let which = (pathway.id.as_str(), pathway.version.as_str());
                    safety_plans::activate(txn, which, &clinic, is_on, &by, now).await?;
                    let action = if is_on { "pathway.activated" } else { "pathway.deactivated" };
                    audit::note(txn, now, &by, action, &format!("{} {clinic}", pathway.id)).await?;
                    Ok::<_, Error>(Vec::new())
                })
            })
            .await?;
        if missing.is_empty() {
            self.plan_clinic(&at, now).await?;
        }
        Ok(missing)
    }

    /// Plans the visits ahead at a clinic in which nothing was said yet: what may be asked there has changed.
    async fn plan_clinic(&self, clinic: &str, now: Timestamp) -> Result<()> {
        let only = Clinics::Only([clinic.to_owned()].into());
        let until = now.checked_add(AHEAD).unwrap_or(now);
        let ahead = self
            .store
            .read(move |txn| again!(only => Ok::<_, Error>(appointments::between_at(txn, now, until, &only).await?)))
            .await?;
        for visit in ahead.into_iter().filter(|visit| visit.status.is_ahead()) {
            let app = self.clone();
            self.store
                .write(move |txn| {
                    again!(app, visit => {
                        let known = conversations::about(txn, visit.id).await?;
                        let is_untouched = known.is_none_or(|known| {
                            known.standing.state == State::Invited && known.last_at.is_none()
                        });
                        if is_untouched {
                            app.plan_anew(txn, &visit, now).await?;
                        }
                        Ok::<_, Error>(())
                    })
                })
                .await?;
        }
        Ok(())
    }
}
