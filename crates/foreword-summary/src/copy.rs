//! The patient's own copy: what they said, in plain words, with nothing that anybody made of it.

mod html;
mod print;

use foreword_domain::{
    agenda::{Wish, topics},
    conversation::script::{Ask, Script, Why},
    instrument::{Item, Label},
    language::Lang,
    phrases::wording,
    private::Private,
    response::Ledger,
};
use jiff::civil::Date;

use crate::Chart;

pub use html::copy_html;
pub use print::copy_pdf;

/// A patient's copy of one visit's answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    /// The language of the service's own sentences.
    pub lang: Lang,
    /// The clinic, as patients know it.
    pub clinic: String,
    /// The patient's name, where the copy carries it.
    pub name: Option<Private<String>>,
    /// The day of the visit.
    pub visit: Option<Date>,
    /// What matters to them, in their order and words.
    pub topics: Vec<CopyTopic>,
    /// What else the agenda asked them.
    pub context: Vec<CopyLine>,
    /// What they want to do with what was asked.
    pub wishes: Vec<CopyLine>,
    /// What the care team asked them.
    pub team: Vec<CopyLine>,
    /// Everything else, by what it is about.
    pub groups: Vec<CopyGroup>,
    /// Their own earlier scores.
    pub charts: Vec<Chart>,
}

/// Something that matters to the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyTopic {
    /// Their words, byte for byte.
    pub words: Private<String>,
    /// The language they were asked in.
    pub lang: Lang,
    /// What they want done with it, in the words they chose.
    pub wish: Option<Private<String>>,
}

/// A question with its answer, both as the patient saw them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyLine {
    /// What the question continues, where it is not what the one before continued.
    pub lead_in: Option<String>,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: Private<String>,
    /// The language both are in.
    pub lang: Lang,
}

/// The answers to one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyGroup {
    /// What it is about.
    pub name: String,
    /// The language of the name.
    pub lang: Lang,
    /// The lines.
    pub lines: Vec<CopyLine>,
}

impl Copy {
    /// The copy of what was answered. Questions that were not reached are not in it, nor what the script
    /// holds back at a door; whose it is, when the visit is and the earlier scores are for the caller to add.
    pub fn of(script: &Script, ledger: &Ledger, lang: &Lang, clinic: &str) -> Self {
        let mut copy = Self {
            lang: lang.clone(),
            clinic: clinic.to_owned(),
            name: None,
            visit: None,
            topics: Vec::new(),
            context: Vec::new(),
            wishes: Vec::new(),
            team: Vec::new(),
            groups: Vec::new(),
            charts: Vec::new(),
        };
        let agenda = script.asks.iter().find(|ask| ask.instrument.agenda.is_some());
        copy.topics = topics(script, ledger)
            .into_iter()
            .map(|topic| CopyTopic {
                words: topic.words,
                lang: agenda.map_or_else(|| lang.clone(), |ask| ask.language.clone()),
                wish: topic.wish.and_then(|wish| wish_words(agenda?, wish)).map(Private::new),
            })
            .collect();
        for ask in &script.asks {
            let lines = lines(script, ledger, ask, lang);
            match &ask.why {
                Why::WishAbout { .. } => copy.wishes.extend(lines),
                Why::FromTeam { .. } => copy.team.extend(lines),
                Why::Asked if ask.instrument.agenda.is_some() => copy.context.extend(lines),
                Why::Asked if lines.is_empty() => {}
                Why::Asked => {
                    let name = &ask.instrument.plain_name;
                    let in_its_own = name.get(&ask.language).is_some();
                    copy.groups.push(CopyGroup {
                        name: name.best(&ask.language).to_owned(),
                        lang: if in_its_own { ask.language.clone() } else { Lang::english() },
                        lines,
                    });
                }
            }
        }
        copy
    }

    /// Whether nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
            && self.groups.is_empty()
            && [&self.context, &self.wishes, &self.team].iter().all(|lines| lines.is_empty())
    }
}

/// The words a wish was chosen by.
fn wish_words(agenda: &Ask, wish: Wish) -> Option<String> {
    let items = agenda.instrument.items.iter();
    items.flat_map(Item::choices).find(|choice| Wish::from_code(&choice.code) == Some(wish)).and_then(
        |choice| match &choice.label {
            Label::Text(text) => text.get(&agenda.language).map(str::to_owned),
            Label::AnswerTo(_) => None,
        },
    )
}

/// What was answered to an ask; what stands elsewhere on the copy is not said twice.
fn lines(script: &Script, ledger: &Ledger, ask: &Ask, lang: &Lang) -> Vec<CopyLine> {
    let said_elsewhere = |item: &str| {
        ask.instrument.agenda.as_ref().is_some_and(|agenda| {
            agenda.rank.iter().any(|rank| rank == item)
                || agenda.topics.iter().any(|topic| topic.item == item || topic.wish == item)
        })
    };
    let mut lead_in: Option<&str> = None;
    let mut lines = Vec::new();
    for place in script.questions(ledger) {
        if place.ask.key != ask.key || said_elsewhere(&place.item.id) || ledger.get(&place.at()).is_none() {
            continue;
        }
        let stem = place.item.stem.as_ref().and_then(|stem| stem.text.get(&ask.language));
        let question = match &ask.why {
            Why::WishAbout { name, .. } => name.best(&ask.language).to_owned(),
            Why::Asked | Why::FromTeam { .. } => wording(&place),
        };
        lines.push(CopyLine {
            lead_in: stem.filter(|stem| lead_in != Some(*stem)).map(str::to_owned),
            question,
            answer: Private::new(script.answer_words(ledger, &place.at(), lang).unwrap_or_default()),
            lang: ask.language.clone(),
        });
        lead_in = stem;
    }
    lines
}
