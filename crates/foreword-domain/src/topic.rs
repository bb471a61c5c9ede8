//! What becomes of topics and goals, and what the care team writes to a patient before a visit.

use std::str::FromStr;

/// The most characters of a note to a patient.
pub const NOTE_CHARS: usize = 500;
/// The most characters of a goal.
pub const GOAL_CHARS: usize = 300;
/// Goals that stand at the same time, at most.
pub const MOST_GOALS: usize = 5;

/// What became of a topic at a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They talked about it.
    TalkedAbout,
    /// There was no time: it leads the next visit's page.
    NextTime,
    /// It is put aside.
    NotNow,
}

impl Mark {
    /// All marks.
    pub const ALL: [Self; 3] = [Self::TalkedAbout, Self::NextTime, Self::NotNow];

    /// The word for it in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TalkedAbout => "talked-about",
            Self::NextTime => "next-time",
            Self::NotNow => "not-now",
        }
    }

    /// The words on a page.
    pub fn label(self) -> &'static str {
        match self {
            Self::TalkedAbout => "talked about",
            Self::NextTime => "next time",
            Self::NotNow => "not now",
        }
    }
}

impl FromStr for Mark {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mark| mark.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no mark of a topic"))
    }
}

/// How a goal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoalEnd {
    /// It was reached.
    Reached,
    /// It was let go.
    LetGo,
}

impl GoalEnd {
    /// The word for it in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::LetGo => "let-go",
        }
    }
}

impl FromStr for GoalEnd {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = [Self::Reached, Self::LetGo].into_iter().find(|end| end.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no end of a goal"))
    }
}

/// What is wrong with a note to a patient, and what would be right.
///
/// # Errors
/// The sentence says nothing of what the text says.
pub fn check_note(text: &str) -> Result<(), String> {
    check("The note", text, NOTE_CHARS)
}

/// What is wrong with the words of a goal, and what would be right.
///
/// # Errors
/// As [`check_note`].
pub fn check_goal(text: &str) -> Result<(), String> {
    check("The goal", text, GOAL_CHARS)
}

pub(crate) fn check(what: &str, text: &str, most: usize) -> Result<(), String> {
    let chars = text.chars().count();
    if text.trim().is_empty() {
        return Err(format!("{what} is empty. Write 1 to {most} characters."));
    }
    if chars > most {
        return Err(format!("{what} has {chars} characters. There is room for {most}."));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(format!("{what} holds a character that can't be shown. Write it as plain text."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_to_a_patient_is_plain_text_of_some_length() {
        assert_eq!(check_note("Please bring your inhaler."), Ok(()));
        assert_eq!(check_note(&"ä".repeat(NOTE_CHARS)), Ok(()));
        let told = |text: &str| check_note(text).unwrap_err();
        assert_eq!(told(" \n "), "The note is empty. Write 1 to 500 characters.");
        assert_eq!(told(&"ä".repeat(NOTE_CHARS + 1)), "The note has 501 characters. There is room for 500.");
        assert!(told("a\u{7}b").contains("plain text"));
    }

    #[test]
    fn every_mark_is_read_as_it_is_written() {
        for mark in Mark::ALL {
            assert_eq!(mark.as_str().parse(), Ok(mark));
        }
        for end in [GoalEnd::Reached, GoalEnd::LetGo] {
            assert_eq!(end.as_str().parse(), Ok(end));
        }
        assert!("done".parse::<Mark>().is_err() && "done".parse::<GoalEnd>().is_err());
    }
}
