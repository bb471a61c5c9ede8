//! One event as a notice.

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told, Usual, Version, field},
    language::Lang,
    private::Private,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    columns::{Columns, NAME, STATUS, Said},
    line::Line,
    time,
    zone::{self, Zones},
};

/// The properties that stand in an event once, if at all, as far as they are read.
const ONCE: [&str; 15] = [
    "UID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "SEQUENCE",
    "LAST-MODIFIED",
    "DTSTAMP",
    "STATUS",
    "SUMMARY",
    "LOCATION",
    "ORGANIZER",
    "RRULE",
    "RDATE",
    "DESCRIPTION",
    STATUS,
];

/// An event as it stands in its calendar.
pub(super) struct Event {
    /// Where it begins.
    pub line: usize,
    /// Its own lines, without those of its alarms.
    pub lines: Vec<Line>,
    /// Why its lines can't be read.
    pub fault: Option<String>,
    /// Whether its end was found.
    pub is_closed: bool,
}

impl Event {
    /// One that begins at a line.
    pub fn new(line: usize) -> Self {
        Self { line, lines: Vec::new(), fault: None, is_closed: false }
    }

    /// What it says. `cancels` is whether its calendar cancels all that stands in it.
    pub fn notice(&self, cancels: bool, zones: &Zones, usual: &Usual) -> Result<Notice, String> {
        if let Some(why) = &self.fault {
            return Err(why.clone());
        }
        if !self.is_closed {
            return Err("END:VEVENT: is missing".to_owned());
        }
        if let Some(name) = ONCE.into_iter().find(|name| self.all(name).count() > 1) {
            return Err(format!("{name}: stands there twice"));
        }
        if let Some(name) =
            ["RRULE", "RDATE", "RECURRENCE-ID"].into_iter().find(|name| self.one(name).is_some())
        {
            return Err(format!("{name}: is a series; send each visit as an event with a UID of its own"));
        }
        let uid = self.said("UID")?.ok_or("UID: is missing")?.value;
        let status = self.status(cancels)?;
        let notice = Notice { version: self.version()?, ..Notice::new(uid, status) };
        if matches!(status, Status::Cancelled | Status::Noshow | Status::Fulfilled) {
            // No message for a dead visit: it counts, whatever else of it can't be read.
            return Ok(self.details(notice.clone(), zones, usual).unwrap_or(notice));
        }
        self.details(notice, zones, usual)
    }

    fn details(&self, notice: Notice, zones: &Zones, usual: &Usual) -> Result<Notice, String> {
        let columns = Columns::read(&self.lines)?;
        let column = |name: &str| columns.filled(name);
        let zone_of = |name: &str| match column(name)? {
            None => Ok(None),
            Some(said) => field::zone(&said.value).map(Some).map_err(|why| said.fault(why)),
        };
        let told_zone = zone_of("time_zone")?;
        let times = self.times(told_zone.as_ref(), zones, usual)?;
        let duration_min = match column("duration_min")? {
            None => times.minutes,
            Some(said) => Some(field::minutes(&said.value).map_err(|why| said.fault(why))?),
        };
        let guest = self.guest(&columns)?;
        let (given_name, family_name) = match (column("given_name")?, column("family_name")?, column(NAME)?) {
            (None, None, None) => parts(guest.name.unwrap_or_default()),
            (None, None, Some(said)) => parts(&said.value),
            (given, family, _) => (given.map(|said| said.value), family.map(|said| said.value)),
        };
        let birth_date = match column("birth_date")? {
            None => None,
            Some(said) => {
                let date: Result<Date, _> = said.value.parse();
                let date = date.map_err(|_| said.fault("must be a date such as 1951-07-30"))?;
                Some(Private::new(field::birth_date(date).map_err(|why| said.fault(why))?))
            }
        };
        let language = match column("language")? {
            None => None,
            Some(said) => Some(
                Lang::parse(&said.value)
                    .map_err(|_| said.fault("is not a language tag such as en or pt-BR"))?,
            ),
        };
        let email = match columns.get("email")? {
            None => guest.email.map_or(Told::Nothing, |email| Told::Is(Private::new(email))),
            Some(said) if said.value.is_empty() => Told::Gone,
            Some(said) => Told::Is(Private::new(field::email(&said.value).map_err(|why| said.fault(why))?)),
        };
        let phone = match columns.get("phone")? {
            None => Told::Nothing,
            Some(said) if said.value.is_empty() => Told::Gone,
            Some(said) => Told::Is(Private::new(said.value)),
        };
        let sex = match column("sex")? {
            None => None,
            Some(said) => {
                Some(Private::new(said.value.parse().map_err(|_| said.fault("must be female or male"))?))
            }
        };
        let conditions = match column("conditions")? {
            None => None,
            Some(said) => Some(Private::new(field::conditions(&said.value).map_err(|why| said.fault(why))?)),
        };
        let deceased = match column("deceased")? {
            None => None,
            Some(said) => Some(match said.value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => true,
                "false" | "no" | "0" => false,
                _ => return Err(said.fault("must be true or false")),
            }),
        };
        let kind = self.kind(&columns, notice.status, family_name.as_deref())?;
        let clinician = match column("clinician")? {
            Some(said) => Some(said.value),
            None => self.one("ORGANIZER").and_then(name_of).map(str::to_owned),
        };
        Ok(Notice {
            patient_id: column("patient_id")?.map(|said| Private::new(said.value)),
            given_name: given_name.map(Private::new),
            family_name: family_name.map(Private::new),
            birth_date,
            language,
            time_zone: times.zone,
            patient_time_zone: zone_of("patient_time_zone")?.as_ref().and_then(zone::name),
            email,
            phone,
            sex,
            conditions,
            deceased,
            start: times.start,
            duration_min,
            clinic: column("clinic")?.or(self.said("LOCATION")?).map(|said| said.value),
            clinician,
            kind,
            ..notice
        })
    }

    fn status(&self, cancels: bool) -> Result<Status, String> {
        let standard = self.one("STATUS").map(Line::word);
        let own = self.one(STATUS).map(Line::word);
        match (standard.as_deref(), own.as_deref()) {
            // Who cancels in a calendar program leaves the properties it does not know as they were.
            (Some("CANCELLED"), _) => Ok(Status::Cancelled),
            _ if cancels => Ok(Status::Cancelled),
            (None | Some("CONFIRMED" | "TENTATIVE" | ""), None | Some("")) => Ok(Status::Booked),
            (None | Some("CONFIRMED" | "TENTATIVE" | ""), Some(own)) => own.parse().map_err(|_| {
                format!("{STATUS}: must be one of {}", Status::ALL.map(Status::as_str).join(", "))
            }),
            _ => Err("STATUS: must be CONFIRMED, TENTATIVE or CANCELLED".to_owned()),
        }
    }

    fn version(&self) -> Result<Version, String> {
        let sequence = match self.one("SEQUENCE") {
            None => None,
            Some(line) => {
                let number = line.value.trim().parse().ok().filter(|number: &i64| *number >= 0);
                Some(number.ok_or("SEQUENCE: must be a whole number")?)
            }
        };
        let at = match ["LAST-MODIFIED", "DTSTAMP"].into_iter().find_map(|name| self.one(name)) {
            None => None,
            Some(line) => Some(time::utc(line).map_err(|why| format!("{}: {why}", line.name))?),
        };
        Ok(Version { sequence, at })
    }

    fn times(&self, told: Option<&TimeZone>, zones: &Zones, usual: &Usual) -> Result<Times, String> {
        // Where the whole calendar is of a zone, its times may be written in UTC and its visits still be there.
        let whole = zones.default.as_deref().map(|name| zones.find(name));
        let own = told.cloned().or_else(|| whole.clone().flatten());
        let Some(line) = self.one("DTSTART") else {
            return Ok(Times { zone: own.as_ref().and_then(zone::name), start: None, minutes: None });
        };
        let is_floating = line.param("TZID").is_none() && !line.word().ends_with('Z');
        if is_floating && told.is_none() && whole.is_some_and(|zone| zone.is_none()) {
            return Err("X-WR-TIMEZONE: is no time zone such as Europe/Berlin".to_owned());
        }
        let floating = match &own {
            Some(zone) => zone.clone(),
            None => field::zone(&usual.time_zone).unwrap_or(TimeZone::UTC),
        };
        let read = |line: &Line, floating: &TimeZone| {
            time::time(line, zones, floating).map_err(|why| format!("{}: {why}", line.name))
        };
        let (start, named) = read(line, &floating)?;
        let minutes = match (self.one("DTEND"), self.one("DURATION")) {
            (Some(line), _) => {
                let (end, _) = read(line, named.as_ref().unwrap_or(&floating))?;
                Some(time::between(start, end).map_err(|why| format!("DTEND: {why}"))?)
            }
            (None, Some(line)) => {
                Some(time::duration(&line.value).map_err(|why| format!("DURATION: {why}"))?)
            }
            (None, None) => None,
        };
        let zone = told.cloned().or(named).or(own);
        Ok(Times { zone: zone.as_ref().and_then(zone::name), start: Some(start), minutes })
    }

    /// The one attendee that is the patient. Of several, the one with the e-mail told elsewhere; which it is
    /// is not guessed.
    fn guest(&self, columns: &Columns) -> Result<Guest<'_>, String> {
        let told = columns.filled("email")?.map(|said| said.value);
        let host = self.one("ORGANIZER").and_then(address_of);
        let mut guests = self
            .all("ATTENDEE")
            .filter(|line| {
                let kind = line.param("CUTYPE").map(str::to_ascii_uppercase);
                matches!(kind.as_deref(), None | Some("INDIVIDUAL" | "UNKNOWN"))
            })
            .map(|line| Guest { name: name_of(line), email: address_of(line) })
            .filter(|guest| host.is_none() || !same(guest.email.as_deref(), host.as_deref()))
            .collect::<Vec<_>>();
        if let Some(told) = told {
            guests.retain(|guest| same(guest.email.as_deref(), Some(&told)));
        }
        Ok(if guests.len() == 1 { guests.swap_remove(0) } else { Guest::default() })
    }

    fn kind(
        &self,
        columns: &Columns,
        status: Status,
        family_name: Option<&str>,
    ) -> Result<Option<String>, String> {
        if let Some(said) = columns.filled("type")? {
            return Ok(Some(said.value));
        }
        if let Some(line) = self.one("CATEGORIES") {
            let said = Said::by("CATEGORIES", &line.first_text())?;
            if !said.value.is_empty() {
                return Ok(Some(said.value));
            }
        }
        // Calendar programs rewrite the summary of what was cancelled.
        let Some(said) = self.said("SUMMARY")?.filter(|_| status != Status::Cancelled) else {
            return Ok(None);
        };
        // Kinds of visit are not kept sealed.
        if family_name.is_some_and(|name| names(&said.value, name)) || said.value.contains('@') {
            return Err(said.fault("names the patient, and is no kind of visit; tell the kind in CATEGORIES"));
        }
        Ok(Some(said.value))
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    fn one(&self, name: &str) -> Option<&Line> {
        self.all(name).next()
    }

    /// The text of a property, when it is not empty.
    fn said(&self, name: &str) -> Result<Option<Said>, String> {
        let said = self.one(name).map(|line| Said::by(name, &line.text())).transpose()?;
        Ok(said.filter(|said| !said.value.is_empty()))
    }
}

struct Times {
    zone: Option<String>,
    start: Option<Timestamp>,
    minutes: Option<u16>,
}

#[derive(Default)]
struct Guest<'a> {
    name: Option<&'a str>,
    email: Option<String>,
}

/// The name of who attends or invites. Where none is known, programs write the address.
fn name_of(line: &Line) -> Option<&str> {
    let name = line.param("CN")?.trim();
    (!name.is_empty() && !name.contains('@') && field::text(name).is_ok()).then_some(name)
}

/// The e-mail address of who attends or invites. Programs also write what is none.
fn address_of(line: &Line) -> Option<String> {
    let value = line.value.trim();
    let mailto = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map(|_| &value[7..]);
    let address = field::text(mailto.or(line.param("EMAIL"))?).ok()?;
    field::email(&address).ok()
}

fn same(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one.eq_ignore_ascii_case(other))
}

/// Given and family name of `Given Family` or `Family, Given`.
fn parts(name: &str) -> (Option<String>, Option<String>) {
    let name = name.trim();
    let (given, family) = match name.split_once(',') {
        Some((family, given)) => (given, family),
        None => name.rsplit_once(char::is_whitespace).unwrap_or(("", name)),
    };
    let filled = |part: &str| Some(part.trim().to_owned()).filter(|part| !part.is_empty());
    (filled(given), filled(family))
}

/// Whether a text holds a name as words of its own.
fn names(text: &str, name: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    let (text, name) = (words(text), words(name));
    !name.is_empty() && text.windows(name.len()).any(|some| some == name)
}
