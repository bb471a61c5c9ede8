//! The service as a process of its own, that can be killed.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The program under test.
pub fn foreword() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foreword-under-test"));
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("FOREWORD__") || name == "FOREWORD_CRASH_AT")
    {
        command.env_remove(name);
    }
    command
}

/// The program in a folder, with a manual clock and mail written to files.
pub fn clinic_in(folder: &Path) -> Command {
    let mut command = foreword();
    command
        .current_dir(folder)
        .env("FOREWORD__CLOCK", "manual")
        .env("FOREWORD__MAIL__SMTP_URL", "file:mail")
        .env("RUST_LOG", "warn");
    command
}

/// Runs a command to its end with something typed into it.
pub fn run(command: &mut Command, typed: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A process that ends before it has read everything is no fault of the test.
    let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
    child.wait_with_output().unwrap()
}

/// What a command printed, and its exit code.
pub fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A port nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running `foreword serve`.
pub struct Server {
    child: Child,
}

impl Server {
    /// Starts it and waits until it listens.
    pub fn start(database: &str, folder: &Path, port: u16) -> Self {
        Self::start_with(database, folder, port, &[])
    }

    /// The same, with more in its environment. One that is to crash may do so before it listens.
    pub fn start_with(database: &str, folder: &Path, port: u16, more: &[(String, String)]) -> Self {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(folder.join("server.log")).unwrap();
        let child = foreword()
            .args(["serve", "--database", database])
            .env("FOREWORD__HTTP__LISTEN", format!("127.0.0.1:{port}"))
            .env("FOREWORD__KEYS__MASTER_FILE", folder.join("master.key"))
            .env("FOREWORD__MAIL__SMTP_URL", format!("file:{}", folder.join("mail").display()))
            .envs(more.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { child };
        let begun = begin();
        let may_crash = more.iter().any(|(name, _)| name == "FOREWORD_CRASH_AT");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if may_crash && server.has_ended() {
                break;
            }
            assert!(
                !server.has_ended(),
                "the server ended: {}",
                std::fs::read_to_string(folder.join("server.log")).unwrap()
            );
            assert!(begun.elapsed() < Duration::from_mins(1), "the server does not listen");
            nap(5);
        }
        server
    }

    /// Whether it is gone.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end, for so many milliseconds; tells whether it came.
    pub fn wait_for_end(&mut self, millis: u64) -> bool {
        let begun = begin();
        while !self.has_ended() {
            if begun.elapsed() > Duration::from_millis(millis) {
                return false;
            }
            nap(5);
        }
        true
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // A test that fails, or is over, leaves none behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits; only for what happens in another process.
#[expect(clippy::disallowed_methods, reason = "another process can only be waited for")]
pub fn nap(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

/// A stopwatch; only for what happens in another process.
#[expect(clippy::disallowed_methods, reason = "another process runs on the real clock")]
pub fn begin() -> Instant {
    Instant::now()
}

/// A running `foreword serve --only worker`, in whose clinic no hour is quiet.
pub struct Worker {
    child: Child,
}

impl Worker {
    /// Starts it; with `crash` it dies at that point, when it has come there so often.
    pub fn start(database: &str, folder: &Path, crash: Option<(&str, u64)>) -> Self {
        Self::start_with(database, folder, crash, &format!("file:{}", folder.join("mail").display()))
    }

    /// The same, whose mail goes out elsewhere.
    pub fn start_with(database: &str, folder: &Path, crash: Option<(&str, u64)>, smtp_url: &str) -> Self {
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(folder.join("worker.log")).unwrap();
        let mut command = foreword();
        command
            .args(["serve", "--only", "worker", "--database", database])
            .env("FOREWORD__HTTP__PUBLIC_URL", "http://clinic.test")
            .env("FOREWORD__QUIET_HOURS__FROM", "00:00")
            .env("FOREWORD__QUIET_HOURS__TO", "00:00")
            .env("FOREWORD__KEYS__MASTER_FILE", folder.join("master.key"))
            .env("FOREWORD__MAIL__SMTP_URL", smtp_url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some((point, after)) = crash {
            command.env("FOREWORD_CRASH_AT", point).env("FOREWORD_CRASH_AFTER", after.to_string());
        }
        Self { child: command.spawn().unwrap() }
    }

    /// `kill -9`, if it still lives.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }
}
