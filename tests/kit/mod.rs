//! A world to act in: the service on a fresh database, a phone, a browser tab, a mailbox.

pub mod browser;
pub mod log;
#[cfg(feature = "mail-server")]
pub mod mail_server;
pub mod mailbox;
pub mod messenger;
pub mod postgres;
pub mod process;
pub mod reconcile;
pub mod tab;
pub mod telegram;
pub mod world;

pub use mailbox::Mailbox;
pub use messenger::Messenger;
pub use tab::Tab;
pub use world::{Phone, World};

/// Numbers that look random and are the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub fn roll(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

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
