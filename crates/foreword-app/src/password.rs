//! Passwords of staff: what is good enough, and what is kept instead of them.

use std::sync::LazyLock;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use zxcvbn::Score;

use crate::{Error, Result, secret};

/// Shortest password staff may have (NIST SP 800-63B-4, password as the only factor).
pub const LEAST: usize = 15;

/// Says why a password is not good enough: too short, or easy to guess. What is common, or made of the
/// words that are known of its owner, is easy to guess, however long it is.
///
/// # Errors
/// The reason, for whoever chose it.
pub(crate) fn check(password: &str, known: &[&str]) -> Result<(), String> {
    if password.chars().count() < LEAST {
        return Err(format!("a password needs at least {LEAST} characters"));
    }
    let known: Vec<&str> =
        known.iter().flat_map(|text| text.split_whitespace().chain([*text])).chain(["foreword"]).collect();
    if zxcvbn::zxcvbn(password, &known).score() < Score::Three {
        return Err("this password is easy to guess: it is common, repeats itself, or is made of names; \
                    several words that do not belong together are better"
            .to_owned());
    }
    Ok(())
}

/// A hash nobody has the password of, so that unknown logins take as long as known ones.
pub(crate) fn nobodys() -> String {
    static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&secret()).unwrap_or_default());
    NOBODY.clone()
}

/// What is kept of a password.
pub(crate) async fn hash(password: String) -> Result<String> {
    let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await;
    hashed.ok().flatten().ok_or_else(|| Error::Refused("the password could not be hashed".to_owned()))
}

fn hash_now(password: &str) -> Option<String> {
    let salt: [u8; 16] = foreword_store::random();
    Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Passwords that are checked at the same time: each takes 19 MiB.
static CHECKS: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(3);

/// Whether a password is the one that was kept.
pub(crate) async fn verify(password: String, hash: String) -> Result<bool> {
    let _turn =
        CHECKS.acquire().await.map_err(|_| Error::Refused("the password could not be checked".to_owned()))?;
    let verified = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    });
    verified.await.map_err(|_| Error::Refused("the password could not be checked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_password_is_long_and_not_easy_to_guess() {
        let known = ["roe", "Dr Alexandra Roe", "Riverside Clinic"];
        for good in [
            "a long enough password",
            "copper tuesday violin",
            "Vw3mZq8xKe1LpTs9",
            "\u{7d2b}\u{967d}\u{82b1}\u{306e}\u{9053}\u{3092}\u{6b69}\u{304f}\u{732b}\u{3068}\u{72ac}\u{3068}\u{9ce5}\u{3068}\u{9b5a}",
        ] {
            assert_eq!(check(good, &known), Ok(()), "{good}");
        }
        assert!(check("short", &known).unwrap_err().contains("at least 15 characters"));
        for easy in [
            "passwordpassword",
            "123456789012345",
            "qwertyuiopasdfghjkl",
            "aaaaaaaaaaaaaaaaaaaa",
            "alexandraalexandra",
            "riverside clinic",
            "abcabcabcabcabcabc",
        ] {
            assert!(check(easy, &known).unwrap_err().contains("easy to guess"), "{easy}");
        }
    }
}
