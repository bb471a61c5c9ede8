//! Red flags that a person answers: from the answer that raises one to what came of it.

mod acting;
mod by_programs;
mod crashing;
mod in_need;
mod on_cards;
mod planning;
mod telling;
mod trying;
mod watching;

use std::fmt::Write;

use foreword_app::{
    alerting::{acting::Deed, inbox::Page},
    dispatch::Done,
};
use foreword_domain::{
    alert::OutcomeKind,
    ids::{AlertId, StaffId},
    message::Channel,
    private::Private,
};
use jiff::{SignedDuration, Timestamp};

use crate::kit::{
    World,
    mailbox::Mail,
    pager::Pager,
    safety::{CLINIC, PASSWORD, make_ready, people, plan},
};

/// A patient whose visit asks PHQ-9, in an hour in which the clinic works: Friday 20 November 2026, 09:00.
pub const MAYA: &str = "M1,M1,Maya,Stone,1984-05-02,en,Europe/London,maya@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,Mood follow-up,booked";
const PATHWAY: &str = "mood-follow-up";

/// A clinic that is ready: three people, a plan, the pathway switched on, and somebody who watches.
struct Ready {
    world: World,
    pager: Pager,
    roe: StaffId,
    lee: StaffId,
}

impl Ready {
    async fn new() -> Self {
        Self::of(World::new().await).await
    }

    /// The same, in which the alarm at the end of the chain is logged as an error.
    async fn with_errors() -> Self {
        Self::of(World::with_errors().await).await
    }

    /// The same, in which PHQ-9 may be answered in a chat.
    async fn in_chats() -> Self {
        let phq_9 = include_str!("../../config/instruments/phq-9.toml")
            .replace("channels = [\"web\",", "channels = [\"telegram\", \"web\",");
        let file = foreword_app::catalog::File { name: "phq-9.toml".to_owned(), text: phq_9 };
        Self::of(World::with(&[file], &[]).await).await
    }

    async fn of(world: World) -> Self {
        let pager = Pager::start().await;
        let (roe, lee) = make_ready(&world, &pager.url, PATHWAY).await;
        Self { world, pager, roe, lee }
    }

    /// Maya, invited; her telephone after the agenda and the first eight questions.
    async fn maya_up_to_item_nine(&self) -> crate::kit::world::Phone<'_> {
        self.world.book(&[MAYA]).await;
        self.world.tick().await;
        let mut phone = self.world.phone("M1").await;
        phone.say_all(&["", "no", "6", "nothing"]).await;
        phone.say_all(&["1"; 8]).await;
        phone
    }

    /// A minute goes by as the worker sees it; tells which notices went out how.
    async fn minute(&self) -> Vec<Done> {
        self.world.pass(SignedDuration::from_mins(1));
        self.look().await
    }

    /// The worker looks.
    async fn look(&self) -> Vec<Done> {
        let now = self.world.now();
        self.world.app.watch(now).await.unwrap();
        let hook = Pager::door();
        self.world.app.send_notices(&|| Some(now), &[&self.world.mail, &hook], &Channel::ALL).await.unwrap()
    }

    /// The clock goes to so many minutes after an instant, minute by minute.
    async fn until(&self, from: Timestamp, minutes: i64) {
        while self.world.now() < from.checked_add(SignedDuration::from_mins(minutes)).unwrap() {
            self.minute().await;
        }
    }

    async fn only(&self) -> Page {
        let all = self.world.alerts().await;
        assert_eq!(all.len(), 1, "{all:?}");
        self.page(all[0].id.parse().unwrap()).await
    }

    async fn page(&self, id: AlertId) -> Page {
        self.world.app.alert(id, "test", self.world.now()).await.unwrap()
    }

    async fn does(&self, id: AlertId, deed: Deed, by: StaffId) -> Result<(), foreword_app::Error> {
        self.world.app.act_on_alert(id, deed, by, "page", self.world.now()).await
    }

    /// What happened to the only alert: minutes after it was raised, and what.
    async fn log(&self) -> String {
        let page = self.only().await;
        let from = page.line.alert.raised_at;
        let mut lines: Vec<(i64, String)> =
            page.log.into_iter().map(|(at, what)| (at.duration_since(from).as_mins(), what)).collect();
        // Those that are told at the same time are told in any order.
        lines.sort_by_key(|(minute, what)| {
            let told = what.contains(" was told ");
            (*minute, told, told.then(|| what.clone()))
        });
        lines.into_iter().fold(String::new(), |mut text, (minute, what)| {
            writeln!(text, "{minute:>3} {what}").unwrap();
            text
        })
    }

    /// The mails to staff, oldest first.
    fn notices(&self) -> Vec<Mail> {
        let mails = self.world.mails().into_iter().map(|(_, raw)| Mail::parse(&raw));
        let mut mails: Vec<Mail> = mails.filter(|mail| mail.message_id.starts_with("alert.")).collect();
        mails.sort_by_key(|mail| mail.message_id.clone());
        mails
    }
}

fn spoke(words: &str) -> Deed {
    Deed::Outcome(OutcomeKind::Spoke, Private::new(words.to_owned()))
}
