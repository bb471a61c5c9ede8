//! The sample patients. Their appointments come through the CSV feed like anybody's.

use std::fmt::Write;

use foreword_app::App;
use foreword_domain::{conversation::Command, message::Channel};
use foreword_intake::feeds;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::play::{self, Part};

struct Person {
    given: &'static str,
    family: &'static str,
    born: &'static str,
    language: &'static str,
    kind: &'static str,
    clinician: &'static str,
    /// Days from today, and the time of day.
    visit: (i64, &'static str),
    /// Earlier visits: days ago, and the answers.
    earlier: &'static [(i64, Part)],
    /// What they have done about the visit ahead.
    so_far: SoFar,
}

enum SoFar {
    Nothing,
    Answered(Part),
    /// So many questions answered.
    Begun(Part, usize),
    Declined,
}

const WELLBEING: &str = "Wellbeing check";
const GI: &str = "GI follow-up";

const CAST: [Person; 12] = [
    Person {
        given: "Grace",
        family: "Okafor",
        born: "1958-03-14",
        language: "en",
        kind: WELLBEING,
        clinician: "Dr Alex Roe",
        visit: (2, "09:30"),
        so_far: SoFar::Nothing,
        earlier: &[
            (
                182,
                &[
                    ("gad-7", "2322232"),
                    ("k10", "3433342334"),
                    ("visit-agenda/topic-1", "I wake at four and cannot go back to sleep."),
                    ("visit-agenda/confidence", "4"),
                ],
            ),
            (
                91,
                &[
                    ("gad-7", "2122121"),
                    ("k10", "3332232323"),
                    ("visit-agenda/topic-1", "Going back to work."),
                    ("visit-agenda/confidence", "6"),
                ],
            ),
        ],
    },
    Person {
        given: "John",
        family: "Whitfield",
        born: "1949-11-02",
        language: "en",
        kind: GI,
        clinician: "Dr Alex Roe",
        visit: (3, "10:00"),
        so_far: SoFar::Nothing,
        earlier: &[(
            120,
            &[
                ("phq-2", "21"),
                ("gi-questions/pain", "6"),
                ("gi-questions/stools", "5"),
                ("gi-questions/blood", "0"),
                ("gi-questions/weight-loss", "0"),
                ("gi-questions/in-the-way", "2 3"),
                ("gi-questions/medicines", "1"),
            ],
        )],
    },
    Person {
        given: "Lucía",
        family: "Herrera",
        born: "1972-06-21",
        language: "es",
        kind: GI,
        clinician: "Dr Alex Roe",
        visit: (2, "11:15"),
        so_far: SoFar::Nothing,
        earlier: &[],
    },
    Person {
        given: "Samira",
        family: "Haddad",
        born: "1965-01-30",
        language: "ar",
        kind: WELLBEING,
        clinician: "Dr Nia Evans",
        visit: (4, "09:00"),
        so_far: SoFar::Nothing,
        earlier: &[],
    },
    Person {
        given: "Claire",
        family: "Dubois",
        born: "1980-09-08",
        language: "fr",
        kind: WELLBEING,
        clinician: "Dr Nia Evans",
        visit: (5, "14:30"),
        so_far: SoFar::Nothing,
        earlier: &[],
    },
    Person {
        given: "Jürgen",
        family: "Maier",
        born: "1955-12-24",
        language: "de",
        kind: GI,
        clinician: "Dr Nia Evans",
        visit: (3, "08:30"),
        so_far: SoFar::Nothing,
        earlier: &[],
    },
    Person {
        given: "Olivia",
        family: "Grant",
        born: "1991-04-17",
        language: "en",
        kind: WELLBEING,
        clinician: "Dr Nia Evans",
        visit: (6, "15:00"),
        so_far: SoFar::Nothing,
        earlier: &[],
    },
    Person {
        given: "Priya",
        family: "Raman",
        born: "1987-07-05",
        language: "en",
        kind: WELLBEING,
        clinician: "Dr Alex Roe",
        visit: (1, "09:00"),
        earlier: &[
            (170, &[("gad-7", "1110111"), ("k10", "2221222112"), ("visit-agenda/confidence", "7")]),
            (85, &[("gad-7", "1211121"), ("k10", "2322222213"), ("visit-agenda/confidence", "6")]),
        ],
        so_far: SoFar::Answered(&[
            (
                "visit-agenda/topic-1",
                "My daughter was born in August 🌼 and I am frightened all the time that something happens to her.",
            ),
            ("visit-agenda/topic-1-wish", "talk"),
            ("visit-agenda/topic-2", "Can I take the tablets while breastfeeding?"),
            ("visit-agenda/topic-2-wish", "talk"),
            ("visit-agenda/first", "topic-2"),
            ("visit-agenda/confidence", "4"),
            ("visit-agenda/confidence-help", "Somebody I can call at night."),
            ("gad-7", "3332233"),
            ("k10", "3433334324"),
            ("wish.gad-7/wish", "talk"),
            ("wish.k10/wish", "know"),
        ]),
    },
    Person {
        given: "Daniel",
        family: "Novák",
        born: "1969-02-11",
        language: "en",
        kind: GI,
        clinician: "Dr Alex Roe",
        visit: (1, "09:30"),
        earlier: &[(
            150,
            &[
                ("phq-2", "11"),
                ("gi-questions/pain", "3"),
                ("gi-questions/stools", "3"),
                ("gi-questions/blood", "0"),
                ("gi-questions/weight-loss", "0"),
                ("gi-questions/in-the-way", "6"),
                ("gi-questions/medicines", "0"),
            ],
        )],
        so_far: SoFar::Answered(&[
            (
                "visit-agenda/topic-1",
                "I want to go to my brother's wedding in June.\nWill I manage the flight?",
            ),
            ("visit-agenda/topic-1-wish", "talk"),
            ("visit-agenda/topic-2", "The new tablets make me dizzy."),
            ("visit-agenda/topic-2-wish", "know"),
            ("visit-agenda/first", "topic-1"),
            ("visit-agenda/confidence", "8"),
            ("gi-questions/pain", "7"),
            ("gi-questions/stools", "8"),
            ("gi-questions/blood", "1"),
            ("gi-questions/blood-since", "2026-11-01"),
            ("gi-questions/weight-loss", "0"),
            ("gi-questions/in-the-way", "1 4"),
            ("gi-questions/medicines", "2"),
            ("gi-questions/medicines-why", "They make me dizzy, so I leave them out when I drive."),
            ("phq-2", "22"),
            ("wish.phq-2/wish", "not-today"),
        ]),
    },
    Person {
        given: "Aisha",
        family: "Rahman",
        born: "1996-10-19",
        language: "en",
        kind: GI,
        clinician: "Dr Nia Evans",
        visit: (1, "11:00"),
        earlier: &[],
        so_far: SoFar::Begun(
            &[
                ("visit-agenda/topic-1", "Eating with friends again."),
                ("visit-agenda/topic-1-wish", "talk"),
                ("visit-agenda/confidence", "9"),
                ("gi-questions/pain", "2"),
                ("gi-questions/stools", "2"),
                ("gi-questions/blood", "0"),
            ],
            6,
        ),
    },
    Person {
        given: "Peter",
        family: "Lindqvist",
        born: "1944-05-28",
        language: "en",
        kind: WELLBEING,
        clinician: "Dr Nia Evans",
        visit: (2, "13:00"),
        so_far: SoFar::Declined,
        earlier: &[],
    },
    Person {
        given: "Rosa",
        family: "Marín",
        born: "1961-08-03",
        language: "es",
        kind: WELLBEING,
        clinician: "Dr Alex Roe",
        visit: (1, "12:15"),
        earlier: &[],
        so_far: SoFar::Answered(&[
            ("visit-agenda/topic-1", "Quiero saber si puedo dejar de tomar las pastillas para dormir."),
            ("visit-agenda/topic-1-wish", "talk"),
            ("visit-agenda/confidence", "5"),
            ("visit-agenda/confidence-help", "Hablar con alguien que ya lo haya pasado."),
        ]),
    },
];

/// Enters the sample patients and their visits, once.
///
/// Tells whether they are new.
pub(super) async fn enter(app: &App, now: Timestamp) -> anyhow::Result<bool> {
    let until = now.checked_add(SignedDuration::from_hours(24 * 30))?;
    let since = now.checked_sub(SignedDuration::from_hours(24 * 400))?;
    if !app.day(since, until, "service", now).await?.is_empty() {
        return Ok(false);
    }
    for (n, person) in CAST.iter().enumerate() {
        for (days_ago, part) in person.earlier {
            earlier_visit(app, n, person, *days_ago, part, now).await?;
        }
    }
    let mut feed = header();
    for (n, person) in CAST.iter().enumerate() {
        let start = at(now, app, person.visit.0, person.visit.1)?;
        row(&mut feed, app, n, person, &format!("A-{}", 1001 + n), start, "booked")?;
    }
    book(app, &feed, now).await?;
    Ok(true)
}

/// Lets those who have answered already do so.
pub(super) async fn answer(app: &App, now: Timestamp) -> anyhow::Result<()> {
    for (n, person) in CAST.iter().enumerate() {
        let ahead = app.conversation_of(&patient_id(n), now).await;
        let Ok(conversation) = ahead else { continue };
        match &person.so_far {
            SoFar::Nothing => {}
            SoFar::Answered(part) => {
                play::answer(app, conversation, part, usize::MAX, Channel::Web, now).await?;
            }
            SoFar::Begun(part, count) => {
                play::answer(app, conversation, part, *count, Channel::Web, now).await?;
            }
            SoFar::Declined => play::ask_for(app, conversation, Command::Decline, now).await?,
        }
    }
    Ok(())
}

/// The order in which patients are listed: as above, so that those without answers come first.
pub(super) fn order(name: &str) -> usize {
    CAST.iter().position(|person| name == format!("{} {}", person.given, person.family)).unwrap_or(usize::MAX)
}

async fn earlier_visit(
    app: &App,
    n: usize,
    person: &Person,
    days_ago: i64,
    part: Part,
    now: Timestamp,
) -> anyhow::Result<()> {
    let start = at(now, app, -days_ago, person.visit.1)?;
    let invited = start.checked_sub(SignedDuration::from_hours(7 * 24))?;
    let answered = start.checked_sub(SignedDuration::from_hours(40))?;
    let id = format!("A-{}-{days_ago}", 1001 + n);
    let mut feed = header();
    row(&mut feed, app, n, person, &id, start, "booked")?;
    book(app, &feed, invited).await?;
    let conversation = app.conversation_of(&patient_id(n), answered).await?;
    play::answer(app, conversation, part, usize::MAX, Channel::Web, answered).await?;
    let mut feed = header();
    row(&mut feed, app, n, person, &id, start, "fulfilled")?;
    book(app, &feed, start.checked_add(SignedDuration::from_hours(1))?).await
}

async fn book(app: &App, feed: &str, now: Timestamp) -> anyhow::Result<()> {
    let rows = feeds::csv::read(feed.as_bytes())?;
    for (line, outcome) in app.book("demo", rows, now, |_| ()).await? {
        if let foreword_app::book::Booked::Refused(reason) = outcome {
            anyhow::bail!("the sample feed has a fault in line {line}: {reason}");
        }
    }
    Ok(())
}

fn header() -> String {
    format!("{}\n", feeds::csv::COLUMNS.join(","))
}

fn patient_id(n: usize) -> String {
    format!("P-{}", 2001 + n)
}

fn row(
    feed: &mut String,
    app: &App,
    n: usize,
    person: &Person,
    id: &str,
    start: Timestamp,
    status: &str,
) -> anyhow::Result<()> {
    let Person { given, family, born, language, kind, clinician, .. } = person;
    let zone = &app.options().time_zone;
    let patient = patient_id(n);
    writeln!(
        feed,
        "{id},{patient},{given},{family},{born},{language},{zone},patient{n}@home.example,,{start},20,Riverside Clinic,{clinician},{kind},{status}"
    )?;
    Ok(())
}

/// A time of day so many days from now, in the clinic's zone.
fn at(now: Timestamp, app: &App, days: i64, time: &str) -> anyhow::Result<Timestamp> {
    let zone = TimeZone::get(&app.options().time_zone)?;
    let day = now.to_zoned(zone.clone()).date().checked_add(jiff::Span::new().days(days))?;
    let time: jiff::civil::Time = time.parse()?;
    Ok(day.to_datetime(time).to_zoned(zone)?.timestamp())
}
