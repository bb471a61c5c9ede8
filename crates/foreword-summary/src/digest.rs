//! What a page says as one number: two pages that say the same have the same, whenever they were made.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::{ItemLine, ScoreLine, Summary, text};

impl Summary {
    /// SHA-256 over everything the page says and everything behind it, without the time it was made.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical()).into()
    }

    /// The digest as it stands on every form of the page: its first twelve hexadecimal digits.
    pub fn mark(&self) -> String {
        self.digest().iter().take(6).fold(String::new(), |mut mark, byte| {
            // Writing to a string fails only where memory does.
            let _ = write!(mark, "{byte:02x}");
            mark
        })
    }

    /// Every word of the page and behind it, each with its length before it, so that no two pages are
    /// written alike.
    fn canonical(&self) -> String {
        let mut all = Canonical("foreword-summary 1\n".to_owned());
        all.word(&text::said(self));
        for flag in &self.flags {
            all.words(flag.explain.reveal());
        }
        for topic in &self.topics {
            all.word(topic.lang.as_str());
            all.words(topic.explain.reveal());
        }
        self.scores.iter().chain(&self.more_scores).for_each(|score| all.score(score));
        self.items.iter().chain(&self.context).for_each(|line| all.line(line));
        for group in &self.answers {
            all.word(&group.ask);
            all.word(&group.name);
            group.lines.iter().for_each(|line| all.line(line));
        }
        all.0
    }
}

struct Canonical(String);

impl Canonical {
    fn word(&mut self, word: &str) {
        let _ = writeln!(self.0, "{} {word}", word.len());
    }

    fn words(&mut self, words: &[String]) {
        for word in words {
            self.word(word);
        }
    }

    fn score(&mut self, score: &ScoreLine) {
        self.word(&score.ask);
        self.word(&text::score_line(score));
        self.word(&score.source);
        self.words(score.explain.reveal());
        if let Some(trend) = &score.trend {
            self.word(&trend.in_words());
        }
    }

    fn line(&mut self, line: &ItemLine) {
        self.word(line.lang.as_str());
        self.word(&text::item_line(line));
        self.words(line.explain.reveal());
    }
}
