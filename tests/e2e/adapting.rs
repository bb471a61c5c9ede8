//! A bank asked item by item, in the conversation like any other instrument.

use std::process::Command;

use crate::kit::{
    Folder,
    process::{clinic_in, run, told},
};

const FEED: &str = "appointment_id,patient_id,given_name,family_name,birth_date,language,time_zone,email,phone,start,duration_min,clinic,clinician,type,status
A1,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-03-02T09:30,20,North,Dr Roe,Mood visit,booked
A2,P1,Grace,Okafor,1958-03-14,en,Europe/London,grace@home.test,,2027-05-02T09:30,20,North,Dr Roe,Mood visit,booked
";

const PATHWAY: &str = r#"id = "mood"
version = "1"
title = "Mood"
goal = "See together how the mood is."
reader = "The clinician"
expected_action = "Talk about it."
[trigger]
types = ["Mood visit"]
[[ask]]
instrument = "mood-words"
"#;

fn at(folder: &Folder) -> Command {
    let mut command = clinic_in(&folder.0);
    command.env("FOREWORD__PATHWAYS__DIR", "own").env("RUST_LOG", "error");
    command
}

fn begin() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("own")).unwrap();
    folder.write("own/mood.toml", PATHWAY);
    folder.write("feed.csv", FEED);
    let (code, _, err) = told(&run(at(&folder).args(["import", "appointments", "feed.csv"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let (code, _, err) = told(&run(at(&folder).args(["tick", "--at", "2027-02-23T09:30:00Z"]), ""));
    assert_eq!(code, Some(0), "{err}");
    folder
}

fn chat(folder: &Folder, typed: &str) -> String {
    let (code, out, err) = told(&run(at(folder).args(["chat", "--patient", "P1"]), typed));
    assert_eq!(code, Some(0), "{err}");
    out
}

fn page(folder: &Folder) -> String {
    let (code, out, err) = told(&run(at(folder).args(["summary", "A1"]), ""));
    assert_eq!(code, Some(0), "{err}");
    out
}

/// The words asked about: those after "1 of 12" and the stem.
fn asked(transcript: &str) -> Vec<&str> {
    let lines: Vec<&str> = transcript.lines().collect();
    let is_progress = |line: &str| {
        line.trim_start_matches("bot: ")
            .split_once(" of ")
            .is_some_and(|(n, of)| n.parse::<u8>().is_ok() && of.parse::<u8>().is_ok())
    };
    lines.windows(3).filter(|three| is_progress(three[0])).map(|three| three[2]).collect()
}

#[test]
fn a_bank_is_answered_in_the_conversation_and_ends_when_it_knows_enough() {
    let folder = begin();
    let out = chat(&folder, &"1\n".repeat(12));
    assert!(out.contains("bot: Thank you. That was everything."), "{out}");
    let questions = asked(&out);
    assert!((4..=12).contains(&questions.len()), "{questions:?}");
    let page = page(&folder);
    assert!(page.contains("likely between") && page.contains("higher = worse"), "{page}");
    assert!(page.contains(&format!("{0} of {0} answered", questions.len())), "{page}");

    let (code, out, err) =
        told(&run(at(&folder).args(["instruments", "exposure", "mood-words", "--json"]), ""));
    assert_eq!(code, Some(0), "{err}");
    let exposure: serde_json::Value = serde_json::from_str(&out).unwrap();
    let sum: u64 =
        exposure["items"].as_array().unwrap().iter().map(|item| item["asked"].as_u64().unwrap()).sum();
    assert_eq!((exposure["visits"].as_u64(), sum), (Some(1), questions.len() as u64));
}

#[test]
fn a_bank_paused_and_resumed_is_the_same_as_in_one_sitting() {
    let answers = ["1", "3", "2", "1", "0", "2", "1", "3", "2", "1", "0", "2"];
    let whole = begin();
    let at_once = chat(&whole, &format!("{}\n", answers.join("\n")));
    let halves = begin();
    let first = chat(&halves, &format!("{}\npause\n", answers[..3].join("\n")));
    assert!(!first.contains("That was everything"), "{first}");
    let second = chat(&halves, &format!("{}\n", answers[3..].join("\n")));
    let mut both = asked(&first);
    // The question that waited is asked again on coming back.
    both.pop_if(|last| asked(&second).first() == Some(last));
    both.extend(asked(&second));
    assert_eq!(both, asked(&at_once));
    let score = |page: &str| page.lines().find(|line| line.contains("likely between")).map(str::to_owned);
    assert_eq!(score(&page(&whole)), score(&page(&halves)));
    assert!(score(&page(&whole)).is_some());
}

#[test]
fn an_answer_to_a_bank_can_be_changed_and_one_left_out() {
    let folder = begin();
    // The second question is left out, the third answer changed by going back.
    let out = chat(&folder, &format!("1\nskip\n1\nback\n3\n{}", "3\n".repeat(10)));
    assert!(out.contains("That was everything"), "{out}");
    let page = page(&folder);
    assert!(page.contains("1 left out by choice") && page.contains("likely between"), "{page}");
}
