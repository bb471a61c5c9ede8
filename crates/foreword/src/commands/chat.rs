//! `foreword chat`: the patient's conversation in a terminal, on the same ledger as every door.

use std::io::{BufRead, IsTerminal, Write};

use foreword_app::{Error, Visit, access, receive::Received};
use foreword_domain::{
    conversation::{Command, Said, Say, State},
    language::Lang,
    message::{Channel, Inbound, InboxKey},
    phrases::{self, Phrases},
    private::Private,
    response::Respondent,
};

use super::say;
use crate::{cli::Chat, config::Config, fail::wrong, wiring, wiring::Service};

struct Terminal {
    service: Service,
    conversation: foreword_domain::ids::ConversationId,
    at_once: usize,
    is_transcript: bool,
}

pub(super) async fn run(config: &Config, args: &Chat) -> anyhow::Result<()> {
    let lang = args.lang.as_deref().map(language).transpose()?;
    if !(1..=20).contains(&args.items_at_once) {
        return Err(wrong("--items-at-once: must be 1 to 20"));
    }
    let service = wiring::open_existing(config).await?;
    let now = service.clock.now();
    let found = match (&args.whose.link, &args.whose.patient) {
        (Some(link), _) => service.app.conversation_by_link(link, now).await,
        (None, patient) => service.app.conversation_of(patient.as_deref().unwrap_or_default(), now).await,
    };
    let conversation = found.map_err(|error| match error {
        Error::NotFound(what) => wrong(format!(
            "there is no such {what} in this database; the link may be old, or --database points elsewhere (the demo's is sqlite://foreword-demo/foreword.db)"
        )),
        error => error.into(),
    })?;
    let is_transcript = !std::io::stdin().is_terminal();
    let terminal = Terminal { service, conversation, at_once: args.items_at_once, is_transcript };
    terminal.talk(lang).await
}

fn language(tag: &str) -> anyhow::Result<Lang> {
    let phrases = Phrases::get();
    let known: Vec<&str> = phrases.languages().map(Lang::as_str).collect();
    Lang::parse(tag).ok().filter(|lang| phrases.speaks(lang)).ok_or_else(|| {
        wrong(format!("--lang: {tag:?} is not a language of the service; there are {}", known.join(", ")))
    })
}

impl Terminal {
    async fn talk(&self, lang: Option<Lang>) -> anyhow::Result<()> {
        if let Some(lang) = lang {
            self.service
                .app
                .receive(self.inbound(Said::Command(Command::Language(lang.to_string()))), self.now())
                .await?;
        }
        let received = self.service.app.receive(self.inbound(Said::Here), self.now()).await?;
        let mut over = self.show(&received, true)?;
        let mut lines = std::io::stdin().lock().lines();
        while !over {
            if !self.is_transcript {
                print_prompt()?;
            }
            let Some(line) = lines.next() else { break };
            let line = line?;
            let line = line.strip_suffix('\r').unwrap_or(&line).to_owned();
            if self.is_transcript {
                say(&format!("you: {line}"))?;
            }
            let received =
                self.service.app.receive(self.inbound(Said::Text(Private::new(line))), self.now()).await?;
            over = self.show(&received, false)?;
        }
        Ok(())
    }

    fn now(&self) -> jiff::Timestamp {
        self.service.clock.now()
    }

    fn inbound(&self, said: Said) -> Inbound {
        Inbound {
            key: InboxKey { source: "terminal".to_owned(), id: access::nonce() },
            conversation: self.conversation,
            channel: Channel::Terminal,
            by: Respondent::Patient,
            at_once: self.at_once,
            said,
        }
    }

    /// Prints what was said in return; tells whether the conversation is over.
    fn show(&self, received: &Received, came_back: bool) -> anyhow::Result<bool> {
        for reply in &received.replies {
            for line in words(reply, &received.visit) {
                say(&if self.is_transcript { format!("bot: {line}") } else { line })?;
            }
            if !self.is_transcript {
                say("")?;
            }
        }
        let stopped = received.replies.contains(&Say::Stopped);
        let state = received.visit.standing.state;
        // Who comes back to a finished conversation came to look at it or to change it.
        let finished =
            state == State::Completed && received.replies.last() == Some(&Say::Completed) && !came_back;
        let declined = state == State::Declined && !came_back;
        Ok(stopped || finished || declined || matches!(state, State::Paused | State::NotMe))
    }
}

fn words(reply: &Say, visit: &Visit) -> Vec<String> {
    let bubble = phrases::bubble(reply, &visit.script, &visit.ledger, &visit.standing.language);
    phrases::plain(&bubble).iter().flat_map(|text| text.split('\n')).map(str::to_owned).collect()
}

fn print_prompt() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    write!(out, "> ")?;
    Ok(out.flush()?)
}
