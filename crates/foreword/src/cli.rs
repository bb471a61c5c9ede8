//! The command line.

mod programs;
mod safety;
mod staff;
mod webhooks;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use programs::{AddClient, ApiClient};
pub(crate) use safety::{Alerts, Deed, Pathways, Safety, Which};
pub(crate) use staff::{Audit, AuditList, AuditVerify, Staff};
pub(crate) use webhooks::Webhooks;

/// Patient-reported outcomes before a visit: the patient answers, the clinician reads one page.
#[derive(Parser, Debug)]
#[command(name = "foreword", version, max_term_width = 100, propagate_version = true)]
pub(crate) struct Cli {
    /// Configuration file; what it leaves out keeps its default
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Database, instead of the configured one: <sqlite://FILE> or postgres://...
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// More of the log on standard error; twice for all of it
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// A working clinic with sample patients, in a folder of its own
    #[command(after_help = "Example: foreword demo --port 8081")]
    Demo(Demo),
    /// Web pages and worker
    #[command(after_help = "Example: foreword serve --config clinic.toml")]
    Serve(Serve),
    /// The patient's conversation in the terminal
    #[command(after_help = "Example: foreword chat --link http://127.0.0.1:8080/v/...")]
    Chat(Chat),
    /// Score rows of answers
    #[command(after_help = "Example: foreword score gad-7 --csv answers.csv")]
    Score(Score),
    /// One step of an adaptive test: the estimate so far, and the next item or why to stop
    #[command(
        after_help = "Example: foreword cat mood-words --answers sad=2,tense=1 --json\n\nA bank is an instrument of the library, an instrument file (.toml), or a table of parameters\n(.csv: item_id,a,b1,b2,...), whose answers are categories from 0. ITEM=- is an item left out."
    )]
    Cat(Cat),
    /// The library of instruments
    #[command(subcommand)]
    Instruments(Instruments),
    /// What a `FHIRPath` expression yields on a FHIR resource, as one JSON array
    #[command(
        after_help = "Example: foreword fhirpath --input response.json --questionnaire form.json \\\n         \
                            --expr '%resource.repeat(item).answer.value.weight().sum()'"
    )]
    Fhirpath(Fhirpath),
    /// What is wrong with a FHIR resource, as an `OperationOutcome`
    #[command(
        after_help = "Example: foreword validate --questionnaire form.json response.json\n\nA QuestionnaireResponse is checked by its Questionnaire, a Questionnaire by its own rules, any resource\nby the definitions of R4. Exit code 2 says that there are errors."
    )]
    Validate(Validate),
    /// Take in appointments
    #[command(subcommand)]
    Import(Import),
    /// Every message that will be sent, in its words, with when, to whom and on which channel
    #[command(
        after_help = "Example: foreword rehearse --patient P-1001 --until 2026-12-31\n\nNothing is sent or changed. What is booked, answered or stopped in between changes the rest."
    )]
    Rehearse(Rehearse),
    /// Do the work that is due at an instant, on a database with a manual clock
    #[command(after_help = "Example: foreword tick --at 2026-11-24T09:00:00Z")]
    Tick(Tick),
    /// The clinician's page for one appointment
    #[command(after_help = "Example: foreword summary A-1001 --format pdf --paper letter --out page.pdf")]
    Summary(Summary),
    /// The form of a pathway on paper, as PDF
    #[command(after_help = "Example: foreword paper wellbeing-check --lang de --out form.pdf")]
    Paper(Paper),
    /// Red flags
    #[command(subcommand)]
    Alerts(Alerts),
    /// What a clinic does when an answer needs somebody at once
    #[command(subcommand)]
    Safety(Safety),
    /// Which pathways may ask what may need somebody at once, and where
    #[command(subcommand)]
    Pathways(Pathways),
    /// The audit log: who read and wrote what
    #[command(subcommand)]
    Audit(Audit),
    /// Accounts of staff
    #[command(subcommand)]
    Staff(Staff),
    /// Programs that may use the API
    #[command(subcommand, name = "api-client")]
    ApiClient(ApiClient),
    /// Programs that are told what happens
    #[command(subcommand)]
    Webhooks(Webhooks),
    /// Bring the database up to date
    #[command(after_help = "Example: foreword migrate --status")]
    Migrate(Migrate),
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// The folder it works in
    #[arg(long, default_value = "foreword-demo")]
    pub dir: PathBuf,
    /// The port it listens on, at 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Begin anew: forget what an earlier demo left in the folder
    #[arg(long)]
    pub fresh: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Only these parts
    #[arg(long, value_delimiter = ',', value_name = "PARTS")]
    pub only: Vec<Part>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Pages
    Web,
    /// Messages that are due
    Worker,
    /// Chats: what comes in, and what is said in return
    Bot,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Whose {
    /// The link of an invitation
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
    /// A patient's next visit, by our id or the feed's
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Chat {
    #[command(flatten)]
    pub whose: Whose,
    /// The language to speak
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Questions offered in one message, to be answered by one line such as "1 2 0 3"
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub items_at_once: usize,
}

#[derive(Args, Debug)]
pub(crate) struct Score {
    /// The instrument's id, its file (.toml), or a FHIR Questionnaire (.json)
    pub instrument: String,
    /// A variant of it, such as 0-40 of k10
    #[arg(long, value_name = "VARIANT")]
    pub variant: Option<String>,
    /// Rows of answers with a header of linkIds; `-` is standard input
    #[arg(long, default_value = "-", value_name = "FILE")]
    pub csv: PathBuf,
    /// JSON instead of CSV
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Cat {
    /// The bank
    pub bank: String,
    /// Answers so far, in the order they were given
    #[arg(long, value_name = "ITEM=VALUE,...")]
    pub answers: Option<String>,
    /// The criterion of selection, instead of the bank's
    #[arg(long, value_enum)]
    pub select: Option<Select>,
    /// Items answered before precision may end the test
    #[arg(long, value_name = "N")]
    pub min_items: Option<usize>,
    /// Items asked at most
    #[arg(long, value_name = "N")]
    pub max_items: Option<usize>,
    /// Standard error, in theta units, below which the test ends
    #[arg(long, value_name = "SE")]
    pub stop_se: Option<f64>,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Select {
    /// Maximum Fisher information at the estimate
    Mfi,
    /// Maximum posterior-weighted information
    Mpwi,
    /// Maximum expected information
    Mei,
    /// Minimum expected posterior variance
    Mepv,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Instruments {
    /// All instruments
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// One instrument, as its file
    Show {
        /// Its id
        id: String,
    },
    /// Prove a file by every rule; a FHIR Questionnaire (.json), too
    #[command(after_help = "Example: foreword instruments check my-questions.toml")]
    Check {
        /// The file
        file: PathBuf,
    },
    /// Take in a FHIR R4 Questionnaire, or say what of it can't be asked here
    #[command(
        after_help = "Example: foreword instruments import knee.json --id knee --higher-worse total --out our-instruments\n\nWhat was granted makes it active: --granted-by 'its owner' --granted-on 2026-01-31 --scope 'our clinic'"
    )]
    Import(Box<TakeIn>),
    /// How often each item was asked: what an adaptive test asks most
    #[command(after_help = "Example: foreword instruments exposure mood-words")]
    Exposure {
        /// Its id
        id: String,
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// One instrument as a FHIR R4 Questionnaire
    Fhir {
        /// Its id
        id: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct TakeIn {
    /// The questionnaire, in JSON; `-` is standard input
    pub file: PathBuf,
    /// The instrument's id, instead of the questionnaire's own
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// What patients and clinicians call what it measures, instead of its title
    #[arg(long, value_name = "NAME")]
    pub plain_name: Option<String>,
    /// A computed score of which more is worse
    #[arg(long, value_name = "LINKID")]
    pub higher_worse: Vec<String>,
    /// A computed score of which more is better
    #[arg(long, value_name = "LINKID")]
    pub higher_better: Vec<String>,
    /// Who gave the permission to ask it
    #[arg(long, value_name = "WHO", requires_all = ["granted_on", "scope"])]
    pub granted_by: Option<String>,
    /// When it was given
    #[arg(long, value_name = "DATE", requires = "granted_by")]
    pub granted_on: Option<jiff::civil::Date>,
    /// What for
    #[arg(long, value_name = "TEXT", requires = "granted_by")]
    pub scope: Option<String>,
    /// The folder to write it to, instead of the configured one (instruments.dir)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace a file of the same name
    #[arg(long)]
    pub replace: bool,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Fhirpath {
    /// The resource, in JSON; an empty file stands for none, `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// The expression
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub expr: String,
    /// The Questionnaire that a response answers: %questionnaire, where `weight()` looks up what answers count
    #[arg(long, value_name = "FILE")]
    pub questionnaire: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Validate {
    /// The Questionnaire that a response answers; without it (or with an empty name), the one the response contains
    #[arg(long, value_name = "FILE")]
    pub questionnaire: Option<std::ffi::OsString>,
    /// The resource, in JSON; `-` is standard input
    pub file: PathBuf,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Import {
    /// Appointments from a file
    #[command(
        after_help = "Example: foreword import appointments monday.csv\n\nWhat each form may say, and how: docs/feeds.md"
    )]
    Appointments {
        /// The file
        file: PathBuf,
        /// Its format; by how the file's name ends (.csv, .ics, .hl7, .json), when it is not given
        #[arg(long, value_enum)]
        format: Option<Feed>,
        /// JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feed {
    /// Comma or semicolon separated values
    Csv,
    /// iCalendar
    Ics,
    /// HL7 v2 messages (SIU)
    Hl7,
    /// FHIR R4: Bundle, Appointment, or lines of them
    Fhir,
}

#[derive(Args, Debug)]
pub(crate) struct Rehearse {
    /// Only this patient, by our id or the feed's
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// Only what is sent until then: a date in the clinic's zone, or an instant in RFC 3339
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Tick {
    /// The instant, in RFC 3339
    #[arg(long, value_name = "RFC3339")]
    pub at: jiff::Timestamp,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Paper {
    /// The pathway
    pub pathway: String,
    /// Language of the form
    #[arg(long, default_value = "en")]
    pub lang: String,
    /// Sheets: a4 or letter
    #[arg(long = "paper", default_value = "a4")]
    pub sheets: foreword_summary::Paper,
    /// File to write; standard output without it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Summary {
    /// The appointment, by our id or the feed's
    pub appointment: String,
    /// The form of the page
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Sheets of the PDF: a4 or letter
    #[arg(long = "paper", default_value = "a4")]
    pub sheets: foreword_summary::Paper,
    /// The PDF's one page alone, without the pages of answers and rules behind it
    #[arg(long)]
    pub one_page: bool,
    /// Write it to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page for a browser
    Html,
    /// A page to print
    Pdf,
    /// Plain text, to paste into the record
    Text,
    /// A FHIR document, with the answers and scores behind the page
    Fhir,
}

#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// Only say which changes are applied
    #[arg(long)]
    pub status: bool,
}
