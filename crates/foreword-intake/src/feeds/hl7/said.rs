//! What a message about an appointment says: segments in, a notice out. The reasons name the field and quote
//! no value.

use foreword_domain::{
    appointment::Status,
    booking::{Notice, Told, Usual, Version, field as value},
    language::Lang,
    patient::Sex,
    private::Private,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    language,
    message::{GONE, Message, Part, Segment},
    times,
};

/// Reads a message whose event means `status`.
///
/// Where nothing is to take place any more, that counts even if the rest can't be read: nobody is written to
/// about a visit that was called off because a date of birth is misspelt.
pub(super) fn notice(message: &Message<'_>, event: Status, usual: &Usual) -> Result<Notice, String> {
    let zone = value::zone(&usual.time_zone).map_err(|why| format!("time zone: {why}"))?;
    let status = status(message, event);
    let known = Notice { version: version(message, &zone)?, ..Notice::new(appointment_id(message)?, status) };
    match all(message, known.clone(), &zone) {
        Err(_) if !matches!(status, Status::Booked | Status::Arrived) => Ok(known),
        read => read,
    }
}

fn all(message: &Message<'_>, known: Notice, zone: &TimeZone) -> Result<Notice, String> {
    let notice = visit(message, known, zone)?;
    let mut patients = message.all("PID");
    let Some(patient) = patients.next() else {
        return Ok(notice);
    };
    if patients.next().is_some() {
        return Err("PID: stands more than once; an appointment is one patient's".to_owned());
    }
    person(message, patient, notice)
}

/// A checked value with the field it came from.
fn checked(field: &str, said: Option<String>) -> Result<Option<String>, String> {
    said.map(|said| value::text(&said).map_err(|why| format!("{field}: {why}"))).transpose()
}

/// The identifier of the scheduling system (filler), else that of who asked for the appointment (placer).
///
/// It is the filler who sends these messages and knows its own identifier from the first to the last; a placer's
/// is there only for what was asked for by another system.
fn appointment_id(message: &Message<'_>) -> Result<String, String> {
    let schedule = message.all("SCH").next().ok_or("SCH: is missing")?;
    for (field, name) in [(2, "SCH-2"), (1, "SCH-1")] {
        let id = schedule.parts(field).next().and_then(|part| part.text(1));
        if let Some(id) = checked(name, id)?.filter(|id| !id.is_empty()) {
            return Ok(id);
        }
    }
    Err("SCH-2: is missing, and SCH-1 is too; one must identify the appointment".to_owned())
}

fn version(message: &Message<'_>, zone: &TimeZone) -> Result<Version, String> {
    let Some(at) = message.first("MSH", 7).and_then(|part| part.text(1)) else {
        return Ok(Version::default());
    };
    let at = times::written(&at, zone).map_err(|why| format!("MSH-7: {why}"))?;
    Ok(Version { sequence: None, at })
}

/// Where the appointment stands: what the event means, unless the filler's status (HL7 table 0278) says more.
fn status(message: &Message<'_>, event: Status) -> Status {
    let told = message.first("SCH", 25).and_then(|part| {
        [1, 2].into_iter().find_map(|component| {
            let word: String = part.text(component)?.chars().filter(char::is_ascii_alphabetic).collect();
            Some(match word.to_ascii_lowercase().as_str() {
                "booked" | "overbook" => Status::Booked,
                "started" | "arrived" | "checkedin" => Status::Arrived,
                "complete" | "completed" => Status::Fulfilled,
                "cancelled" | "canceled" | "dc" | "deleted" => Status::Cancelled,
                "noshow" => Status::Noshow,
                _ => return None,
            })
        })
    });
    match (event, told) {
        (Status::Booked, Some(told)) => told,
        (Status::Cancelled, Some(Status::Noshow)) => Status::Noshow,
        (event, _) => event,
    }
}

/// What is said of the visit.
fn visit(message: &Message<'_>, notice: Notice, zone: &TimeZone) -> Result<Notice, String> {
    let planned = planned(message, zone)?;
    let duration_min = match planned {
        Some((_, Some(minutes))) => Some(minutes),
        _ => length(message)?,
    };
    Ok(Notice {
        start: planned.map(|(start, _)| start),
        duration_min,
        clinic: clinic(message)?,
        clinician: clinician(message)?,
        kind: kind(message)?,
        ..notice
    })
}

/// When it begins, and the minutes to its end where that stands beside.
fn planned(message: &Message<'_>, zone: &TimeZone) -> Result<Option<(Timestamp, Option<u16>)>, String> {
    let timing = |component| message.first("SCH", 11).and_then(|part| part.text(component));
    let of = |segment, field| message.first(segment, field).and_then(|part| part.text(1));
    let places = [
        ("SCH-11", timing(4), timing(5)),
        ("TQ1-7", of("TQ1", 7), of("TQ1", 8)),
        ("AIS-4", of("AIS", 4), None),
        ("AIG-8", of("AIG", 8), None),
        ("AIL-6", of("AIL", 6), None),
        ("AIP-6", of("AIP", 6), None),
    ];
    let Some((name, start, end)) =
        places.into_iter().find_map(|(name, start, end)| Some((name, start?, end)))
    else {
        return Ok(None);
    };
    let read = |start: String| {
        let start = times::visit(&start, zone)?;
        let minutes = end.map(|end| times::between(start, times::visit(&end, zone)?)).transpose()?;
        Ok((start, minutes))
    };
    read(start).map(Some).map_err(|why: String| format!("{name}: {why}"))
}

/// How long it is planned to take.
fn length(message: &Message<'_>) -> Result<Option<u16>, String> {
    for (name, segment, field) in [
        ("SCH-9", "SCH", 9),
        ("AIS-7", "AIS", 7),
        ("AIG-11", "AIG", 11),
        ("AIL-9", "AIL", 9),
        ("AIP-9", "AIP", 9),
    ] {
        let Some(number) = message.first(segment, field).and_then(|part| part.text(1)) else {
            continue;
        };
        let unit = message.first(segment, field + 1).and_then(|part| part.text(1));
        let minutes = times::minutes(&number, unit.as_deref()).map_err(|why| format!("{name}: {why}"))?;
        if minutes.is_some() {
            return Ok(minutes);
        }
    }
    Ok(None)
}

/// The place: the point of care, else the facility, of the location resource or of the patient's visit, else the
/// group of resources.
fn clinic(message: &Message<'_>) -> Result<Option<String>, String> {
    let place = |part: Part<'_>| part.text(1).or_else(|| part.piece(4, 1));
    let coded = |part: Part<'_>| part.text(2).or_else(|| part.text(1));
    if let Some(place) = message.first("AIL", 3).and_then(place) {
        return checked("AIL-3", Some(place));
    }
    if let Some(place) = message.first("PV1", 3).and_then(place) {
        return checked("PV1-3", Some(place));
    }
    checked("RGS-3", message.first("RGS", 3).and_then(coded))
}

/// Whom the patient sees.
fn clinician(message: &Message<'_>) -> Result<Option<String>, String> {
    let named = |part: Part<'_>| {
        part.piece(2, 1)?;
        let words = [part.text(6), part.text(3), part.piece(2, 1)];
        Some(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    for (name, segment, field) in [("AIP-3", "AIP", 3), ("PV1-7", "PV1", 7)] {
        if let Some(who) = message.all(segment).flat_map(|s| s.parts(field)).find_map(named) {
            return checked(name, Some(who));
        }
    }
    if let Some(who) = message.first("AIG", 3).and_then(|part| part.text(2)) {
        return checked("AIG-3", Some(who));
    }
    checked("AIP-3", message.first("AIP", 3).and_then(|part| part.text(1)))
}

/// The kind of visit. `Normal`, `Tentative` and `Complete` (HL7 table 0277) say nothing of it: where no more is
/// said, the service does.
fn kind(message: &Message<'_>) -> Result<Option<String>, String> {
    let coded = |part: Part<'_>| part.text(2).or_else(|| part.text(1));
    let is_of_0277 = |part: &Part<'_>| {
        part.text(1).is_some_and(|code| {
            ["normal", "tentative", "complete"].contains(&code.to_ascii_lowercase().as_str())
        })
    };
    let said = message.first("SCH", 8);
    if let Some(kind) = said.filter(|part| !is_of_0277(part)).and_then(coded) {
        return checked("SCH-8", Some(kind));
    }
    match message.first("AIS", 3).and_then(coded) {
        Some(kind) => checked("AIS-3", Some(kind)),
        None => checked("SCH-8", said.and_then(coded)),
    }
}

/// What is said of the patient.
fn person(message: &Message<'_>, patient: &Segment<'_>, notice: Notice) -> Result<Notice, String> {
    let private = |said: Option<String>| said.map(Private::new);
    let name = patient.parts(5).find(|part| part.text(7).as_deref() == Some("L")).or(patient.parts(5).next());
    let family = name.and_then(|name| {
        let own = [name.piece(1, 2), name.piece(1, 3)];
        let own = || own.into_iter().flatten().collect::<Vec<_>>().join(" ");
        name.piece(1, 1).or_else(|| Some(own()).filter(|own| !own.is_empty()))
    });
    Ok(Notice {
        patient_id: private(patient_id(patient)?),
        family_name: private(checked("PID-5", family)?),
        given_name: private(checked("PID-5", name.and_then(|name| name.text(2)))?),
        birth_date: birth_date(patient)?.map(Private::new),
        sex: sex(patient).map(Private::new),
        language: speaks(patient),
        phone: phone(patient)?,
        email: email(patient)?,
        deceased: deceased(patient)?,
        conditions: conditions(message)?.map(Private::new),
        ..notice
    })
}

/// The medical record number, else the patient's internal identifier, else the first there is.
fn patient_id(patient: &Segment<'_>) -> Result<Option<String>, String> {
    let of_type = |wanted: &str| {
        patient.parts(3).find(|part| part.text(5).as_deref() == Some(wanted)).and_then(|part| part.text(1))
    };
    let listed =
        of_type("MR").or_else(|| of_type("PI")).or_else(|| patient.parts(3).find_map(|part| part.text(1)));
    match listed {
        Some(id) => checked("PID-3", Some(id)),
        None => checked("PID-2", patient.parts(2).next().and_then(|part| part.text(1))),
    }
}

fn birth_date(patient: &Segment<'_>) -> Result<Option<Date>, String> {
    let said = patient.parts(7).next().and_then(|part| part.text(1));
    let read =
        |said: String| times::day(&said).and_then(value::birth_date).map_err(|why| format!("PID-7: {why}"));
    said.map(read).transpose()
}

fn sex(patient: &Segment<'_>) -> Option<Sex> {
    match patient.parts(8).next()?.text(1)?.as_str() {
        "F" => Some(Sex::Female),
        "M" => Some(Sex::Male),
        _ => None,
    }
}

fn speaks(patient: &Segment<'_>) -> Option<Lang> {
    let said = patient.parts(15).next()?;
    [1, 4].into_iter().find_map(|component| language::language(&said.text(component)?))
}

/// Where the patient's numbers and addresses stand, in the order they are looked through.
const TELECOM: [(usize, &str); 3] = [(13, "PID-13"), (40, "PID-40"), (14, "PID-14")];

/// Whether a field that holds both says that there is neither any more.
fn is_gone(patient: &Segment<'_>) -> bool {
    patient.is_gone(13) || patient.is_gone(40)
}

/// Whether a number or address is one of the net's (HL7 tables 0201 and 0202).
fn is_net(part: Part<'_>) -> bool {
    part.text(2).is_some_and(|told| told.eq_ignore_ascii_case("NET"))
        || part
            .text(3)
            .is_some_and(|told| ["internet", "x.400"].contains(&told.to_ascii_lowercase().as_str()))
}

/// The first mobile number, else the first of any telephone.
fn phone(patient: &Segment<'_>) -> Result<Told<Private<String>>, String> {
    let rank = |part: &Part<'_>| match part.text(3).unwrap_or_default().to_ascii_uppercase().as_str() {
        "CP" => 0,
        "FX" | "MD" | "BP" | "SAT" | "TDD" | "TTY" => 2,
        _ => 1,
    };
    for wanted in 0..2 {
        for (field, name) in TELECOM {
            let found =
                patient.parts(field).filter(|part| !is_net(*part) && rank(part) == wanted).find_map(number);
            if let Some(number) = checked(name, found)? {
                return Ok(Told::Is(Private::new(number)));
            }
        }
    }
    Ok(if is_gone(patient) { Told::Gone } else { Told::Nothing })
}

/// A number as it is written, or put together from its parts.
fn number(part: Part<'_>) -> Option<String> {
    let whole =
        part.text(1).or_else(|| part.text(12)).filter(|whole| whole.contains(|c: char| c.is_ascii_digit()));
    whole.or_else(|| {
        let local = part.text(7)?;
        let country = part.text(5).map(|country| format!("+{}", country.trim_start_matches(['+', '0'])));
        Some([country, part.text(6), Some(local)].into_iter().flatten().collect::<Vec<_>>().join(" "))
    })
}

fn email(patient: &Segment<'_>) -> Result<Told<Private<String>>, String> {
    let mut gone = is_gone(patient);
    for (field, name) in TELECOM {
        for part in patient.parts(field) {
            let written =
                part.text(4).or_else(|| part.text(1).filter(|text| is_net(part) || text.contains('@')));
            if let Some(address) = checked(name, written)? {
                let address = value::email(&address).map_err(|why| format!("{name}: {why}"))?;
                return Ok(Told::Is(Private::new(address)));
            }
            gone |= is_net(part) && [1, 4].into_iter().any(|component| part.raw(component) == GONE);
        }
    }
    Ok(if gone { Told::Gone } else { Told::Nothing })
}

/// A date of death counts whatever stands beside it: systems that never fill in the indicator send `N`.
fn deceased(patient: &Segment<'_>) -> Result<Option<bool>, String> {
    if let Some(died) = patient.parts(29).next().and_then(|part| part.text(1)) {
        // Often no more than the year is known.
        if !died.bytes().take(4).all(|byte| byte.is_ascii_digit()) {
            return Err("PID-29: must be a date such as 20260131".to_owned());
        }
        return Ok(Some(true));
    }
    Ok(match patient.parts(30).next().and_then(|part| part.text(1)).as_deref() {
        Some("Y") => Some(true),
        Some("N") => Some(false),
        _ => (patient.is_gone(29) || patient.is_gone(30)).then_some(false),
    })
}

/// The codes of the diagnoses; nothing is said where there are none.
fn conditions(message: &Message<'_>) -> Result<Option<Vec<String>>, String> {
    let mut codes = Vec::new();
    let mut is_told = false;
    for diagnosis in message.all("DG1") {
        let code = diagnosis.parts(3).next().and_then(|part| part.text(1).or_else(|| part.text(4)));
        is_told |= code.is_some() || diagnosis.is_gone(3);
        codes.extend(checked("DG1-3", code)?);
    }
    let codes = value::conditions(&codes.join(" ")).map_err(|why| format!("DG1-3: {why}"))?;
    Ok(is_told.then_some(codes))
}
