//! The command line of programs that are told what happens.

use clap::Subcommand;

#[derive(Subcommand, Debug)]
pub(crate) enum Webhooks {
    /// Tell a program what happens; prints the secret that calls are signed with, once
    #[command(
        after_help = "Example: foreword webhooks add https://ehr.clinic.example/foreword --events visit.completed,alert.raised\n\nEvents, and how to check a signature: docs/json-api.md"
    )]
    Add {
        /// Where it is called
        url: String,
        /// What it is told
        #[arg(long, value_delimiter = ',', required = true, value_name = "EVENTS")]
        events: Vec<String>,
    },
    /// The programs that are told what happens
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// Tell a program nothing any more
    Remove {
        /// Its id, as in the list
        id: String,
    },
}
