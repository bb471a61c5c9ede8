//! The commands about accounts of staff, and about what stands in the audit log.

use clap::{Args, Subcommand};

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// Find out whether it is as it was written; exit code 1 when it is not
    #[command(
        after_help = "Example: foreword audit verify\n\nWhat it finds, and what it can't: docs/audit.md"
    )]
    Verify(AuditVerify),
    /// What stands in it, newest first
    #[command(after_help = "Example: foreword audit list --since 2026-11-01 --patient P-1001 --json")]
    List(AuditList),
}

#[derive(Args, Debug)]
pub(crate) struct AuditVerify {
    /// A link that was printed before and kept elsewhere: it must still be there
    #[arg(long, value_name = "LINK")]
    pub noted: Option<String>,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AuditList {
    /// Only from then on: a date in the clinic's zone, or an instant in RFC 3339
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Only what this patient did or what concerns them, by our id or the feed's
    #[arg(long, value_name = "ID")]
    pub patient: Option<String>,
    /// Only what they did: a login of staff, or as the log writes it (service, feed, patient:...)
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Staff {
    /// Add an account; the password is read from standard input
    #[command(
        after_help = "Example: foreword staff add roe --name 'Dr Roe' --role clinician --clinic 'North Clinic'"
    )]
    Add {
        /// What they sign in with
        login: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// What they may do: clinician, nurse, front-desk, quality-lead or administrator; may be given several times
        #[arg(long, default_value = "clinician")]
        role: Vec<String>,
        /// Where, by the name appointments carry; may be given several times. All clinics, when left out
        #[arg(long)]
        clinic: Vec<String>,
    },
    /// All accounts
    #[command(after_help = "Example: foreword staff list --json")]
    List {
        /// JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a link that connects an account with a chat in Telegram, once, within 15 minutes
    #[command(after_help = "Example: foreword staff telegram roe")]
    Telegram {
        /// What they sign in with
        login: String,
    },
    /// Send a member the daily digest by mail, or stop it
    #[command(after_help = "Example: foreword staff digest roe roe@clinic.example")]
    Digest {
        /// What they sign in with
        login: String,
        /// Where to; `off` stops it
        #[arg(value_name = "ADDRESS|off")]
        address: String,
    },
    /// Give an account another password, printed once, and take its second factor away; every session ends
    #[command(after_help = "Example: foreword staff reset roe")]
    Reset {
        /// What they sign in with
        login: String,
    },
    /// Bind an account to what the provider of the house's accounts calls its owner
    #[command(after_help = "Example: foreword staff bind roe 248289761001")]
    Bind {
        /// What they sign in with
        login: String,
        /// What the provider calls them (`sub` in its tokens); `off` unbinds the account and ends its sessions
        #[arg(value_name = "SUBJECT|off")]
        subject: String,
        /// Who calls them so, where it is not oidc.issuer: the issuer of the record system that launches the page
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
    },
    /// Shut an account; every session of it ends
    #[command(after_help = "Example: foreword staff disable roe")]
    Disable {
        /// What they sign in with
        login: String,
    },
    /// Open an account again
    #[command(after_help = "Example: foreword staff enable roe")]
    Enable {
        /// What they sign in with
        login: String,
    },
}
