//! Alerts: from the answer that raises one to the person who says what came of it.
//!
//! What is told, to whom and when is the domain's to say (`escalation`); here it is written down in the transaction
//! of what caused it, so that no crash comes in between.

pub mod acting;
pub mod inbox;
pub mod measures;
pub mod notices;
pub mod plans;
pub mod trying;
pub mod watching;

use std::sync::Arc;

use foreword_domain::{
    alert::{Level, State, Urgency},
    escalation::{self, Rung, Way},
    event::Kind,
    ids::{AlertId, ConversationId, OutboxId, StaffId},
    language::Lang,
    message::{Channel, Notice, Owed},
    private::Private,
    safety::Plan,
};
use foreword_store::{
    Txn,
    alerts::{
        self, Alert,
        log::{self, Entry, What},
    },
    appointments, outbox, safety_plans,
    staff::{self, Member},
    staff_chats, surroundings,
};
use jiff::Timestamp;

use crate::{
    Result, Visit,
    events::{self, About},
    mint,
};

/// The rule under which staff are told that a link reached the wrong person.
pub const NOT_ME_RULE: &str = "service/not-me";
/// The rule under which they are told that a patient asked for help, where nothing else had raised an alert.
pub const HELP_RULE: &str = "service/help-now";

/// A rule that has fired.
pub(crate) struct Fired {
    /// The ask whose answers did it; empty where none did.
    pub ask: String,
    /// The rule, as `instrument/rule`.
    pub rule: String,
    /// How urgent it is.
    pub level: Level,
    /// Whether the patient is shown the crisis text for it.
    pub crisis: bool,
    /// The door of what was said.
    pub channel: Channel,
    /// Whether what fired it was said just now, and does not only stand.
    pub is_new: bool,
}

/// Raises an alert where none of it is open, and has the first person told, all in the transaction of what raised it.
/// Where the clinic has no plan it stays in sight, and somebody is told as soon as there is one.
pub(crate) async fn raise(txn: &Txn, visit: &Visit, fired: Fired, now: Timestamp) -> Result<()> {
    let mut before = alerts::of_ask(txn, visit.id, &fired.ask).await?;
    before.retain(|alert| alert.rule == fired.rule);
    if let Some(open) = before.iter().find(|alert| alert.state != State::Closed) {
        if fired.is_new && fired.crisis {
            // Said once more: the crisis text stands at this door until they have said how things are.
            let Some(mut alert) = alerts::hold(txn, open.id).await? else { return Ok(()) };
            alert.channel = Some(fired.channel);
            alert.said.push((now, Urgency::Again));
            alerts::put(txn, &alert).await?;
        }
        return Ok(());
    }
    // What was closed is opened by nothing that only stands; what is said anew is another alert.
    if !before.is_empty() && !fired.is_new {
        return Ok(());
    }
    let about = &visit.appointment;
    let plan = visit.plan.as_deref();
    let due = escalation::due(fired.level, now, about.start, plan);
    let mut alert = Alert::new(
        mint(AlertId::mint, now),
        visit.id,
        (about.id, visit.stored.patient),
        (fired.ask, fired.rule, fired.level),
        (now, due),
    );
    alert.channel = Some(fired.channel);
    alert.crisis = fired.crisis;
    if !alerts::raise(txn, &alert, before.len()).await? {
        return Ok(());
    }
    log::add(txn, alert.id, &Entry::new(now, What::Raised)).await?;
    let about_it = About { appointment: about.id, alert: Some(alert.id) };
    events::tell(txn, Kind::AlertRaised, about_it, now).await?;
    foreword_store::crash_point("alert-raised");
    if let Some(plan) = plan {
        tell(txn, &mut alert, plan, Rung::OnCall, now).await?;
        alerts::put(txn, &alert).await?;
    }
    Ok(())
}

/// Has a rung of the chain told, and those above it at once where nobody on it can be. The alert is not written
/// down yet.
pub(super) async fn tell(
    txn: &Txn,
    alert: &mut Alert,
    plan: &Plan,
    from: Rung,
    now: Timestamp,
) -> Result<()> {
    let mut rung = from;
    loop {
        alert.rung = Some(rung);
        log::add(txn, alert.id, &Entry::new(now, What::Told).rung(rung)).await?;
        if rung == Rung::Alarm {
            sound(txn, alert, now).await?;
        }
        let ways = owe_notices(txn, alert, plan, rung, now).await?;
        let Some(next) = rung.next() else {
            alert.next_at = None;
            return Ok(());
        };
        if ways > 0 {
            alert.next_at = Some(escalation::next_at(alert.due_at, now, Some(plan)));
            return Ok(());
        }
        log::add(txn, alert.id, &Entry::new(now, What::Nobody).rung(rung)).await?;
        rung = next;
    }
}

/// Tells the rung above the one that was told last, if somebody still has to take the alert.
pub(super) async fn climb(txn: &Txn, alert: &mut Alert, now: Timestamp) -> Result<()> {
    if !alert.state.is_waiting() {
        return Ok(());
    }
    let next = match alert.rung {
        None => Some(Rung::OnCall),
        Some(rung) => rung.next(),
    };
    match (next, plan_of_alert(txn, alert).await?) {
        (Some(next), Some(plan)) => tell(txn, alert, &plan, next, now).await?,
        // The visit has gone to a clinic without a plan: nobody is left who could be told.
        (Some(_), None) if alert.rung.is_some() => {
            alert.rung = Some(Rung::Alarm);
            alert.next_at = None;
            sound(txn, alert, now).await?;
        }
        _ => {}
    }
    foreword_store::crash_point("alert-climbed");
    Ok(())
}

/// The end of the chain: an operational alarm.
async fn sound(txn: &Txn, alert: &Alert, now: Timestamp) -> Result<()> {
    log::add(txn, alert.id, &Entry::new(now, What::Alarm).rung(Rung::Alarm)).await?;
    tracing::error!(
        alert = %alert.id,
        "nobody has taken a red flag, and nobody is left to be told: see the red flags at /clinic/alerts"
    );
    Ok(())
}

/// Owes notices to everybody on a rung, by every way they have. Tells how many.
async fn owe_notices(txn: &Txn, alert: &Alert, plan: &Plan, rung: Rung, now: Timestamp) -> Result<usize> {
    let mut count = 0;
    for login in escalation::who(plan, rung, now) {
        let member = staff::by_login(txn, login).await?.filter(|member| member.disabled_at.is_none());
        // Whoever could not open it is not told.
        if let Some(member) = member
            && plans::may_take(txn, member.id, &plan.clinic).await?
        {
            let notice = Notice { v: 1, alert: alert.id, staff: member.id, rung, help: false };
            count += owe_to(txn, plan, &member, &notice, rung.as_str(), now).await?;
        }
    }
    Ok(count)
}

/// Owes a notice to one person by every way they have; `tag` tells it from others about the same alert. Tells how
/// many ways there are.
async fn owe_to(
    txn: &Txn,
    plan: &Plan,
    member: &Member,
    notice: &Notice,
    tag: &str,
    now: Timestamp,
) -> Result<usize> {
    let Some(person) = plan.person(&member.login) else { return Ok(0) };
    let chat = staff_chats::get(txn, member.id).await?;
    let mut rows = Vec::new();
    for way in escalation::ways(person, chat.is_some()) {
        let (channel, address) = match way {
            Way::Email(address) => (Channel::Email, address),
            Way::Webhook(url) => (Channel::Webhook, url),
            Way::Telegram => (Channel::Telegram, chat.unwrap_or_default().to_string()),
        };
        rows.push(outbox::Row::queued(
            mint(OutboxId::mint, now),
            format!("alert:{}:{tag}:{}:{}", notice.alert, member.id, channel.as_str()),
            (channel, Private::new(address)),
            Owed::Alert(notice.clone()),
            now,
        ));
    }
    outbox::owe_all(txn, &rows, now).await?;
    Ok(rows.len())
}

/// The patient has said how urgent it is for themselves. A call for help is never lost: what nobody has taken yet
/// goes to the next person at once and is red; of what somebody has taken, they are told, and a new alert goes to
/// whoever is on call.
pub(crate) async fn say_urgency(
    txn: &Txn,
    visit: &Visit,
    urgency: Urgency,
    channel: Channel,
    now: Timestamp,
) -> Result<()> {
    let mut is_heard = false;
    for alert in alerts::crises(txn, visit.id).await? {
        let Some(mut alert) = alerts::hold(txn, alert.id).await?.filter(|a| a.state != State::Closed) else {
            continue;
        };
        let known = alert.said.last().copied();
        let is_news = known.is_none_or(|(at, said)| {
            said != urgency || alert.acknowledged.is_some_and(|(taken, _)| at < taken)
        });
        alert.said.push((now, urgency));
        log::add(txn, alert.id, &Entry::new(now, What::Urgency)).await?;
        if urgency == Urgency::Help {
            match alert.acknowledged {
                None => {
                    is_heard = true;
                    make_red(txn, &mut alert, visit.appointment.start, now).await?;
                    if is_news {
                        climb(txn, &mut alert, now).await?;
                    }
                }
                Some((_, taken_by)) if is_news => tell_of_help(txn, &alert, taken_by, now).await?,
                Some(_) => {}
            }
        }
        alerts::put(txn, &alert).await?;
    }
    if urgency == Urgency::Help && !is_heard {
        call_for_help(txn, visit, channel, now).await?;
    }
    Ok(())
}

/// A call for help that no open alert stands for: an alert of its own, each time.
async fn call_for_help(txn: &Txn, visit: &Visit, channel: Channel, now: Timestamp) -> Result<()> {
    let ask = format!("help.{}", now.as_microsecond());
    let fired = Fired {
        ask: ask.clone(),
        rule: HELP_RULE.to_owned(),
        level: Level::Red,
        crisis: true,
        channel,
        is_new: true,
    };
    raise(txn, visit, fired, now).await?;
    for raised in alerts::of_ask(txn, visit.id, &ask).await? {
        if let Some(mut alert) = alerts::hold(txn, raised.id).await? {
            alert.said.push((now, Urgency::Help));
            alerts::put(txn, &alert).await?;
        }
    }
    Ok(())
}

/// What was said to a patient in a crisis could not be delivered: that is red, and somebody else is told at once.
pub(crate) async fn crisis_undelivered(
    txn: &Txn,
    conversation: ConversationId,
    why: &str,
    now: Timestamp,
) -> Result<()> {
    for alert in alerts::crises(txn, conversation).await? {
        let Some(mut alert) = alerts::hold(txn, alert.id).await?.filter(|a| a.state != State::Closed) else {
            continue;
        };
        log::add(txn, alert.id, &Entry::new(now, What::Undelivered).detail(why)).await?;
        let visit = appointments::get(txn, alert.appointment).await?;
        let start = visit.map_or(now, |visit| visit.start);
        make_red(txn, &mut alert, start, now).await?;
        climb(txn, &mut alert, now).await?;
        alerts::put(txn, &alert).await?;
    }
    Ok(())
}

async fn make_red(txn: &Txn, alert: &mut Alert, visit: Timestamp, now: Timestamp) -> Result<()> {
    if alert.level == Level::Red {
        return Ok(());
    }
    alert.level = Level::Red;
    let plan = plan_of_alert(txn, alert).await?;
    alert.due_at = alert.due_at.min(escalation::due(Level::Red, now, visit, plan.as_deref()));
    alert.next_at = alert.next_at.map(|next| next.min(alert.due_at));
    log::add(txn, alert.id, &Entry::new(now, What::ToRed)).await?;
    Ok(())
}

/// Whoever has taken an alert is told once more when the patient asks for help after that.
async fn tell_of_help(txn: &Txn, alert: &Alert, taken_by: StaffId, now: Timestamp) -> Result<()> {
    let (plan, member) = (plan_of_alert(txn, alert).await?, staff::get(txn, taken_by).await?);
    if let (Some(plan), Some(member)) = (plan, member) {
        let rung = alert.rung.unwrap_or(Rung::OnCall);
        let notice = Notice { v: 1, alert: alert.id, staff: taken_by, rung, help: true };
        owe_to(txn, &plan, &member, &notice, &format!("help-{}", now.as_microsecond()), now).await?;
    }
    Ok(())
}

/// What a visit has to know when something is asked in it.
#[derive(Default)]
pub(crate) struct Surroundings {
    /// The clinic's safety plan.
    pub plan: Option<Arc<Plan>>,
    /// The clinic's numbers for a crisis.
    pub numbers: Vec<(Lang, Vec<String>)>,
    /// Whether somebody is told at once when the patient asks for help.
    pub is_answered_for: bool,
    /// Until when answers are watched over.
    pub watched_until: Option<Timestamp>,
    /// Whether what may need somebody may be asked at all.
    pub may_ask: bool,
    /// The doors at which the patient was shown the crisis text and has not said yet how things are.
    pub in_need: Vec<Channel>,
}

/// The surroundings of a visit; what is known of the clinic alone, where nothing in it may need somebody.
pub(crate) async fn surroundings(
    txn: &Txn,
    visit: &Visit,
    stored: surroundings::Surroundings,
) -> Result<Surroundings> {
    let plan = match stored.plan {
        // Nobody is kept from their visit by a plan that can't be read; nor is anything asked that needs one.
        Err(error) if error.is_lasting() => {
            tracing::error!(%error, "a safety plan cannot be read");
            None
        }
        plan => plan?,
    };
    let mut around = Surroundings::default();
    let can_tell = plan.as_ref().is_some_and(|plan| !plan.on_call.is_empty() && plan.deputy.is_some());
    around.is_answered_for = can_tell;
    around.numbers = plan.iter().flat_map(|plan| plan.crisis.clone()).collect();
    around.plan = plan;
    if visit.script.may_need_somebody() {
        // What has begun goes on; what was switched off since is not begun.
        let mut asks = visit.script.asks.iter().filter(|ask| ask.instrument.may_need_somebody());
        let may_go_on = asks.any(|ask| visit.has_answers(ask)) || stored.is_active;
        around.may_ask = can_tell && may_go_on;
    }
    if can_tell {
        around.watched_until = watching::watched_until(stored.beat);
    }
    if stored.has_crises {
        let crises = alerts::crises(txn, visit.id).await?;
        let is_open = |alert: &&Alert| alert.said.last().is_none_or(|(_, said)| *said == Urgency::Again);
        let waits = crises.iter().filter(|alert| is_open(alert) && alert.state != State::Closed);
        around.in_need = waits.filter_map(|alert| alert.channel).collect();
    }
    Ok(around)
}

/// The plan of a clinic that counts.
pub(crate) async fn plan_of(txn: &Txn, clinic: &str) -> Result<Option<Arc<Plan>>> {
    Ok(safety_plans::of(txn, clinic).await?.map(|(_, plan)| plan))
}

pub(super) async fn plan_of_alert(txn: &Txn, alert: &Alert) -> Result<Option<Arc<Plan>>> {
    match appointments::get(txn, alert.appointment).await? {
        Some(visit) => plan_of(txn, &visit.clinic).await,
        None => Ok(None),
    }
}
