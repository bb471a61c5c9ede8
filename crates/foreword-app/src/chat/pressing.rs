//! Buttons: what was pressed becomes one thing said, when its question is still asked. Whatever a button
//! carries is checked against the visit first.

use foreword_domain::{
    alert::Urgency,
    chat::{Edit, Press, Pressed, Spot, Tell, Wish},
    conversation::{Command, Input, Said, Say, State},
    instrument::{Item, ItemKind},
    response::ItemRef,
};

use foreword_store::outbox;

use super::{Ear, Picked, people, talking::Talk};
use crate::{Result, noting};

impl Ear<'_> {
    /// A button was pressed.
    pub(super) async fn hear_press(&mut self, message: Option<i64>, data: &str) -> Result<()> {
        let pressed = Pressed::read(data);
        if let Some(joining) = self.chat.standing.joining.clone() {
            let press = pressed.map_or(Press::About, |pressed| pressed.press);
            return self.join_by_press(joining, &press).await;
        }
        let people = self.people().await?;
        if people.is_empty() {
            return self.strange().await;
        }
        let Some(Pressed { visit: Some(tag), press }) = pressed else {
            // A button from before, or of nobody's.
            return self.close_message(message, Tell::Gone).await;
        };
        if press == Press::Wish(Wish::Stop) {
            return self.stop(&people).await;
        }
        if press == Press::Wish(Wish::HelpNow) {
            return Box::pin(self.call_for_help(&people, Some(tag))).await;
        }
        let Some(talk) = self.talk_of(&people, tag).await? else {
            let is_over = people::open_visits(self.txn, &people, self.now).await?.is_empty();
            let why = if is_over { Tell::NoVisit } else { Tell::Gone };
            return self.close_message(message, why).await;
        };
        if !self.agrees(talk.patient).await? {
            return self.begin_again(talk.patient, talk.by).await;
        }
        self.press_in(talk, press, message).await
    }

    async fn press_in(&mut self, talk: Talk, press: Press, message: Option<i64>) -> Result<()> {
        let order = talk.visit.places();
        let at = |spot: &Spot| talk.visit.script.at_spot(&order, *spot);
        let command = |command: Command| Ok::<_, ()>(Said::Command(command));
        let said = match &press {
            Press::Choose(spot, n) => given(&talk, at(spot), |item| match &item.kind {
                ItemKind::Scale { .. } => Some(n.to_string()),
                _ => item.choices().get(usize::from(*n)).map(|choice| choice.code.clone()),
            }),
            Press::Pick(spot, n) => {
                return match at(spot).filter(|at| talk.is_asked(at)) {
                    Some(at) => self.pick(&talk, at, *n, message).await,
                    None => self.stale(&talk, at(spot), message).await,
                };
            }
            Press::Done(spot) => match at(spot).filter(|at| talk.is_asked(at)) {
                Some(at) => {
                    let picked = self.chat.standing.picked.take();
                    let codes = picked
                        .filter(|picked| picked.conversation == talk.visit.id && picked.at == at)
                        .map_or_else(Vec::new, |picked| picked.codes);
                    Ok(Said::Give { at, input: Input::Codes(codes) })
                }
                None => Err(()),
            },
            Press::Skip(spot) => match at(spot).filter(|at| talk.is_asked(at)) {
                Some(at) => Ok(Said::Give { at, input: Input::Skip }),
                None => Err(()),
            },
            Press::Back(spot) if at(spot) == talk.here() => command(Command::Back),
            Press::Change(spot) => {
                let questions = talk.visit.script.questions(&talk.visit.ledger);
                let number = questions.iter().position(|place| Some(place.at()) == at(spot));
                number.map(|n| Said::Command(Command::Change(n + 1))).ok_or(())
            }
            Press::Wish(Wish::Answers) => command(Command::Review),
            Press::Wish(Wish::Pause) => command(Command::Pause),
            Press::Wish(Wish::Go) => command(Command::Resume),
            Press::Wish(Wish::Stay) => match talk.here().filter(|_| talk.visit.standing.state == State::Open)
            {
                Some(here) => {
                    let says = vec![Tell::Say(Say::Ask(here))];
                    return self.owe(Some(talk.patient), Some(talk.visit.id), None, says).await;
                }
                None => command(Command::Resume),
            },
            Press::Wish(Wish::Help) => command(Command::Help),
            Press::Wish(Wish::Languages) => command(Command::Languages),
            Press::Wish(Wish::Decline) => command(Command::Decline),
            Press::Wish(Wish::NotMe) => command(Command::NotMe),
            Press::Wish(Wish::Stop) => command(Command::Stop),
            Press::Wish(Wish::HelpNow) => command(Command::Urgent(Urgency::Help)),
            Press::Wish(Wish::Safe) => command(Command::Urgent(Urgency::Safe)),
            Press::Language(lang) => command(Command::Language(lang.to_string())),
            Press::About => Ok(Said::Here),
            Press::Wish(Wish::Whom) => {
                let people = self.people().await?;
                return self.ask_whom(&people).await;
            }
            Press::Wish(Wish::Tell) => {
                let read = noting::wish_in(self.txn, talk.visit.id, true, self.now).await?;
                let says = vec![if read.is_some() { Tell::WasRead } else { Tell::WillTell }];
                return self.owe(Some(talk.patient), Some(talk.visit.id), None, says).await;
            }
            Press::Sure(wish) => {
                let says = vec![Tell::Sure(wish.as_str().to_owned())];
                return self.owe(Some(talk.patient), Some(talk.visit.id), None, says).await;
            }
            // Back from a question that is not asked any more leads nowhere, and what was asked while the
            // chat was joined is settled.
            Press::Back(_) | Press::Agree(_) | Press::As(_) => Err(()),
        };
        if let Ok(said) = said {
            return self.say_in(talk, said, message).await;
        }
        let spot = match press {
            Press::Choose(spot, _)
            | Press::Done(spot)
            | Press::Skip(spot)
            | Press::Back(spot)
            | Press::Change(spot) => at(&spot),
            _ => None,
        };
        self.stale(&talk, spot, message).await
    }

    async fn pick(&mut self, talk: &Talk, at: ItemRef, n: u16, message: Option<i64>) -> Result<()> {
        let ask = talk.visit.script.ask(&at.ask);
        let item = ask.and_then(|ask| ask.instrument.items.iter().find(|item| item.id == at.item));
        let Some(code) = item.and_then(|item| item.choices().get(usize::from(n))).map(|c| c.code.clone())
        else {
            return self.stale(talk, Some(at), message).await;
        };
        let mut picked = self
            .chat
            .standing
            .picked
            .take()
            .filter(|picked| picked.conversation == talk.visit.id && picked.at == at)
            .unwrap_or_else(|| Picked { conversation: talk.visit.id, at: at.clone(), codes: Vec::new() });
        match picked.codes.iter().position(|known| *known == code) {
            Some(n) => drop(picked.codes.remove(n)),
            None => picked.codes.push(code),
        }
        self.chat.standing.picked = Some(picked);
        let edit = message.map(|message| Edit::Picked { at, message });
        self.owe(Some(talk.patient), Some(talk.visit.id), edit, Vec::new()).await
    }

    /// What was pressed was answered before: the message says what with. Or it is asked no more.
    async fn stale(&mut self, talk: &Talk, at: Option<ItemRef>, message: Option<i64>) -> Result<()> {
        let answered = at.filter(|at| {
            let visit = &talk.visit;
            visit.script.question(&visit.ledger, at).is_some() && visit.ledger.get(at).is_some()
        });
        let why = if answered.is_some() { Tell::Stale } else { Tell::Gone };
        let edit = message.map(|message| match answered {
            Some(at) => Edit::Answered { at, message: Some(message) },
            None => Edit::Closed { message },
        });
        let mut says = vec![why];
        // It was the newest question of this chat, and answered at another door: the next one is not here yet.
        let is_newest =
            message.is_some() && message == self.chat.prompt.as_ref().map(|prompt| prompt.message);
        if is_newest && !outbox::has_waiting_reply(self.txn, self.chat.chat).await? {
            let here = talk.here().filter(|_| talk.visit.standing.state == State::Open);
            says.extend(here.map(|here| Tell::Say(Say::Ask(here))));
        }
        self.owe(Some(talk.patient), Some(talk.visit.id), edit, says).await
    }

    async fn close_message(&mut self, message: Option<i64>, why: Tell) -> Result<()> {
        let edit = message.map(|message| Edit::Closed { message });
        self.owe(None, None, edit, vec![why]).await
    }
}

/// A choice given, or nothing when it is not asked any more.
fn given(talk: &Talk, at: Option<ItemRef>, code: impl Fn(&Item) -> Option<String>) -> Result<Said, ()> {
    let at = at.filter(|at| talk.is_asked(at)).ok_or(())?;
    let place = talk.visit.script.question(&talk.visit.ledger, &at).ok_or(())?;
    let code = code(place.item).ok_or(())?;
    Ok(Said::Give { at, input: Input::Codes(vec![code]) })
}
