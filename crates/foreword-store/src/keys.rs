//! The master key outside the database, the patients' keys wrapped by it, and what is derived.

use std::{fs, io, io::Write, path::Path};

use aes_gcm::{
    Aes256Gcm, Key, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Error, Result};

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// First byte of everything sealed: AES-256-GCM with a random nonce.
const ALGORITHM: u8 = 1;

/// The master key, in the forms it is used in.
#[derive(ZeroizeOnDrop)]
pub struct Keys {
    wrap: [u8; KEY_BYTES],
    index: [u8; KEY_BYTES],
    mark: [u8; KEY_BYTES],
    own: [u8; KEY_BYTES],
    sign: [u8; KEY_BYTES],
    audit: [u8; KEY_BYTES],
}

/// The key of one patient's data.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct PatientKey([u8; KEY_BYTES]);

impl Keys {
    /// Reads the master key, or makes one (mode 0600) where there is none.
    ///
    /// # Errors
    /// [`Error::Unusable`] when the file can't be read or written, others may read it, or it holds
    /// no key.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        match fs::read_to_string(path) {
            Ok(text) => {
                let text = Zeroizing::new(text);
                check_mode(path)?;
                let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new).ok();
                let master = bytes.and_then(|b| <[u8; KEY_BYTES]>::try_from(b.as_slice()).ok()).ok_or_else(|| {
                    Error::Unusable(format!("{shown} does not hold a master key (32 bytes in base64); restore it from your copy"))
                })?;
                Ok(Self::of(master))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let master: [u8; KEY_BYTES] = random();
                write_new(path, &Zeroizing::new(STANDARD.encode(master))).map_err(|error| {
                    Error::Unusable(format!("cannot write the master key {shown}: {error}"))
                })?;
                Ok(Self::of(master))
            }
            Err(error) => Err(Error::Unusable(format!("cannot read the master key {shown}: {error}"))),
        }
    }

    /// The keys derived from a master key.
    pub fn of(mut master: [u8; KEY_BYTES]) -> Self {
        let derive = |purpose: &[u8]| hmac(&master, purpose);
        let keys = Self {
            wrap: derive(b"foreword wrap 1"),
            index: derive(b"foreword index 1"),
            mark: derive(b"foreword mark 1"),
            own: derive(b"foreword own 1"),
            sign: derive(b"foreword sign 1"),
            audit: derive(b"foreword audit 1"),
        };
        master.zeroize();
        keys
    }

    /// Tells this key from others without giving it away.
    pub(crate) fn mark(&self) -> String {
        STANDARD.encode(&self.mark[..12])
    }

    /// A keyed digest by which a private value can be found without being readable.
    pub(crate) fn blind(&self, purpose: &str, value: &str) -> Vec<u8> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.index).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Signs bytes for one purpose.
    pub(crate) fn mac(&self, purpose: &str, what: &[u8]) -> [u8; KEY_BYTES] {
        self.signing(purpose, what).finalize().into_bytes().into()
    }

    /// Signs what stands in the audit log. Its key signs nothing else, so that nothing that leaves the
    /// service can be put into the log.
    pub(crate) fn audit_mac(&self, purpose: &str, what: &[u8]) -> [u8; KEY_BYTES] {
        hmac(&self.audit, &[purpose.as_bytes(), &[0], what].concat())
    }

    /// Whether a signature, or the first ten bytes or more of it, is ours; in constant time.
    pub(crate) fn is_mac(&self, purpose: &str, what: &[u8], signature: &[u8]) -> bool {
        signature.len() >= 10 && self.signing(purpose, what).verify_truncated_left(signature).is_ok()
    }

    fn signing(&self, purpose: &str, what: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.sign).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(what);
        mac
    }

    /// Seals what belongs to no patient, or to none yet.
    pub(crate) fn seal_own(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        seal(&self.own, context, plain)
    }

    /// Opens what belongs to no patient.
    pub(crate) fn open_own(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.own, context, sealed)
    }

    /// A new patient key, and the same wrapped for the database.
    pub(crate) fn new_patient_key(&self, context: &str) -> (PatientKey, Vec<u8>) {
        let key = PatientKey(random());
        let wrapped = seal(&self.wrap, context, &key.0);
        (key, wrapped)
    }

    /// Opens a wrapped patient key.
    pub(crate) fn unwrap_patient_key(&self, context: &str, wrapped: &[u8]) -> Option<PatientKey> {
        let bytes = Zeroizing::new(open(&self.wrap, context, wrapped)?);
        bytes.as_slice().try_into().ok().map(PatientKey)
    }
}

impl PatientKey {
    pub(crate) fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        seal(&self.0, context, plain)
    }

    pub(crate) fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.0, context, sealed)
    }
}

/// Bytes from the operating system's generator.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// SHA-256, for tokens that are stored only as digests.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; KEY_BYTES] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// `algorithm | nonce | ciphertext and tag`, bound to its place by `context`.
fn seal(key: &[u8; KEY_BYTES], context: &str, plain: &[u8]) -> Vec<u8> {
    let nonce: [u8; NONCE_BYTES] = random();
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let payload = Payload { msg: plain, aad: context.as_bytes() };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).expect("AES-GCM seals up to 64 GiB");
    [&[ALGORITHM][..], &nonce, &sealed].concat()
}

fn open(key: &[u8; KEY_BYTES], context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (algorithm, rest) = sealed.split_first()?;
    let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
    if *algorithm != ALGORITHM {
        return None;
    }
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    cipher.decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: context.as_bytes() }).ok()
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |meta| meta.permissions().mode() & 0o777);
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "the master key {} can be read by others (mode {mode:o}); run: chmod 600 {0}",
        path.display()
    )))
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<()> {
    Ok(())
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
