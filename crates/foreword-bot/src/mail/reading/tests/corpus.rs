//! What comes of mails that others collected (their sources stand in `tests/mail/corpus/PROVENANCE.md`).

use super::*;

/// Where an expectation of the corpus is not what is needed here. They count as failures all the same.
const CONTRADICTS: &[(&str, &str)] = &[
    (
        "reply/discourse/embedded_email_7.txt",
        "keeps lines marked as quoted: our questions must never come back as an answer",
    ),
    (
        "reply/discourse/forwarded_message.txt",
        "keeps the text of a mail that is only passed on: nothing of it was written by the person",
    ),
    (
        "reply-eml/talon-eml/iphone.eml",
        "keeps \"Sent from my iPhone\", which talon cuts in a step of its own",
    ),
];

fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What is read out of a file of the corpus, as a mail.
fn read(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).expect("the file is there");
    let written = String::from_utf8_lossy(&bytes);
    let name = path.to_string_lossy();
    let raw = if name.ends_with(".eml") {
        bytes
    } else if name.ends_with(".html") {
        mail("text/html; charset=utf-8", &written)
    } else {
        // Their authors mark the lines of the signature.
        mail("text/plain; charset=utf-8", &written.replace("#sig#", ""))
    };
    text(&read_mail(&raw)?).map(ToOwned::to_owned)
}

struct Outcome {
    right: usize,
    wrong: Vec<String>,
}

/// Compares what is read with the expectations that end so, white space aside.
fn compare(kinds: &[&str], ending: &str) -> Outcome {
    let mut outcome = Outcome { right: 0, wrong: Vec::new() };
    for path in kinds.iter().flat_map(|kind| files(&format!("corpus/{kind}"))) {
        let Some(name) = path.to_str().and_then(|name| name.strip_suffix(ending)) else { continue };
        let mut expected = std::fs::read_to_string(&path).expect("it is text");
        if name.contains("/talon-sig/") {
            // There the expectation is the signature, and the reply is what is left.
            let whole = std::fs::read_to_string(name).expect("it is text");
            expected = bare(&whole.replace("#sig#", "")).replace(&bare(&expected.replace("#sig#", "")), "");
        }
        if read(Path::new(name)).is_some_and(|read| bare(&read) == bare(&expected)) {
            outcome.right += 1;
        } else {
            outcome.wrong.push(name.split("/corpus/").nth(1).unwrap_or(name).to_owned());
        }
    }
    outcome
}

#[test]
fn of_real_replies_at_least_95_in_100_are_cut_as_expected() {
    let kinds = ["reply", "reply-html", "reply-eml", "signature"];
    let theirs = compare(&kinds, ".expected");
    let ours = compare(&kinds, ".expected.ours");
    let mut wrong: Vec<&str> = theirs.wrong.iter().chain(&ours.wrong).map(String::as_str).collect();
    wrong.sort_unstable();
    let mut known: Vec<&str> = CONTRADICTS.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    let report = format!("right: theirs {}, ours {}; wrong: {wrong:#?}", theirs.right, ours.right);
    assert_eq!(wrong, known, "{report}");
    assert_eq!((theirs.right, ours.right), (42, 72), "{report}");
    let right = theirs.right + ours.right;
    assert!(right * 100 >= 95 * (right + wrong.len()), "{report}");
}

#[test]
fn people_are_never_taken_for_machines() {
    let people = ["reply", "reply-html", "reply-eml", "signature"];
    for path in people.iter().flat_map(|kind| files(&format!("corpus/{kind}"))) {
        if !path.to_string_lossy().contains(".expected") {
            assert!(read(&path).is_some(), "{} was not read as a person's", path.display());
        }
    }
    let path = folder("corpus/not-bounce/sisimai/not_is-not-bounce-01.eml");
    assert!(read(&path).is_some(), "a mail that is no bounce");
}

/// How many files of a kind are read so, and the names of the others.
fn read_as(kind: &str, is: impl Fn(&What) -> bool) -> (usize, Vec<String>) {
    let (mut right, mut wrong) = (0, Vec::new());
    for path in files(&format!("corpus/{kind}")) {
        let heard = read_mail(&std::fs::read(&path).expect("the file is there")).expect("it is a mail");
        if is(&heard.what) {
            right += 1;
        } else {
            wrong.push(format!("{}: {:?}", path.file_name().unwrap_or_default().display(), heard.what));
        }
    }
    (right, wrong)
}

#[test]
fn automatic_replies_are_recognised() {
    let (right, wrong) = read_as("auto-reply", |what| matches!(what, What::Automatic(_)));
    assert_eq!((right, wrong), (3, vec![]));
}

#[test]
fn complaints_are_recognised() {
    let (right, wrong) = read_as("feedback-loop", |what| matches!(what, What::Complaint));
    assert_eq!((right, wrong), (9, vec![]));
}

#[test]
fn bounces_are_recognised() {
    let (right, wrong) = read_as("dsn", |what| matches!(what, What::Bounce(_)));
    // A list that says who is no member of it.
    assert_eq!((right, wrong.len()), (67, 1), "{wrong:?}");
    assert!(wrong[0].starts_with("bsd_lhost-fml-02.eml: Automatic"), "{wrong:?}");
}

#[test]
fn most_bounces_say_who_was_not_reached_and_why() {
    let (right, wrong) = read_as(
        "dsn",
        |what| matches!(what, What::Bounce(bounce) if bounce.recipient.is_some() && bounce.status.is_some()),
    );
    assert_eq!(right + wrong.len(), 68);
    assert!(right >= 45, "{right} {wrong:#?}");
}
