//! A real browser, driven over `WebDriver`, with axe to look for what shuts people out.

#[cfg(feature = "browser")]
mod real;
#[cfg(feature = "browser")]
pub use real::{Browser, Way};
