use foreword_domain::{language::Lang, message::Channel};

use super::*;

fn options(url: &str) -> Options {
    Options { from: "Example Clinic <visits@clinic.example>".to_owned(), smtp_url: url.to_owned() }
}

fn message() -> Outbound {
    Outbound {
        key: "0190:invitation:email".to_owned(),
        channel: Channel::Email,
        address: "patient@home.example".to_owned(),
        language: Lang::parse("ar").unwrap(),
        subject: "قبل زيارتك".to_owned(),
        text: "أهلاً\nhttp://clinic.example/v/abc".to_owned(),
        link: "http://clinic.example/v/abc".to_owned(),
        link_label: "أجب <عن> الأسئلة".to_owned(),
        before: vec!["أهلاً".to_owned()],
        after: vec!["عيادة".to_owned()],
    }
}

#[test]
fn a_message_has_two_parts_a_stable_id_and_says_it_is_automatic() {
    let dir = std::env::temp_dir().join(format!("foreword-mail-{}", std::process::id()));
    let mail = Mail::new(&options(&format!("file:{}", dir.display()))).unwrap();
    let sent = String::from_utf8(mail.message(&message()).unwrap().formatted()).unwrap();
    for wanted in [
        "Message-ID: <0190.invitation.email@clinic.example>",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(sent.contains(wanted), "{wanted} is missing in\n{sent}");
    }
    assert!(body::html(&message()).contains(r#"<html lang="ar" dir="rtl">"#));
    assert!(body::html(&message()).contains("&#60;عن&#62;"), "what is put into the page is escaped");
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn a_wrong_setting_says_what_would_be_right() {
    for (url, wanted) in [
        ("clinic.example", "must be file:DIR"),
        ("smtp://", "must be file:DIR"),
        ("smtp://clinic.example:mail", "must be a number"),
        ("smtp://clinic.example?tls=perhaps", "tls=required"),
        ("imap://clinic.example", "must be file:DIR"),
    ] {
        let refused = Mail::new(&options(url)).err().map(|e| e.to_string()).unwrap_or_default();
        assert!(refused.contains(wanted), "{url}: {refused}");
    }
    let nobody = Options { from: "nobody".to_owned(), ..options("file:/tmp") };
    assert!(Mail::new(&nobody).err().unwrap().to_string().contains("mail.from"));
}
