//! What feeds of appointments bring: CSV, iCalendar, HL7 v2 with its frames, FHIR.

use foreword_intake::{
    feeds::{
        self, Format, Row, Unreadable,
        csv::COLUMNS,
        hl7::{Code, acknowledge, take},
    },
    parsers,
};

use crate::{
    Target,
    input::{choice, now, usual},
    seeds,
};

const CSV: &[&str] = &[
    ",",
    ";",
    "\t",
    "\"",
    "\"\"",
    "\r\n",
    "2026-03-29T02:30",
    "9999-12-31T23:59",
    "Europe/London",
    "\u{feff}",
];
const ICS: &[&str] = &[
    "BEGIN:VCALENDAR",
    "END:VCALENDAR",
    "BEGIN:VEVENT",
    "END:VEVENT",
    "BEGIN:VTIMEZONE",
    "BEGIN:VALARM",
    "UID:",
    "SEQUENCE:",
    "RECURRENCE-ID",
    "RRULE:FREQ=DAILY",
    "DTSTART;TZID=",
    "DTSTART;VALUE=DATE:",
    "DTEND:",
    "DURATION:PT",
    "DURATION:-P9999999999W",
    "STATUS:CANCELLED",
    "METHOD:CANCEL",
    "X-FOREWORD-",
    "ATTENDEE;CN=\"",
    "TZID=\"W. Europe Standard Time\"",
    "\r\n ",
    "\n\t",
    "\\n",
    "\\,",
    "99991231T235959Z",
    "20260329T023000",
    "Z",
    "CHARSET=",
    "ENCODING=BASE64",
];
const HL7: &[&str] = &[
    "MSH|^~\\&|",
    "MSH|",
    "PID|",
    "SCH|",
    "AIS|",
    "AIL|",
    "AIP|",
    "TQ1|",
    "DG1|",
    "RGS|",
    "FHS|",
    "BHS|",
    "BTS|",
    "\r",
    "\x0b",
    "\x1c\r",
    "SIU^S12",
    "SIU^S26",
    "\\T\\",
    "\\X0D0A\\",
    "\\C2842\\",
    "\\M2442\\",
    "\\.br\\",
    "|2.5.1|",
    "|T|",
    "~",
    "^",
    "&",
    "UNICODE UTF-8",
    "8859/7",
    "ISO IR87",
    "20261125093000.0000+1400",
    "99999999999999999999",
    "||||||||||||||||||||||||",
];
const FHIR: &[&str] = &[
    "{\"resourceType\":\"Appointment\"",
    "{\"resourceType\":\"Patient\"",
    "{\"resourceType\":\"Bundle\",\"entry\":[",
    "\"contained\":[",
    "\"participant\":[{\"actor\":{",
    "\"reference\":\"#",
    "\"reference\":\"Patient/",
    "\"start\":",
    "\"status\":",
    "\"identifier\":[{",
    "\n",
    "null",
    "[[[[",
];

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target { name: "feed-csv", feed: csv, seeds: csv_files, words: CSV, longest: 2048 },
    Target { name: "feed-ics", feed: ics, seeds: ics_files, words: ICS, longest: 2048 },
    Target { name: "feed-hl7", feed: hl7, seeds: hl7_files, words: HL7, longest: 2048 },
    Target { name: "feed-fhir", feed: fhir, seeds: fhir_files, words: FHIR, longest: 4096 },
    Target { name: "mllp", feed: mllp, seeds: mllp_streams, words: HL7, longest: 2048 },
];

fn rows(read: Result<Vec<Row>, Unreadable>) {
    match read {
        Ok(rows) => {
            for (place, row) in rows {
                assert!(place > 0, "a row has no place");
                match row {
                    Ok(notice) => {
                        assert!(!notice.appointment_id.is_empty(), "an appointment of no name");
                        if let Err(why) = notice.complete(None, None, &usual()) {
                            assert!(why.contains(": "), "{why} names no column");
                        }
                    }
                    Err(why) => assert!(!why.is_empty(), "refused without a reason"),
                }
            }
        }
        Err(why) => assert!(!why.0.is_empty(), "refused without a reason"),
    }
}

fn csv(data: &[u8]) {
    rows(feeds::read(Format::Csv, data, &usual()));
}

fn ics(data: &[u8]) {
    rows(feeds::read(Format::Ics, data, &usual()));
}

fn fhir(data: &[u8]) {
    rows(feeds::read(Format::Fhir, data, &usual()));
}

fn hl7(data: &[u8]) {
    rows(feeds::read(Format::Hl7, data, &usual()));
    let taken = take(data, &usual());
    let why = taken.notice.as_ref().err().map_or("", String::as_str);
    for code in [Code::Accepted, Code::Refused, Code::Again, Code::Rejected] {
        let told = acknowledge(&taken, code, why, now(), "7");
        assert!(told.starts_with(b"MSH"), "an acknowledgement has no header");
        assert!(!told.contains(&0x0b) && !told.contains(&0x1c), "an acknowledgement breaks its frame");
        // No two systems send acknowledgements to and fro.
        assert!(take(&told, &usual()).is_foreign, "an acknowledgement is taken in as a message");
    }
}

fn mllp(data: &[u8]) {
    const LARGEST: usize = 512;
    let (packet, stream) = choice(data);
    let whole = parsers::frames(stream, stream.len(), LARGEST);
    assert_eq!(parsers::frames(stream, packet, LARGEST), whole, "how it is cut makes another message of it");
    assert!(whole.0.iter().all(|message| message.len() <= LARGEST), "a message is too large");
    for message in whole.0 {
        assert!(!message.contains(&0x0b) && !message.contains(&0x1c), "a frame is part of a message");
    }
}

// --- What changes begin with -------------------------------------------------------------------

fn csv_files() -> Vec<Vec<u8>> {
    const ROW: &str = "A1,P1,Ana,Núñez,1951-07-30,es,Europe/Madrid,ana@home.example,,2026-11-24T09:30,20,North,Dr Roe,GI follow-up,booked";
    let header = COLUMNS.join(",");
    let more = format!(
        "{header},patient_time_zone,sex,conditions,deceased,version\n{ROW},Europe/London,female,K50.0 E11.9,no,2026-11-20T08:00:00Z\nA2,P2,,\"Roe, \"\"J\"\"\",1970-01-01,en,Europe/London,,,2026-11-24 10:00,,,,GI,cancelled,,,,,7\n"
    );
    let plain = format!("{header}\n{ROW}\n");
    seeds::texts(&[&plain, &plain.replace(',', ";"), &plain.replace('\n', "\r\n"), &more])
}

fn ics_files() -> Vec<Vec<u8>> {
    let event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Our time\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nX-LIC-LOCATION:Europe/Vienna\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:visit-1@clinic.example\r\nSEQUENCE:3\r\nDTSTAMP:20261101T080000Z\r\nLAST-MODIFIED:20261101T070000Z\r\nDTSTART;TZID=Europe/Madrid:20261124T093000\r\nDTEND;TZID=Europe/Madrid:20261124T095000\r\nSTATUS:CONFIRMED\r\nSUMMARY:Visit at the cli\r\n nic\r\nCATEGORIES:GI follow-up,second\r\nLOCATION:North\\, second floor\r\nORGANIZER;CN=\"Roe, Dr\":mailto:roe@clinic.example\r\nATTENDEE;CUTYPE=INDIVIDUAL;CN=Ana Núñez;PARTSTAT=ACCEPTED:mailto:ana@home.example\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let bare = "BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:1\nDTSTART:20261124T083000Z\nDURATION:P1DT2H30M\nX-FOREWORD-PATIENT-ID:P1\nX-FOREWORD-BIRTH-DATE:1951-07-30\nEND:VEVENT\nEND:VCALENDAR\n";
    let ours = event.replace("TZID=Europe/Madrid", "TZID=\"W. Europe Standard Time\"");
    seeds::texts(&[event, bare, &ours, &event.replace("TZID=Europe/Madrid", "TZID=Our time")])
}

const BOOKED: &str = "MSH|^~\\&|EPIC|HOSP|FOREWORD|FW|20261120083000+0100||SIU^S12^SIU_S12|MSG1|P|2.5.1|||AL|NE||UNICODE UTF-8\rSCH|PL7^EPIC|FI9^SCHED||||ROUTINE^Routine^HL70276|FOLLOWUP^Follow up^L|GI^GI follow-up^L|45|min^minute^ISO+|^^30^20261125093000+0100^20261125100000+0100||||||||||||||Booked\rPID|1|OLD1|77^^^NHS^NI~12345^^^HOSP^MR||O'Brien \\T\\ Co&van^Zoë^M~Nick^Zo^^^^^N||19700203|F|||||(555) 010-0000^PRN^PH~^PRN^CP^^44^7946^0000~^NET^Internet^zoe@home.example||deu|||||||||||||||N\rDG1|1||K50.0^Crohn's^I10\rTQ1|1||||||202611250930|202611251015\rAIS|1|A|FU30^Follow-up 30 min^L|20261125093000+0100\rAIL|1|A|CLIN1^R2^^HOSP\rAIP|1|A|DOC1^Müller^Åsa^^^Dr|ATT\r";

fn hl7_files() -> Vec<Vec<u8>> {
    let latin = BOOKED.replace("UNICODE UTF-8", "8859/1");
    let mut all = seeds::texts(&[
        BOOKED,
        &BOOKED.replace("S12", "S15"),
        &format!("FHS|^~\\&|EPIC\rBHS|^~\\&|EPIC\r{BOOKED}BTS|2\rFTS|1\r"),
        &BOOKED.replace("|2.5.1|", "|2.2|"),
        &BOOKED.replace('|', "!").replace('^', "*"),
    ]);
    all.push(latin.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect());
    all
}

fn fhir_files() -> Vec<Vec<u8>> {
    let visit = r##"{"resourceType":"Appointment","id":"a1","status":"booked","start":"2026-11-24T09:30:00+01:00","minutesDuration":20,"appointmentType":{"text":"GI"},"contained":[{"resourceType":"Patient","id":"p","name":[{"family":"Roe","given":["J"]}],"birthDate":"1951-07-30","telecom":[{"system":"email","value":"j@home.example"}]}],"participant":[{"actor":{"reference":"#p"},"status":"accepted"}]}"##;
    let patient = r#"{"resourceType":"Patient","id":"p","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":"1"}],"birthDate":"1951-07-30","name":[{"family":"Roe"}]}"#;
    let bundle = format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{{"fullUrl":"https://x/Patient/p","resource":{patient}}},{{"resource":{}}}]}}"#,
        visit.replace("#p", "Patient/p")
    );
    seeds::texts(&[visit, &bundle, &format!("{patient}\n{}\n", visit.replace("#p", "Patient/p"))])
}

fn mllp_streams() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "\u{7}\u{b}MSH|^~\\&|A\rPID|1\r\u{1c}\r\u{b}MSH|^~\\&|B\r\u{1c}\r",
        "\u{3}\r\n\u{b}MSH|\u{b}MSH|2\u{1c}\u{1c}\r",
        "\u{1}MSH|^~\\&|no frame",
    ])
}
