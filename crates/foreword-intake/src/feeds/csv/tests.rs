use super::*;

const HEADER: &str = "appointment_id,patient_id,given_name,family_name,birth_date,language,time_zone,email,phone,start,duration_min,clinic,clinician,type,status";
const ROW: &str = "A1,P1,Ana,Núñez,1951-07-30,es,Europe/Madrid,ana@home.example,,2026-11-24T09:30,20,North,Dr Roe,GI follow-up,booked";

fn one(row: &str) -> Result<Notice, String> {
    let rows = read(format!("{HEADER}\n{row}\n").as_bytes()).unwrap();
    assert_eq!(rows.len(), 1);
    rows.into_iter().next().unwrap().1
}

#[test]
fn every_dialect_reads_the_same() {
    let plain = format!("{HEADER}\n{ROW}\n");
    let expected = read(plain.as_bytes()).unwrap();
    assert!(expected[0].1.is_ok());
    for dialect in [
        format!("\u{feff}{plain}"),
        plain.replace('\n', "\r\n"),
        plain.replace(',', ";"),
        plain.replace("Núñez", "\"Núñez\""),
        plain.replace("2026-11-24T09:30", "2026-11-24 09:30"),
        plain.replace("2026-11-24T09:30", "2026-11-24T08:30:00Z"),
        plain.trim_end().to_owned(),
    ] {
        assert_eq!(read(dialect.as_bytes()).unwrap(), expected, "{dialect}");
    }
}

#[test]
fn a_row_that_cannot_be_read_names_its_column_and_quotes_no_patient() {
    for (from, to, wanted) in [
        ("A1,", ",", "appointment_id: is empty"),
        ("1951-07-30", "30/07/1951", "birth_date: must be a date such as 1951-07-30"),
        (",es,", ",Spanish!,", "language: is not a language tag"),
        ("Europe/Madrid", "Madrid", "time_zone: is not an IANA time zone"),
        ("ana@home.example", "ana at home", "email: is not an e-mail address"),
        ("2026-11-24T09:30", "tomorrow", "start: must be a time such as"),
        ("2026-11-24T09:30", "2026-11-24", "start: must be a time such as"),
        ("2026-11-24T09:30", "2026-03-29T02:30", "does not exist in this time zone"),
        ("2026-11-24T09:30", "2026-10-25T02:30", "exists twice in this time zone"),
        (",20,", ",many,", "duration_min: must be minutes from 0 to 1440"),
        ("booked", "perhaps", "status: must be one of booked, cancelled, arrived, noshow, fulfilled"),
        (",booked", "", "has 14 fields, must have 15"),
        ("2026-11-24T09:30", "9999-12-30T09:30", "start: must lie between 1900 and 2200"),
    ] {
        let refused = one(&ROW.replace(from, to)).unwrap_err();
        assert!(refused.contains(wanted), "{to:?}: {refused}");
        assert!(!refused.contains("Ana") && !refused.contains("home"), "{refused}");
        assert!(to.len() < 3 || !refused.contains(to.trim_matches(',')), "{refused}");
    }
}

#[test]
fn a_file_without_its_columns_or_in_another_encoding_is_refused_whole() {
    let short = read(b"appointment_id,patient_id\nA1,P1\n").unwrap_err().0;
    assert!(short.contains("the header lacks given_name"), "{short}");
    let latin1 = [HEADER.as_bytes(), b"\nA1,P1,Ana,N\xfa\xf1ez"].concat();
    assert!(read(&latin1).unwrap_err().0.contains("line 2: is not UTF-8"));
    assert!(read(b"").is_err());
}
