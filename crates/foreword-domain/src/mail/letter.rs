//! A letter: what a mail of ours says, in its order, before it is plain text or HTML.

use crate::{
    language::Lang,
    phrases::{Bubble, Line},
};

/// A mail of ours, in its final words.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Subject.
    pub subject: String,
    /// The line above which a reply is to be written, where one is taken in.
    pub marker: Option<String>,
    /// What it says.
    pub parts: Vec<Part>,
    /// The addresses that belong to it, where mail is taken in.
    pub ways: Option<Ways>,
    /// What it follows on.
    pub thread: Thread,
}

/// A part of a letter.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// A paragraph.
    Words(Line),
    /// A paragraph of what must be said, but not first.
    Small(Line),
    /// A question with all its choices, or what was understood.
    Question(Bubble),
    /// A way to go on.
    Link {
        /// What it is for.
        words: Option<String>,
        /// Its label.
        label: String,
        /// Where it leads.
        link: String,
        /// Whether it is the one way most take.
        is_main: bool,
    },
}

/// The addresses of one letter. Each holds a signature, so that nobody can make one up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ways {
    /// Where answers go.
    pub answer: String,
    /// Where a server says that it did not arrive.
    pub bounce: String,
    /// Where a mail ends all messages.
    pub stop: String,
    /// Where a `POST` does (RFC 8058).
    pub stop_link: String,
}

/// Which letters belong together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Thread {
    /// What all of one visit have in common.
    pub root: Option<String>,
    /// The mail this one replies to, by what its sender called it.
    pub replies_to: Option<String>,
}

impl Part {
    /// A paragraph in the language of the letter.
    pub fn words(text: String, lang: &Lang) -> Self {
        Self::Words(Line { text, lang: lang.clone() })
    }

    /// The same for what must be said, but not first.
    pub fn small(text: String, lang: &Lang) -> Self {
        Self::Small(Line { text, lang: lang.clone() })
    }

    fn plain(&self) -> String {
        match self {
            Self::Words(line) | Self::Small(line) => line.text.clone(),
            Self::Question(bubble) => plain(bubble),
            Self::Link { words: Some(words), link, .. } => format!("{words}\n{link}"),
            Self::Link { words: None, label, link, .. } => format!("{label}:\n{link}"),
        }
    }
}

impl Letter {
    /// The letter as plain text.
    pub fn text(&self) -> String {
        let marker = self.marker.iter().cloned();
        let text: Vec<String> = marker.chain(self.parts.iter().map(Part::plain)).collect();
        text.join("\n\n") + "\n"
    }
}

/// Questions as lines: each in its paragraph, choices one below the other.
fn plain(bubble: &Bubble) -> String {
    let mut paragraphs: Vec<String> = bubble.progress.iter().cloned().collect();
    paragraphs.extend(bubble.lines.iter().map(|line| line.text.clone()));
    if !bubble.options.is_empty() {
        let options: Vec<String> =
            bubble.options.iter().map(|option| format!("  {}  {}", option.handle, option.label)).collect();
        paragraphs.push(options.join("\n"));
    }
    paragraphs.extend(bubble.hint.iter().cloned());
    paragraphs.join("\n\n")
}
