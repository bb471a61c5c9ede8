//! The binary: reads the configuration and the command line, wires the parts together, runs the
//! loops. The clock is read here and nowhere else.

mod chats;
mod cli;
mod clock;
mod commands;
pub mod config;
mod fail;
mod folder;
mod post;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

pub use fail::WrongInput;

/// Runs the command line; the exit code is 0 done, 1 failed, 2 the input is wrong.
pub fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    logging(cli.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("foreword: the runtime could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("foreword: {}", fail::in_words(&error));
            ExitCode::from(fail::code(&error))
        }
    }
}

fn logging(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let default = match verbose {
        0 => "warn,foreword=info",
        1 => "info,foreword=debug",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second subscriber in one process is a test's; it stays with the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    // The message of a panic may quote what it stumbled over, and that may be a patient's words.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic: a fault in the program");
    }));
}
