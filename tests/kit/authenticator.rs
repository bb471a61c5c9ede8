//! A passkey made of software, which can also do what none should.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::Value;

/// Of one account, with one key.
pub struct Authenticator {
    pair: EcdsaKeyPair,
    pub id: Vec<u8>,
    pub origin: String,
    pub site: String,
    /// User present, user verified.
    pub flags: u8,
    pub counter: u32,
    /// Whether it counts its uses; some do not.
    pub counts: bool,
    pub user: String,
}

/// The fields of a form.
pub type Fields = Vec<(&'static str, String)>;

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
        let id = digest(&SHA256, pair.public_key().as_ref()).as_ref()[..16].to_vec();
        let site = origin.split("://").nth(1).unwrap().split(':').next().unwrap().to_owned();
        Self {
            pair,
            id,
            origin: origin.to_owned(),
            site,
            flags: 5,
            counter: 0,
            counts: true,
            user: String::new(),
        }
    }

    /// Makes the passkey that is asked for.
    pub fn make(&mut self, wanted: &str) -> Fields {
        let wanted: Value = serde_json::from_str(wanted).unwrap();
        wanted["user"]["id"].as_str().unwrap().clone_into(&mut self.user);
        let client = self.client("webauthn.create", &wanted);
        let point = self.pair.public_key().as_ref();
        // The key as CBOR: EC2, ES256, P-256, x, y.
        let key = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..],
            &point[1..33],
            &[0x22, 0x58, 32],
            &point[33..],
        ];
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [&self.data(0x40)[..], &[0; 16], &length, &self.id, &key.concat()].concat();
        let form =
            [&[0xa3, 0x63][..], b"fmt", &[0x64], b"none", &[0x67], b"attStmt", &[0xa0, 0x68], b"authData"];
        let attestation = [&form.concat()[..], &[0x58, u8::try_from(data.len()).unwrap()], &data].concat();
        vec![
            ("id", coded(&self.id)),
            ("client", coded(client.as_bytes())),
            ("authenticator", coded(&attestation)),
        ]
    }

    /// Signs what is asked for; each use counts.
    pub fn sign(&mut self, wanted: &str) -> Fields {
        self.counter += u32::from(self.counts);
        let wanted: Value = serde_json::from_str(wanted).unwrap();
        let client = self.client("webauthn.get", &wanted);
        let data = self.data(0);
        let signed = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        vec![
            ("id", coded(&self.id)),
            ("client", coded(client.as_bytes())),
            ("authenticator", coded(&data)),
            ("signature", coded(signature.as_ref())),
            ("user", self.user.clone()),
        ]
    }

    fn client(&self, kind: &str, wanted: &Value) -> String {
        let (challenge, origin) = (wanted["challenge"].as_str().unwrap(), &self.origin);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let site = digest(&SHA256, self.site.as_bytes());
        [site.as_ref(), &[self.flags | flags], &self.counter.to_be_bytes()].concat()
    }
}

pub fn coded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
