//! Mails that no person wrote, and people's mails that look like them.

use foreword_domain::{mail::Bounce, private::Private};

use super::*;

fn with(lines: &str, body: &str) -> What {
    let raw = format!(
        "Return-Path: <robin@home.example>\r\nFrom: Robin <robin@home.example>\r\nTo: answer+tok@clinic.example\r\n{lines}\r\n\r\n{body}\r\n"
    );
    read_mail(raw.as_bytes()).expect("it is a mail").what
}

#[test]
fn out_of_office_in_many_languages_is_automatic() {
    for subject in [
        "Automatic reply: Before your visit",
        "Out of Office: Re: Before your visit",
        "Auto: Before your visit",
        "Automatische Antwort: Vor Ihrem Termin",
        "Abwesenheitsnotiz: Vor Ihrem Termin",
        "Abwesend bis 5. Mai",
        "Réponse automatique : Avant votre rendez-vous",
        "Absence du bureau",
        "Respuesta automática: Antes de su cita",
        "Fuera de la oficina",
        "=?utf-8?B?2LHYryDYqtmE2YLYp9im2Yo6INmC2KjZhCDZhdmI2LnYr9mD?=",
        "Risposta automatica: visita",
        "Automatisch antwoord: afspraak",
        "Автоответ: визит",
        "自動返信: 予約",
    ] {
        let what = with(&format!("Subject: {subject}"), "I am away until 5 May. Call 555 0100.");
        assert!(matches!(what, What::Automatic(_)), "{subject}: {what:?}");
    }
}

#[test]
fn the_header_lines_of_robots_are_heeded() {
    for line in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=y",
        "X-Autoreply: yes",
        "X-Autorespond: visit",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "List-Id: Friends of the knee <knee.lists.example>",
        "X-MS-Exchange-Inbox-Rules-Loop: robin@home.example",
        "X-Foreword: 1",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ] {
        let what = with(&format!("Subject: Re: Before your visit\r\n{line}"), "2");
        assert!(matches!(what, What::Automatic(_)), "{line}: {what:?}");
    }
    let raw = b"Return-Path: <>\r\nFrom: Robin <robin@home.example>\r\nSubject: Re: Before\r\n\r\n2\r\n";
    assert!(matches!(read_mail(raw).expect("it is a mail").what, What::Automatic(_)));
}

#[test]
fn what_exchange_adds_to_peoples_mail_makes_nobody_a_robot() {
    for line in [
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Auto-Response-Suppress: All",
        "Auto-Submitted: no",
        "X-MS-Has-Attach:\r\nX-MS-TNEF-Correlator:",
        "X-MS-Exchange-Organization-SCL: -1",
        "Precedence: normal",
        "Importance: high",
        "Disposition-Notification-To: robin@home.example",
    ] {
        let what = with(&format!("Subject: Re: Before your visit\r\n{line}"), "2");
        assert_eq!(
            what,
            What::Reply { text: Private::new("2".to_owned()), has_attachments: false },
            "{line}"
        );
    }
}

#[test]
fn our_line_counts_in_the_header_only() {
    let what = with("Subject: Re: Before", "X-Foreword: 1\r\n2");
    assert!(matches!(what, What::Reply { .. }));
}

const REPORT: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: bounce+tok@clinic.example\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"B/1\"\r\n\r\n--B/1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--B/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; robin@home.example\r\nAction: ACTION\r\nStatus: CODE\r\n\r\n--B/1\r\nContent-Type: message/rfc822\r\n\r\nFrom: visits@clinic.example\r\nX-Foreword: 1\r\nSubject: Before your visit\r\n\r\n##- above -##\r\n0 1 2 3\r\n--B/1--\r\n";

#[test]
fn a_report_of_non_delivery_says_whom_it_is_about_and_whether_it_is_final() {
    let read = |action: &str, code: &str| {
        let raw = REPORT.replace("ACTION", action).replace("CODE", code);
        read_mail(raw.as_bytes()).expect("it is a mail").what
    };
    let bounce = |is_final, status: &str| {
        let recipient = Some(Private::new("robin@home.example".to_owned()));
        What::Bounce(Bounce { is_final, status: Some(status.to_owned()), recipient })
    };
    assert_eq!(read("failed", "5.1.1"), bounce(true, "5.1.1"));
    assert_eq!(read("delayed", "4.4.1"), bounce(false, "4.4.1"));
    assert_eq!(read("failed", "4.4.7"), bounce(true, "4.4.7"));
    assert_eq!(read("delivered", "2.0.0"), What::Automatic("it was delivered"));
    assert_eq!(read("relayed", "2.0.0"), What::Automatic("it was delivered"));
}

#[test]
fn somebody_who_passes_a_bounce_on_is_a_person() {
    let what = with(
        "Subject: Fwd: Undelivered Mail Returned to Sender\r\nIn-Reply-To: <a@b>",
        "What is this? 5.1.1",
    );
    assert!(matches!(what, What::Reply { .. }), "{what:?}");
}

#[test]
fn a_button_to_unsubscribe_is_a_complaint_and_the_typed_word_is_a_reply() {
    assert_eq!(with("Subject: unsubscribe\r\nAuto-Submitted: auto-generated", ""), What::Complaint);
    assert!(matches!(with("Subject: unsubscribe", "unsubscribe"), What::Reply { .. }));
}
