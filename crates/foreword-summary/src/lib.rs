//! The clinician's one page for one visit: what matters to the patient first, in their words.
//!
//! One model, [`Summary`], made by [`compose`]; HTML, PDF, plain text and a FHIR document say what is in it
//! and nothing else. Beside it the patient's own copy ([`Copy`]) and the form on paper ([`paper()`]).
//! Pure: it refuses to know databases, web servers and the disk.

mod chart;
mod compare;
mod compose;
mod copy;
mod digest;
mod drawing;
pub mod fhir;
pub mod html;
mod page;
mod paper;
mod pdf;
pub mod text;
mod trend;
pub mod when;

use foreword_domain::{
    agenda::Wish, alert::Level, instrument::Direction, language::Lang, private::Private, scoring::Status,
};

pub use chart::{Chart, Point, chart_svg};
pub use compose::{Flag, Goal, Input, LeftOpen, Previous, Reply, Reused, compose};
pub use copy::{Copy, CopyGroup, CopyLine, CopyTopic, copy_html, copy_pdf};
pub use page::{DetailPages, summary_pdf};
pub use paper::{NoForm, NotOnPaper, PaperForm, PatientHeader, WhyNotOnPaper, not_on_paper, paper};
pub use pdf::{Fonts, Paper};
pub use trend::{Trend, TrendPoint, sparkline_svg};

/// Topics, scores and items that fit on the page.
pub const MOST_SCORES: usize = 6;
/// Items that stand out, at most.
pub const MOST_ITEMS: usize = 5;

/// The page.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Whose visit, when, and how the answers came about.
    pub header: Header,
    /// Red flags, most urgent first.
    pub flags: Vec<FlagLine>,
    /// What must be known before anything below is read ("no answers yet", "not me").
    pub notice: Option<String>,
    /// What matters, in the patient's order and words.
    pub topics: Vec<TopicLine>,
    /// What is said where there are no topics.
    pub no_topics: String,
    /// What the care team answered to the patient before the visit.
    pub reply: Option<ReplyLine>,
    /// What the patient wants to reach, in their words.
    pub goals: Vec<GoalLine>,
    /// What earlier visits left open, in the patient's words.
    pub open_topics: Vec<OpenTopic>,
    /// Scores, at most [`MOST_SCORES`].
    pub scores: Vec<ScoreLine>,
    /// Scores that did not fit; they stand among all answers.
    pub more_scores: Vec<ScoreLine>,
    /// Items that stand out, at most [`MOST_ITEMS`], worst first.
    pub items: Vec<ItemLine>,
    /// Items that did not fit.
    pub more_items: usize,
    /// What was not answered, and why as far as it is known.
    pub missing: Vec<String>,
    /// Confidence and other context.
    pub context: Vec<ItemLine>,
    /// Every answer, for whoever wants to see what is behind a line.
    pub answers: Vec<Answers>,
    /// What the pathway is for.
    pub footer: Footer,
}

/// The head of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The patient's name.
    pub name: Private<String>,
    /// Date of birth.
    pub birth_date: Private<String>,
    /// The feed's identifier of the patient.
    pub identifier: Private<String>,
    /// When the visit begins, in its own zone.
    pub visit: String,
    /// Kind of visit, clinician and clinic.
    pub visit_kind: String,
    /// Completed when, or how far.
    pub answered: String,
    /// By whom, on which channel, in which language.
    pub how: String,
    /// Items answered, of those asked.
    pub complete: String,
    /// Instruments with their versions.
    pub instruments: String,
}

/// A red flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagLine {
    /// How urgent.
    pub level: Level,
    /// What was reported.
    pub text: String,
    /// When it was raised.
    pub when: String,
    /// The rule and the answer behind it.
    pub explain: Private<Vec<String>>,
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicLine {
    /// Its rank, from 1.
    pub rank: usize,
    /// The patient's words, byte for byte.
    pub words: Private<String>,
    /// The language they were asked in; the words are most likely in it.
    pub lang: Lang,
    /// What they want done with it.
    pub wish: Option<Wish>,
    /// What was asked, when and how it was answered.
    pub explain: Private<Vec<String>>,
}

/// What the care team answered to the patient before the visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyLine {
    /// Its words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// Who of the care team.
    pub by: String,
    /// When.
    pub when: String,
}

/// What the patient wants to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoalLine {
    /// Their words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// The day it was set.
    pub set_on: String,
}

/// A topic that an earlier visit left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTopic {
    /// The patient's words.
    pub words: Private<String>,
    /// Their language.
    pub lang: Lang,
    /// From which visit it is.
    pub from: String,
    /// How it was marked then.
    pub mark: String,
}

/// A score with all that is needed to read it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// The ask it belongs to.
    pub ask: String,
    /// Its name.
    pub name: String,
    /// How it came about.
    pub status: Status,
    /// The number, as shown.
    pub value: Option<String>,
    /// The number itself.
    pub number: Option<f64>,
    /// The least and the greatest possible; infinite where nobody stated them.
    pub range: (f64, f64),
    /// Which way is worse.
    pub direction: Direction,
    /// The band's name with its cut-off.
    pub band: Option<String>,
    /// Why there is no band or no score.
    pub caveat: Option<String>,
    /// The value before, with its date.
    pub previous: Option<String>,
    /// The number before, when it can be compared.
    pub previous_number: Option<f64>,
    /// What has changed, in words.
    pub change: Option<String>,
    /// Borders between the bands.
    pub cut_offs: Vec<f64>,
    /// Whether the patient wants to talk about it.
    pub wish: Option<Wish>,
    /// The rule and where it was published.
    pub source: String,
    /// How it came about, and the change that matters with its source.
    pub explain: Private<Vec<String>>,
    /// Its line so far, where there are enough earlier scores.
    pub trend: Option<Trend>,
}

impl ScoreLine {
    /// Whether the least and the greatest possible are known: an imported score may not state them.
    pub fn has_range(&self) -> bool {
        self.range.0.is_finite() && self.range.1.is_finite()
    }
}

/// An item with its answer, both as the patient saw them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLine {
    /// Who of the care team asks it of this patient.
    pub asked_by: Option<String>,
    /// The question.
    pub question: String,
    /// The same in English, where it was asked in another language.
    pub question_english: Option<String>,
    /// The answer.
    pub answer: Private<String>,
    /// The answer in English, where it was offered in another language.
    pub answer_english: Option<Private<String>>,
    /// The language it was asked in.
    pub lang: Lang,
    /// Why it is listed, when and how it was answered.
    pub explain: Private<Vec<String>>,
}

/// All answers to one ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    /// The ask's key.
    pub ask: String,
    /// Its name.
    pub name: String,
    /// The lines; an item without an answer says so.
    pub lines: Vec<ItemLine>,
}

/// The foot of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footer {
    /// The pathway and its version.
    pub pathway: String,
    /// What it is for.
    pub goal: String,
    /// What the reader is expected to do.
    pub expected_action: String,
    /// When the page was made.
    pub made: String,
    /// What the page is not.
    pub limits: &'static str,
}

#[cfg(test)]
mod tests;
