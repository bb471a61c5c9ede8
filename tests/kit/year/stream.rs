//! What the feeds of a clinic say in a year: bookings, moves, cancellations, no-shows, the same once more, and
//! late.

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told as Value, Version},
    language::Lang,
    private::Private,
};
use jiff::{SignedDuration, Timestamp, civil::date, tz::TimeZone};

use super::super::dice::Dice;

/// Zones of patients, with every kind of change of the clock.
const ZONES: [&str; 12] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Chatham",
    "America/St_Johns",
    "America/Asuncion",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "UTC",
];
/// Those the pathway's instrument has a text in.
const LANGUAGES: [&str; 2] = ["en", "en-GB"];

/// A stream.
pub struct Stream {
    /// Who comes.
    pub people: Vec<Person>,
    /// The visits.
    pub visits: Vec<Visit>,
    /// What feeds say, earliest first.
    pub told: Vec<Told>,
}

/// A patient.
pub struct Person {
    pub id: String,
    pub zone: &'static str,
    pub language: &'static str,
    pub email: Option<String>,
    pub chat: Option<i64>,
}

/// A visit.
pub struct Visit {
    pub id: String,
    pub person: usize,
    /// How patients are: in percent.
    temper: u64,
}

/// A message of a feed.
pub struct Told {
    pub at: Timestamp,
    pub visit: usize,
    pub notice: Notice,
}

impl Visit {
    /// When the patient answers to an invitation, if they do.
    pub fn answers(&self, dice: &mut Dice, now: Timestamp) -> Option<Timestamp> {
        (self.temper < 70).then(|| now + minutes(dice, 10, 3 * 24 * 60))
    }
}

impl Stream {
    /// A year with so many visits.
    pub fn new(seed: u64, visits: usize) -> Self {
        let mut dice = Dice::new(seed);
        let people: Vec<Person> = (0..visits.div_ceil(3)).map(|n| Person::new(n, &mut dice)).collect();
        let mut stream = Self { people, visits: Vec::new(), told: Vec::new() };
        for n in 0..visits {
            let person = usize::try_from(dice.roll(stream.people.len() as u64)).expect("few");
            stream.visits.push(Visit { id: format!("Y{n}"), person, temper: dice.roll(100) });
            stream.tell_of(n, &mut dice);
        }
        stream.told.sort_by_key(|told| told.at);
        stream
    }

    /// Everything that is said of one visit.
    fn tell_of(&mut self, n: usize, dice: &mut Dice) {
        let mut start = a_start(dice);
        let mut at = start - minutes(dice, 30, 70 * 24 * 60);
        let mut messages = vec![(at, Status::Booked, start)];
        while dice.roll(100) < 15 {
            at += until(dice, at, start);
            if at >= start {
                break;
            }
            start = at + minutes(dice, 60, 40 * 24 * 60);
            messages.push((at, Status::Booked, start));
        }
        let mut takes_place = true;
        if dice.roll(100) < 9 {
            at += until(dice, at, start);
            messages.push((at, Status::Cancelled, start));
            takes_place = dice.roll(4) == 0;
            if takes_place {
                at += minutes(dice, 1, 24 * 60);
                start = at + minutes(dice, 24 * 60, 30 * 24 * 60);
                messages.push((at, Status::Booked, start));
            }
        }
        if takes_place {
            let end = if dice.roll(100) < 5 { Status::Noshow } else { Status::Fulfilled };
            messages.push((start.max(at) + SignedDuration::from_mins(40), end, start));
        }
        for (sequence, (at, status, start)) in (0..).zip(messages) {
            let notice = self.notice(n, status, start, Version { sequence: Some(sequence), at: Some(at) });
            self.told.push(Told { at, visit: n, notice: notice.clone() });
            // The same once more, soon or when it has long been overtaken.
            if dice.roll(100) < 8 {
                let at = at + minutes(dice, 1, 20 * 24 * 60);
                self.told.push(Told { at, visit: n, notice });
            }
        }
    }

    fn notice(&self, n: usize, status: Status, start: Timestamp, version: Version) -> Notice {
        let visit = &self.visits[n];
        let person = &self.people[visit.person];
        Notice {
            version,
            patient_id: Some(Private::new(person.id.clone())),
            given_name: Some(Private::new("Pat".to_owned())),
            family_name: Some(Private::new(format!("Test{}", visit.person))),
            birth_date: Some(Private::new(date(1960, 1, 1))),
            language: Some(Lang::parse(person.language).expect("a language")),
            time_zone: Some(person.zone.to_owned()),
            email: person.email.clone().map_or(Value::Gone, |email| Value::Is(Private::new(email))),
            phone: Value::Gone,
            start: Some(start),
            duration_min: Some(20),
            clinic: Some("North".to_owned()),
            clinician: Some("Dr Roe".to_owned()),
            kind: Some("Quick check".to_owned()),
            ..Notice::new(visit.id.clone(), status)
        }
    }
}

impl Person {
    fn new(n: usize, dice: &mut Dice) -> Self {
        let way = dice.roll(100);
        Self {
            id: format!("P{n}"),
            zone: pick(dice, &ZONES),
            language: pick(dice, &LANGUAGES),
            email: (way < 85).then(|| format!("p{n}@home.test")),
            chat: (50..95).contains(&way).then(|| 7_000_000 + i64::try_from(n).expect("few")),
        }
    }
}

/// A beginning in the hours of a clinic.
fn a_start(dice: &mut Dice) -> Timestamp {
    let zone = TimeZone::get(pick(dice, &ZONES)).expect("a zone");
    let day = date(2026, 1, 1).to_zoned(zone).expect("a day").timestamp();
    let quarter = i64::try_from(dice.roll(40)).expect("few");
    let days = i64::try_from(dice.roll(365)).expect("few");
    day + SignedDuration::from_mins(24 * 60 * days + 8 * 60 + 15 * quarter)
}

/// Some time before a visit.
fn until(dice: &mut Dice, at: Timestamp, start: Timestamp) -> SignedDuration {
    minutes(dice, 1, start.duration_since(at).as_mins())
}

fn minutes(dice: &mut Dice, from: i64, until: i64) -> SignedDuration {
    let span = u64::try_from((until - from).max(1)).expect("it counts up");
    SignedDuration::from_mins(from + i64::try_from(dice.roll(span)).expect("not so many"))
}

fn pick<T: Copy>(dice: &mut Dice, of: &[T]) -> T {
    of[usize::try_from(dice.roll(of.len() as u64)).expect("few")]
}
