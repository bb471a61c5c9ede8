//! The printable form of a visit: every question as it is asked elsewhere, to be answered with a pen and
//! transcribed by item number.

mod condition;
mod sheet;

use foreword_domain::{
    conversation::script::{Ask, Script, Why},
    language::{Lang, Text},
    message::Channel,
    private::Private,
    response::Respondent,
};
use jiff::civil::{Date, DateTime};

use crate::pdf::{self, Fonts, Paper};

/// What a form is made of.
#[derive(Clone, Copy, Debug)]
pub struct PaperForm<'a> {
    /// What is asked.
    pub script: &'a Script,
    /// The language of the service's own sentences; each instrument stays in its own.
    pub lang: &'a Lang,
    /// The clinic, as patients know it.
    pub clinic: &'a str,
    /// Which form it is, for staff ("gi-follow-up 1, en"); stands at the foot of every page.
    pub form: &'a str,
    /// Whose visit it is for; a blank form has lines to write that on.
    pub patient: Option<&'a PatientHeader>,
    /// The code under which staff enter the answers.
    pub code: Option<&'a str>,
    /// The sheets it is printed on.
    pub paper: Paper,
    /// The fonts.
    pub fonts: &'a Fonts,
}

/// Whose form it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientHeader {
    /// The patient's name.
    pub name: Private<String>,
    /// Date of birth.
    pub birth_date: Private<Date>,
    /// When the visit begins, in the clinic's time.
    pub visit: Option<DateTime>,
}

/// What is asked elsewhere and can't be asked on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOnPaper {
    /// The key of its ask.
    pub ask: String,
    /// Its plain name.
    pub name: Text,
    /// Why not.
    pub why: WhyNotOnPaper,
}

/// Why something is not on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNotOnPaper {
    /// Its next question depends on every answer before.
    Adaptive,
    /// Its owner has not permitted its use.
    NoPermission,
    /// Staff may not enter it for the patient.
    NotThroughStaff,
    /// It asks about something that is not on paper.
    AboutSomethingElse,
    /// There is no published text in the patient's language.
    NoText,
}

impl std::fmt::Display for WhyNotOnPaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Adaptive => "its next question depends on every answer before",
            Self::NoPermission => "its owner has not permitted its use",
            Self::NotThroughStaff => "staff may not enter it for the patient",
            Self::AboutSomethingElse => "it asks about something that is not on paper",
            Self::NoText => "there is no published text in this language",
        })
    }
}

/// Why there is no form.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NoForm {
    /// Nothing of the script can be asked on paper.
    #[error("nothing of this visit can be asked on paper")]
    NothingToAsk(Vec<NotOnPaper>),
    /// The document could not be written.
    #[error("the form could not be written: {0}")]
    NotWritten(String),
}

/// The form as a tagged PDF. The same form makes the same bytes.
///
/// # Errors
/// When nothing of the script can be asked on paper.
pub fn paper(form: &PaperForm<'_>) -> Result<Vec<u8>, NoForm> {
    let (asks, not) = divide(form.script);
    if asks.is_empty() {
        return Err(NoForm::NothingToAsk(not));
    }
    pdf::write(&sheet::doc(form, &asks), form.fonts).map_err(NoForm::NotWritten)
}

/// What of a script is left out of its form, and why.
pub fn not_on_paper(script: &Script) -> Vec<NotOnPaper> {
    divide(script).1
}

/// What is asked on paper, and what is not.
fn divide(script: &Script) -> (Vec<Ask>, Vec<NotOnPaper>) {
    let through_staff = script.at_door(Channel::Staff, Respondent::Staff);
    let why = |ask: &Ask| {
        let instrument = &ask.instrument;
        if instrument.adaptive.is_some() {
            Some(WhyNotOnPaper::Adaptive)
        } else if !instrument.licence.permission.may_ask() {
            Some(WhyNotOnPaper::NoPermission)
        } else if through_staff.held_back.iter().any(|held| held.key == ask.key) {
            Some(WhyNotOnPaper::NotThroughStaff)
        } else {
            None
        }
    };
    let (mut asks, mut not) = (Vec::new(), Vec::new());
    let ordered: Vec<&Ask> = script.asks.iter().chain(&script.held_back).collect();
    for ask in &ordered {
        let about = match &ask.why {
            Why::WishAbout { ask: about, .. } => ordered.iter().find(|other| other.key == *about),
            Why::Asked | Why::FromTeam { .. } => None,
        };
        let about = about.and_then(|about| why(about)).map(|_| WhyNotOnPaper::AboutSomethingElse);
        let why_not = about.or_else(|| why(ask));
        match why_not {
            None => asks.push((*ask).clone()),
            Some(why) => {
                not.push(NotOnPaper { ask: ask.key.clone(), name: ask.instrument.plain_name.clone(), why });
            }
        }
    }
    not.extend(script.not_asked.iter().map(|left_out| NotOnPaper {
        ask: left_out.instrument.clone(),
        name: left_out.name.clone(),
        why: WhyNotOnPaper::NoText,
    }));
    (asks, not)
}
