//! The audit log: what was changed in it is found, what is read of patients stands in it, and staff can look
//! through it.

mod looking;
mod tampering;

use std::sync::Arc;

use foreword_app::auditing::{Checked, Kind};
use foreword_store::audit::{self, Entry};
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::kit::{World, world::GRACE};

/// Another way to the database than the service's.
async fn beside(world: &World) -> DatabaseConnection {
    let options = foreword_store::Options { url: world.url.parse().unwrap() };
    foreword_store::connect_single(&options).await.unwrap()
}

async fn check(world: &World) -> Checked {
    world.app.check_audit(None, Arc::new(|_, _| ())).await.unwrap()
}

/// The log, oldest first.
async fn log(world: &World) -> Vec<Entry> {
    let mut rows =
        world.store.read(|txn| Box::pin(async move { audit::newest(txn, 10_000).await })).await.unwrap();
    rows.reverse();
    rows
}

/// Notes so many acts.
async fn act(world: &World, times: usize) {
    for n in 0..times {
        let subject = format!("appointment:01a1ffa1-68e9-70c9-8e13-{n:012}");
        world.app.note_read("staff:roe", "summary.read", &subject, world.now()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_touched_is_right_linked_or_not() {
    let world = World::new().await;
    assert_eq!(check(&world).await, Checked::default(), "an empty one is right");
    world.invite_grace().await;
    let rows = u64::try_from(log(&world).await.len()).unwrap();
    assert!(rows > 1);
    let before = check(&world).await;
    assert!(before.is_right(), "{:?}", before.faults);
    assert_eq!((before.rows, before.unlinked, before.links, before.as_is), (rows, rows, 0, 0));
    assert_eq!(world.app.seal_audit(world.now()).await.unwrap(), rows);
    assert_eq!(world.app.seal_audit(world.now()).await.unwrap(), 0, "each row once");
    let after = check(&world).await;
    assert!(after.is_right(), "{:?}", after.faults);
    assert_eq!((after.rows, after.unlinked, after.links), (rows, 0, 1));
    let noted = after.last.clone().unwrap();
    act(&world, 2_500).await;
    world.app.seal_audit(world.now()).await.unwrap();
    let more = world.app.check_audit(Some(noted.clone()), Arc::new(|_, _| ())).await.unwrap();
    assert!(more.is_right(), "what was noted is still there: {:?}", more.faults);
    assert_eq!((more.rows, more.links), (rows + 2_500, 4));
    let other = (noted.0, noted.1.replace(|c: char| c.is_ascii_digit(), "a"));
    let not = world.app.check_audit(Some(other), Arc::new(|_, _| ())).await.unwrap();
    assert_eq!(not.faults[0].kind, Kind::Broken);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_before_are_taken_as_they_are_once_and_are_then_as_safe_as_others() {
    let world = World::new().await;
    let connection = beside(&world).await;
    let old =
        "INSERT INTO audit (at, actor, action, subject) VALUES (1795000000000000, 'service', 'old', 'x')";
    for _ in 0..3 {
        connection.execute_unprepared(old).await.unwrap();
    }
    act(&world, 2).await;
    let before = check(&world).await;
    assert!(before.is_right() && before.as_is == 3, "{before:?}");
    world.app.seal_audit(world.now()).await.unwrap();
    let after = check(&world).await;
    assert!(after.is_right() && after.as_is == 3 && after.links == 2, "{after:?}");
    connection.execute_unprepared("UPDATE audit SET subject = 'y' WHERE id = 2").await.unwrap();
    let faults = check(&world).await.faults;
    assert_eq!((faults.len(), faults[0].kind, faults[0].link), (1, Kind::Changed, Some(1)), "{faults:?}");
    connection.execute_unprepared("UPDATE audit SET subject = 'x' WHERE id = 2").await.unwrap();
    assert!(check(&world).await.is_right());
    // Another one that says it is from before comes too late.
    connection.execute_unprepared(old).await.unwrap();
    assert_eq!(check(&world).await.faults[0].kind, Kind::Changed);
    world.app.seal_audit(world.now()).await.unwrap();
    assert_eq!(check(&world).await.faults[0].kind, Kind::Changed, "a link makes it no better");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_that_write_and_link_at_once_leave_a_log_that_is_right() {
    let world = World::new().await;
    let mut busy = Vec::new();
    for n in 0..4 {
        let (app, now) = (world.app.clone(), world.now());
        busy.push(tokio::spawn(async move {
            for m in 0..25 {
                app.note_read(&format!("staff:{n}"), "day.read", &m.to_string(), now).await.unwrap();
            }
        }));
        let (app, now) = (world.app.clone(), world.now());
        busy.push(tokio::spawn(async move {
            for _ in 0..5 {
                app.seal_audit(now).await.unwrap();
                let found = app.check_audit(None, Arc::new(|_, _| ())).await.unwrap();
                assert!(found.is_right(), "while others write: {:?}", found.faults);
            }
        }));
    }
    for one in busy {
        one.await.unwrap();
    }
    world.app.seal_audit(world.now()).await.unwrap();
    let found = check(&world).await;
    assert!(found.is_right() && found.rows == 100 && found.unlinked == 0, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_leaves_nothing_in_the_log() {
    let mut world = World::new().await;
    world.leave_things_lying();
    world.book(&[GRACE]).await;
    let before = log(&world).await;
    assert_eq!(world.app.rehearse(None, None, world.now(), |_, _| ()).await.unwrap().len(), 3);
    assert_eq!(log(&world).await, before);
}

#[test]
fn nothing_in_the_program_changes_or_removes_rows_of_the_log() {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let words: Vec<&str> = text.split_whitespace().collect();
            let plain = words.join(" ");
            for what in [
                "UPDATE audit",
                "DELETE FROM audit",
                "TRUNCATE audit",
                "audit_entry::Entity::update",
                "audit_entry::Entity::delete",
                "audit_link::Entity::update",
                "audit_link::Entity::delete",
            ] {
                let times = plain.matches(what).count();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.extend(std::iter::repeat_n(format!("{name}: {what}"), times));
            }
        }
    }
    let mut found = Vec::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned();
    walk(&root.join("crates"), &mut found);
    walk(&root.join("migrations"), &mut found);
    assert_eq!(found, ["link.rs: UPDATE audit"], "only putting a row into its link");
}
