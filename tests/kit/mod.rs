//! A world to act in: the service on a fresh database, a phone, a browser tab, a mailbox.

pub mod authenticator;
pub mod browser;
pub mod dice;
pub mod ehr;
pub mod log;
#[cfg(feature = "mail-server")]
pub mod mail_server;
pub mod mailbox;
pub mod messenger;
pub mod pager;
pub mod postgres;
pub mod process;
pub mod program;
pub mod provider;
pub mod reconcile;
pub mod safety;
pub mod subscriber;
pub mod tab;
pub mod telegram;
pub mod world;
pub mod year;

pub use dice::Dice;
pub use mailbox::Mailbox;
pub use messenger::Messenger;
pub use tab::Tab;
pub use world::{Phone, World};

/// A folder of the test's own, gone with it.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new() -> Self {
        let name = foreword_app::access::nonce();
        let path = std::env::temp_dir().join(format!("foreword-test-{name}"));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind in the temporary folder harms no other test.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
