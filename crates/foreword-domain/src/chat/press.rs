//! What a button carries: which visit, which question, which choice, in at most 64 bytes.
//!
//! A button may be pressed long after its question was asked, twice, or by somebody who made its data
//! up: whatever is read from it is checked against the visit.

use crate::{ids::ConversationId, language::Lang, response::Respondent};

/// First character of what a button carries; another form of it would begin with another.
const FORM: &str = "1";
/// The most bytes a button can carry.
const LONGEST: usize = 64;

/// A short name of a conversation, told apart only from the few others of the same chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u32);

impl Tag {
    /// The tag of a conversation: the last of its random bits.
    pub fn of(conversation: ConversationId) -> Self {
        let bytes = conversation.0.into_bytes();
        Self(u32::from_be_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]))
    }
}

/// A question, by its place in the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Which ask of the script.
    pub ask: u16,
    /// Which item of its instrument.
    pub item: u16,
}

/// Something asked for by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The answers so far.
    Answers,
    /// Go on later.
    Pause,
    /// Begin, or go on.
    Go,
    /// Nothing, after all: the question that waits.
    Stay,
    /// What can be done here.
    Help,
    /// Choose a language.
    Languages,
    /// Talk about somebody else.
    Whom,
    /// Nothing for this visit.
    Decline,
    /// This is not me.
    NotMe,
    /// No more messages.
    Stop,
    /// To be told when the team has read the answers.
    Tell,
    /// "I need help now."
    HelpNow,
    /// "I am safe for now."
    Safe,
}

impl Wish {
    const ALL: [(Self, &str); 13] = [
        (Self::Answers, "answers"),
        (Self::Pause, "pause"),
        (Self::Go, "go"),
        (Self::Stay, "stay"),
        (Self::Help, "help"),
        (Self::Languages, "languages"),
        (Self::Whom, "whom"),
        (Self::Decline, "decline"),
        (Self::NotMe, "notme"),
        (Self::Stop, "stop"),
        (Self::Tell, "tell"),
        (Self::HelpNow, "helpnow"),
        (Self::Safe, "safe"),
    ];

    /// The word for it, in buttons and in payloads.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(wish, _)| *wish == self).map_or("help", |(_, word)| word)
    }

    /// Whether it ends something, and is asked about before it is done.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Decline | Self::NotMe | Self::Stop)
    }

    /// The wish of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == word).map(|(wish, _)| *wish)
    }
}

/// What pressing a button means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// This choice is the answer; on a scale, this number.
    Choose(Spot, u16),
    /// This choice is one of several, or is taken back.
    Pick(Spot, u16),
    /// All that were picked are the answer.
    Done(Spot),
    /// "I prefer not to answer."
    Skip(Spot),
    /// The question before this one.
    Back(Spot),
    /// This question once more.
    Change(Spot),
    /// Something asked for.
    Wish(Wish),
    /// Something asked for that is asked about first.
    Sure(Wish),
    /// This language.
    Language(Lang),
    /// It is about this visit.
    About,
    /// Consent to this channel, or its refusal.
    Agree(bool),
    /// Who answers here.
    As(Respondent),
}

/// A press and the visit it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// The visit; none while it is not known who speaks.
    pub visit: Option<Tag>,
    /// The press.
    pub press: Press,
}

impl Pressed {
    /// A press about a visit.
    pub fn of(visit: Tag, press: Press) -> Self {
        Self { visit: Some(visit), press }
    }

    /// What the button carries.
    pub fn data(&self) -> String {
        let visit = self.visit.map_or_else(|| "-".to_owned(), |tag| format!("{:08x}", tag.0));
        let at = |spot: &Spot| format!("{}.{}", spot.ask, spot.item);
        let press = match &self.press {
            Press::Choose(spot, choice) => format!("c.{}.{choice}", at(spot)),
            Press::Pick(spot, choice) => format!("p.{}.{choice}", at(spot)),
            Press::Done(spot) => format!("d.{}", at(spot)),
            Press::Skip(spot) => format!("k.{}", at(spot)),
            Press::Back(spot) => format!("b.{}", at(spot)),
            Press::Change(spot) => format!("e.{}", at(spot)),
            Press::Wish(wish) => format!("w.{}", wish.as_str()),
            Press::Sure(wish) => format!("s.{}", wish.as_str()),
            Press::Language(lang) => format!("l.{lang}"),
            Press::About => "a".to_owned(),
            Press::Agree(yes) => format!("y.{}", u8::from(*yes)),
            Press::As(who) => format!("r.{}", who.as_str()),
        };
        format!("{FORM}.{visit}.{press}")
    }

    /// Reads what a button carries; nothing for what no button of ours does.
    pub fn read(data: &str) -> Option<Self> {
        if data.len() > LONGEST {
            return None;
        }
        let pressed = Self::parse(data)?;
        // There is one way to write each: "+7", "07" and "EN" are somebody else's.
        (pressed.data() == data).then_some(pressed)
    }

    fn parse(data: &str) -> Option<Self> {
        let mut parts = data.split('.');
        if parts.next() != Some(FORM) {
            return None;
        }
        let visit = match parts.next()? {
            "-" => None,
            tag if tag.len() == 8 => Some(Tag(u32::from_str_radix(tag, 16).ok()?)),
            _ => return None,
        };
        let kind = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        let number = |n: usize| rest.get(n)?.parse::<u16>().ok();
        let spot = || Some(Spot { ask: number(0)?, item: number(1)? });
        let (press, length) = match kind {
            "c" => (Press::Choose(spot()?, number(2)?), 3),
            "p" => (Press::Pick(spot()?, number(2)?), 3),
            "d" => (Press::Done(spot()?), 2),
            "k" => (Press::Skip(spot()?), 2),
            "b" => (Press::Back(spot()?), 2),
            "e" => (Press::Change(spot()?), 2),
            "w" => (Press::Wish(Wish::named(rest.first()?)?), 1),
            "s" => (Press::Sure(Wish::named(rest.first()?).filter(|wish| wish.is_final())?), 1),
            "l" => (Press::Language(Lang::parse(rest.first()?).ok()?), 1),
            "a" => (Press::About, 0),
            "y" => (Press::Agree(*rest.first()? == "1"), 1),
            // Who works at the clinic does not answer in a patient's chat.
            "r" => (Press::As(rest.first()?.parse().ok().filter(|who| *who != Respondent::Staff)?), 1),
            _ => return None,
        };
        (rest.len() == length).then_some(Self { visit, press })
    }
}
