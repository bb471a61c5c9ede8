//! Whether what a browser hands over was made by a passkey, for us, now: Web Authentication (W3C, level 3),
//! sections 7.1 and 7.2, for passkeys alone: no attestation, and the user verified each time.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value;
use ring::{
    digest::{SHA256, digest},
    signature::{
        ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    },
};
use serde::Deserialize;

/// The algorithms we know (RFC 9053, RFC 8812), the best first: what nearly all make, and what older
/// Windows makes.
pub const ALGORITHMS: [i64; 3] = [EDDSA, ES256, RS256];
const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const COULD_BE_COPIED: u8 = 0x08;
const IS_COPIED: u8 = 0x10;
const HAS_KEY: u8 = 0x40;

/// Longest id of a credential (section 4).
const LONGEST_ID: usize = 1023;

/// Who we are to passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Where our pages are, as browsers say it.
    pub origin: String,
    /// The name of the host, to which passkeys are bound.
    pub id: String,
}

/// A new passkey.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub id: Vec<u8>,
    /// The public key as it came (`COSE_Key`, RFC 9052).
    pub key: Vec<u8>,
    pub counter: u32,
    pub challenge: Vec<u8>,
}

/// A use of one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub counter: u32,
    pub challenge: Vec<u8>,
}

/// Why something is not accepted; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("it has another form than the standard says")]
    Form,
    #[error("it was made for another purpose")]
    Purpose,
    #[error("it was made on another site")]
    Site,
    #[error("the user was not verified")]
    Unverified,
    #[error("it is of an algorithm that was not asked for")]
    Algorithm,
    #[error("its signature is wrong")]
    Signature,
}

impl Party {
    /// Who we are where pages are reached at an address. Nobody, where that names no host: passkeys know
    /// no numbers.
    pub fn at(public_url: &str) -> Option<Self> {
        let (scheme, rest) = public_url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?.to_lowercase();
        let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
        let is_number = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        // Browsers offer passkeys over TLS alone, and to a developer's own machine.
        let is_safe = scheme == "https" || host == "localhost" || host.ends_with(".localhost");
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let shown = authority.strip_suffix(default_port).unwrap_or(&authority);
        // An origin names nobody.
        let is_host = !host.is_empty() && !host.contains(':') && !authority.contains('@');
        (is_safe && !is_number && is_host)
            .then(|| Self { origin: format!("{scheme}://{shown}"), id: host.to_owned() })
    }

    /// Reads a new passkey.
    pub(crate) fn made(&self, client_data: &[u8], attestation: &[u8]) -> Result<Made, Fault> {
        let challenge = self.challenge(client_data, "webauthn.create")?;
        let attestation: Value = ciborium::from_reader(attestation).map_err(|_| Fault::Form)?;
        // What attests the make of the authenticator is not asked for, and not looked at.
        let data = attestation
            .as_map()
            .and_then(|map| map.iter().find(|(key, _)| key.as_text() == Some("authData")))
            .and_then(|(_, data)| data.as_bytes())
            .ok_or(Fault::Form)?;
        let (flags, counter, rest) = self.authenticator(data)?;
        if flags & HAS_KEY == 0 {
            return Err(Fault::Form);
        }
        let (_model, rest) = rest.split_at_checked(16).ok_or(Fault::Form)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Form)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (id, rest) = rest.split_at_checked(length).ok_or(Fault::Form)?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(Fault::Form);
        }
        let mut after = rest;
        let key: Value = ciborium::from_reader(&mut after).map_err(|_| Fault::Form)?;
        Key::read(&key)?;
        let key = rest[..rest.len() - after.len()].to_vec();
        Ok(Made { id: id.to_vec(), key, counter, challenge })
    }

    /// Reads a use of a passkey, with the key it was made with.
    pub(crate) fn used(
        &self,
        client_data: &[u8],
        authenticator: &[u8],
        signature: &[u8],
        key: &[u8],
    ) -> Result<Used, Fault> {
        let challenge = self.challenge(client_data, "webauthn.get")?;
        let (_, counter, _) = self.authenticator(authenticator)?;
        let key: Value = ciborium::from_reader(key).map_err(|_| Fault::Form)?;
        let signed = [authenticator, digest(&SHA256, client_data).as_ref()].concat();
        if !Key::read(&key)?.has_signed(&signed, signature) {
            return Err(Fault::Signature);
        }
        Ok(Used { counter, challenge })
    }

    /// The challenge that was answered, for this purpose and on our pages.
    fn challenge(&self, client_data: &[u8], purpose: &str) -> Result<Vec<u8>, Fault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Client {
            r#type: String,
            challenge: String,
            origin: String,
            #[serde(default)]
            cross_origin: bool,
        }
        let client: Client = serde_json::from_slice(client_data).map_err(|_| Fault::Form)?;
        if client.r#type != purpose {
            return Err(Fault::Purpose);
        }
        if client.origin != self.origin || client.cross_origin {
            return Err(Fault::Site);
        }
        URL_SAFE_NO_PAD.decode(client.challenge).map_err(|_| Fault::Form)
    }

    /// Flags, counter, and what follows.
    fn authenticator<'a>(&self, data: &'a [u8]) -> Result<(u8, u32, &'a [u8]), Fault> {
        let (site, rest) = data.split_at_checked(32).ok_or(Fault::Form)?;
        let (flags, rest) = rest.split_first().ok_or(Fault::Form)?;
        let (counter, rest) = rest.split_first_chunk::<4>().ok_or(Fault::Form)?;
        if site != digest(&SHA256, self.id.as_bytes()).as_ref() {
            return Err(Fault::Site);
        }
        if flags & PRESENT == 0 || flags & VERIFIED == 0 {
            return Err(Fault::Unverified);
        }
        if flags & IS_COPIED != 0 && flags & COULD_BE_COPIED == 0 {
            return Err(Fault::Form);
        }
        Ok((*flags, u32::from_be_bytes(*counter), rest))
    }
}

/// A public key.
enum Key<'a> {
    Es256 { x: &'a [u8], y: &'a [u8] },
    EdDsa(&'a [u8]),
    Rs256 { n: &'a [u8], e: &'a [u8] },
}

impl<'a> Key<'a> {
    fn read(key: &'a Value) -> Result<Self, Fault> {
        let map = key.as_map().ok_or(Fault::Form)?;
        let field = |wanted: i64| {
            let wanted = Some(ciborium::value::Integer::from(wanted));
            map.iter().find(|(label, _)| label.as_integer() == wanted).map(|(_, value)| value)
        };
        let number = |label| {
            field(label)
                .and_then(Value::as_integer)
                .and_then(|number| i64::try_from(number).ok())
                .ok_or(Fault::Form)
        };
        let bytes = |label| field(label).and_then(Value::as_bytes).map(Vec::as_slice).ok_or(Fault::Form);
        let of_32 = |label| bytes(label).and_then(|b: &[u8]| (b.len() == 32).then_some(b).ok_or(Fault::Form));
        // Key type, algorithm and curve must belong together.
        match (number(1)?, number(3)?) {
            (2, ES256) if number(-1)? == 1 => Ok(Self::Es256 { x: of_32(-2)?, y: of_32(-3)? }),
            (1, EDDSA) if number(-1)? == 6 => Ok(Self::EdDsa(of_32(-2)?)),
            (3, RS256) => Ok(Self::Rs256 { n: bytes(-1)?, e: bytes(-2)? }),
            _ => Err(Fault::Algorithm),
        }
    }

    fn has_signed(&self, what: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256 { x, y } => {
                let point = [&[4], *x, *y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(what, signature).is_ok()
            }
            Self::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(what, signature).is_ok(),
            Self::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, what, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests;
