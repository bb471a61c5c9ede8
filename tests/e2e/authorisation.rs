//! Who may open what: every page of staff, by every role, at their own clinic and at another one.

mod in_chats;
mod in_emergencies;
mod matrix;
mod rows;

use foreword_app::access::roles::Held;
use foreword_bot::mail::read_mail;
use foreword_domain::ids::StaffId;

use crate::kit::{Mailbox, Tab, World};

const PASSWORD: &str = "a long enough password";

/// The clinic that the members of staff of these tests work at.
pub const NORTH: &str = "North Clinic";
/// The other one.
pub const SOUTH: &str = "South Clinic";
/// What must never be read by anybody at North: the family name and the words of South's patient, and
/// who wrote in their place.
pub const CANARIES: [&str; 3] = ["Southwell", "southerly", "mallory"];

const JOHN: &str = "A2,P2,John,Whitfield,1949-11-02,en,Europe/London,john@home.test,,2026-11-25T10:00,20,North Clinic,Dr Roe,GI follow-up,booked";
const OTHER: &str = "B2,P8,Canary,Southwell,1951-06-05,en,Europe/London,canary@home.test,,2026-11-25T10:00,20,South Clinic,Dr Sue,GI follow-up,booked";

/// What there is of each kind at a clinic, by its id.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub appointment: String,
    pub question: String,
    pub message: String,
    pub mail: String,
    pub patient: String,
    pub topic: String,
    pub goal: String,
    pub alert: String,
}

/// Two clinics of one installation, with a patient each of whom everything there is exists: an answer that is a
/// red flag, a question, a message that was sent, a mail and a line of the feed that were refused.
pub struct Two {
    pub world: World,
    pub north: Rows,
    pub south: Rows,
}

impl Two {
    pub async fn new() -> Self {
        let world = World::with_mailbox().await;
        world.book(&[JOHN, OTHER, &JOHN.replace("P2", "P9"), &OTHER.replace("P8", "P9")]).await;
        world.tick().await;
        let house = member(&world, "house", &[("clinician", None)]).await;
        let mut both = [Rows::default(), Rows::default()];
        for (rows, (visit, patient, address, from, words)) in both.iter_mut().zip([
            ("A2", "P2", "john@home.test", "eve@home.test", "northerly"),
            ("B2", "P8", "canary@home.test", "mallory@home.test", "southerly"),
        ]) {
            let first = Mailbox::of(&world, address).newest();
            Mailbox::of(&world, from).reply_to(&first, words).await;
            let mut phone = world.phone(visit).await;
            phone.say_all(&["", words, "1", "no", "6", words, "3", "2", "yes"]).await;
            let text = format!("Is the pain {words}?");
            let put = world.app.put_question(house, patient, "next", &text, world.now()).await.unwrap();
            rows.appointment = put.appointment.to_string();
            rows.question = put.id.to_string();
            rows.patient = world.visit_of(visit).await.1.to_string();
            let closing = world.app.closing(put.appointment).await.unwrap();
            rows.topic = closing.topics[0].at.to_string();
            let goal = world.app.set_goal(house, put.appointment, &format!("Go {words}"), world.now()).await;
            rows.goal = goal.unwrap().to_string();
        }
        let [mut north, mut south] = both;
        let sent = foreword_app::messages::Stage::Sent;
        for line in world.app.messages_in(sent, None, "test", world.now()).await.unwrap().lines {
            let Some(visit) = line.visit else { continue };
            let rows = if visit.clinic == NORTH { &mut north } else { &mut south };
            rows.message = line.id.to_string();
        }
        for mail in world.app.mails_to_see(read_mail, "test", world.now()).await.unwrap() {
            let (about, _) = mail.about.unwrap();
            let rows = if about.to_string() == north.appointment { &mut north } else { &mut south };
            rows.mail = mail.id.to_string();
        }
        let alerts = world.alerts().await;
        assert_eq!(alerts.len(), 2, "a red flag at each");
        for alert in alerts {
            let rows = if alert.appointment == north.appointment { &mut north } else { &mut south };
            rows.alert = alert.id;
        }
        for rows in [&north, &south] {
            assert!(!rows.message.is_empty() && !rows.mail.is_empty(), "{rows:?}");
        }
        Self { world, north, south }
    }
}

/// A member of staff with these roles, each at a clinic or at all of them.
pub async fn member(world: &World, login: &str, roles: &[(&str, Option<&str>)]) -> StaffId {
    let roles = held(roles);
    world.app.put_staff_with(login, login, &roles, PASSWORD, world.now()).await.unwrap()
}

pub fn held(roles: &[(&str, Option<&str>)]) -> Vec<Held> {
    let one = |(role, clinic): &(&str, Option<&str>)| Held {
        role: (*role).to_owned(),
        clinic: clinic.map(str::to_owned),
    };
    roles.iter().map(one).collect()
}

/// A tab in which they are signed in.
pub async fn signed_in(world: &World, login: &str) -> Tab {
    let mut tab = world.tab();
    tab.send("/clinic/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert!(!tab.at.starts_with("/clinic/sign-in"), "{login}: {}", tab.page);
    tab
}

/// What stands in the main part of a page.
pub fn main_of(tab: &Tab) -> String {
    let rest = tab.page.split("<main").nth(1).unwrap_or_else(|| panic!("no page: {}", tab.page));
    rest.split("</main>").next().unwrap_or_default().to_owned()
}
