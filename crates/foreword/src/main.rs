//! The `foreword` command.

fn main() -> std::process::ExitCode {
    foreword::main()
}
