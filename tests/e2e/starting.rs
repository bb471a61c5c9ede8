//! Starting: on nothing, twice, beside another program, without room.

use std::{
    net::TcpListener,
    process::{Child, Stdio},
    time::Duration,
};

use crate::kit::{
    Folder,
    process::{begin, foreword, free_port, nap, run, told},
};

struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn demo(folder: &Folder, port: u16) -> Demo {
    let child = foreword()
        .current_dir(&folder.0)
        .args(["demo", "--port", &port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.path("demo.log")).unwrap())
        .spawn()
        .unwrap();
    Demo(child)
}

fn ready_after(port: u16) -> Duration {
    let begun = begin();
    while ureq::get(format!("http://127.0.0.1:{port}/readyz")).call().is_err() {
        assert!(begun.elapsed() < Duration::from_mins(1), "the demo does not come up");
        nap(20);
    }
    begun.elapsed()
}

#[test]
fn the_demo_comes_up_with_nothing_configured_and_goes_on_from_there() {
    let folder = Folder::new();
    let port = free_port();
    let first = demo(&folder, port);
    ready_after(port);
    let printed = |folder: &Folder| -> serde_json::Value {
        let file = folder.path("foreword-demo/demo.json");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    };
    let before = printed(&folder);
    assert_eq!(before["base_url"], format!("http://127.0.0.1:{port}"));
    let patients = before["patients"].as_array().unwrap();
    assert_eq!(patients.len(), 12);
    for key in ["id", "name", "birth_date", "language", "channel", "appointment", "start", "link"] {
        assert!(patients.iter().all(|p| p[key].is_string()), "{key}");
    }
    let mails = std::fs::read_dir(folder.path("foreword-demo/mail")).unwrap().flatten().count();
    assert_eq!(mails, 12, "everybody was invited");
    let link = patients[0]["link"].as_str().unwrap();
    let page = ureq::get(link).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(page.contains("Year of birth"));

    // Others read it and answer into it while it runs.
    let database = "sqlite://foreword-demo/foreword.db";
    let typed = "While the demo runs\n1\nno\n";
    let (code, out, err) = told(&run(
        foreword().current_dir(&folder.0).args(["chat", "--database", database, "--link", link]),
        typed,
    ));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("you: While the demo runs"));
    let appointment = patients[0]["appointment"].as_str().unwrap();
    let (_, out, _) = told(&run(foreword().current_dir(&folder.0).args(["summary", appointment]), ""));
    assert!(out.contains("1. While the demo runs [wants to talk about it]"), "{out}");
    let (_, out, _) = told(&run(
        foreword().current_dir(&folder.0).args(["alerts", "list", "--json", "--database", database]),
        "",
    ));
    let alerts: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(alerts.as_array().unwrap().len(), 1, "one open alert");
    assert_eq!(alerts[0]["state"], "open");

    drop(first);
    let _second = demo(&folder, port);
    let took = ready_after(port);
    let after = printed(&folder);
    assert_eq!(after, before, "links and passwords stay");
    assert!(took < Duration::from_secs(2), "the second start took {took:?}");
}

#[test]
fn a_taken_port_and_an_unwritable_folder_are_said_and_change_nothing() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, err) = told(&run(foreword().current_dir(&folder.0).args(["demo", "--port", &port]), ""));
    assert_eq!(code, Some(1));
    assert!(
        err.contains(&format!("127.0.0.1:{port} is taken by another program")) && err.contains("--port"),
        "{err}"
    );
    assert!(!folder.path("foreword-demo").exists(), "nothing was made");
    let (code, _, err) = told(&run(
        foreword()
            .current_dir(&folder.0)
            .env("FOREWORD__HTTP__LISTEN", format!("127.0.0.1:{port}"))
            .arg("serve"),
        "",
    ));
    assert_eq!(code, Some(1));
    assert!(err.contains("http.listen"), "{err}");
    assert!(!folder.path("foreword.db").exists());

    let free = free_port().to_string();
    let (code, _, err) = told(&run(
        foreword().current_dir(&folder.0).args(["demo", "--dir", "/proc/foreword", "--port", &free]),
        "",
    ));
    assert_eq!(code, Some(1));
    assert!(err.contains("cannot write to the folder /proc/foreword") && err.contains("--dir"), "{err}");
    let (code, _, err) = told(&run(
        foreword().current_dir(&folder.0).args(["migrate", "--database", "sqlite://nowhere/foreword.db"]),
        "",
    ));
    assert_eq!(code, Some(1));
    assert!(err.contains("nowhere/foreword.db"), "{err}");
}

#[test]
fn several_processes_may_bring_one_database_up_to_date_at_once() {
    let folder = Folder::new();
    let children: Vec<_> = (0..6)
        .map(|_| {
            foreword()
                .current_dir(&folder.0)
                .args(["migrate", "--database", "sqlite://foreword.db"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in children {
        let (code, out, err) = told(&child.wait_with_output().unwrap());
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains("m0001_first  applied"), "{out}");
    }
}
