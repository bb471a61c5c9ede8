use foreword_domain::{booking::Told, language::Lang, patient::Sex};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

const BOOKED: &str = "MSH|^~\\&|EPIC|HOSP|FOREWORD|FW|20261120083000+0100||SIU^S12^SIU_S12|MSG1|P|2.5.1|||AL|NE||UNICODE UTF-8
SCH|PL7^EPIC|FI9^SCHED||||ROUTINE^Routine^HL70276|FOLLOWUP^Follow up^L|GI^GI follow-up^L|45|min^minute^ISO+|^^30^20261125093000+0100^20261125100000+0100||||||||||||||Booked
PID|1|OLD1|77^^^NHS^NI~12345^^^HOSP^MR||O'Brien \\T\\ Co&van^Zoë^M~Nick^Zo^^^^^N||19700203|F|||||(555) 010-0000^PRN^PH~^PRN^CP^^44^7946^0000~^NET^Internet^zoe@home.example||deu|||||||||||||||N
DG1|1||K50.0^Crohn's^I10
DG1|2||E11.9^Diabetes^I10
RGS|1|A|GRP^Group
AIS|1|A|FU30^Follow-up 30 min^L|20261125093000+0100
AIL|1|A|CLIN1^R2^^HOSP
AIP|1|A|DOC1^Müller^Åsa^^^Dr|ATT
ZZZ|whatever
";

fn usual() -> Usual {
    Usual { language: Lang::english(), time_zone: "Europe/Berlin".to_owned() }
}

fn message(text: &str) -> Vec<u8> {
    text.replace('\n', "\r").into_bytes()
}

fn one(text: &str) -> Result<Notice, String> {
    take(&message(text), &usual()).notice
}

fn changed(from: &str, to: &str) -> Result<Notice, String> {
    assert!(BOOKED.contains(from), "{from}");
    one(&BOOKED.replace(from, to))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn acknowledged(text: &str, code: Code, why: &str) -> String {
    let taken = take(&message(text), &usual());
    String::from_utf8(acknowledge(&taken, code, why, at("2026-11-20T07:30:01Z"), "7")).unwrap()
}

#[test]
fn a_booking_says_what_its_fields_say() {
    let notice = one(BOOKED).unwrap();
    assert_eq!(notice.appointment_id, "FI9");
    assert_eq!(notice.status, Status::Booked);
    assert_eq!(notice.version.at, Some(at("2026-11-20T07:30:00Z")));
    assert_eq!(notice.version.sequence, None);
    assert_eq!(notice.patient_id.unwrap().reveal(), "12345");
    assert_eq!(notice.family_name.unwrap().reveal(), "O'Brien & Co");
    assert_eq!(notice.given_name.unwrap().reveal(), "Zoë");
    assert_eq!(notice.birth_date.unwrap().reveal().to_string(), "1970-02-03");
    assert_eq!(notice.sex.unwrap().reveal(), &Sex::Female);
    assert_eq!(notice.language.unwrap().as_str(), "de");
    assert_eq!(notice.phone, Told::Is("+44 7946 0000".to_owned().into()));
    assert_eq!(notice.email, Told::Is("zoe@home.example".to_owned().into()));
    assert_eq!(notice.deceased, Some(false));
    assert_eq!(notice.conditions.unwrap().reveal(), &["K50.0", "E11.9"]);
    assert_eq!(notice.start, Some(at("2026-11-25T08:30:00Z")));
    assert_eq!(notice.duration_min, Some(30));
    assert_eq!(notice.clinic.as_deref(), Some("CLIN1"));
    assert_eq!(notice.clinician.as_deref(), Some("Dr Åsa Müller"));
    assert_eq!(notice.kind.as_deref(), Some("GI follow-up"));
}

#[test]
fn every_way_to_end_segments_and_to_part_messages_reads_the_same() {
    let other = BOOKED.replace("FI9", "FI10");
    let expected = vec![(1, one(BOOKED)), (2, one(&other))];
    assert!(expected.iter().all(|(_, notice)| notice.is_ok()));
    let both = format!("{BOOKED}{other}");
    let framed = |text: &str| format!("\u{b}{}\u{1c}\r", text.replace('\n', "\r"));
    for file in [
        both.clone(),
        both.replace('\n', "\r"),
        both.replace('\n', "\r\n"),
        format!("\u{feff}{both}"),
        format!("{BOOKED}\n\n{other}\n"),
        format!("{}\n{}", BOOKED.replace('\n', "\r"), other.replace('\n', "\r")),
        format!("FHS|^~\\&|EPIC\nBHS|^~\\&|EPIC\n{both}BTS|2\nFTS|1\n").replace('\n', "\r"),
        format!("{}{}", framed(BOOKED), framed(&other)),
        format!("{}\n{}", framed(BOOKED), framed(&other)),
    ] {
        assert_eq!(read(file.as_bytes(), &usual()).unwrap(), expected, "{file:?}");
    }
}

#[test]
fn a_file_without_a_message_is_refused_and_nothing_beside_one_is_lost_unseen() {
    for file in
        [&b""[..], b"\r\n", b"appointment_id,patient_id\n", b"FHS|^~\\&\rFTS|0\r", b"\xff\xfeM\0S\0H\0"]
    {
        assert!(read(file, &usual()).is_err(), "{file:?}");
    }
    let rows = read(format!("PID|1||1\r{BOOKED}").as_bytes(), &usual()).unwrap();
    assert!(rows[0].1.as_ref().unwrap_err().starts_with("MSH: is missing"), "{rows:?}");
    assert!(rows[1].1.is_ok(), "{rows:?}");
}

#[test]
fn the_event_says_where_the_appointment_stands_unless_the_filler_says_more() {
    for (event, filler, expected) in [
        ("S12", "Booked", Status::Booked),
        ("S13", "", Status::Booked),
        ("S14", "Rescheduled", Status::Booked),
        ("S14", "Cancelled^^HL70278", Status::Cancelled),
        ("S14", "CANCELED", Status::Cancelled),
        ("S14", "No-Show", Status::Noshow),
        ("S14", "Complete", Status::Fulfilled),
        ("S14", "4^Completed", Status::Fulfilled),
        ("S14", "Arrived", Status::Arrived),
        ("S14", "Started", Status::Arrived),
        ("S15", "Booked", Status::Cancelled),
        ("S15", "Noshow", Status::Noshow),
        ("S17", "", Status::Cancelled),
        ("S26", "Booked", Status::Noshow),
    ] {
        let text =
            BOOKED.replace("SIU^S12", &format!("SIU^{event}")).replace("||Booked", &format!("||{filler}"));
        assert_eq!(one(&text).unwrap().status, expected, "{event} {filler}");
    }
}

#[test]
fn the_start_is_taken_from_the_first_place_that_says_it() {
    let timing = "^^30^20261125093000+0100^20261125100000+0100";
    let bare = BOOKED.replace(timing, "").replace("|20261125093000+0100", "");
    assert_eq!(one(&bare).unwrap().start, None);
    let expected = Some(at("2026-11-25T08:30:00Z"));
    for (after, segment, minutes) in [
        ("RGS|1", "TQ1|1||||||202611250930|202611251015", 45),
        ("ZZZ|", "AIS|2|A|X|20261125083000Z", 45),
        ("ZZZ|", "AIG|1|A|R||||| 20261125093000.0000+0100", 45),
        ("ZZZ|", "AIL|2|A|X|||20261125033000-0500", 45),
        ("ZZZ|", "AIP|2|A|X|||20261125093000+01:00", 45),
    ] {
        let notice = one(&bare.replace(after, &format!("{segment}\n{after}"))).unwrap();
        assert_eq!((notice.start, notice.duration_min), (expected, Some(minutes)), "{segment}");
    }
    for (number, unit, minutes) in
        [("1", "hr", Some(60)), ("1800", "S", Some(30)), ("20", "", Some(20)), ("2", "fortnights", None)]
    {
        let text = bare.replace("|45|min^minute^ISO+|", &format!("|{number}|{unit}|"));
        assert_eq!(one(&text).unwrap().duration_min, minutes, "{number} {unit}");
    }
}

#[test]
fn local_times_are_those_of_the_clinic() {
    let local = changed("20261125093000+0100^20261125100000+0100", "202607010930^202607011000").unwrap();
    assert_eq!(local.start, Some(at("2026-07-01T07:30:00Z")));
    let written = changed("20261120083000+0100", "20260701083000").unwrap();
    assert_eq!(written.version.at, Some(at("2026-07-01T06:30:00Z")));
    // Which of the two hours it was, nobody can tell: it is as new as it came.
    let twice = changed("20261120083000+0100", "20261025023000").unwrap();
    assert!(twice.version.is_empty());
}

#[test]
fn a_message_that_cannot_be_read_names_its_field_and_quotes_nothing() {
    for (from, to, wanted) in [
        ("|PL7^EPIC|FI9^SCHED|", "|||", "SCH-2: is missing"),
        ("19700203", "1970", "PID-7: must be a date such as"),
        ("19700203", "17700203", "PID-7: is before 1880"),
        ("19700203", "Zoë", "PID-7: must be a date such as"),
        ("zoe@home.example", "zoe at home", "PID-13: is not an e-mail address"),
        ("20261125093000+0100^", "20261125^", "SCH-11: must be a time such as"),
        ("20261125093000+0100^", "tomorrow^", "SCH-11: must be a time such as"),
        ("20261125093000+0100^", "20260329023000^", "SCH-11: this time does not exist"),
        ("20261125093000+0100^", "20261025023000^", "SCH-11: this time exists twice"),
        ("^20261125100000+0100", "^20261125080000+0100", "SCH-11: must be after the start"),
        ("|||||||||||||||N", "||||||||||||||N|", "PID-29: must be a date such as"),
        ("20261120083000+0100", "yesterday", "MSH-7: must be a time such as"),
        ("RGS|1", "PID|2||99\nRGS|1", "PID: stands more than once"),
        ("Zoë", "Zo\u{7}ë", "PID-5: holds a control character"),
    ] {
        let refused = changed(from, to).unwrap_err();
        assert!(refused.contains(wanted), "{to:?}: {refused}");
        assert!(!refused.contains("Zo") && !refused.contains("home"), "{refused}");
    }
    let long = changed("O'Brien", &"x".repeat(201)).unwrap_err();
    assert!(long.starts_with("PID-5: is 2") && !long.contains("xx"), "{long}");
}

#[test]
fn a_cancellation_counts_even_where_the_rest_cannot_be_read() {
    let text = BOOKED.replace("SIU^S12", "SIU^S15").replace("19700203", "unknown");
    let notice = one(&text).unwrap();
    assert_eq!((notice.status, notice.appointment_id.as_str()), (Status::Cancelled, "FI9"));
    assert_eq!((notice.start, notice.birth_date), (None, None));
    assert!(notice.version.at.is_some());
}

#[test]
fn an_empty_field_says_nothing_and_two_quotes_take_away() {
    let telecom = "(555) 010-0000^PRN^PH~^PRN^CP^^44^7946^0000~^NET^Internet^zoe@home.example";
    let silent = changed(telecom, "").unwrap();
    assert_eq!((silent.phone, silent.email), (Told::Nothing, Told::Nothing));
    let gone = changed(telecom, "\"\"").unwrap();
    assert_eq!((gone.phone, gone.email), (Told::Gone, Told::Gone));
    let mail_gone = changed("zoe@home.example", "\"\"").unwrap();
    assert_eq!(mail_gone.email, Told::Gone);
    assert!(matches!(mail_gone.phone, Told::Is(_)));
    let no_mail = changed("~^NET^Internet^zoe@home.example", "").unwrap();
    assert_eq!(no_mail.email, Told::Nothing);
    let quoted = changed("|19700203|F|", "|\"\"|\"\"|").unwrap();
    assert_eq!((quoted.birth_date, quoted.sex), (None, None));
    let nothing_wrong =
        changed("DG1|1||K50.0^Crohn's^I10\nDG1|2||E11.9^Diabetes^I10", "DG1|1||\"\"").unwrap();
    assert_eq!(nothing_wrong.conditions.unwrap().reveal(), &[] as &[String]);
    let short = one("MSH|^~\\&|||||20261120083000+0100||SIU^S12|1|P|2.3\nSCH||FI9\nPID|1").unwrap();
    let said = Notice { version: short.version, ..Notice::new("FI9".to_owned(), Status::Booked) };
    assert_eq!(short, said);
}

#[test]
fn people_are_read_as_other_systems_write_them() {
    let id = |to| changed("77^^^NHS^NI~12345^^^HOSP^MR", to).unwrap().patient_id.unwrap().into_inner();
    assert_eq!(id("1^^^^XX~2^^^^PI"), "2");
    assert_eq!(id("1^^^^XX~2^^^^YY"), "1");
    assert_eq!(id(""), "OLD1");
    let phone = |to| match changed("(555) 010-0000^PRN^PH~^PRN^CP^^44^7946^0000~", to).unwrap().phone {
        Told::Is(phone) => phone.into_inner(),
        other => panic!("{other:?}"),
    };
    assert_eq!(phone("(555) 010-0000~"), "(555) 010-0000");
    assert_eq!(phone("555-1^WPN^FX~555-2^PRN^PH~"), "555-2");
    assert_eq!(phone("^PRN^PH^^^555^0100~"), "555 0100");
    let address = changed("zoe@home.example", "").unwrap().email;
    assert_eq!(address, Told::Nothing);
    let bare = changed("^NET^Internet^zoe@home.example", "zoe@home.example^NET").unwrap().email;
    assert_eq!(bare, Told::Is("zoe@home.example".to_owned().into()));
    for (code, expected) in [
        ("en", Some("en")),
        ("ENG", Some("en")),
        ("spa^Spanish^ISO639", Some("es")),
        ("ger", Some("de")),
        ("pt-BR", Some("pt-br")),
        ("SP^^^ara", Some("ar")),
        ("SP", None),
        ("English", None),
        ("xx", None),
    ] {
        let language = changed("||deu|", &format!("||{code}|")).unwrap().language;
        assert_eq!(language.as_ref().map(Lang::as_str), expected, "{code}");
    }
    for (told, expected) in [
        ("|Y", Some(true)),
        ("20260101|", Some(true)),
        ("2026|", Some(true)),
        ("20260101|N", Some(true)),
        ("|N", Some(false)),
        ("|\"\"", Some(false)),
        ("|", None),
    ] {
        let text = BOOKED.replace("|deu|||||||||||||||N", &format!("|deu||||||||||||||{told}"));
        assert_eq!(one(&text).unwrap().deceased, expected, "{told}");
    }
}

#[test]
fn who_where_and_what_come_from_the_first_place_that_says_them() {
    let notice =
        one("MSH|^~\\&|||||20261120083000+0100||SIU^S12|1|P|2.3\nSCH||FI9||||||Normal^Normal^HL70277
PV1|1|O|WARD&x^1^^FAC||||99^Roe^Jo\nRGS|1||GRP^Group\nAIS|1|D|OLD^Old visit\nAIS|1|A|NEW^New visit
AIL|1|A|^^^HOSP&1&ISO\nAIG|1|A|R1^Resource")
        .unwrap();
    assert_eq!(notice.kind.as_deref(), Some("New visit"));
    assert_eq!(notice.clinic.as_deref(), Some("HOSP"));
    assert_eq!(notice.clinician.as_deref(), Some("Jo Roe"));
    let without =
        |part: &str| BOOKED.lines().filter(|line| !line.starts_with(part)).collect::<Vec<_>>().join("\n");
    assert_eq!(one(&without("AIL")).unwrap().clinic.as_deref(), Some("Group"));
    assert_eq!(one(&without("AIP")).unwrap().clinician, None);
    assert_eq!(changed("DOC1^Müller^Åsa^^^Dr", "DOC1").unwrap().clinician.as_deref(), Some("DOC1"));
    assert_eq!(changed("|FI9^SCHED|", "||").unwrap().appointment_id, "PL7");
}

#[test]
fn every_character_set_and_every_mark_comes_out_as_text() {
    let name = |bytes: &[u8]| {
        let notice = take(bytes, &usual()).notice.unwrap();
        format!("{} {}", notice.given_name.unwrap().reveal(), notice.clinician.unwrap())
    };
    let expected = "Zoë Dr Åsa Müller";
    let in_set = |charset: &str, encoding: &'static encoding_rs::Encoding| {
        let text = String::from_utf8(message(BOOKED)).unwrap().replace("UNICODE UTF-8", charset);
        encoding.encode(&text).0.into_owned()
    };
    assert_eq!(name(&in_set("UNICODE UTF-8", encoding_rs::UTF_8)), expected);
    assert_eq!(name(&in_set("", encoding_rs::UTF_8)), expected);
    assert_eq!(name(&in_set("8859/1", encoding_rs::WINDOWS_1252)), expected);
    assert_eq!(name(&in_set("8859/15~UNICODE UTF-8", encoding_rs::ISO_8859_15)), expected);
    // Said to be one thing, sent as another by a Windows machine.
    assert_eq!(name(&in_set("ASCII", encoding_rs::WINDOWS_1252)), expected);
    assert_eq!(name(&in_set("UNICODE UTF-8", encoding_rs::WINDOWS_1252)), expected);
    let greek = BOOKED.replace("Zoë", "Ζωή").replace("Åsa Müller", "x");
    let greek = message(&greek.replace("UNICODE UTF-8", "8859/7").replace(['ü', 'Å'], "u"));
    let greek = encoding_rs::ISO_8859_7.encode(std::str::from_utf8(&greek).unwrap()).0.into_owned();
    assert!(name(&greek).starts_with("Ζωή"), "{}", name(&greek));
    for (written, meant) in [
        ("Zo\\XC3AB\\", "Zoë"),
        ("A\\F\\B\\S\\C\\R\\D\\E\\E", "A|B^C~D\\E"),
        ("A\\.br\\B", "A B"),
        ("\\H\\A\\N\\B", "AB"),
        ("A\\B", "A\\B"),
        ("A\\Q\\B", "A\\Q\\B"),
    ] {
        let notice = changed("Zoë", written).unwrap();
        assert_eq!(notice.given_name.unwrap().reveal(), meant, "{written}");
    }
    let marked = BOOKED.replace('|', "!").replace('^', "*").replace("\\&", "\\%").replace("\\T\\", "and");
    assert_eq!(one(&marked).unwrap().clinician.as_deref(), Some("Dr Åsa Müller"));
    let newest = changed("^~\\&|", "^~\\&#|").unwrap();
    assert_eq!(newest.clinician.as_deref(), Some("Dr Åsa Müller"));
}

#[test]
fn an_acknowledgement_goes_back_to_its_sender() {
    assert_eq!(
        acknowledged(BOOKED, Code::Accepted, ""),
        "MSH|^~\\&|FOREWORD|FW|EPIC|HOSP|20261120073001+0000||ACK^S12^ACK|7|P|2.5.1||||||UNICODE UTF-8\rMSA|AA|MSG1\r"
    );
    assert_eq!(
        acknowledged(BOOKED, Code::Refused, "PID-7: must be a date such as 19510730"),
        "MSH|^~\\&|FOREWORD|FW|EPIC|HOSP|20261120073001+0000||ACK^S12^ACK|7|P|2.5.1||||||UNICODE UTF-8\r\
         MSA|AE|MSG1|PID-7: must be a date such as 19510730\r\
         ERR||PID^1^7|102^Data type error^HL70357|E||||PID-7: must be a date such as 19510730\r"
    );
    let again = acknowledged(BOOKED, Code::Again, "was not stored; try again");
    assert!(
        again.contains(
            "MSA|AE|MSG1|was not stored; try again\rERR|||207^Application internal error^HL70357|E"
        )
    );
    let marked = BOOKED.replace('|', "!").replace('^', "*");
    let told = acknowledged(&marked, Code::Refused, "a!b*c");
    assert!(told.starts_with("MSH!*~\\&!FOREWORD!FW!EPIC!HOSP!"), "{told}");
    assert!(told.contains("MSA!AE!MSG1!a\\F\\b\\S\\c\r"), "{told}");
}

#[test]
fn old_versions_are_acknowledged_as_they_expect() {
    let of = |version: &str| {
        let text = BOOKED.replace("|2.5.1|", &format!("|{version}|"));
        acknowledged(&text, Code::Refused, "PID-7: must be a date")
    };
    assert!(of("2.1").contains("||ACK^S12|7|P|2.1") && !of("2.1").contains("ERR|"), "{}", of("2.1"));
    assert!(of("2.3").contains("||ACK^S12|7|P|2.3|"), "{}", of("2.3"));
    assert!(of("2.3.1").contains("||ACK^S12^ACK|7|P|2.3.1") && !of("2.3.1").contains("ERR|"));
    assert!(of("2.8").contains("\rERR||PID^1^7|102^"), "{}", of("2.8"));
    for version in ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.6", "2.7", "2.8", "2.8.2", ""] {
        assert!(changed("|2.5.1|", &format!("|{version}|")).is_ok(), "{version}");
    }
}

#[test]
fn what_is_no_appointment_is_rejected() {
    for (from, to, condition, wanted) in [
        ("SIU^S12^SIU_S12", "ADT^A08^ADT_A01", "200^Unsupported message type", "MSH-9: is not SIU"),
        ("SIU^S12^SIU_S12", "SIU^S18^SIU_S12", "201^Unsupported event code", "MSH-9: its event must be"),
        ("SIU^S12^SIU_S12", "SIU", "201^Unsupported event code", "MSH-9: its event must be"),
        ("|2.5.1|", "|3.0|", "203^Unsupported version id", "MSH-12: must be"),
        ("|P|", "|X|", "202^Unsupported processing id", "MSH-11: must be"),
    ] {
        let text = BOOKED.replace(from, to);
        let taken = take(&message(&text), &usual());
        assert!(taken.is_foreign, "{to}");
        let why = taken.notice.as_ref().unwrap_err();
        assert!(why.starts_with(wanted), "{why}");
        let told = acknowledge(&taken, Code::Rejected, why, at("2026-11-20T07:30:01Z"), "7");
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("\rMSA|AR|MSG1|MSH-"), "{told}");
        assert!(told.contains(condition), "{told}");
    }
    let taken = take(b"PID|1||12345", &usual());
    assert!(taken.is_foreign && taken.control_id.is_empty());
    let told = acknowledge(&taken, Code::Rejected, "MSH: is missing", at("2026-11-20T07:30:01Z"), "7");
    let told = String::from_utf8(told).unwrap();
    assert!(
        told.starts_with("MSH|^~\\&|||||20261120073001+0000||ACK|7|P|2.5.1\rMSA|AR||MSH: is missing\r"),
        "{told}"
    );
}

#[test]
fn training_is_told_from_what_is_real() {
    assert!(!take(&message(BOOKED), &usual()).is_practice);
    let training = take(&message(&BOOKED.replace("|P|", "|T|")), &usual());
    assert!(training.is_practice && training.notice.is_ok());
    let told = acknowledge(&training, Code::Rejected, "MSH-11: is T", at("2026-11-20T07:30:01Z"), "7");
    assert!(String::from_utf8(told).unwrap().contains("202^Unsupported processing id"));
}

#[test]
fn the_example_of_the_documentation_is_read_and_answered_as_it_says() {
    let document = include_str!("../../../../../docs/feeds.md");
    let blocks: Vec<&str> = document.split("```").filter(|block| block.starts_with("\nMSH|")).collect();
    let [sent, answer] = blocks.as_slice() else { panic!("{} examples", blocks.len()) };
    let notice = one(sent).unwrap();
    assert_eq!((notice.appointment_id.as_str(), notice.duration_min), ("A4711", Some(30)));
    assert_eq!(notice.start, Some(at("2026-11-25T08:30:00Z")));
    assert_eq!(notice.email, Told::Is("jane@home.example".to_owned().into()));
    assert_eq!(notice.clinician.as_deref(), Some("Dr Sam Roe"));
    let taken = take(&message(sent), &usual());
    let told = acknowledge(&taken, Code::Accepted, "", at("2026-11-20T07:30:01Z"), "1795159801000000001");
    assert_eq!(String::from_utf8(told).unwrap(), answer.trim_start().replace('\n', "\r"));
}

/// Whatever comes: it is read or not, and acknowledged in segments.
fn never_panics(bytes: &[u8]) {
    let _ = read(bytes, &usual());
    let taken = take(bytes, &usual());
    let why = taken.notice.as_ref().err().cloned().unwrap_or_default();
    for code in [Code::Accepted, Code::Refused, Code::Again, Code::Rejected] {
        let told = acknowledge(&taken, code, &why, at("2026-11-20T07:30:01Z"), "7");
        assert!(told.starts_with(b"MSH") && told.ends_with(b"\r"), "{told:?}");
        assert!(!told.iter().any(|byte| matches!(byte, 0x0b | 0x1c | b'\n')), "{told:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_are_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..300), after in "MSH[!-~]{0,9}") {
        never_panics(&bytes);
        never_panics(&[after.as_bytes(), &bytes].concat());
    }

    #[test]
    fn no_damage_is_too_much(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>(), 0..3_u8), 1..12)
    ) {
        let mut bytes = message(BOOKED);
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        never_panics(&bytes);
    }

    #[test]
    fn no_reason_holds_what_stands_in_a_field(field in "[A-Za-z0-9:+.^&~@-]{12,40}", at in 0..90_usize) {
        let mut fields: Vec<&str> = BOOKED.split('|').collect();
        let at = at % (fields.len() - 2) + 2;
        if !fields[at].contains('\n') {
            fields[at] = &field;
        }
        if let Err(why) = one(&fields.join("|")) {
            prop_assert!(!why.contains(&field) && why.len() < 160, "{why}");
        }
    }
}
