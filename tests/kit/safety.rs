//! A clinic that is ready for answers that may need somebody at once.

use std::fmt::Write;

use foreword_app::access::roles::Held;
use foreword_domain::ids::StaffId;

use super::World;

/// The clinic.
pub const CLINIC: &str = "North Clinic";
/// The password of its people.
pub const PASSWORD: &str = "a long enough password";

/// A plan that lacks nothing: Roe is on call, Lee is the deputy, Okoro leads.
pub fn plan(version: &str, pager: &str) -> String {
    let mut text = format!(
        "clinic = \"{CLINIC}\"\nversion = \"{version}\"\nowner = \"okoro\"\ntime_zone = \"Europe/London\"\n\n\
         [chain]\ndeputy = \"lee\"\nsafety_lead = \"okoro\"\n\n[[on_call]]\nperson = \"roe\"\n\n\
         [deadlines]\nred_minutes = 30\nstep_minutes = 15\n\n[hours]\n"
    );
    for day in ["mon", "tue", "wed", "thu", "fri"] {
        writeln!(text, "{day} = [\"08:30-12:30\", \"13:30-17:30\"]").unwrap();
    }
    for login in ["roe", "lee", "okoro"] {
        write!(text, "\n[people.{login}]\nemail = \"{login}@staff.test\"\nwebhook = \"{pager}/{login}\"\n")
            .unwrap();
    }
    for (lang, numbers) in [
        ("en", "[\"999 in an emergency\", \"Helpline of the test, 0800 115\"]"),
        ("es", "[\"112 en una emergencia\"]"),
        ("de", "[\"112 im Notfall\"]"),
        ("fr", "[\"15 en cas d'urgence\"]"),
        ("ar", "[\"112\"]"),
    ] {
        write!(text, "\n[crisis.{lang}]\nnumbers = {numbers}\n").unwrap();
    }
    text
}

/// The three people of it; who is on call, and the deputy.
pub async fn people(world: &World) -> (StaffId, StaffId) {
    let mut ids = Vec::new();
    for (login, name) in [("roe", "Dr Roe"), ("lee", "Nurse Lee"), ("okoro", "Dr Okoro")] {
        let held = [Held { role: "clinician".to_owned(), clinic: Some(CLINIC.to_owned()) }];
        ids.push(world.app.put_staff_with(login, name, &held, PASSWORD, world.now()).await.unwrap());
    }
    (ids[0], ids[1])
}

/// Sets the plan, switches a pathway on, and looks once.
pub async fn make_ready(world: &World, pager: &str, pathway: &str) -> (StaffId, StaffId) {
    let known = people(world).await;
    let set = world.app.set_safety_plan("plan.toml", &plan("1", pager), "operator", world.now()).await;
    let (_, checked) = set.expect("the plan is right");
    assert_eq!((checked.faults, checked.missing), (vec![], vec![]));
    let missing = world.app.activate_pathway(pathway, CLINIC, true, "operator", world.now()).await;
    assert_eq!(missing.expect("there is such a pathway"), Vec::<String>::new());
    world.app.watch(world.now()).await.expect("the alerts can be looked at");
    known
}
