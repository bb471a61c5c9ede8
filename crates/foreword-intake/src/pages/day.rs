//! The day list: who comes, who is prepared, and who is not yet.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use foreword_app::{access::permission::Act, day::Line, stand::Stand};
use foreword_domain::{appointment::Status, conversation::State as Stands, message::Channel};
use foreword_summary::{sparkline_svg, when};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::Deserialize;

use super::{Failure, html, session::SignedIn, stands, wanted};
use crate::Web;

/// Days shown on one page, at most.
const DAYS: i32 = 7;
/// Days that can be asked for at once.
const MOST_DAYS: i32 = 14;
/// Visits on one page, as long as it holds more than one day.
const MOST_VISITS: usize = 150;

#[derive(Template)]
#[template(path = "clinic/day.html")]
struct Days<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    title: String,
    earlier: String,
    later: String,
    /// The same with one day instead of several, or the other way round.
    other_length: (String, &'static str),
    chips: Vec<Chip>,
    choices: Vec<Choice>,
    /// What the form of the choices sends along.
    kept: Vec<(&'static str, String)>,
    list: Vec<Day>,
    is_filtered: bool,
    /// Mails that were not taken in.
    mails: u64,
    shows_flags: bool,
    may_break_glass: bool,
}

impl Days<'_> {
    fn has_trends(&self) -> bool {
        self.list.iter().flat_map(|day| &day.rows).any(|row| !row.trend.is_empty())
    }
}

/// A number that leads to what it counts.
struct Chip {
    to: String,
    label: &'static str,
    count: usize,
    style: &'static str,
    is_here: bool,
}

/// One of several, to choose from.
struct Choice {
    label: &'static str,
    name: &'static str,
    chosen: String,
    options: Vec<(String, String)>,
}

struct Day {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    time: String,
    name: String,
    born: String,
    kind: String,
    clinician: String,
    state: &'static str,
    state_words: &'static str,
    is_overdue: bool,
    /// Questions answered, of those asked.
    progress: Option<(usize, usize)>,
    topics: usize,
    /// By which doors messages went, in words.
    by: String,
    /// Until when the link takes no tries.
    locked: Option<String>,
    /// Since when and why a chat reaches nobody, in words.
    lost: Option<String>,
    flag: Option<&'static str>,
    /// The patient's scores so far as one small line, as SVG.
    trend: String,
    /// Whether staff have opened its page with all answers on it.
    is_read: bool,
    /// Whether the patient may be given the tablet: they come today, and something is asked.
    is_for_tablet: bool,
}

/// Which visits are looked at.
#[derive(Deserialize, Default)]
pub(crate) struct Wanted {
    day: Option<String>,
    days: Option<String>,
    show: Option<String>,
    clinician: Option<String>,
    clinic: Option<String>,
    pathway: Option<String>,
}

/// Which of them are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    All,
    Only(Stand),
    Overdue,
    Flagged,
}

impl Show {
    fn of(word: &str) -> Self {
        match word {
            "overdue" => Self::Overdue,
            "flagged" => Self::Flagged,
            word => Stand::ALL.into_iter().find(|s| s.as_str() == word).map_or(Self::All, Self::Only),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Only(stand) => stand.as_str(),
            Self::Overdue => "overdue",
            Self::Flagged => "flagged",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Only(stand) => stands::label(stand),
            Self::Overdue => "Overdue",
            Self::Flagged => "Flagged",
        }
    }

    fn style(self) -> &'static str {
        match self {
            Self::Flagged => "alarm",
            Self::Overdue | Self::Only(Stand::NotReached | Stand::NotMe | Stand::Unreadable) => "loud",
            _ => "",
        }
    }

    fn takes(self, line: &Line, now: Timestamp) -> bool {
        match self {
            Self::All => true,
            Self::Only(stand) => line.stand() == stand,
            Self::Overdue => line.is_overdue(now),
            Self::Flagged => line.flag.is_some(),
        }
    }

    /// Those that are offered although there are none, and those that are only then when there are some.
    fn all() -> impl Iterator<Item = (Self, bool)> {
        use Stand::{
            Answering, Declined, Done, Invited, NotMe, NotReached, NothingAsked, Off, ToInvite, Unreadable,
        };
        let always =
            [Self::All, Self::Only(ToInvite), Self::Only(Invited), Self::Only(Answering), Self::Only(Done)];
        let always = always.into_iter().chain([Self::Overdue, Self::Flagged]).map(|show| (show, true));
        let some = [NotReached, Declined, NotMe, Unreadable, NothingAsked, Off];
        always.chain(some.into_iter().map(|stand| (Self::Only(stand), false)))
    }
}

impl Wanted {
    /// The same page with something else chosen.
    fn with(&self, other: &[(&'static str, &str)]) -> String {
        wanted::address("/clinic", &self.chosen(), other)
    }

    /// What is chosen.
    fn chosen(&self) -> [(&'static str, &str); 6] {
        [
            ("day", &self.day),
            ("days", &self.days),
            ("show", &self.show),
            ("clinician", &self.clinician),
            ("clinic", &self.clinic),
            ("pathway", &self.pathway),
        ]
        .map(|(name, value)| (name, value.as_deref().unwrap_or_default()))
    }

    /// Whether a visit is of the clinician, clinic and pathway that are chosen.
    fn is_of(&self, line: &Line) -> bool {
        let is = |chosen: &Option<String>, value: &str| {
            chosen.as_deref().is_none_or(|chosen| chosen.is_empty() || chosen == value)
        };
        is(&self.clinician, &line.appointment.clinician)
            && is(&self.clinic, &line.appointment.clinic)
            && is(&self.pathway, line.pathway.as_deref().unwrap_or("none"))
    }
}

pub(crate) async fn show(State(web): State<Web>, Query(wanted): Query<Wanted>, staff: SignedIn) -> Response {
    match page(&web, &wanted, &staff).await {
        Ok(page) => page,
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

async fn page(web: &Web, wanted: &Wanted, staff: &SignedIn) -> Result<Response, foreword_app::Error> {
    let now = web.now();
    let zone = web.app.clinic_zone();
    let today = now.to_zoned(zone.clone()).date();
    let from: Date = wanted.day.as_deref().and_then(|day| day.parse().ok()).unwrap_or(today);
    let given: Option<i32> = wanted.days.as_deref().and_then(|days| days.parse().ok());
    let given = given.filter(|days| (1..=MOST_DAYS).contains(days));
    let days = match given {
        Some(days) => days,
        None => web.app.days_on_a_page(from, DAYS, MOST_VISITS).await?,
    };
    let until = from.saturating_add(days.days());
    let (Ok(begin), Ok(end)) = (from.to_zoned(zone.clone()), until.to_zoned(zone.clone())) else {
        return Ok(Failure::gone(web).into_response());
    };
    let lines = web.app.day(begin.timestamp(), end.timestamp(), &staff.actor(), now).await?;
    let show = Show::of(wanted.show.as_deref().unwrap_or_default());
    let of_choice: Vec<&Line> = lines.iter().filter(|line| wanted.is_of(line)).collect();
    let mut list: Vec<Day> = Vec::new();
    for line in of_choice.iter().filter(|line| show.takes(line, now)) {
        let date = line.appointment.start.to_zoned(line.appointment.zone()).date();
        let title = title(date, today);
        if list.last().is_none_or(|day| day.title != title) {
            list.push(Day { title, rows: Vec::new() });
        }
        if let Some(day) = list.last_mut() {
            day.rows.push(row(line, &zone, date == today, now));
        }
    }
    let step = given.unwrap_or(DAYS);
    let at = |date: Date| wanted.with(&[("day", &date.to_string())]);
    Ok(html(&Days {
        clinic: &web.app.options().clinic_name,
        who: staff,
        title: match days {
            1 => title(from, today),
            _ => format!("{} to {}", when::date(from), when::date(until.saturating_sub(1.days()))),
        },
        earlier: at(from.saturating_sub(step.days())),
        later: at(until),
        other_length: if given.is_some() {
            (wanted.with(&[("days", "")]), "Several days")
        } else {
            (wanted.with(&[("days", "1")]), "One day")
        },
        chips: chips(wanted, show, &of_choice, staff.may(Act::Alerts), now),
        choices: choices(web, wanted, &lines),
        kept: wanted
            .chosen()
            .into_iter()
            .filter(|(name, value)| matches!(*name, "day" | "days" | "show") && !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect(),
        is_filtered: lines.len() > list.iter().map(|day| day.rows.len()).sum(),
        list,
        mails: web.app.count_mails_to_see(&staff.actor(), now).await?,
        shows_flags: staff.may(Act::Alerts),
        may_break_glass: staff.may(Act::BreakGlass),
    }))
}

/// `flags`: whether red flags are theirs to see.
fn chips(wanted: &Wanted, here: Show, lines: &[&Line], flags: bool, now: Timestamp) -> Vec<Chip> {
    let counted = Show::all().map(|(show, always)| {
        let count = lines.iter().filter(|line| show.takes(line, now)).count();
        (show, always, count)
    });
    counted
        .filter(|(show, _, _)| flags || *show != Show::Flagged)
        .filter(|(show, always, count)| *always || *count > 0 || *show == here)
        .map(|(show, _, count)| Chip {
            to: wanted.with(&[("show", show.word())]),
            label: show.label(),
            count,
            style: show.style(),
            is_here: show == here,
        })
        .collect()
}

/// What can be chosen among, where there is more than one, or one is chosen.
fn choices(web: &Web, wanted: &Wanted, lines: &[Line]) -> Vec<Choice> {
    let all = |value: fn(&Line) -> &str| {
        let mut all: Vec<String> = lines.iter().map(|line| value(line).to_owned()).collect();
        all.retain(|value| !value.is_empty());
        all.sort();
        all.dedup();
        all
    };
    let same = |value: String| (value.clone(), value);
    let named = |id: String| {
        let name = web.app.catalog().pathway(&id).map_or_else(|| id.clone(), |pathway| pathway.title.clone());
        (id, name)
    };
    let choice = |label, name, chosen: &Option<String>, options: Vec<(String, String)>| Choice {
        label,
        name,
        chosen: chosen.clone().unwrap_or_default(),
        options,
    };
    let clinicians = all(|line| &line.appointment.clinician).into_iter().map(same).collect();
    let clinics = all(|line| &line.appointment.clinic).into_iter().map(same).collect();
    let pathways = all(|line| line.pathway.as_deref().unwrap_or_default()).into_iter().map(named).collect();
    [
        choice("Clinician", "clinician", &wanted.clinician, clinicians),
        choice("Clinic", "clinic", &wanted.clinic, clinics),
        choice("Pathway", "pathway", &wanted.pathway, pathways),
    ]
    .into_iter()
    .filter(|choice| choice.options.len() > 1 || !choice.chosen.is_empty())
    .collect()
}

fn title(date: Date, today: Date) -> String {
    let words = date.strftime("%A %-d %B").to_string();
    if date == today { format!("Today, {words}") } else { words }
}

fn row(line: &Line, zone: &TimeZone, is_today: bool, now: Timestamp) -> Row {
    let profile = line.patient.profile.reveal();
    let (state, state_words) = stands::words(line, now);
    let (done, of) = line.progress;
    Row {
        id: line.appointment.id.to_string(),
        time: line.appointment.start.to_zoned(line.appointment.zone()).strftime("%H:%M").to_string(),
        name: profile.full_name(),
        born: when::date(profile.birth_date),
        kind: line.appointment.kind.clone(),
        clinician: line.appointment.clinician.clone(),
        state,
        state_words,
        is_overdue: line.is_overdue(now) && line.is_open(now),
        progress: (of > 0 && line.stand() == Stand::Answering).then_some((done, of)),
        topics: line.topics,
        by: by(&line.channels),
        locked: line.locked_until.map(|until| until.to_zoned(zone.clone()).strftime("%H:%M").to_string()),
        lost: line.lost.as_ref().map(|lost| {
            let channel = match lost.channel {
                Channel::Telegram => "Telegram",
                _ => "E-mail",
            };
            format!("{channel}: {}, since {}", lost.why, when::moment(lost.since, zone))
        }),
        flag: line.flag.map(foreword_domain::alert::Level::as_str),
        trend: line
            .line
            .as_ref()
            .map(|went| sparkline_svg(&went.scores, went.range, went.direction))
            .unwrap_or_default(),
        is_read: line.is_read,
        is_for_tablet: is_today
            && matches!(line.appointment.status, Status::Booked | Status::Arrived)
            && line.state.is_some_and(|state| !matches!(state, Stands::NotMe | Stands::Completed)),
    }
}

fn by(channels: &[Channel]) -> String {
    let names: Vec<&str> = channels.iter().map(|channel| channel.label()).collect();
    if names.is_empty() { String::new() } else { format!("messages by {}", names.join(" and ")) }
}
