//! The commands, one file each.

mod alerts;
mod api_client;
mod audit;
mod cat;
mod chat;
mod demo;
mod fhirpath;
mod import;
mod instruments;
mod paper;
mod rehearse;
mod safety;
mod score;
mod serve;
mod small;
mod validate;
mod webhooks;

use std::io::Write;

use anyhow::Context;

use crate::{
    cli::{Cli, Command},
    config::Config,
};

/// Runs one command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    let mut config = Config::load(cli.config.as_deref(), environment())?;
    if let Some(url) = cli.database {
        url.parse::<foreword_store::Url>()
            .map_err(|what| crate::fail::wrong(format!("--database: {what}")))?;
        config.database.url = url;
    }
    match cli.command {
        Command::Demo(args) => Box::pin(demo::run(config, &args)).await,
        Command::Serve(args) => serve::run(&config, &args).await,
        Command::Chat(args) => chat::run(&config, &args).await,
        Command::Score(args) => score::run(&config, &args),
        Command::Cat(args) => cat::run(&config, &args),
        Command::Instruments(args) => instruments::run(&config, &args).await,
        Command::Fhirpath(args) => fhirpath::run(&args),
        Command::Validate(args) => validate::run(&args),
        Command::Import(args) => import::run(&config, &args).await,
        Command::Rehearse(args) => rehearse::run(&config, &args).await,
        Command::Tick(args) => small::tick(&config, &args).await,
        Command::Summary(args) => small::summary(&config, &args).await,
        Command::Paper(args) => paper::run(&config, &args),
        Command::Alerts(args) => alerts::run(&config, args).await,
        Command::Safety(args) => safety::run(&config, args).await,
        Command::Pathways(args) => safety::pathways(&config, args).await,
        Command::Webhooks(args) => webhooks::run(&config, &args).await,
        Command::Audit(args) => audit::run(&config, &args).await,
        Command::Staff(args) => small::staff(&config, &args).await,
        Command::ApiClient(args) => api_client::run(&config, &args).await,
        Command::Migrate(args) => small::migrate(&config, &args).await,
    }
}

/// The environment, as far as it is text; what is not can't be a setting.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Prints bytes to standard output as they are: CSV and JSON.
pub(crate) fn print(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => done.context("standard output"),
    }
}

/// Prints one line to standard output, without what could drive a terminal; a reader who has gone away is no error.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let line: String = line.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        done => done.context("standard output"),
    }
}
