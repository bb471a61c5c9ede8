//! The commands about red flags, and about what a clinic does when an answer needs somebody at once.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use foreword_domain::alert::OutcomeKind;

#[derive(Subcommand, Debug)]
pub(crate) enum Alerts {
    /// All red flags: those that wait first, the most urgent of them on top
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// One red flag and all that happened to it
    Show {
        /// Its id
        id: String,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a red flag: from now on it is yours
    #[command(after_help = "Example: foreword alerts ack 0199f2c4-... --as roe")]
    Ack(Deed),
    /// Write down that you tried to call the patient
    #[command(after_help = "Example: foreword alerts call 0199f2c4-... --as roe --reached")]
    Call {
        #[command(flatten)]
        deed: Deed,
        /// You reached them
        #[arg(long)]
        reached: bool,
    },
    /// Write down what came of it
    #[command(
        after_help = "Example: foreword alerts outcome 0199f2c4-... spoke --as roe --note \"Called at 14:10\""
    )]
    Outcome {
        #[command(flatten)]
        deed: Deed,
        /// What it was
        kind: Kind,
        /// In your words
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Close a red flag whose outcome is written down
    Close(Deed),
    /// How well the loop works: how many, how soon taken, what came of them
    Measures {
        /// Days looked back
        #[arg(long, default_value_t = 90)]
        days: u16,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// How often rules would have fired on what was answered so far; raises nothing
    #[command(
        name = "dry-run",
        after_help = "Example: foreword alerts dry-run rules.toml\n\nThe file holds [[rule]] entries as in a safety plan (docs/safety.md)."
    )]
    DryRun {
        /// A file with rules, or a whole safety plan
        rules: PathBuf,
        /// JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Deed {
    /// The red flag's id
    pub id: String,
    /// Who does it: the login of an account that may see red flags
    #[arg(long = "as", value_name = "LOGIN")]
    pub login: String,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody spoke with the patient
    Spoke,
    /// The patient was seen at the clinic
    Seen,
    /// Emergency services were called
    Emergency,
    /// Another service has taken over
    Referred,
    /// Answered by mistake, as the patient said when asked
    Mistaken,
}

impl From<Kind> for OutcomeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Spoke => Self::Spoke,
            Kind::Seen => Self::Seen,
            Kind::Emergency => Self::Emergency,
            Kind::Referred => Self::Referred,
            Kind::Mistaken => Self::Mistaken,
        }
    }
}

#[derive(Subcommand, Debug)]
pub(crate) enum Safety {
    /// Look at a safety plan: what is wrong with it, and what is missing; changes nothing
    #[command(
        after_help = "Example: foreword safety check north-clinic.toml\n\nWhat stands in one: docs/safety.md"
    )]
    Check {
        /// The plan
        file: PathBuf,
    },
    /// Take a safety plan into use; it counts at once
    #[command(after_help = "Example: foreword safety set north-clinic.toml")]
    Set {
        /// The plan
        file: PathBuf,
    },
    /// The plan of a clinic that is in use, or of each
    Show {
        /// The clinic's name, as feeds say it
        clinic: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
pub(crate) enum Pathways {
    /// All pathways, and where they may ask what may need somebody at once
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// Switch a pathway on at a clinic; refused with all that is missing, as long as there is any
    #[command(after_help = "Example: foreword pathways activate mood-check --clinic \"North Clinic\"")]
    Activate(Which),
    /// Switch a pathway off at a clinic; visits that have begun go on
    Deactivate(Which),
}

#[derive(Args, Debug)]
pub(crate) struct Which {
    /// The pathway's id
    pub id: String,
    /// The clinic's name, as feeds say it
    #[arg(long)]
    pub clinic: String,
}
