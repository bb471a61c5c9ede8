use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told, Version},
    language::Lang,
    patient::Sex,
};

use super::*;

const EVENT: &str = "BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Clinic//Calendar//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Our time
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
X-LIC-LOCATION:Europe/Vienna
END:VTIMEZONE
BEGIN:VEVENT
UID:visit-1@clinic.example
SEQUENCE:3
DTSTAMP:20261101T080000Z
LAST-MODIFIED:20261101T070000Z
DTSTART;TZID=Europe/Madrid:20261124T093000
DTEND;TZID=Europe/Madrid:20261124T095000
STATUS:CONFIRMED
SUMMARY:Visit at the clinic
CATEGORIES:GI follow-up,second
LOCATION:North\\, second floor
ORGANIZER;CN=\"Roe, Dr\":mailto:roe@clinic.example
ATTENDEE;CUTYPE=INDIVIDUAL;CN=Ana Núñez;PARTSTAT=ACCEPTED:mailto:ana@home.example
ATTENDEE;CUTYPE=ROOM;CN=Room 4:mailto:room4@clinic.example
X-FOREWORD-PATIENT-ID:P1
X-FOREWORD-BIRTH-DATE:1951-07-30
X-FOREWORD-LANGUAGE:es
X-FOREWORD-SEX:female
X-FOREWORD-CONDITIONS:K50.9 K51.0
X-FOREWORD-PATIENT-TIME-ZONE:atlantic/canary
BEGIN:VALARM
TRIGGER:-PT15M
DURATION:PT5M
DESCRIPTION:Patient ID: somebody else
END:VALARM
END:VEVENT
END:VCALENDAR
";

fn usual() -> Usual {
    Usual { language: Lang::english(), time_zone: "Europe/Berlin".into() }
}

fn rows(text: &str) -> Vec<Row> {
    read(text.as_bytes(), &usual()).unwrap()
}

fn one(text: &str) -> Result<Notice, String> {
    let rows = rows(text);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.into_iter().next().unwrap().1
}

/// The event with other lines.
fn with(changes: &[(&str, &str)]) -> Result<Notice, String> {
    let mut text = EVENT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    one(&text)
}

fn without(property: &str) -> String {
    EVENT.split_inclusive('\n').filter(|line| !line.starts_with(property)).collect()
}

/// The event with nothing but a time, and these lines.
fn bare(lines: &str) -> Result<Notice, String> {
    one(&format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261124T083000Z\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    ))
}

fn start(changes: &[(&str, &str)]) -> (String, Option<String>) {
    let notice = with(changes).unwrap();
    (notice.start.unwrap().to_string(), notice.time_zone)
}

const START: &str = "DTSTART;TZID=Europe/Madrid:20261124T093000";
const END: &str = "DTEND;TZID=Europe/Madrid:20261124T095000\n";

#[test]
fn an_event_tells_all_there_is_to_a_visit() {
    let rows = rows(EVENT);
    assert_eq!(rows[0].0, 14, "the line of BEGIN:VEVENT");
    let notice = rows[0].1.clone().unwrap();
    let private = |of: &Option<foreword_domain::private::Private<String>>| of.clone().unwrap().into_inner();
    assert_eq!(notice.appointment_id, "visit-1@clinic.example");
    assert_eq!(notice.status, Status::Booked);
    let at = "2026-11-01T07:00:00Z".parse().unwrap();
    assert_eq!(notice.version, Version { sequence: Some(3), at: Some(at) });
    assert_eq!(private(&notice.patient_id), "P1");
    assert_eq!((private(&notice.given_name), private(&notice.family_name)), ("Ana".into(), "Núñez".into()));
    assert_eq!(notice.birth_date.unwrap().reveal().to_string(), "1951-07-30");
    assert_eq!(notice.language, Some(Lang::parse("es").unwrap()));
    assert_eq!(notice.time_zone.as_deref(), Some("Europe/Madrid"));
    assert_eq!(notice.patient_time_zone.as_deref(), Some("Atlantic/Canary"));
    assert_eq!(notice.email, Told::Is("ana@home.example".to_owned().into()));
    assert_eq!(notice.phone, Told::Nothing);
    assert_eq!(notice.sex, Some(Sex::Female.into()));
    assert_eq!(notice.conditions.unwrap().reveal(), &["K50.9", "K51.0"]);
    assert_eq!(notice.deceased, None);
    assert_eq!(notice.start.unwrap().to_string(), "2026-11-24T08:30:00Z");
    assert_eq!(notice.duration_min, Some(20));
    assert_eq!(notice.clinic.as_deref(), Some("North, second floor"));
    assert_eq!(notice.clinician.as_deref(), Some("Roe, Dr"));
    assert_eq!(notice.kind.as_deref(), Some("GI follow-up"));
}

#[test]
fn the_calendar_in_the_documentation_is_read() {
    let docs = include_str!("../../../../../docs/feeds.md");
    let begin = docs.find("BEGIN:VCALENDAR").unwrap();
    let end = docs[begin..].find("END:VCALENDAR").unwrap();
    let notice = one(&format!("{}END:VCALENDAR\n", &docs[begin..begin + end])).unwrap();
    let booking = notice.complete(None, None, &usual()).unwrap();
    assert_eq!((booking.family_name.reveal().as_str(), booking.kind.as_str()), ("Doe", "GI follow-up"));
    assert_eq!(booking.start.to_string(), "2026-11-25T08:30:00Z");
}

#[test]
fn every_way_to_write_a_calendar_reads_the_same() {
    let expected = one(EVENT).unwrap();
    // Folded wherever a line may be, even within a character.
    let mut folded = Vec::new();
    for line in EVENT.lines() {
        for (n, piece) in line.as_bytes().chunks(7).enumerate() {
            folded.extend_from_slice(if n == 0 { b"" } else { b"\r\n " });
            folded.extend_from_slice(piece);
        }
        folded.extend_from_slice(b"\r\n");
    }
    let same = |bytes: &[u8], what: &str| {
        let read = read(bytes, &usual()).unwrap();
        assert_eq!((read.len(), &read[0].1), (1, &Ok(expected.clone())), "{what}");
    };
    same(&folded, "folded");
    for (text, what) in [
        (EVENT.replace('\n', "\r\n"), "CRLF"),
        (format!("\u{feff}{EVENT}"), "byte order mark"),
        (EVENT.replace("CN=Ana Núñez", "CN=\"Núñez, Ana\""), "family name first"),
        (EVENT.replace("CN=Ana Núñez", "CN=Núñez, Ana"), "a comma that should be quoted"),
        (EVENT.replace("CN=Ana Núñez", "X-NOTE=\"a;b:c\";CN=\"Ana Núñez\""), "marks within quotes"),
        (EVENT.replace("BEGIN:VEVENT", "begin:vevent").replace("UID:", "uid:"), "small letters"),
        (EVENT.replace("STATUS:CONFIRMED", "\nSTATUS:TENTATIVE\n\n"), "empty lines"),
        (EVENT.replace("mailto:ana", "MAILTO:ana"), "capitals"),
        (EVENT.replace(END, "DURATION:PT20M\n"), "a duration"),
        (EVENT.trim_end().to_owned(), "no last line end"),
    ] {
        same(text.as_bytes(), what);
    }
}

#[test]
fn a_start_is_read_in_utc_in_a_named_zone_or_in_the_usual_one() {
    let is = |at: &str, zone: Option<&str>| (at.to_owned(), zone.map(str::to_owned));
    for (line, expected) in [
        ("DTSTART:20261124T083000Z", is("2026-11-24T08:30:00Z", None)),
        ("DTSTART:20261124T093000", is("2026-11-24T08:30:00Z", None)),
        ("DTSTART;TZID=America/Chicago:20261124T093000", is("2026-11-24T15:30:00Z", Some("America/Chicago"))),
        (
            "DTSTART;TZID=\"America/Chicago\":20261124T153000Z",
            is("2026-11-24T15:30:00Z", Some("America/Chicago")),
        ),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260724T093000",
            is("2026-07-24T07:30:00Z", Some("Europe/Berlin")),
        ),
        (
            "DTSTART;TZID=India Standard Time:20261124T093000",
            is("2026-11-24T04:00:00Z", Some("Asia/Calcutta")),
        ),
        ("DTSTART;TZID=Our time:20261124T093000", is("2026-11-24T08:30:00Z", Some("Europe/Vienna"))),
        (
            "DTSTART;TZID=/citadel.org/20250101_1/America/Argentina/Ushuaia:20261124T093000",
            is("2026-11-24T12:30:00Z", Some("America/Argentina/Ushuaia")),
        ),
        // What does not exist is as far after the change, what exists twice is the first: RFC 5545, 3.3.5.
        ("DTSTART;TZID=Europe/Berlin:20260329T023000", is("2026-03-29T01:30:00Z", Some("Europe/Berlin"))),
        ("DTSTART;TZID=Europe/Berlin:20261025T023000", is("2026-10-25T00:30:00Z", Some("Europe/Berlin"))),
    ] {
        assert_eq!(start(&[(START, line), (END, "")]), expected, "{line}");
    }
    let calendar = ("METHOD:REQUEST", "METHOD:REQUEST\nX-WR-TIMEZONE:America/New_York");
    let there = Some("America/New_York");
    let utc = (START, "DTSTART:20261124T083000Z");
    assert_eq!(start(&[calendar, utc, (END, "")]), is("2026-11-24T08:30:00Z", there));
    let floating = (START, "DTSTART:20261124T093000");
    assert_eq!(start(&[calendar, floating, (END, "")]), is("2026-11-24T14:30:00Z", there));
    let told = ("X-FOREWORD-SEX:female", "X-FOREWORD-TIME-ZONE:Asia/Tokyo");
    assert_eq!(start(&[calendar, floating, (END, ""), told]), is("2026-11-24T00:30:00Z", Some("Asia/Tokyo")));
}

#[test]
fn a_length_is_told_by_an_end_a_duration_or_in_minutes() {
    for (line, minutes) in [
        ("DTEND;TZID=Europe/Lisbon:20261124T093000", Some(60)),
        ("DTEND:20261124T085000Z", Some(20)),
        ("DURATION:PT1H30M", Some(90)),
        ("DURATION:+P1D", Some(1440)),
        ("DURATION:PT90S", Some(1)),
        ("X-NOTHING:1", None),
        ("DURATION:PT1H\nX-FOREWORD-DURATION-MIN:45", Some(45)),
    ] {
        assert_eq!(with(&[(END.trim(), line)]).unwrap().duration_min, minutes, "{line}");
    }
}

#[test]
fn cancelled_is_cancelled_whoever_says_so() {
    let cancelled = with(&[("METHOD:REQUEST", "METHOD:CANCEL")]).unwrap();
    assert_eq!(cancelled.status, Status::Cancelled);
    for (line, status) in [
        ("STATUS:CANCELLED", Status::Cancelled),
        ("STATUS:CANCELLED\nX-FOREWORD-STATUS:booked", Status::Cancelled),
        ("X-FOREWORD-STATUS:arrived", Status::Arrived),
        ("STATUS:CONFIRMED\nX-FOREWORD-STATUS:NoShow", Status::Noshow),
        ("STATUS:TENTATIVE\nX-FOREWORD-STATUS:fulfilled", Status::Fulfilled),
        ("X-FOREWORD-STATUS:cancelled", Status::Cancelled),
        ("X-FOREWORD-STATUS:", Status::Booked),
    ] {
        assert_eq!(with(&[("STATUS:CONFIRMED", line)]).unwrap().status, status, "{line}");
    }
    // Even where nothing else of it can be read.
    let little = bare("STATUS:CANCELLED\nX-FOREWORD-BIRTH-DATE:long ago\nSUMMARY:Cancelled: x").unwrap();
    assert_eq!(little, Notice::new("1".into(), Status::Cancelled));
    let missed = bare("X-FOREWORD-STATUS:noshow\nX-FOREWORD-BIRTH-DATE:long ago").unwrap();
    assert_eq!(missed, Notice::new("1".into(), Status::Noshow));
}

#[test]
fn a_calendar_cancels_its_own_events_and_no_other_calendars() {
    let first =
        EVENT.replace("METHOD:REQUEST", "X-ANY:1").replace("END:VCALENDAR", "METHOD:CANCEL\nEND:VCALENDAR");
    let second = EVENT.replace("visit-1", "visit-2");
    let rows = rows(&format!("{first}{second}"));
    let read: Vec<_> = rows
        .iter()
        .map(|(line, notice)| {
            let notice = notice.as_ref().unwrap();
            (*line, notice.appointment_id.as_str(), notice.status)
        })
        .collect();
    assert_eq!(
        read,
        [
            (14, "visit-1@clinic.example", Status::Cancelled),
            (14 + first.lines().count(), "visit-2@clinic.example", Status::Booked)
        ]
    );
}

#[test]
fn what_an_event_does_not_say_stays_unsaid() {
    let at = "2026-11-24T08:30:00Z".parse().unwrap();
    let expected = Notice { start: Some(at), ..Notice::new("1".into(), Status::Booked) };
    assert_eq!(bare("X-FOREWORD-LANGUAGE:\nDESCRIPTION:Phone:\\nBring: insulin").unwrap(), expected);
    let gone = Notice { email: Told::Gone, phone: Told::Gone, ..expected };
    let guest = "ATTENDEE:mailto:ana@home.example";
    assert_eq!(bare(&format!("X-FOREWORD-EMAIL:\nX-FOREWORD-PHONE: \n{guest}")).unwrap(), gone);
}

#[test]
fn a_description_tells_what_a_calendar_has_no_property_for() {
    for text in [
        "Dear Ana\\nPatient ID: P1\\nBorn: 1951-07-30\\nlanguage : de\\nPHONE: +34 600: 1\\nbirth_date: 1951-07-30",
        "Dear Ana<br>Patient_ID: P1<BR/>Date of birth: 1951-07-30<br />Language: de\\nPhone: +34 600: 1",
    ] {
        let notice = bare(&format!("DESCRIPTION:{text}")).unwrap();
        assert_eq!(notice.patient_id.unwrap().reveal(), "P1", "{text}");
        assert_eq!(notice.birth_date.unwrap().reveal().to_string(), "1951-07-30");
        assert_eq!(notice.language.unwrap().as_str(), "de");
        assert_eq!(notice.phone, Told::Is("+34 600: 1".to_owned().into()));
        assert_eq!(notice.family_name, None);
    }
    let said = "DESCRIPTION:Name: Núñez\\, Ana\\nEmail: other@home.example\\nType: first\\nClinic: South";
    let told = with(&[
        ("LOCATION:North", &format!("{said}\nLOCATION:North")),
        ("X-FOREWORD-SEX:", "X-FOREWORD-CLINIC:East\nX-A:"),
    ]);
    let told = told.unwrap();
    // A property before the description before what every calendar tells.
    assert_eq!(told.clinic.as_deref(), Some("East"));
    assert_eq!(told.kind.as_deref(), Some("first"));
    assert_eq!(told.email, Told::Is("other@home.example".to_owned().into()));
    assert_eq!(told.given_name.unwrap().reveal(), "Ana");
    assert!(
        bare("DESCRIPTION:Patient ID: 1\\n> Patient ID: 2\\nPatient ID: 3")
            .unwrap_err()
            .contains("told twice")
    );
}

#[test]
fn of_several_guests_none_is_guessed_to_be_the_patient() {
    let ana = "ATTENDEE;CN=Ana Ruiz:mailto:ana@home.example";
    let bea = "ATTENDEE;CN=Bea Roe:mailto:bea@clinic.example";
    let both = bare(&format!("{ana}\n{bea}")).unwrap();
    assert_eq!((both.email, both.family_name), (Told::Nothing, None));
    let told = bare(&format!("{ana}\n{bea}\nX-FOREWORD-EMAIL:Ana@home.example")).unwrap();
    assert_eq!(told.family_name.unwrap().reveal(), "Ruiz");
    let host = bare(&format!("{ana}\n{bea}\nORGANIZER;CN=Bea Roe:MAILTO:bea@clinic.example")).unwrap();
    assert_eq!(host.email, Told::Is("ana@home.example".to_owned().into()));
    assert_eq!(host.clinician.as_deref(), Some("Bea Roe"));
    let address = bare("ATTENDEE;CN=ana@home.example;EMAIL=ana@home.example:urn:uuid:1").unwrap();
    assert_eq!((address.email, address.family_name), (Told::Is("ana@home.example".to_owned().into()), None));
    assert_eq!(bare("ATTENDEE:invalid:nomail").unwrap().email, Told::Nothing);
}

#[test]
fn a_summary_is_a_kind_of_visit_unless_it_names_the_patient() {
    let summary = without("CATEGORIES");
    assert_eq!(one(&summary).unwrap().kind.as_deref(), Some("Visit at the clinic"));
    let named = summary.replace("SUMMARY:", "SUMMARY:NÚÑEZ: ");
    let why = one(&named).unwrap_err();
    assert!(why.starts_with("SUMMARY: names the patient"), "{why}");
    assert_eq!(one(&named.replace("REQUEST", "CANCEL")).unwrap().kind, None);
}

#[test]
fn an_event_that_cannot_be_read_names_its_property_and_quotes_no_patient() {
    let long = format!("UID:{}", "x".repeat(201));
    for (from, to, wanted) in [
        ("UID:visit-1@clinic.example", "X-A:1", "UID: is missing"),
        ("UID:visit-1@clinic.example", long.as_str(), "UID: is 201 bytes long, at most 200 fit"),
        ("SEQUENCE:3", "SEQUENCE:three", "SEQUENCE: must be a whole number"),
        (
            "LAST-MODIFIED:20261101T070000Z",
            "LAST-MODIFIED:20261101T070000",
            "LAST-MODIFIED: must be a time in UTC",
        ),
        (START, "DTSTART;VALUE=DATE:20261124", "DTSTART: is a day without a time"),
        (START, "DTSTART:20261124", "DTSTART: is a day without a time"),
        (START, "DTSTART:tomorrow", "DTSTART: must be a time such as"),
        (START, "DTSTART:20261324T093000", "DTSTART: must be a time such as"),
        (START, "DTSTART:+0261124T093000", "DTSTART: must be a time such as"),
        (START, "DTSTART;TZID=Customized Zone:20261124T093000", "DTSTART: its TZID is no IANA time zone"),
        (START, "DTSTART:99991124T093000Z", "DTSTART: must lie between 1900 and 2200"),
        (END.trim(), "DTEND:20261124T080000Z", "DTEND: is before DTSTART"),
        (END.trim(), "DTEND:20261126T080000Z", "DTEND: must be minutes from 0 to 1440"),
        (END.trim(), "DTEND;VALUE=DATE:20261124", "DTEND: is a day without a time"),
        (END.trim(), "DURATION:-PT5M", "DURATION: must be a duration such as PT30M"),
        (END.trim(), "DURATION:P", "DURATION: must be a duration such as PT30M"),
        (END.trim(), "DURATION:PT99999999999999999999M", "DURATION: must be a duration such as PT30M"),
        ("STATUS:CONFIRMED", "STATUS:PERHAPS", "STATUS: must be CONFIRMED, TENTATIVE or CANCELLED"),
        (
            "STATUS:CONFIRMED",
            "X-FOREWORD-STATUS:perhaps",
            "X-FOREWORD-STATUS: must be one of booked, cancelled",
        ),
        ("STATUS:CONFIRMED", "RRULE:FREQ=WEEKLY", "RRULE: is a series"),
        ("STATUS:CONFIRMED", "RDATE:20261201T093000Z", "RDATE: is a series"),
        ("STATUS:CONFIRMED", "RECURRENCE-ID:20261201T093000Z", "RECURRENCE-ID: is a series"),
        ("STATUS:CONFIRMED", "DTSTART:20261201T093000Z", "DTSTART: stands there twice"),
        ("STATUS:CONFIRMED", "X-FOREWORD-PATIENT-ID:P2", "X-FOREWORD-PATIENT-ID: stands there twice"),
        ("STATUS:CONFIRMED", "X-FOREWORD-BORN:1951-07-30", "an X-FOREWORD- property is not known; known are"),
        ("STATUS:CONFIRMED", "Ana lives next door", "line 21: is no line of a calendar"),
        ("STATUS:CONFIRMED", "X-FOREWORD-EMAIL:ana at home", "X-FOREWORD-EMAIL: is not an e-mail address"),
        (
            "STATUS:CONFIRMED",
            "DESCRIPTION:E-mail: ana at home",
            "DESCRIPTION: email: is not an e-mail address",
        ),
        ("STATUS:CONFIRMED", "X-FOREWORD-TIME-ZONE:Madrid", "X-FOREWORD-TIME-ZONE: is not an IANA time zone"),
        ("STATUS:CONFIRMED", "X-FOREWORD-DECEASED:perhaps", "X-FOREWORD-DECEASED: must be true or false"),
        ("STATUS:CONFIRMED", "X-FOREWORD-DURATION-MIN:many", "X-FOREWORD-DURATION-MIN: must be minutes"),
        (
            "X-FOREWORD-BIRTH-DATE:1951-07-30",
            "X-FOREWORD-BIRTH-DATE:30/07/1951",
            "X-FOREWORD-BIRTH-DATE: must be",
        ),
        (
            "X-FOREWORD-LANGUAGE:es",
            "X-FOREWORD-LANGUAGE:Spanish!",
            "X-FOREWORD-LANGUAGE: is not a language tag",
        ),
        ("X-FOREWORD-SEX:female", "X-FOREWORD-SEX:unsaid", "X-FOREWORD-SEX: must be female or male"),
        ("METHOD:REQUEST", "METHOD:REPLY", "METHOD: must be PUBLISH, REQUEST or CANCEL"),
        ("VERSION:2.0", "VERSION:1.0", "VERSION: is vCalendar 1.0"),
        ("BEGIN:VALARM", "BEGIN:VALARM\nBEGIN:X", "line 39: END does not match its BEGIN"),
    ] {
        let refused = with(&[(from, to)]).unwrap_err();
        assert!(refused.contains(wanted), "{to:?}: {refused}");
        let value = to.split_once(':').map_or(to, |(_, value)| value);
        let quotes = value.len() > 5 && refused.contains(value);
        assert!(!quotes && !refused.contains("Ana") && !refused.contains("home"), "{refused}");
    }
}

#[test]
fn a_calendar_that_was_cut_off_says_so_and_keeps_what_is_whole() {
    let second = EVENT.replace("visit-1", "visit-2");
    let body = second.split_once("METHOD:REQUEST\n").unwrap().1;
    let cut = format!("{}{}", EVENT.replace("END:VCALENDAR\n", ""), &body[..body.find("DTEND").unwrap()]);
    let rows = rows(&cut);
    assert_eq!(rows.len(), 3);
    assert!(rows[0].1.is_ok());
    assert_eq!(rows[1].1.as_ref().unwrap_err(), "END:VEVENT: is missing");
    assert_eq!(rows[2].0, 1);
    assert!(rows[2].1.as_ref().unwrap_err().starts_with("END:VCALENDAR: is missing"));
}

#[test]
fn what_is_no_calendar_is_refused_whole() {
    assert!(read(b"", &usual()).unwrap_err().0.contains("BEGIN:VCALENDAR"));
    assert!(read(b"appointment_id,patient_id\n", &usual()).unwrap_err().0.contains("is no calendar"));
    let latin1 = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nX-FOREWORD-FAMILY-NAME:N\xfa\xf1ez\n";
    assert!(read(latin1, &usual()).unwrap_err().0.contains("line 4: is not UTF-8"));
    assert_eq!(read(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", &usual()), Ok(vec![]));
}

/// A small generator of its own, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

#[test]
fn no_bytes_make_it_panic_and_no_reason_tells_a_name() {
    let mut dice = Dice(0x5eed_2026);
    let marks: Vec<&[u8]> = vec![
        b":",
        b";",
        b"=",
        b"\"",
        b",",
        b"\\",
        b"\n",
        b"\r\n ",
        b"\t",
        b"BEGIN:VEVENT\n",
        b"END:VEVENT\n",
        b"<br",
        b"END:VALARM\n",
        b"T",
        b"Z",
        b"-",
        b"9",
        b"\0",
        b"\xff",
        "ü".as_bytes(),
        "\u{2028}".as_bytes(),
        b"^",
        b"@",
    ];
    let mut refused = 0;
    for round in 0..20_000 {
        // Reasons tell what a date should look like.
        let mut bytes = EVENT.replace("1951-07-30", "1947-03-02").into_bytes();
        if round % 10 == 0 {
            bytes = (0..dice.up_to(300)).map(|_| u8::try_from(dice.up_to(256)).unwrap()).collect();
            bytes.splice(0..0, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n".iter().copied());
        }
        for _ in 0..=dice.up_to(6) {
            let at = dice.up_to(bytes.len());
            let to = (at + dice.up_to(12)).min(bytes.len());
            let mark = marks[dice.up_to(marks.len())];
            match dice.up_to(4) {
                0 => drop(bytes.splice(at..to, [])),
                1 => drop(bytes.splice(at..at, mark.iter().copied())),
                2 => drop(bytes.splice(at..to, mark.iter().copied())),
                _ => bytes[at] = u8::try_from(dice.up_to(256)).unwrap(),
            }
        }
        for (_, notice) in read(&bytes, &usual()).unwrap_or_default() {
            if let Err(why) = notice {
                refused += 1;
                assert!(!["Ana", "ana@", "1947", "P1"].iter().any(|told| why.contains(told)), "{why}");
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}
