//! What is owed to a chat, put into words when it is sent: from how the visit stands at that moment.

use foreword_domain::{
    chat::{
        Edit, LIMIT, Message, Prompt, Reply, Tag, Tell, View, Visit as VisitView, answered, lay_out, split,
    },
    conversation::{Say, State},
    ids::PatientId,
    language::Lang,
    message::{Channel, Edited, Post},
    response::{ItemRef, Respondent},
};
use foreword_store::{
    Txn, invitations,
    outbox::{self, Outcome, Row},
    patients,
    telegram::{self, Chat},
};
use jiff::Timestamp;

use super::{Standing, people};
use crate::{App, Result, Visit, dispatch::Ready};

/// What a reply comes to, before it is cut into messages.
pub(crate) struct Told {
    /// What happens in the chat.
    pub post: Post,
    /// The question that will wait for an answer.
    pub prompt: Option<Prompt>,
    /// The language it is said in.
    pub language: Lang,
}

impl App {
    /// Chooses the words of a reply, or finds that it may not be sent any more.
    pub(crate) async fn tell(
        &self,
        txn: &Txn,
        row: &Row,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<Result<Told, Ready>> {
        let not = |outcome: Outcome| Ok(Err(Ready::Not(outcome)));
        let Ok(id) = row.address.reveal().parse::<i64>() else {
            return not(Outcome::GaveUp("the address is no chat".to_owned()));
        };
        let chat = match telegram::chat::<Standing>(txn, id).await {
            Ok(Some(chat)) => chat,
            // That something went wrong can be said whatever it was.
            Ok(None) | Err(_) if reply.says == [Tell::Trouble] => Chat::new(id),
            Ok(None) => return not(Outcome::Cancelled("the chat is gone".to_owned())),
            Err(error) => return Err(error.into()),
        };
        if chat.unreachable_at.is_some() {
            return not(Outcome::GaveUp("nobody can be reached in this chat any more".to_owned()));
        }
        if let Some(until) = chat.pause_until.filter(|until| *until > now) {
            return not(Outcome::RetryAt(until, "one message a second".to_owned()));
        }
        let people = telegram::patients_of(txn, id).await?;
        let visit = match reply.conversation {
            None => None,
            Some(conversation) => {
                let visit = self.load(txn, conversation, false).await?;
                let known = people.iter().find(|(patient, _)| *patient == visit.stored.patient);
                let by = known.map_or(Respondent::Patient, |(_, by)| *by);
                // At the sender, whatever was planned: nothing about a visit without an active consent.
                let may = known.is_some() && agrees(txn, visit.stored.patient).await?;
                if !may && !is_farewell(&reply.says) {
                    return not(Outcome::Cancelled(
                        "there is no consent to this channel any more".to_owned(),
                    ));
                }
                Some(visit.at_door(Channel::Telegram, by, now))
            }
        };
        let mut reply = reply.clone();
        if let Some(visit) = &visit {
            catch_up(txn, id, row.turn, &mut reply.says, visit).await?;
        }
        if reply.says.is_empty() && reply.edit.is_none() && reply.query.is_none() {
            return not(Outcome::Cancelled("it was answered meanwhile at another door".to_owned()));
        }
        let told = self.word(txn, &chat, &reply, visit.as_ref(), now).await?;
        Ok(Ok(told))
    }

    async fn word(
        &self,
        txn: &Txn,
        chat: &Chat<Standing>,
        reply: &Reply,
        visit: Option<&Visit>,
        now: Timestamp,
    ) -> Result<Told> {
        let lang = visit.map_or(&reply.language, |visit| &visit.standing.language);
        let order = visit.map(Visit::places).unwrap_or_default();
        let about = match visit {
            Some(visit) => people::heading(txn, chat.chat, visit.stored.patient).await?,
            None => None,
        };
        let needs_link = |tell: &Tell| matches!(tell, Tell::Say(Say::Elsewhere | Say::Help));
        let link = match visit {
            Some(visit) if reply.says.iter().any(needs_link) => self.page(txn, visit, now).await?,
            _ => None,
        };
        let whom = if reply.says.contains(&Tell::Whom) {
            self.whom(txn, chat.chat, lang, now).await?
        } else {
            Vec::new()
        };
        let picked = match (&chat.standing.picked, visit) {
            (Some(picked), Some(visit)) if picked.conversation == visit.id => picked.codes.as_slice(),
            _ => &[],
        };
        let view = View {
            visit: visit.map(|visit| VisitView {
                tag: Tag::of(visit.id),
                script: &visit.script,
                order: &order,
                ledger: &visit.ledger,
                picked,
                about: about.as_deref(),
                link: link.as_deref(),
            }),
            lang,
            whom: &whom,
            clinic: &self.options.clinic_name,
        };
        let mut message = lay_out(&reply.says, &view);
        for tell in &reply.says {
            if let Tell::Staff(staff) = tell {
                message.text = self.staff_words(txn, chat.standing.staff, staff, now).await?;
            }
        }
        let mut edits = edits(reply, chat.prompt.as_ref(), &view);
        let asked = reply.says.iter().rev().find_map(|tell| match tell {
            Tell::Say(Say::Ask(at)) => Some(at.clone()),
            _ => None,
        });
        let prompt = match (asked, visit) {
            (Some(at), Some(visit)) => Some(Prompt {
                message: 0,
                conversation: visit.id,
                at,
                greets: reply.says.contains(&Tell::Say(Say::Greeting)),
                since: None,
            }),
            _ => None,
        };
        // One question waits at a time, and none where no more will be asked: the buttons of the one before
        // are taken away.
        if let Some(before) = chat.prompt.as_ref().filter(|_| prompt.is_some() || ends(&reply.says))
            && edits.iter().all(|edit| edit.message != before.message)
        {
            edits.push(Edited { message: before.message, text: None, rows: Vec::new() });
        }
        // A press that comes too late needs a word, and no message.
        let is_toast = reply.query.is_some() && matches!(reply.says.as_slice(), [Tell::Stale | Tell::Gone]);
        let query = reply.query.clone().map(|query| (query, is_toast.then(|| message.text.clone())));
        let message = (!is_toast && !message.text.is_empty()).then_some(message);
        Ok(Told { post: Post { query, edits, message }, prompt, language: lang.clone() })
    }

    /// Where the visit's web page is.
    pub(crate) async fn page(&self, txn: &Txn, visit: &Visit, now: Timestamp) -> Result<Option<String>> {
        let invitation =
            invitations::newest(txn, visit.appointment.id).await?.filter(|known| known.is_open(now));
        Ok(invitation.map(|known| format!("{}/v/{}", self.options.public_url, known.token.reveal())))
    }

    async fn whom(&self, txn: &Txn, chat: i64, lang: &Lang, now: Timestamp) -> Result<Vec<(Tag, String)>> {
        let people = telegram::patients_of(txn, chat).await?;
        let mut whom = Vec::new();
        for open in people::who_waits(people::open_visits(txn, &people, now).await?) {
            whom.push((Tag::of(open.stored.id), people::called(txn, &open, lang).await?));
        }
        Ok(whom)
    }
}

/// What becomes of earlier messages.
fn edits(reply: &Reply, prompt: Option<&Prompt>, view: &View<'_>) -> Vec<Edited> {
    match &reply.edit {
        None => Vec::new(),
        Some(Edit::Closed { message }) => vec![Edited { message: *message, text: None, rows: Vec::new() }],
        Some(Edit::Picked { at, message }) => {
            let says = [Tell::Say(Say::Ask(at.clone()))];
            vec![Edited { message: *message, text: None, rows: lay_out(&says, view).rows }]
        }
        Some(Edit::Answered { at, message }) => {
            let waits =
                prompt.filter(|prompt| prompt.at == *at && Some(prompt.conversation) == reply.conversation);
            let Some(message) = message.or(waits.map(|prompt| prompt.message)) else { return Vec::new() };
            let greets = waits.is_some_and(|prompt| prompt.greets && prompt.message == message);
            let hello = greets.then_some(Tell::Say(Say::Greeting));
            let says: Vec<Tell> = hello.into_iter().chain([Tell::Say(Say::Ask(at.clone()))]).collect();
            // Of a question that went out in pieces, the last one can't hold the whole.
            let is_whole = split(&lay_out(&says, view).text, LIMIT).len() == 1;
            let text = answered(&says, at, view).filter(|_| is_whole).map(|shown| shown.text);
            vec![Edited { message, text, rows: Vec::new() }]
        }
    }
}

/// A question that waited to be asked and was answered meanwhile is asked no more. The one the visit stands
/// at now is, unless something said later will ask it; what only led to the other is left out.
async fn catch_up(txn: &Txn, chat: i64, turn: i64, says: &mut Vec<Tell>, visit: &Visit) -> Result<()> {
    if !says.iter().any(|tell| is_overtaken(tell, visit)) {
        return Ok(());
    }
    let leads = |tell: &Tell| {
        matches!(tell, Tell::Ahead | Tell::Trouble | Tell::Say(Say::WelcomeBack { .. } | Say::Sorry { .. }))
    };
    says.retain(|tell| !is_overtaken(tell, visit) && !leads(tell));
    let here = visit.standing.at(&visit.script, &visit.ledger).map(|place| place.at());
    let is_asked = |at: &ItemRef| visit.standing.state == State::Open && visit.standing.offered.contains(at);
    if let Some(here) = here.filter(is_asked)
        && !outbox::has_later_reply(txn, chat, turn).await?
    {
        says.push(Tell::Say(Say::Ask(here)));
    }
    Ok(())
}

/// Whether a question that waited to be asked was answered meanwhile, here or at another door.
fn is_overtaken(tell: &Tell, visit: &Visit) -> bool {
    let Tell::Say(Say::Ask(at)) = tell else { return false };
    visit.ledger.get(at).is_some() && !visit.standing.offered.contains(at)
}

/// Whether it is only said that nothing more will be.
fn is_farewell(says: &[Tell]) -> bool {
    let last = |tell: &Tell| {
        matches!(
            tell,
            Tell::Say(Say::Stopped | Say::NotMe | Say::Declined) | Tell::Whom | Tell::Stale | Tell::Gone
        )
    };
    // Whoever called for help is answered, whatever they wanted before.
    let help = |tell: &Tell| matches!(tell, Tell::Say(Say::HelpCalled | Say::HelpNotCalled | Say::Crisis));
    says.iter().all(|tell| last(tell) || help(tell))
}

/// Whether it is said that nothing more will be asked.
fn ends(says: &[Tell]) -> bool {
    says.iter().any(|tell| matches!(tell, Tell::Say(Say::Stopped | Say::NotMe | Say::Declined)))
}

async fn agrees(txn: &Txn, patient: PatientId) -> Result<bool> {
    let consents = patients::consents(txn, patient).await?;
    Ok(consents.iter().any(|consent| consent.channel == Channel::Telegram && consent.is_active()))
}

/// The messages a post is sent as: the last has the buttons, the first has what goes before.
pub(crate) fn parts(post: Post) -> Vec<Post> {
    let Some(message) = post.message else { return vec![post] };
    let mut texts = split(&message.text, LIMIT);
    let last = texts.pop().unwrap_or_default();
    let mut parts: Vec<Post> = texts
        .into_iter()
        .map(|text| Post { message: Some(Message { text, rows: Vec::new() }), ..Post::default() })
        .collect();
    parts.push(Post { message: Some(Message { text: last, rows: message.rows }), ..Post::default() });
    if let Some(first) = parts.first_mut() {
        first.query = post.query;
        first.edits = post.edits;
    }
    parts
}
