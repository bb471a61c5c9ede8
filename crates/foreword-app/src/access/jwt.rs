//! Signed statements of other programs (JWT, RFC 7519) and the public keys they are checked with (JWK, RFC 7517),
//! in the two algorithms SMART names: RS384 and ES384. The crypto is ring's.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::signature::{
    ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// Longest statement that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;
/// Longest `jti`, in bytes.
const LONGEST_JTI: usize = 255;
/// Most keys in a set that are looked at.
const MOST_KEYS: usize = 100;
/// Fewest and most bytes of the modulus of an RSA key: 2048 to 8192 bits.
const RSA: std::ops::RangeInclusive<usize> = 256..=1024;
/// How many bytes a coordinate on the curve P-384 has.
const P384: usize = 48;
/// How far ahead a statement may end.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// How far the other program's clock may be ahead of ours.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// Why a statement or a key is not accepted, for whoever sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAccepted(pub String);

impl NotAccepted {
    fn because(why: &str) -> Self {
        Self(why.to_owned())
    }
}

/// A signed statement that was read and not yet checked: nothing it says may be believed.
#[derive(Clone)]
pub struct Unchecked {
    header: Header,
    claims: Claims,
    signed: String,
    signature: Vec<u8>,
}

impl std::fmt::Debug for Unchecked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unchecked")
    }
}

/// A statement signed by one of the keys it was checked with.
#[derive(Clone, Debug)]
pub struct Checked(Claims);

#[derive(Clone, Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    jku: Option<String>,
    crit: Option<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Unchecked {
    /// Reads a statement.
    ///
    /// # Errors
    /// What of it can't be read.
    pub fn read(text: &str) -> Result<Self, NotAccepted> {
        if text.len() > LONGEST {
            return Err(NotAccepted(format!("the JWT is longer than {LONGEST} bytes")));
        }
        let (signed, signature) =
            text.rsplit_once('.').ok_or_else(|| NotAccepted::because("it is no JWT: it has no dots"))?;
        let (header, claims) = signed
            .split_once('.')
            .filter(|(_, claims)| !claims.contains('.'))
            .ok_or_else(|| NotAccepted::because("it is no signed JWT: it does not have three parts"))?;
        let header: Header = part(header, "header")?;
        if header.alg != "RS384" && header.alg != "ES384" {
            return Err(NotAccepted::because("the algorithm of the JWT must be RS384 or ES384"));
        }
        if header.crit.is_some() {
            return Err(NotAccepted::because("the JWT names critical headers, of which none is known here"));
        }
        if header.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(NotAccepted::because("the typ of the JWT must be JWT"));
        }
        let claims: Claims = part(claims, "payload")?;
        let signature = decoded(signature)
            .ok_or_else(|| NotAccepted::because("the signature of the JWT is not base64url"))?;
        Ok(Self { header, claims, signed: signed.to_owned(), signature })
    }

    /// Who it says has made it.
    pub fn issuer(&self) -> Option<&str> {
        self.claims.iss.as_deref()
    }

    /// Where it says its keys are.
    pub fn keys_at(&self) -> Option<&str> {
        self.header.jku.as_deref()
    }

    /// Checks its signature with the key it names.
    ///
    /// # Errors
    /// When no key of the set has made it.
    pub fn check(&self, keys: &KeySet) -> Result<Checked, NotAccepted> {
        let kid =
            self.header.kid.as_deref().ok_or_else(|| NotAccepted::because("the JWT names no key (kid)"))?;
        let mut named = keys.0.iter().filter(|key| key.kid == kid && key.algorithm() == self.header.alg);
        if named.clone().next().is_none() {
            return Err(NotAccepted::because("none of the client's keys has this kid and algorithm"));
        }
        let is_signed = named.any(|key| key.has_signed(self.signed.as_bytes(), &self.signature));
        if !is_signed {
            return Err(NotAccepted::because("the signature of the JWT is wrong"));
        }
        Ok(Checked(self.claims.clone()))
    }

    /// Whether a set has the key it names.
    pub fn is_named_in(&self, keys: &KeySet) -> bool {
        keys.0.iter().any(|key| Some(&key.kid) == self.header.kid.as_ref())
    }
}

impl Checked {
    /// Who has made it.
    pub fn issuer(&self) -> Option<&str> {
        self.0.iss.as_deref()
    }

    /// Whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.0.sub.as_deref()
    }

    /// Whether it is for this address, not over, and over soon; tells what it calls itself and until when it must
    /// not be used again.
    ///
    /// # Errors
    /// What about it is not so.
    pub fn once(&self, audience: &str, now: Timestamp) -> Result<(&str, Timestamp), NotAccepted> {
        let is_for_us = match &self.0.aud {
            Some(Audience::One(aud)) => aud == audience,
            Some(Audience::Several(auds)) => auds.iter().any(|aud| aud == audience),
            None => false,
        };
        if !is_for_us {
            return Err(NotAccepted(format!("the aud of the JWT must be {audience}")));
        }
        let until = self.0.exp.and_then(instant);
        let until = until.ok_or_else(|| NotAccepted::because("the JWT does not say when it ends (exp)"))?;
        if until <= now {
            return Err(NotAccepted::because("the JWT is over (exp)"));
        }
        if until.duration_since(now) > AHEAD + SKEW {
            return Err(NotAccepted::because("the JWT must end within 5 minutes (exp)"));
        }
        let begins = [self.0.nbf, self.0.iat];
        for begin in begins.into_iter().flatten() {
            if instant(begin).is_none_or(|begin| begin.duration_since(now) > SKEW) {
                return Err(NotAccepted::because("the JWT is not good yet (nbf, iat)"));
            }
        }
        let jti = self.0.jti.as_deref().filter(|jti| !jti.is_empty() && jti.len() <= LONGEST_JTI);
        let jti = jti.ok_or_else(|| {
            NotAccepted(format!("the JWT needs a name that is used once (jti), of 1 to {LONGEST_JTI} bytes"))
        })?;
        Ok((jti, until.checked_add(SKEW).unwrap_or(until)))
    }
}

/// Public keys (JWK set), as far as they can be used here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(Vec<Key>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    kid: String,
    public: Public,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P384(Vec<u8>),
}

#[derive(Deserialize)]
struct WrittenSet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<Value>,
    k: Option<Value>,
}

impl KeySet {
    /// Reads a JWK set. Keys for other purposes and algorithms are passed over.
    ///
    /// # Errors
    /// When it is none, holds a private key, or no key that can be used.
    pub fn read(text: &str) -> Result<Self, NotAccepted> {
        let set: WrittenSet = serde_json::from_str(text).map_err(|_| {
            NotAccepted::because("it is no JWK set: it must be JSON with a list called \"keys\"")
        })?;
        let mut keys = Vec::new();
        for written in set.keys.into_iter().take(MOST_KEYS) {
            // Whatever else stands in a set is for others.
            let Ok(written) = serde_json::from_value::<Written>(written) else { continue };
            if written.d.is_some() || written.k.is_some() {
                return Err(NotAccepted::because(
                    "it holds a private key, which is nobody else's to know: make a new one, and give only its public half",
                ));
            }
            keys.extend(Key::of(written));
        }
        if keys.is_empty() {
            return Err(NotAccepted::because(
                "it holds no key that can be used: RSA of 2048 to 8192 bits (RS384) or EC P-384 (ES384), with a kid",
            ));
        }
        Ok(Self(keys))
    }
}

impl Key {
    fn of(written: Written) -> Option<Self> {
        let kid = written.kid.filter(|kid| !kid.is_empty())?;
        let is_to_verify = written.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && written.key_ops.is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        let is_for = |wanted: &str| written.alg.as_deref().is_none_or(|alg| alg == wanted);
        let public = match written.kty.as_str() {
            "RSA" if is_for("RS384") => {
                let n = number(&written.n?)?;
                RSA.contains(&n.len()).then_some(())?;
                Public::Rsa { n, e: number(&written.e?)? }
            }
            "EC" if is_for("ES384") && written.crv.as_deref() == Some("P-384") => {
                let (x, y) = (decoded(&written.x?)?, decoded(&written.y?)?);
                (x.len() == P384 && y.len() == P384).then_some(())?;
                // A point, uncompressed (SEC 1, section 2.3.3).
                Public::P384([vec![4], x, y].concat())
            }
            _ => return None,
        };
        is_to_verify.then_some(Self { kid, public })
    }

    fn algorithm(&self) -> &'static str {
        match self.public {
            Public::Rsa { .. } => "RS384",
            Public::P384(_) => "ES384",
        }
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let checked = match &self.public {
            Public::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA384, message, signature)
            }
            Public::P384(point) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature)
            }
        };
        checked.is_ok()
    }
}

/// A part of a statement.
fn part<T: DeserializeOwned>(coded: &str, name: &str) -> Result<T, NotAccepted> {
    let bytes =
        decoded(coded).ok_or_else(|| NotAccepted(format!("the {name} of the JWT is not base64url")))?;
    serde_json::from_slice(&bytes).map_err(|_| NotAccepted(format!("the {name} of the JWT can't be read")))
}

fn decoded(coded: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(coded).ok()
}

/// A positive number; some write zeros before it.
fn number(coded: &str) -> Option<Vec<u8>> {
    let bytes = decoded(coded)?;
    let first = bytes.iter().position(|byte| *byte != 0)?;
    Some(bytes[first..].to_vec())
}

fn instant(seconds: f64) -> Option<Timestamp> {
    let duration = SignedDuration::try_from_secs_f64(seconds).ok()?;
    Timestamp::from_duration(duration).ok()
}

#[cfg(test)]
mod tests;
