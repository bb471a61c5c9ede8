//! The commands about programs that may use the API.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Subcommand, Debug)]
pub(crate) enum ApiClient {
    /// Add a client; prints its token once, or the id of one that signs its requests
    #[command(
        after_help = "Examples:\n  foreword api-client add ehr --scope system/Questionnaire.rs --scope system/Appointment.cru\n  foreword api-client add warehouse --scope 'system/*.rs' --jwks public.jwks.json\n\nHow a program that signs (SMART Backend Services) gets its tokens: docs/api.md"
    )]
    Add(AddClient),
    /// All clients
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke all clients of a name; their tokens open nothing from now on
    #[command(after_help = "Example: foreword api-client revoke ehr")]
    Revoke {
        /// The name
        name: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AddClient {
    /// Its name
    pub name: String,
    /// What it may do: system/KIND.ACTS, several times if need be
    #[arg(long, default_value = "system/Questionnaire.rs")]
    pub scope: Vec<String>,
    /// It signs its requests: a file with its public keys (JWK set, RS384 or ES384)
    #[arg(long, value_name = "FILE")]
    pub jwks: Option<PathBuf>,
    /// It signs its requests: the address of its public keys
    #[arg(long, value_name = "URL", conflicts_with = "jwks")]
    pub jwks_url: Option<String>,
}
