//! Reading mails: the corpus, patients' replies, and what must never happen.

mod corpus;
mod languages;
mod machines;
mod never;
mod patients;
mod senders;
mod shapes;

use std::path::{Path, PathBuf};

use foreword_domain::mail::{Heard, What};

use super::read_mail;

/// The folder with mails.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mail").join(name)
}

/// All files below a folder of the corpus, in order.
fn files(name: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder(name)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the corpus is there").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A mail with this body, as a person would send it.
fn mail(content_type: &str, body: &str) -> Vec<u8> {
    let head =
        "From: Robin <robin@home.example>\r\nTo: visits@clinic.example\r\nSubject: Re: Before your visit\r\n";
    format!("{head}MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{body}").into_bytes()
}

fn text(heard: &Heard) -> Option<&str> {
    match &heard.what {
        What::Reply { text, .. } => Some(text.reveal()),
        _ => None,
    }
}

/// What a mail of plain text is read as.
fn own(body: &str) -> String {
    let heard = read_mail(&mail("text/plain; charset=utf-8", body)).expect("it is a mail");
    text(&heard).expect("a person wrote it").to_owned()
}
