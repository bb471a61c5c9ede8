//! The service as the tests run it.

fn main() -> std::process::ExitCode {
    foreword::main()
}
