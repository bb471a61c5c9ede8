//! From a visit's answers and scores to the lines of the page.

mod asked;
mod explain;
mod header;
mod items;
mod reused;
mod scores;

use std::collections::BTreeSet;

use foreword_domain::{
    alert::{Level, RedFlag},
    appointment::Appointment,
    conversation::{State, script::Script},
    language::Lang,
    message::Channel,
    pathway::Pathway,
    patient::Patient,
    private::Private,
    response::{Ledger, Respondent},
    scoring::Score,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub use reused::Reused;

use crate::{FlagLine, Footer, GoalLine, MOST_ITEMS, MOST_SCORES, OpenTopic, ReplyLine, Summary, when};

/// Everything the page is made from.
pub struct Input<'a> {
    /// The patient.
    pub patient: &'a Patient,
    /// The visit.
    pub appointment: &'a Appointment,
    /// What was asked; nothing when no pathway is for the visit.
    pub script: &'a Script,
    /// What was answered.
    pub ledger: &'a Ledger,
    /// Where the conversation stands.
    pub state: State,
    /// When the last question was answered.
    pub completed_at: Option<Timestamp>,
    /// Id and version of the pathway the visit began with.
    pub asked_by: Option<(String, String)>,
    /// The pathway as it is now.
    pub pathway: Option<&'a Pathway>,
    /// Scores by ask.
    pub scores: Vec<(String, Vec<Score>)>,
    /// Earlier scores, oldest first.
    pub previous: Vec<Previous>,
    /// What was answered for other visits and is not asked again.
    pub reused: Reused,
    /// Red flags.
    pub flags: Vec<Flag>,
    /// What the care team answered to the patient before the visit.
    pub reply: Option<Reply>,
    /// What the patient wants to reach, oldest first.
    pub goals: Vec<Goal>,
    /// What an earlier visit left open, in the order of asking then.
    pub open_topics: Vec<LeftOpen>,
    /// Now.
    pub now: Timestamp,
}

/// A score of an earlier visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Previous {
    /// Instrument and version.
    pub instrument: (String, String),
    /// The scale and its score.
    pub score: Score,
    /// When it was answered.
    pub at: Timestamp,
    /// By whom; nothing when several people answered.
    pub by: Option<Respondent>,
    /// On which channels.
    pub channels: BTreeSet<Channel>,
    /// In which language.
    pub language: Lang,
}

/// A red flag that was raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// How urgent.
    pub level: Level,
    /// What was reported.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// The ask and the rule that raised it, where both are known.
    pub rule: Option<(String, RedFlag)>,
}

/// What the care team answered to the patient before the visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// Who of the care team.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What the patient wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Their words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// The day it was set.
    pub set_on: Date,
}

/// A topic that an earlier visit left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOpen {
    /// The patient's words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// When that visit was.
    pub visit: Timestamp,
    /// How it was marked ("next time", "not now").
    pub mark: String,
}

const LIMITS: &str = "Answers as given by the patient and scores by published rules. No diagnosis, no advice on treatment, not watched around the clock.";

/// Makes the page.
pub fn compose(input: &Input<'_>) -> Summary {
    let zone = input.appointment.zone();
    let set_aside = input.state == State::NotMe;
    let empty = Ledger::default();
    // Somebody said these answers are not the patient's: none of them may look like theirs.
    let ledger = if set_aside { &empty } else { input.ledger };
    let shown = Shown { script: input.script, ledger, zone: &zone, state: input.state };
    let reused = &input.reused;
    let earlier = Shown { script: &reused.script, ledger: &reused.ledger, zone: &zone, state: input.state };
    let mut scores = if set_aside { Vec::new() } else { shown.scores(&input.scores, &input.previous) };
    scores.extend(earlier.dated(reused, &input.previous, ledger));
    let more_scores = scores.split_off(scores.len().min(MOST_SCORES));
    let mut items = shown.standing_out();
    items.extend(earlier.standing_out());
    let more_items = items.len().saturating_sub(MOST_ITEMS);
    items.truncate(MOST_ITEMS);
    let topics = shown.topics();
    Summary {
        header: shown.header(input),
        flags: if set_aside { Vec::new() } else { flags(input, &shown) },
        notice: notice(input),
        no_topics: no_topics(input, &shown),
        topics,
        reply: input.reply.as_ref().map(|reply| ReplyLine {
            words: reply.words.clone(),
            lang: reply.lang.clone(),
            by: reply.by.clone(),
            when: when::moment(reply.at, &zone),
        }),
        goals: input.goals.iter().map(goal).collect(),
        open_topics: input.open_topics.iter().map(|open| left_open(open, &zone)).collect(),
        scores,
        more_scores,
        items,
        more_items,
        missing: shown.missing(input.state),
        context: shown.context(),
        answers: shown.answers().into_iter().chain(earlier.answers()).collect(),
        footer: footer(input, &zone),
    }
}

fn notice(input: &Input<'_>) -> Option<String> {
    match input.state {
        State::NotMe => Some("Somebody answered and then said: this is not me. Their answers are set aside and not shown. Please check the address the invitation went to.".to_owned()),
        State::Declined => Some("The patient chose not to answer for this visit.".to_owned()),
        _ if input.script.asks.is_empty() => Some("No pathway is set up for this kind of visit, so nothing was asked.".to_owned()),
        _ if input.ledger.is_empty() => Some("No answers yet.".to_owned()),
        _ => None,
    }
}

fn no_topics(input: &Input<'_>, shown: &Shown<'_>) -> String {
    let asked = shown.asks_for_topics();
    let skipped = shown.script.questions(shown.ledger).iter().any(|place| {
        place
            .ask
            .instrument
            .agenda
            .as_ref()
            .is_some_and(|a| a.topics.first().is_some_and(|t| t.item == place.item.id))
            && shown.ledger.get(&place.at()).is_some()
    });
    match (asked, skipped) {
        _ if input.state == State::NotMe => "Set aside.",
        (true, false) if input.state == State::Declined => "Not answered.",
        (true, true) => "The patient was asked and did not name a topic.",
        (true, false) => "Not answered yet.",
        (false, _) => "Not asked.",
    }
    .to_owned()
}

fn flags(input: &Input<'_>, shown: &Shown<'_>) -> Vec<FlagLine> {
    let mut flags: Vec<&Flag> = input.flags.iter().collect();
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.level));
    flags
        .into_iter()
        .map(|flag| FlagLine {
            level: flag.level,
            text: flag.text.clone(),
            when: when::moment(flag.at, shown.zone),
            explain: flag
                .rule
                .as_ref()
                .map_or_else(Private::default, |(ask, rule)| shown.explain_flag(ask, rule, &input.scores)),
        })
        .collect()
}

fn goal(goal: &Goal) -> GoalLine {
    GoalLine { words: goal.words.clone(), lang: goal.lang.clone(), set_on: when::date(goal.set_on) }
}

fn left_open(open: &LeftOpen, zone: &TimeZone) -> OpenTopic {
    OpenTopic {
        words: open.words.clone(),
        lang: open.lang.clone(),
        from: format!("visit on {}", when::day(open.visit, zone)),
        mark: open.mark.clone(),
    }
}

fn footer(input: &Input<'_>, zone: &TimeZone) -> Footer {
    let (id, version) = input.asked_by.clone().unwrap_or_default();
    // What another version says it is for, this visit was not asked for.
    let same = input.pathway.filter(|pathway| pathway.id == id && pathway.version == version);
    let said = |pick: fn(&Pathway) -> &str| same.map(pick).unwrap_or_default().to_owned();
    let title = same.map_or(id.as_str(), |pathway| pathway.title.as_str());
    Footer {
        pathway: if id.is_empty() { String::new() } else { format!("{title} (version {version})") },
        goal: said(|p| &p.goal),
        expected_action: said(|p| &p.expected_action),
        made: when::moment(input.now, zone),
        limits: LIMITS,
    }
}

struct Shown<'a> {
    script: &'a Script,
    ledger: &'a Ledger,
    zone: &'a TimeZone,
    state: State,
}
