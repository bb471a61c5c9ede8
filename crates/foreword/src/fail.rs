//! Failing well: which exit code, and one message that says what to do.

use std::fmt::Write;

/// The input is wrong; the message names file, line or row, key, what is wrong and what would be right.
#[derive(Debug)]
pub struct WrongInput(pub String);

impl std::fmt::Display for WrongInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongInput {}

/// An error for wrong input.
pub(crate) fn wrong(message: impl Into<String>) -> anyhow::Error {
    WrongInput(message.into()).into()
}

pub(crate) fn code(error: &anyhow::Error) -> u8 {
    let refused = error.chain().any(|cause| {
        cause.is::<WrongInput>()
            || matches!(
                cause.downcast_ref::<foreword_app::Error>(),
                Some(
                    foreword_app::Error::NotFound(_)
                        | foreword_app::Error::Refused(_)
                        | foreword_app::Error::Closed
                        | foreword_app::Error::NotAllowed(_)
                        | foreword_app::Error::File(_)
                )
            )
    });
    if refused { 2 } else { 1 }
}

pub(crate) fn in_words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !words.contains(&cause) {
            let _ = write!(words, ": {cause}");
        }
    }
    words
}

/// The text of a file, or what is wrong with it.
pub(crate) fn read_text(path: &std::path::Path) -> anyhow::Result<String> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::IsADirectory => wrong(format!("{name}: is a folder, must be a file")),
        _ => wrong(format!("{name}: {error}")),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        wrong(format!("{name}:{line}: is not UTF-8; save the file as UTF-8"))
    })
}
