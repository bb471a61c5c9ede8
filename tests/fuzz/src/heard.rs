//! What patients and staff write: mail, chats, and the answers in them.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use foreword_bot::{
    mail::read_mail,
    telegram::{heard, read_update},
};
use foreword_domain::{
    chat::{Order, Pressed},
    conversation::{
        Command, Conversation, Said,
        script::{Ask, Script, Why},
        step,
    },
    instrument::{Item, ItemKind},
    language::Lang,
    mail::What,
    message::Channel,
    phrases::Phrases,
    private::Private,
    reply,
    response::{Answer, Ledger, Respondent, Value},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Target,
    input::{choice, instrument, instruments, now, same, text},
    seeds,
};

const MAIL: &[&str] = &[
    "From: ",
    "To: ",
    "Cc: ",
    "Subject: Re: ",
    "Message-ID: <",
    "In-Reply-To: <",
    "References: ",
    "Content-Type: text/plain; charset=",
    "Content-Type: text/html",
    "Content-Type: multipart/mixed; boundary=\"",
    "multipart/report; report-type=delivery-status",
    "message/rfc822",
    "message/delivery-status",
    "Content-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: quoted-printable",
    "Auto-Submitted: auto-replied",
    "Authentication-Results: ",
    "Delivered-To: ",
    "Return-Path: <>",
    "Final-Recipient: rfc822; ",
    "Status: 5.1.1",
    "Action: failed",
    "Diagnostic-Code: smtp; 550",
    "--",
    "\r\n\r\n",
    "\r\n ",
    "=?utf-8?B?",
    "=?iso-2022-jp?Q?",
    "?=",
    "utf-7",
    "iso-2022-jp",
    "gb18030",
    "<div>",
    "<blockquote>",
    "<!--",
    "</",
    "&#x110000;",
    "&nbsp;",
    "<style>",
    "\r\n> ",
    "-----Original Message-----",
    "On Mon, Roe wrote:",
    "=\r\n",
    "=3D",
    "=00",
    "<table><tr><td>",
    "Feedback-Type: abuse",
];
const UPDATE: &[&str] = &[
    "\"update_id\":",
    "\"message\":{",
    "\"edited_message\":{",
    "\"callback_query\":{",
    "\"my_chat_member\":{",
    "\"chat\":{\"id\":",
    "\"type\":\"private\"",
    "\"from\":{\"id\":",
    "\"is_bot\":true",
    "\"language_code\":\"",
    "\"text\":\"/start ",
    "\"date\":",
    "\"data\":\"",
    "\"entities\":[",
    "\"forward_origin\":{",
    "\"migrate_to_chat_id\":",
    "null",
    "-9223372036854775808",
    "1e99",
    "\\ud83d",
    "\\u0000",
    "[[[[[[[[",
];
const TYPED: &[&str] = &[
    "1",
    "2 1 0 3",
    "1: 2\n2: 0",
    "yes",
    "no",
    "not at all",
    "several days",
    "nearly every day",
    "skip",
    "back",
    "stop",
    "STOP",
    "help",
    "/help",
    "/start",
    "change 3",
    "/change 3",
    "today",
    "take ab12c",
    "ask P1 before next: ",
    "ask \"P 1\" before 2026-11-24: why?",
    "„",
    "“",
    "«",
    "：",
    "٣",
    "３",
    "½",
    "²",
    "1,5",
    "1.5",
    "-1",
    "1e3",
    "24.11.2026",
    "11/24/2026",
    "2026-11-24",
    "24 November 2026",
    "\u{200f}",
    "\u{202e}",
    "e\u{301}",
    "\u{1f642}",
    "لا",
    "nein",
    "jamais",
    "uno",
    "f1.0000abcd.c.1.2.3",
    "f1.-.l.de",
    ".",
    "\n",
    "\t",
    "none",
    "nothing",
];

/// What is fed here.
pub const TARGETS: &[Target] = &[
    Target { name: "mail", feed: mail, seeds: mails, words: MAIL, longest: 8192 },
    Target { name: "chat-update", feed: update, seeds: updates, words: UPDATE, longest: 2048 },
    Target { name: "chat-words", feed: words, seeds: words_typed, words: TYPED, longest: 256 },
    Target { name: "reply", feed: understood, seeds: replies, words: TYPED, longest: 256 },
    Target { name: "conversation", feed: conversation, seeds: dialogues, words: TYPED, longest: 512 },
];

fn mail(data: &[u8]) {
    let read = read_mail(data);
    assert_eq!(read_mail(data), read, "read again it says something else");
    let Some(read) = read else { return };
    assert!(read.message_id.is_none_or(|id| !id.reveal().is_empty()), "an identifier is empty");
    if let What::Reply { text, .. } = read.what {
        assert!(text.reveal().len() <= 4 * data.len() + 1024, "more was written than came");
    }
}

fn update(data: &[u8]) {
    let raw = text(data);
    let said = heard(&raw);
    let Some(update) = read_update(&raw) else { return };
    // What is kept says the same as what came.
    let kept = read_update(update.raw.reveal()).expect("what was kept is an update");
    assert_eq!((kept.number, kept.chat), (update.number, update.chat), "what was kept is another update");
    let json = |raw: &str| serde_json::from_str(raw).unwrap_or(serde_json::Value::Null);
    let is_same = same(&json(kept.raw.reveal()), &json(update.raw.reveal()));
    assert!(is_same, "what was kept changes when it is read");
    assert_eq!(heard(update.raw.reveal()), said, "what was kept says something else");
}

fn words(data: &[u8]) {
    let typed = text(data);
    if let Some(pressed) = Pressed::read(&typed) {
        assert_eq!(pressed.data(), typed, "a button carries something else");
    }
    match Order::read(&typed) {
        Some(Order::Take(code)) => assert_eq!(code.len(), 5),
        Some(Order::Ask(asking)) => {
            assert!(!asking.question.trim().is_empty() && !asking.patient.is_empty(), "nothing is asked");
        }
        Some(Order::Unclear(why)) => assert!(!why.words().is_empty()),
        Some(Order::Today) | None => {}
    }
    for lang in Phrases::get().languages() {
        let command = Command::read(&typed, lang);
        assert_eq!(
            Command::read(&format!(" {typed}\n"), lang),
            command,
            "blanks around it make it something else"
        );
    }
    for piece in foreword_domain::chat::split(&typed, 64) {
        assert!(piece.chars().count() <= 64, "a piece is too long");
    }
}

/// All questions of what ships, each in each of its languages.
fn questions() -> &'static [(&'static Item, &'static Lang)] {
    static ALL: LazyLock<Vec<(&'static Item, &'static Lang)>> = LazyLock::new(|| {
        let of = instruments().values();
        of.flat_map(|instrument| {
            instrument.questions().flat_map(|item| instrument.languages.keys().map(move |lang| (item, lang)))
        })
        .collect()
    });
    &ALL
}

fn understood(data: &[u8]) {
    let (first, data) = choice(data);
    let (second, data) = choice(data);
    let questions = questions();
    let (item, lang) = questions[(first * 256 + second) % questions.len()];
    let said = text(data);
    let choices: Vec<_> = item.choices().iter().collect();
    let offers = reply::offers(&choices, |label| match label {
        foreword_domain::instrument::Label::Text(words) => {
            words.get(lang).into_iter().map(str::to_owned).collect()
        }
        foreword_domain::instrument::Label::AnswerTo(_) => vec!["my own words".to_owned()],
    });
    let words = Phrases::get().words();
    let of = |said: &str| reply::understand(item, &offers, words, said);
    if let Ok(value) = of(&said) {
        permitted(item, &value);
        let alone = reply::batch(&[(item, offers.clone())], words, &said);
        assert!(alone.is_err() || !alone.is_ok_and(|all| all.is_empty()), "one answer became none");
    }
    let three = [(item, offers.clone()), (item, offers.clone()), (item, offers.clone())];
    if let Ok(values) = reply::batch(&three, words, &said) {
        assert_eq!(values.len(), 3, "not one answer for each");
        for value in &values {
            permitted(item, value);
        }
    }
    if let Some(value) = item.read_code(&said) {
        permitted(item, &value);
    }
}

/// Only what is permitted is an answer, and it is read again from how it is written.
fn permitted(item: &Item, value: &Value) {
    let again = item.read_code(&value.written());
    assert!(again.as_ref() == Some(value) || *value == Value::Skipped, "{}: {}", item.id, value.written());
    let fits = match (&item.kind, value) {
        (ItemKind::Integer(bounds), Value::Integer(number)) => (bounds.min..=bounds.max).contains(number),
        (ItemKind::Date(bounds), Value::Date(date)) => (bounds.min..=bounds.max).contains(date),
        (ItemKind::Scale { .. }, Value::Scale(mark)) => *mark <= 10,
        (ItemKind::Text { max_chars }, Value::Text(words)) => words.chars().count() <= *max_chars,
        (ItemKind::Choice(_), Value::Choice(code)) => item.choice(code).is_some(),
        (ItemKind::MultipleChoice(_), Value::Choices(codes)) => {
            !codes.is_empty() && codes.iter().all(|code| item.choice(code).is_some())
        }
        (ItemKind::Decimal(_), Value::Decimal(_)) | (_, Value::Skipped) => true,
        _ => false,
    };
    assert!(fits, "{} has no such answer: {}", item.id, value.written());
}

fn script(lang: &Lang) -> Script {
    let asks = ["visit-agenda", "phq-9", "peg"].map(|id| Ask {
        key: id.to_owned(),
        instrument: Arc::clone(instrument(id)),
        language: instrument(id).language_for(lang).cloned().unwrap_or_else(Lang::english),
        why: Why::Asked,
    });
    Script::new(asks.to_vec())
}

/// A dialogue: each line is one message.
fn conversation(data: &[u8]) {
    static SCRIPTS: LazyLock<BTreeMap<Lang, Script>> =
        LazyLock::new(|| Phrases::get().languages().map(|lang| (lang.clone(), script(lang))).collect());
    let (which, data) = choice(data);
    let (lang, script) = SCRIPTS.iter().nth(which % SCRIPTS.len()).expect("a language");
    let (mut ledger, mut standing) = (Ledger::default(), Conversation::new(lang.clone()));
    for (n, line) in text(data).lines().take(24).enumerate() {
        let said = if n == 0 { Said::Here } else { Said::Text(Private::new(line.to_owned())) };
        let next = step(script, &ledger, &standing, &said, 1 + which / 64);
        for (at, value) in next.answers {
            let place = script.question(&ledger, &at).expect("only what is there is answered");
            permitted_here(place.item, &value);
            ledger.enter(Answer {
                at,
                value,
                answered_at: now(),
                channel: Channel::Telegram,
                ui_language: lang.clone(),
                instrument_language: lang.clone(),
                by: Respondent::Patient,
            });
        }
        assert!(!next.replies.is_empty() || next.stop, "nothing is said in return");
        standing = next.conversation;
    }
}

fn permitted_here(item: &Item, value: &Value) {
    if *value != Value::Skipped {
        permitted(item, value);
    }
}

// --- What changes begin with -------------------------------------------------------------------

fn mails() -> Vec<Vec<u8>> {
    let mut all = seeds::files("tests/mail/corpus", ".eml");
    all.extend(seeds::texts(&[
        "From: a@b.example\r\nTo: c+d@e.example\r\nSubject: Re: x\r\nMessage-ID: <1@b>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n2\r\n\r\nOn Mon, Clinic wrote:\r\n> how are you\r\n",
        "From: mailer-daemon@b.example\r\nTo: c+d@e.example\r\nSubject: Undelivered\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nfailed\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; b\r\n\r\nFinal-Recipient: rfc822; q@r.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--x--\r\n",
    ]));
    all
}

fn updates() -> Vec<Vec<u8>> {
    let from = json!({ "id": 7, "is_bot": false, "first_name": "A", "language_code": "de" });
    let chat = json!({ "id": 7, "type": "private" });
    [
        json!({ "update_id": 1, "message": { "message_id": 2, "from": from, "chat": chat, "date": 1_795_000_000, "text": "/start abc" } }),
        json!({ "update_id": 2, "callback_query": { "id": "9", "from": from, "message": { "message_id": 2, "chat": chat, "date": 0 }, "data": "f1.-.l.de" } }),
        json!({ "update_id": 3, "edited_message": { "message_id": 2, "from": from, "chat": chat, "date": 1, "edit_date": 2, "text": "3" } }),
        json!({ "update_id": 4, "my_chat_member": { "from": from, "chat": chat, "date": 1, "new_chat_member": { "status": "kicked" } } }),
        json!({ "update_id": 5, "message": { "message_id": 3, "from": from, "chat": { "id": -10, "type": "group" }, "migrate_to_chat_id": -20, "date": 1 } }),
    ]
    .iter()
    .map(|update| update.to_string().into_bytes())
    .collect()
}

fn words_typed() -> Vec<Vec<u8>> {
    use foreword_domain::{
        chat::{Press, Spot, Tag, Wish},
        ids::ConversationId,
    };
    let tag = Tag::of(ConversationId(Uuid::from_u128(0x0194_0000_0000_7000_8000_0000_0000_0001)));
    let spot = Spot { ask: 1, item: 2 };
    let mut all: Vec<Vec<u8>> = [
        Press::Choose(spot, 3),
        Press::Done(spot),
        Press::Wish(Wish::named("stop").expect("a wish")),
        Press::About,
        Press::Agree(true),
    ]
    .into_iter()
    .map(|press| Pressed::of(tag, press).data().into_bytes())
    .collect();
    all.extend(seeds::texts(&[
        "ask \"MRN 12\" before next: How is it?",
        "take ab12c",
        "/today",
        "/stop",
        "Zurück",
        "change 3",
        "مساعدة",
    ]));
    all
}

fn replies() -> Vec<Vec<u8>> {
    let said = [
        "2",
        "1 2 0",
        "1: 1\n2: 0\n3: 2",
        "nearly every day",
        "7.5",
        "24.11.2026",
        "gar nicht",
        "my own words",
        "١",
    ];
    (0..64_u8)
        .flat_map(|n| said.map(|said| [&[n / 16, n.wrapping_mul(37)], said.as_bytes()].concat()))
        .collect()
}

fn dialogues() -> Vec<Vec<u8>> {
    let said = [
        "\nyes\nmy knee\ntalk\nno\n1\n0\n2\n3\n1\n0\n0\n0\n1\n1\n5\n5\n5",
        "\nback\nskip\nhelp\nreview\nchange 2\nlanguage de\npause\nresume\nstop",
        "\n1 2 0 3 1 0 0 0 1\nnein\nich weiß nicht\nzurück",
    ];
    (0..6_u8).flat_map(|n| said.map(|said| [&[n + 64 * (n % 4)], said.as_bytes()].concat())).collect()
}
