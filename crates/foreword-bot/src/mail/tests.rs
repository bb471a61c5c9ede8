use foreword_domain::{
    language::Lang,
    mail::{Part, Thread, Ways},
    message::{Channel, Post},
};

use super::*;

fn options(url: &str) -> Options {
    Options {
        from: "Example Clinic <visits@clinic.example>".to_owned(),
        smtp_url: url.to_owned(),
        ..Options::default()
    }
}

fn link(label: &str, link: &str, is_main: bool) -> Part {
    Part::Link { words: Some("هنا:".to_owned()), label: label.to_owned(), link: link.to_owned(), is_main }
}

fn letter() -> Letter {
    let lang = Lang::parse("ar").unwrap();
    Letter {
        subject: "قبل زيارتك".to_owned(),
        marker: Some("##- اكتب فوق هذا السطر -##".to_owned()),
        parts: vec![
            Part::words("أهلاً".to_owned(), &lang),
            link("أجب <عن> الأسئلة", "https://clinic.example/v/abc", true),
            link("تيليجرام", "https://t.me/clinic_bot?start=abc&x=1", false),
            Part::small("عيادة".to_owned(), &lang),
        ],
        ways: Some(Ways {
            answer: "answer+aabc@clinic.example".to_owned(),
            bounce: "answer+babc@clinic.example".to_owned(),
            stop: "answer+sabc@clinic.example".to_owned(),
            stop_link: "https://clinic.example/stop/sabc".to_owned(),
        }),
        thread: Thread { root: Some("visit.1".to_owned()), replies_to: None },
    }
}

fn message() -> Outbound {
    Outbound {
        key: "0190:invitation:email".to_owned(),
        channel: Channel::Email,
        address: "patient@home.example".to_owned(),
        language: Lang::parse("ar").unwrap(),
        body: Body::Letter(Box::new(letter())),
    }
}

fn sent(letter: &Letter) -> String {
    let mail = Mail::new(&options("smtp://127.0.0.1:1")).unwrap();
    String::from_utf8(mail.compose(&message(), letter).ok().unwrap().bytes).unwrap()
}

#[tokio::test]
async fn a_letter_has_two_parts_a_stable_id_addresses_of_its_own_and_says_it_is_automatic() {
    let whole = sent(&letter());
    let unfolded = whole.replace("\r\n ", " ");
    for wanted in [
        "Message-ID: <0190.invitation.email@clinic.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "X-Foreword: 1",
        "Reply-To: \"Example Clinic\" <answer+aabc@clinic.example>",
        "References: <visit.1@clinic.example>",
        "List-Unsubscribe: <https://clinic.example/stop/sabc>, <mailto:answer+sabc@clinic.example>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(unfolded.contains(wanted), "{wanted} is missing in\n{unfolded}");
    }
    assert!(!whole.contains("In-Reply-To"), "it replies to nothing");
    assert!(whole.lines().all(|line| line.len() <= 998), "no line is longer than RFC 5322 allows");
    let html = body::html(&message().language, &letter());
    assert!(html.contains(r#"<html lang="ar" dir="rtl">"#));
    assert!(html.contains("&#60;عن&#62;"), "what is put into the page is escaped");
    assert!(
        html.contains(r#"href="https://t.me/clinic_bot?start=abc&#38;x=1" rel="noreferrer">تيليجرام</a>"#),
        "{html}"
    );
    assert!(!html.contains("src="), "nothing remote is loaded");
}

#[tokio::test]
async fn a_letter_comes_back_to_an_address_of_its_own_and_a_reply_follows_on_what_it_answers() {
    let mail = Mail::new(&options("smtp://127.0.0.1:1")).unwrap();
    let composed = mail.compose(&message(), &letter()).ok().unwrap();
    assert_eq!(composed.envelope.from().unwrap().to_string(), "answer+babc@clinic.example");
    let thread =
        Thread { root: Some("visit.1".to_owned()), replies_to: Some("x.1@mail.home.example".to_owned()) };
    let reply = sent(&Letter { thread, ..letter() });
    for wanted in [
        "In-Reply-To: <x.1@mail.home.example>",
        "References: <visit.1@clinic.example> <x.1@mail.home.example>",
        "Auto-Submitted: auto-replied",
    ] {
        assert!(reply.contains(wanted), "{wanted} is missing in\n{reply}");
    }
    // What others call their mail is theirs to choose; it does not get into our header as it is.
    for hostile in ["a@b>\r\nBcc: <all@home.example", "no address", "", &"x@".repeat(300)] {
        let thread = Thread { root: None, replies_to: Some(hostile.to_owned()) };
        let reply = sent(&Letter { thread, ..letter() });
        assert!(!reply.contains("Bcc") && !reply.contains("In-Reply-To"), "{reply}");
    }
    let plain = Letter { ways: None, thread: Thread::default(), ..letter() };
    let alone = sent(&plain);
    assert!(
        !alone.contains("List-Unsubscribe") && !alone.contains("Reply-To") && !alone.contains("References")
    );
}

#[test]
fn the_text_part_says_what_the_html_part_says() {
    let text = letter().text();
    assert_eq!(
        text,
        "##- اكتب فوق هذا السطر -##\n\nأهلاً\n\nهنا:\nhttps://clinic.example/v/abc\n\nهنا:\nhttps://t.me/clinic_bot?start=abc&x=1\n\nعيادة\n"
    );
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

/// How a mail server behaves.
#[derive(Clone, Copy, Debug)]
enum Server {
    Takes,
    RefusesTheAddress,
    IsBusy,
    DiesAfterTheData,
}

/// A mail server that serves one conversation, as RFC 5321 has it; returns the port.
fn serve(server: Server) -> u16 {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let say = |line: &str| (&stream).write_all(format!("{line}\r\n").as_bytes()).unwrap();
        say("220 mail.test ESMTP");
        let mut in_data = false;
        for line in lines {
            let Ok(line) = line else { return };
            match (in_data, line.split([' ', ':']).next().unwrap_or_default()) {
                (true, ".") if matches!(server, Server::DiesAfterTheData) => {
                    let _ = stream.shutdown(std::net::Shutdown::Both);
                    return;
                }
                (true, ".") => {
                    in_data = false;
                    say("250 taken");
                }
                (true, _) => {}
                (_, "RCPT") if matches!(server, Server::RefusesTheAddress) => {
                    say("550 5.1.1 <patient@home.example> is unknown here");
                }
                (_, "RCPT") if matches!(server, Server::IsBusy) => say("451 4.3.0 come back later"),
                (_, "DATA") => {
                    in_data = true;
                    say("354 go on");
                }
                (_, "QUIT") => {
                    say("221 bye");
                    return;
                }
                _ => say("250 fine"),
            }
        }
    });
    port
}

#[tokio::test]
async fn what_the_mail_server_does_decides_what_becomes_of_a_message() {
    let send = async |port: u16| {
        let mail = Mail::new(&options(&format!("smtp://127.0.0.1:{port}"))).unwrap();
        mail.deliver(&message()).await
    };
    assert_eq!(send(serve(Server::Takes)).await, Delivery::Accepted(None));
    for (server, wanted) in [
        (Server::RefusesTheAddress, "Unreachable"),
        (Server::IsBusy, "Later"),
        (Server::DiesAfterTheData, "Unknown"),
    ] {
        let delivery = format!("{:?}", send(serve(server)).await);
        assert!(delivery.starts_with(wanted), "{server:?}: {delivery}");
        assert!(!delivery.contains("patient@home.example"), "the reason names nobody: {delivery}");
    }
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(
        send(nobody).await,
        Delivery::Later(
            "the mail server cannot be reached: check host and port in mail.smtp_url, and the firewall"
                .to_owned()
        )
    );
}

#[tokio::test]
async fn what_is_said_in_a_chat_is_no_letter() {
    let mail = Mail::new(&options("smtp://127.0.0.1:1")).unwrap();
    let post = Outbound { body: Body::Post(Post::default()), ..message() };
    assert!(matches!(mail.deliver(&post).await, Delivery::Never(_)));
}

#[tokio::test]
async fn a_second_try_is_a_second_file_with_the_same_identifier() {
    let dir = std::env::temp_dir().join(format!("foreword-mail-again-{}", std::process::id()));
    let mail = Mail::new(&options(&format!("file:{}", dir.display()))).unwrap();
    for _ in 0..2 {
        assert_eq!(mail.deliver(&message()).await, Delivery::Accepted(None));
    }
    let mut files: Vec<_> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["0190.invitation.email.2.eml", "0190.invitation.email.eml"]);
    std::fs::remove_dir_all(&dir).unwrap();
}
