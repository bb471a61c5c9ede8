//! What patients write back, in the shapes of their mail programs and in five languages.

use super::{
    shapes::{ABOVE, BELOW, OURS, Ours, Shape},
    *,
};

/// What is written, and what of it is the person's answer.
const ANSWERS: &[(&str, &str)] = &[
    ("2", "2"),
    ("0", "0"),
    (" 3 \n", "3"),
    ("2.", "2."),
    ("1 2 0 3", "1 2 0 3"),
    ("1\n2\n0\n3", "1\n2\n0\n3"),
    ("1: 2\n2: 0", "1: 2\n2: 0"),
    ("1) 2\n\n2) 3\n", "1) 2\n\n2) 3"),
    ("210321", "210321"),
    ("2️⃣", "2️⃣"),
    ("٢", "٢"),
    ("２", "２"),
    ("Several days", "Several days"),
    ("An einzelnen Tagen", "An einzelnen Tagen"),
    ("Casi todos los días", "Casi todos los días"),
    ("Plus de la moitié du temps", "Plus de la moitié du temps"),
    ("أكثر من نصف الأيام", "أكثر من نصف الأيام"),
    ("STOP", "STOP"),
    ("I don't know", "I don't know"),
    ("1 or 2", "1 or 2"),
    (
        "My knee hurts at night.\n\nAnd I would like to talk about the pills from 12.5.2026.",
        "My knee hurts at night.\n\nAnd I would like to talk about the pills from 12.5.2026.",
    ),
    // Around the answer.
    ("2\n\nRobin", "2"),
    ("2\n\nRobin Miller", "2"),
    ("2\n\nBest regards,\nRobin Miller", "2"),
    ("2\n\nThanks!\nRobin", "2"),
    ("2\n\nThanks, Robin", "2"),
    (
        "Hello,\n\n2\n\nKind regards\n\nRobin Miller\n12 High Street, 90210 Springfield\nTel. +1 555 012 3456",
        "2",
    ),
    ("1 2 0 3\n\nRobin Miller\nPhone: 555-0123-456\nrobin.miller@home.example", "1 2 0 3"),
    ("2\n-- \nRobin Miller\nTel. 0170 1234567\nwww.miller.example", "2"),
    ("2\n\n--\n3 Miller Lane", "2"),
    ("2\n\n—\nRobin, 60", "2"),
    ("2\n\nMit freundlichen Grüßen\nRobin Miller\nMobil: 0170 1234567", "2"),
    ("Guten Tag,\n2\nLG Robin", "2"),
    (
        "Guten Morgen!\n\n1 2 0 3\n\nViele Grüße\nDr. Robin Miller\nHauptstr. 5\n12345 Berlin\nTel.: 030 / 123 45 67",
        "1 2 0 3",
    ),
    ("Hola:\n\n2\n\nUn saludo,\nRobin Miller\nTfno. 600 123 456", "2"),
    ("Bonjour,\n\n2\n\nCordialement,\nRobin Miller\nPort. : 06 12 34 56 78", "2"),
    ("Sehr geehrte Damen und Herren,\n\nbeinahe jeden Tag\n\nMit freundlichen Grüßen", "beinahe jeden Tag"),
    ("السلام عليكم\n\n٢\n\nمع تحياتي،\nروبن ميلر\nجوال: 0501234567", "٢"),
    ("مرحبا،\nعدة أيام\nشكرا", "عدة أيام"),
    ("2\n\nSent from my iPhone", "2"),
    ("2\n\nEnvoyé de mon iPhone 15", "2"),
    ("2\n\nVon meinem Samsung Galaxy A52 gesendet", "2"),
    ("2\n\nEnviado desde mi móvil", "2"),
    ("2\n\nأُرسلت من الـ iPhone", "2"),
    ("2\n\nSent from Outlook for Android", "2"),
    ("2\n\nGesendet mit der GMX Mail App", "2"),
    // What must stay, so that it is asked again.
    ("2\n\nThanks\n3", "2\n\nThanks\n3"),
    ("2\n\nThanks\nStop", "2\n\nThanks\nStop"),
    ("2\n\nDanke\nDrei", "2\n\nDanke\nDrei"),
    ("2\n\nno, 3", "2\n\nno, 3"),
    ("Hello, not 2 but 3\n\n2", "Hello, not 2 but 3\n\n2"),
    ("", ""),
];

fn written_in(ours: &Ours, has_marker: bool) -> String {
    format!("{}, {}", ours.lang, if has_marker { "with our line" } else { "without our line" })
}

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Reads answers in shapes: each answer in each shape once, the languages and our line in turn, and some
/// answers in all of them.
fn check(shapes: &[(&str, Shape)], few: usize) {
    let (mut right, mut wrong) = (0, Vec::new());
    let mut one = |shape: &str, write: Shape, ours: &Ours, has_marker: bool, own: &str, expected: &str| {
        let heard = read_mail(&write(ours, own, has_marker)).expect("it is a mail");
        let read = text(&heard).expect("a person wrote it");
        if bare(read) == bare(expected) {
            right += 1;
        } else {
            wrong.push(format!("{shape} ({}): {own:?} became {read:?}", written_in(ours, has_marker)));
        }
    };
    for (s, (shape, write)) in shapes.iter().enumerate() {
        for (a, (own, expected)) in ANSWERS.iter().enumerate() {
            let ours = &OURS[(s + a) % OURS.len()];
            one(shape, *write, ours, (s / 2 + a / 5) % 2 == 0, own, expected);
        }
        for ours in OURS {
            for has_marker in [true, false] {
                for (own, expected) in ANSWERS.iter().step_by(ANSWERS.len() / few) {
                    one(shape, *write, ours, has_marker, own, expected);
                }
            }
        }
    }
    wrong.sort_by_key(|wrong| wrong.rsplit("): ").next().map(ToOwned::to_owned));
    assert!(wrong.is_empty(), "{right} right, {} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(right >= shapes.len() * (ANSWERS.len() + 2 * OURS.len() * few), "{right} were read");
}

#[test]
fn an_answer_above_what_is_quoted_comes_out_alone() {
    check(ABOVE, 2);
}

#[test]
fn an_answer_below_or_between_what_is_quoted_comes_out_alone() {
    check(BELOW, 5);
}

#[test]
fn nothing_of_ours_comes_back_when_nothing_was_written() {
    for ours in OURS {
        for (shape, write) in ABOVE.iter().chain(BELOW) {
            for own in ["", "-- \nRobin Miller\nTel. 0170 1234567", "Sent from my iPhone"] {
                for has_marker in [true, false] {
                    let heard = read_mail(&write(ours, own, has_marker)).expect("it is a mail");
                    assert_eq!(text(&heard), Some(""), "{shape} ({})", written_in(ours, has_marker));
                }
            }
        }
    }
}

#[test]
fn what_is_attached_is_said_and_a_signature_is_no_attachment() {
    let (_, picture) =
        ABOVE.iter().find(|(name, _)| name.contains("picture")).expect("there is such a shape");
    for (shape, has) in [(picture, true), (&ABOVE[1].1, false), (&ABOVE[7].1, false)] {
        let heard = read_mail(&shape(&OURS[0], "2", true)).expect("it is a mail");
        let What::Reply { has_attachments, .. } = heard.what else { panic!("a person wrote it") };
        assert_eq!(has_attachments, has);
    }
}

#[test]
fn the_rest_of_a_quoted_line_that_was_torn_off_is_no_answer() {
    let torn =
        "> Please choose one of the answers below and type a number, which is from 0 to\n3.\n> Thank you\n";
    assert_eq!(own(&format!("On Mon, Mar 1, 2027 at 9:30 AM X <x@clinic.example> wrote:\n{torn}")), "");
    let asked = "> 1. How often?\n2\n> 2. How much?\n1\n";
    assert_eq!(
        own(&format!("On Mon, Mar 1, 2027 at 9:30 AM X <x@clinic.example> wrote:\n{asked}")),
        "2\n\n1"
    );
}

#[test]
fn what_is_passed_on_is_not_what_somebody_wrote() {
    for rule in [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message réexpédié :",
        "---------- Forwarded message ---------\nVon: Example Clinic <visits@clinic.example>",
        "---------- رسالة محولة ---------",
    ] {
        assert_eq!(own(&format!("\n{rule}\n\n1. How often?\n0 = Not at all\n")), "", "{rule}");
        assert_eq!(own(&format!("For you\n\n{rule}\n\n1. How often?\n0 = Not at all\n")), "For you");
    }
}

#[test]
fn sentences_that_look_like_the_head_of_a_quotation_stay() {
    for said in [
        "Ik heb al twee keer een brief geschreven, maar niets gehoord.",
        "Ik heb dit geschreven:\nmijn knie doet pijn",
        "Mein Arzt schrieb:\nbitte mehr bewegen",
        "On the one hand it hurts, on the other it does not.",
        "My doctor wrote: take two pills",
        "El médico escribió que todo bien",
        "From: my knee to my hip, it all hurts",
        "It began on 12.5.2026: pain in the morning",
        "Ce message est pour le docteur Petit",
        "This message is for Dr. Adams, please",
        "Sent my papers to the desk, no answer yet",
        "Von meinem Knie bis zur Hüfte tut alles weh",
        "كتب لي الطبيب دواء جديدا",
    ] {
        assert_eq!(own(said), said);
    }
}
