//! What other programs send: signed statements, keys, scopes, requests, plain JSON, CDS Hooks, EHRs, passkeys.

mod words;

use foreword_app::{
    access::{
        jwt::{KeySet, Unchecked},
        scopes::Scopes,
    },
    passkey::{self, Party},
};
use foreword_domain::event;
use foreword_intake::parsers;
use serde_json::Value;

use crate::{
    Target,
    input::{choice, instrument, now, same, text, two, usual},
    seeds,
};

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target { name: "jwt", feed: jwt, seeds: statements, words: words::JWT, longest: 2048 },
    Target { name: "scopes", feed: scopes, seeds: scope_lists, words: words::SCOPES, longest: 256 },
    Target { name: "cds-hooks", feed: cds, seeds: calls, words: words::CDS, longest: 4096 },
    Target { name: "json-body", feed: json, seeds: bodies, words: words::JSON, longest: 2048 },
    Target { name: "json-query", feed: query, seeds: queries, words: words::QUERY, longest: 256 },
    Target { name: "fhir-request", feed: request, seeds: requests, words: words::REQUEST, longest: 1024 },
    Target { name: "token-form", feed: token_form, seeds: forms, words: words::FORM, longest: 512 },
    Target { name: "ehr", feed: ehr, seeds: answers, words: words::EHR, longest: 2048 },
    Target { name: "address", feed: address, seeds: addresses, words: words::ADDRESS, longest: 256 },
    Target { name: "passkey", feed: passkey, seeds: passkeys, words: words::PASSKEY, longest: 1024 },
];

/// A statement, and the keys it is said to be signed with.
fn jwt(data: &[u8]) {
    let (statement, keys) = two(data);
    let keys = KeySet::read(&text(keys.unwrap_or(statement)));
    if let Err(why) = &keys {
        assert!(!why.0.is_empty(), "refused without a reason");
    }
    match (Unchecked::read(&text(statement)), keys) {
        (Ok(read), Ok(keys)) => {
            let _ = read.is_named_in(&keys);
            if let Ok(checked) = read.check(&keys) {
                let _ = checked.once("https://clinic.test/fhir/R4/token", now());
            }
        }
        (Err(why), _) => assert!(!why.0.is_empty(), "refused without a reason"),
        (Ok(read), Err(_)) => {
            let _ = (read.issuer(), read.keys_at());
        }
    }
}

fn scopes(data: &[u8]) {
    let (registered, asked) = two(data);
    let (registered, asked) = (text(registered), text(asked.unwrap_or(registered)));
    let read = match Scopes::registered(&registered) {
        Ok(read) => read,
        Err(why) => return assert!(!why.is_empty(), "refused without a reason"),
    };
    let again = Scopes::registered(&read.to_string());
    assert_eq!(again.as_ref(), Ok(&read), "written again they are others");
    let Some(granted) = read.granted(&asked) else { return };
    let wanted = Scopes::known(&asked);
    for kind in ["Patient", "QuestionnaireResponse", "Group", "Composition"] {
        for act in "cruds".chars() {
            let is_both = read.permit(kind, act) && wanted.permit(kind, act);
            assert_eq!(
                granted.permit(kind, act),
                is_both,
                "{kind}.{act}: not what was both asked for and registered"
            );
        }
    }
}

fn cds(data: &[u8]) {
    for books in [false, true] {
        for system in [None, Some("urn:oid:1.2.36.146.595.217.0.1")] {
            if let Err(why) = parsers::cds_call(data, books, system) {
                assert!(!why.is_empty(), "refused without a reason");
            }
        }
    }
    match parsers::cds_feedback(data) {
        Ok(count) => assert!(count > 0, "feedback on nothing"),
        Err(why) => assert!(!why.is_empty(), "refused without a reason"),
    }
}

fn json(data: &[u8]) {
    let (which, data) = choice(data);
    let Some(value) = parsers::json(data) else { return };
    // What is taken in is JSON, and a number that JSON has.
    let plain: Value = serde_json::from_slice(data).expect("what is taken in is JSON");
    assert_eq!(plain, value, "two readers read two things");
    let again = parsers::json(value.to_string().as_bytes());
    assert!(again.is_some_and(|again| same(&again, &value)), "written again it is another");
    let id = (which & 1 == 0).then_some("A1");
    if let Some(notice) = parsers::appointment(data, id) {
        assert!(!notice.appointment_id.is_empty(), "an appointment of no name");
        if let Err(why) = notice.complete(None, None, &usual()) {
            assert!(why.contains(": "), "{why} names no member");
        }
    }
    for asked in ["phq-9", "visit-agenda", "peg"].map(instrument) {
        for (item, value) in parsers::answers(data, asked).into_iter().flatten() {
            let item = asked.item(&item).expect("an answer to a question");
            assert!(
                item.read_code(&value.written()).as_ref() == Some(&value),
                "{} has no such answer",
                item.id
            );
        }
    }
}

fn query(data: &[u8]) {
    let limit = parsers::query(&text(data));
    assert!(limit.is_none_or(|limit| (1..=500).contains(&limit)), "a page of {limit:?} lines");
}

/// The first line is method and address, the others are headers; after a zero comes a body.
fn request(data: &[u8]) {
    let (head, body) = two(data);
    let head = text(head);
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    let (method, address) = first.split_once(' ').unwrap_or(("GET", first));
    let (path, asked) = address.split_once('?').unwrap_or((address, ""));
    let headers: Vec<(&str, &[u8])> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name, value.as_bytes()))
        .collect();
    if let Some((kind, act)) = parsers::request(method, path, asked, &headers) {
        assert!(!kind.is_empty() && "cruds".contains(act), "{kind}.{act}");
    }
    for kinds in [parsers::export(Some(asked), ""), body.and_then(|body| parsers::export(None, &text(body)))]
    {
        assert_ne!(kinds, Some(0), "an export of nothing");
    }
}

fn token_form(data: &[u8]) {
    let fields = parsers::token_form("application/x-www-form-urlencoded", data);
    assert!(fields.is_none_or(|fields| fields <= 5));
}

fn ehr(data: &[u8]) {
    assert!(parsers::ehr(data) <= 4);
}

fn address(data: &[u8]) {
    let address = text(data);
    if let Err(why) = event::check_target(&address, true) {
        assert!(!why.is_empty(), "refused without a reason");
        assert!(
            event::check_target(&address, false).is_err(),
            "refused even inside the house, but taken outside"
        );
    }
    if let Some(party) = Party::at(&address) {
        assert_eq!(Party::at(&party.origin), Some(party), "we are somebody else");
    }
}

/// What the browser was asked, a zero, what is new, a zero, a signature.
fn passkey(data: &[u8]) {
    let party = Party::at("https://visits.clinic.test").expect("an address of ours");
    let (client, rest) = two(data);
    let rest = rest.unwrap_or_default();
    let (made, used) = rest.split_at(rest.len() - rest.len() / 4);
    let [_, is_used] = passkey::read(&party, client, made, used);
    assert!(!is_used, "a signature was made up");
}

// --- What changes begin with -------------------------------------------------------------------

fn statements() -> Vec<Vec<u8>> {
    let keys = r#"{"keys":[{"kty":"EC","crv":"P-384","kid":"k","use":"sig","key_ops":["verify"],"alg":"ES384","x":"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq","y":"qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"}]}"#;
    let rsa = format!(
        r#"{{"keys":[{{"kty":"RSA","kid":"k","n":"{}","e":"AQAB"}},{{"kty":"oct","kid":"z"}}]}}"#,
        "q".repeat(342)
    );
    let statement = "eyJhbGciOiJFUzM4NCIsImtpZCI6ImsiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiJhIiwic3ViIjoiYSIsImF1ZCI6ImIiLCJleHAiOjE3OTUwMDAwMDAsImp0aSI6IjEifQ.qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
    let other = statement
        .replace("eyJhbGciOiJFUzM4NCIsImtpZCI6ImsiLCJ0eXAiOiJKV1QifQ", "eyJhbGciOiJSUzM4NCIsImtpZCI6ImsifQ");
    seeds::texts(&[statement, keys, &rsa, &format!("{statement}\0{keys}"), &format!("{other}\0{rsa}")])
}

fn scope_lists() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "system/*.cruds",
        "system/Questionnaire.rs, system/Patient.read\0system/*.rs",
        "system/QuestionnaireResponse.cu system/Appointment.write system/*.s\0system/Patient.cruds launch system/Group.r",
    ])
}

fn calls() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/data/cdshooks", ".json");
    all.extend(seeds::texts(&[
        r#"{"hook":"appointment-book","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":"https://x","context":{"userId":"Practitioner/1","patientId":"1","appointments":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Appointment"}}]}},"prefetch":{"patient":{"resourceType":"Patient","id":"1","birthDate":"1951-07-30","identifier":[{"system":"urn:oid:1.2.36.146.595.217.0.1","value":"12345"}]}}}"#,
        r#"{"feedback":[{"card":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","outcome":"accepted","outcomeTimestamp":"2026-11-24T09:30:00Z"},{"card":"d1577c69-dfbe-44ad-ba6d-3e05e953b2eb","outcome":"overridden","outcomeTimestamp":"2026-11-24T09:30:00Z"}]}"#,
    ]));
    all
}

fn bodies() -> Vec<Vec<u8>> {
    let bodies = [
        r#"{"appointment_id":"A1","patient_id":"P-1001","given_name":"Grace","family_name":"Okafor","birth_date":"1958-03-14","language":"en","time_zone":"Europe/London","email":"grace@home.example","phone":null,"start":"2026-11-24T09:30","duration_min":20,"clinic":"North","clinician":"Dr Roe","type":"Check","status":"booked","sex":"female","conditions":["K50.0"],"deceased":false,"version":7}"#,
        r#"{"patient_id":"P","start":"2026-11-24T09:30:00+01:00","type":"x","version":"2026-11-20T08:00:00Z"}"#,
        r#"{"answers":{"q1":1,"q2":"2","q3":0.0,"q4":3,"q5":null,"q6":0,"q7":0,"q8":0,"q9":1,"q10":2}}"#,
        r#"{"answers":{"topic_1":"my knee","wish_1":"talk","peg1":5,"p1":7.5}}"#,
    ];
    (0..2_u8).flat_map(|n| bodies.map(|body| [&[n], body.as_bytes()].concat())).collect()
}

fn queries() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "from=2026-11-24T09:30:00Z&until=2026-11-25T00:00:00%2B01:00&limit=20",
        "cursor=MTc5NTAwMDAwMDAwMDAwMC9h&limit=500",
        "limt=3",
    ])
}

fn requests() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "GET /Patient?name=Roe&_format=json&_pretty=true\naccept: application/fhir+json\nprefer: handling=strict",
        "PUT /Patient/1\nif-match: W/\"3\"\nprefer: return=minimal",
        "POST /Patient\nif-none-exist: identifier=a|1",
        "GET /QuestionnaireResponse/1/_history/2\nif-none-match: \"2\"",
        "POST /Questionnaire/phq-9/$populate",
        "GET /$export?_type=Patient,Questionnaire&_since=2026-11-23T10:00:00Z&_typeFilter=QuestionnaireResponse%3Fstatus%3Dcompleted&_outputFormat=ndjson\nprefer: respond-async, handling=lenient",
        "POST /Patient/$export\0{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"_type\",\"valueString\":\"Patient\"},{\"name\":\"_since\",\"valueInstant\":\"2026-11-23T10:00:00Z\"}]}",
    ])
}

fn forms() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c&scope=system%2F*.rs&client_id=a",
    ])
}

fn answers() -> Vec<Vec<u8>> {
    let rsa = format!(
        r#"{{"keys":[{{"kty":"RSA","use":"sig","alg":"RS256","kid":"k","n":"{}","e":"AQAB"}}]}}"#,
        "q".repeat(342)
    );
    seeds::texts(&[
        r#"{"issuer":"https://x","authorization_endpoint":"https://x/a","token_endpoint":"https://x/t","jwks_uri":"https://x/k","capabilities":[]}"#,
        r#"{"access_token":"a","token_type":"bearer","id_token":"a.b.c","patient":"1","expires_in":3600}"#,
        &rsa,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3giLCJzdWIiOiJhIiwiYXVkIjoiYiIsImV4cCI6MSwiaWF0IjoxfQ.qqqq",
    ])
}

fn addresses() -> Vec<Vec<u8>> {
    seeds::texts(&[
        "https://program.example/hook?x=1",
        "http://[::1]:8080/a",
        "https://user:pw@10.0.0.1:443/",
        "http://localhost",
        "https://Visits.Clinic.test:443/",
        "https://[64:ff9b::7f00:1]/",
        "https://xn--e1afmkfd.example.",
    ])
}

/// SHA-256 of `visits.clinic.test`.
const SITE: [u8; 32] = [
    0xbb, 0x20, 0xd4, 0xa1, 0x00, 0x88, 0x95, 0x1e, 0x41, 0x73, 0xc3, 0xbe, 0xee, 0xbd, 0xb6, 0xf6, 0x7d,
    0x76, 0x05, 0x11, 0xda, 0x55, 0x45, 0x4a, 0xdf, 0x0a, 0x90, 0xa6, 0xee, 0xd4, 0x6a, 0x62,
];

fn passkeys() -> Vec<Vec<u8>> {
    // Whose it is, flags, counter, model, length, id, then the key in CBOR.
    let client = |kind: &str| {
        format!(
            r#"{{"type":"webauthn.{kind}","challenge":"AAECAw","origin":"https://visits.clinic.test","crossOrigin":false}}"#
        )
    };
    let key: Vec<u8> = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], &[7; 32]].concat();
    let data = [&SITE[..], &[0x45, 0, 0, 0, 7], &[0; 16], &[0, 4], b"abcd", &key].concat();
    let length = u8::try_from(data.len()).unwrap_or(0);
    let made = [
        &[0xa3, 0x63][..],
        b"fmt",
        &[0x64],
        b"none",
        &[0x67],
        b"attStmt",
        &[0xa0, 0x68],
        b"authData",
        &[0x58, length],
        &data,
    ]
    .concat();
    vec![
        [client("create").as_bytes(), &[0], &made, &vec![0; made.len() / 3]].concat(),
        [client("get").as_bytes(), &[0], &SITE[..], &[5, 0, 0, 0, 7], &key].concat(),
    ]
}
