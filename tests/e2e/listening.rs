//! What feeds say to a service that listens.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use foreword_domain::appointment::Status;

use crate::kit::{
    World,
    process::{Server, free_port, nap},
    world::GRACE,
};

/// A message of a scheduling system; times without offset are the clinic's.
fn message(event: &str, id: &str, control: &str, written: &str, start: &str) -> String {
    format!(
        "MSH|^~\\&|SCHED|HOSP|FOREWORD|FW|{written}||SIU^{event}^SIU_S12|{control}|P|2.5.1||||||UNICODE UTF-8\r\
         SCH||{id}^SCHED||||ROUTINE|FOLLOWUP|WC^Wellbeing check|20|min|^^^{start}\r\
         PID|1||P7^^^HOSP^MR||Okafor^Gráce||19580314|F|||||^NET^Internet^grace@home.test||en\r\
         AIL|1|A|North\r"
    )
}

fn send(stream: &mut TcpStream, message: &str) -> String {
    stream.write_all(format!("\x0b{message}\x1c\r").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\x1c\r") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_listens_takes_messages_and_files_in() {
    let mut world = World::new().await;
    world.leave_things_lying();
    let (port, mllp) = (free_port(), free_port());
    let inbox = world.folder.path("inbox");
    std::fs::create_dir_all(&inbox).unwrap();
    let more = [
        ("FOREWORD__FEEDS__MLLP_LISTEN".to_owned(), format!("127.0.0.1:{mllp}")),
        ("FOREWORD__FEEDS__FOLDER".to_owned(), inbox.display().to_string()),
        ("FOREWORD__CLINIC__TIME_ZONE".to_owned(), "Europe/Berlin".to_owned()),
    ];
    let (url, folder) = (world.url.clone(), world.folder.0.clone());
    let mut server = tokio::task::block_in_place(|| Server::start_with(&url, &folder, port, &more));
    let mut stream = tokio::task::block_in_place(|| TcpStream::connect(("127.0.0.1", mllp)).unwrap());
    let mut tell = |event, id, control, written, start| {
        tokio::task::block_in_place(|| send(&mut stream, &message(event, id, control, written, start)))
    };
    // Booked, moved, and the booking once more, late.
    let booked = tell("S12", "H1", "M1", "20270101080000", "20270302093000");
    assert!(booked.contains("MSA|AA|M1"), "{booked}");
    let moved = tell("S13", "H1", "M2", "20270101090000", "20270309093000");
    assert!(moved.contains("MSA|AA|M2"), "{moved}");
    let late = tell("S12", "H1", "M3", "20270101080000", "20270302093000");
    assert!(late.contains("MSA|AA|M3"), "{late}");
    let line = world.line("H1").await;
    assert_eq!(line.appointment.start, "2027-03-09T08:30:00Z".parse().unwrap());
    assert_eq!(line.patient.profile.reveal().given_name, "Gráce");
    // What can't be read says why; what is for somebody else is rejected; a cancellation before its booking counts.
    let refused = tell("S12", "H2", "M4", "20270101080000", "yesterday");
    assert!(refused.contains("MSA|AE|M4") && refused.contains("SCH-11"), "{refused}");
    let foreign = tell("S99", "H3", "M5", "20270101080000", "20270302093000");
    assert!(foreign.contains("MSA|AR|M5"), "{foreign}");
    tell("S15", "H4", "M6", "20270101090000", "20270302093000");
    tell("S12", "H4", "M7", "20270101080000", "20270302093000");
    assert_eq!(world.line("H4").await.appointment.status, Status::Cancelled);

    // Files: one that is right, one with a fault, one that is none of ours.
    let csv = |rows: &str| format!("{}\n{rows}\n", foreword_intake::feeds::csv::COLUMNS.join(","));
    let write = |name: &str, text: &str| std::fs::write(inbox.join(name), text).unwrap();
    write("night.csv", &csv(GRACE));
    write(
        "broken.ics",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:X\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    write("notes.txt", "nothing");
    tokio::task::block_in_place(|| {
        for _ in 0..300 {
            if !inbox.join("night.csv").exists() && !inbox.join("broken.ics").exists() {
                break;
            }
            nap(100);
        }
    });
    let names = |place: &str| -> Vec<String> {
        let Ok(files) = std::fs::read_dir(inbox.join(place)) else { return Vec::new() };
        let mut names: Vec<String> =
            files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let done = names("done");
    assert!(
        done.len() == 2 && done[0].ends_with("-night.csv") && done[1].ends_with("-night.log"),
        "{done:?}"
    );
    let faulty = names("faulty");
    assert_eq!(faulty.len(), 2, "{faulty:?}");
    let log = std::fs::read_to_string(inbox.join("faulty").join(&faulty[1])).unwrap();
    assert!(log.contains("2: rejected DTSTART"), "{log}");
    assert!(inbox.join("notes.txt").exists());
    assert_eq!(world.line("A1").await.patient.profile.reveal().given_name, "Grace");
    let log = world.app.feed_log(10, "test", world.now()).await.unwrap();
    let told: Vec<(&str, &str)> = log.iter().map(|e| (e.feed.as_str(), e.outcome.as_str())).collect();
    assert!(told.contains(&("hl7", "rejected")) && told.contains(&("hl7", "outdated")), "{told:?}");
    assert!(told.contains(&("ics", "rejected")), "{told:?}");
    let said = std::fs::read_to_string(folder.join("server.log")).unwrap();
    for private in ["Gráce", "Okafor", "grace@home", "P7", "1958"] {
        assert!(!said.contains(private), "{private} is in the log: {said}");
    }
    server.kill();
}
