//! A real mail server beside the service: SMTP by aiosmtpd, IMAP by pymap, see `tests/mail/servers.py`.
//! `tests/run` installs them and names their Python in `FOREWORD_TEST_PYTHON`.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use super::{
    mailbox::Mail,
    process::{begin, free_port, nap},
};

/// A running mail server.
pub struct MailServer {
    child: Option<Child>,
    pub smtp: u16,
    pub imap: u16,
    dir: PathBuf,
    more: Vec<String>,
}

impl MailServer {
    /// One that is not up yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            child: None,
            smtp: free_port(),
            imap: free_port(),
            dir: folder.join("maildirs"),
            more: Vec::new(),
        }
    }

    /// The same, with more on its command line.
    #[must_use]
    pub fn with(mut self, more: &[&str]) -> Self {
        self.more.extend(more.iter().map(|&word| word.to_owned()));
        self
    }

    /// Sending alone, without mailboxes.
    #[must_use]
    pub fn without_imap(mut self) -> Self {
        self.imap = 0;
        self
    }

    pub fn start(&mut self) {
        let python = std::env::var("FOREWORD_TEST_PYTHON").expect("tests/run sets FOREWORD_TEST_PYTHON");
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/mail/servers.py"))
            .arg(&self.dir)
            .args([self.smtp.to_string(), self.imap.to_string()])
            .args(&self.more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the mail server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it prints")).read_line(&mut line).expect("it prints");
        assert_eq!(line.trim(), "up", "the mail server came up");
        self.child = Some(child);
        let begun = begin();
        while self.imap != 0 && TcpStream::connect(("127.0.0.1", self.imap)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the mailboxes do not open");
            nap(20);
        }
    }

    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        // It ends when nobody holds its standard input any more, and takes the other server with it.
        drop(child.stdin.take());
        child.wait().expect("the mail server ends");
    }

    /// What the IMAP server complained about.
    pub fn complaints(&self) -> String {
        std::fs::read_to_string(self.dir.join("imap.log")).unwrap_or_default()
    }

    /// What stands in somebody's mailbox, in the order of what is in it.
    pub fn mails(&self, name: &str) -> Vec<Mail> {
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let Ok(files) = std::fs::read_dir(self.dir.join(name).join(part)) else { continue };
            for file in files {
                let raw = std::fs::read(file.expect("a file").path()).unwrap_or_default();
                let raw = String::from_utf8_lossy(&raw).replace("\r\n", "\n").replace('\n', "\r\n");
                if !raw.is_empty() {
                    found.push(Mail::parse(&raw));
                }
            }
        }
        found
    }

    /// Sends a mail by SMTP, from one address to another.
    pub fn send(&self, from: &str, to: &str, raw: &str) {
        use lettre::{SmtpTransport, Transport, address::Envelope};
        let envelope =
            Envelope::new(Some(from.parse().expect("an address")), vec![to.parse().expect("an address")]);
        SmtpTransport::builder_dangerous("127.0.0.1")
            .port(self.smtp)
            .build()
            .send_raw(&envelope.expect("an envelope"), raw.as_bytes())
            .expect("the mail server takes it");
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.stop();
    }
}
