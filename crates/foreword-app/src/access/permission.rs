//! Which role may do what: one table, and nothing else decides. Where somebody may do it is `reach`'s to say.

use std::fmt;

/// What a member of staff is at a clinic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Treats patients.
    Clinician,
    /// Cares for patients.
    Nurse,
    /// Receives patients and keeps the calendar.
    FrontDesk,
    /// Looks after what is asked and how well it works, without patients' answers.
    QualityLead,
    /// Looks after accounts, feeds and the audit log, without patients' answers.
    Administrator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Clinician, Self::Nurse, Self::FrontDesk, Self::QualityLead, Self::Administrator];

    /// The word for it on the command line and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::Nurse => "nurse",
            Self::FrontDesk => "front-desk",
            Self::QualityLead => "quality-lead",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::FrontDesk => "front desk",
            Self::QualityLead => "quality lead",
            other => other.as_str(),
        }
    }
}

macro_rules! acts {
    ($($(#[doc = $doc:literal])+ $act:ident: $word:literal, $plain:literal;)+) => {
        /// What can be done on the pages and in the chats of staff.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Act { $($(#[doc = $doc])+ $act),+ }

        impl Act {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$act),+];

            /// The word for it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$act => $word),+ }
            }

            /// What it is, in words that follow "to".
            pub fn plain(self) -> &'static str {
                match self { $(Self::$act => $plain),+ }
            }
        }
    };
}

acts! {
    /// The day list and the board: who comes, and how far they are.
    ReadDay: "read-day", "see who comes on a day";
    /// The page of a visit, with answers and scores.
    ReadSummary: "read-summary", "read what a patient has answered";
    /// One question to one patient before one visit.
    AskPatient: "ask-patient", "ask a patient something before a visit";
    /// An answer to what a patient wrote.
    ReplyToPatient: "reply-to-patient", "answer a patient's note";
    /// Topics talked about, and goals.
    MarkTopics: "mark-topics", "mark what was talked about";
    /// Visits booked, moved and cancelled by hand.
    ManageVisits: "manage-visits", "book, move or cancel a visit";
    /// Forms on paper, with a name or without.
    PrintForms: "print-forms", "print a form";
    /// Codes for the tablet at the desk.
    Kiosk: "kiosk", "give a patient the tablet";
    /// The answers of a form on paper.
    Transcribe: "transcribe", "enter a form that was filled in on paper";
    /// What is owed to patients, and what became of it.
    Messages: "messages", "see the messages to patients";
    /// Every message that will be sent.
    Rehearse: "rehearse", "see the messages that will be sent";
    /// Patients' mails that could not be taken in.
    Mailbox: "mailbox", "read patients' mails";
    /// Red flags.
    Alerts: "alerts", "see red flags";
    /// Pathways switched on and off at a clinic.
    Activate: "activate", "switch a pathway on or off";
    /// A record of another clinic, in an emergency.
    BreakGlass: "break-glass", "open a record in an emergency";
    /// What feeds said that was not taken in.
    Feeds: "feeds", "see what feeds said";
    /// What is asked before which visits.
    Pathways: "pathways", "see the pathways";
    /// The library of instruments.
    Instruments: "instruments", "see the instruments";
    /// Counts of how well it all works.
    Measures: "measures", "see the measures";
    /// An account of one's own in a chat.
    Telegram: "telegram", "connect a chat";
    /// Accounts of staff, and their roles.
    Staff: "staff", "look after accounts";
    /// The audit log, and records opened in an emergency.
    Audit: "audit", "read the audit log";
}

impl Act {
    /// Whether it is about the whole installation: then a role at one clinic is not enough for it.
    pub fn is_of_the_house(self) -> bool {
        matches!(self, Self::Staff | Self::Audit)
    }

    /// Whether it may be done with a record that was opened in an emergency. Reading is all of it.
    pub fn is_opened_by_break_glass(self) -> bool {
        self == Self::ReadSummary
    }

    /// The roles that may do it.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| allows(*role, self))
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a role may do something.
pub fn allows(role: Role, act: Act) -> bool {
    use Role::{Administrator, Clinician, FrontDesk, Nurse, QualityLead};
    match act {
        Act::ReadSummary
        | Act::AskPatient
        | Act::ReplyToPatient
        | Act::MarkTopics
        | Act::Transcribe
        | Act::Mailbox
        | Act::Alerts
        | Act::BreakGlass => matches!(role, Clinician | Nurse),
        Act::ReadDay
        | Act::ManageVisits
        | Act::PrintForms
        | Act::Kiosk
        | Act::Messages
        | Act::Rehearse
        | Act::Telegram => matches!(role, Clinician | Nurse | FrontDesk),
        // Whoever answers for what is asked, with or without patients of their own.
        Act::Activate => matches!(role, Clinician | QualityLead | Administrator),
        Act::Measures => matches!(role, Clinician | Nurse | QualityLead),
        Act::Pathways | Act::Instruments => matches!(role, Clinician | Nurse | QualityLead | Administrator),
        // They hold no patient's data, and say why a visit is missing.
        Act::Feeds => true,
        Act::Staff | Act::Audit => role == Administrator,
    }
}
