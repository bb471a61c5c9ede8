use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::json;

use super::*;

const NOW: &str = "2026-11-20T09:00:00Z";

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, made.as_ref(), &random).unwrap())
    }

    fn public(&self) -> Value {
        let point = self.0.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "kty": "EC", "crv": "P-384", "kid": "k1", "x": part(&point[1..49]), "y": part(&point[49..]) })
    }

    fn set(&self) -> KeySet {
        KeySet::read(&json!({ "keys": [self.public()] }).to_string()).unwrap()
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn header() -> Value {
    json!({ "alg": "ES384", "kid": "k1", "typ": "JWT" })
}

fn claims(exp: i64) -> Value {
    json!({ "iss": "c", "sub": "c", "aud": "https://a/token", "exp": now().as_second() + exp, "jti": "1" })
}

fn check(signer: &Signer, header: &Value, claims: &Value) -> Result<Timestamp, NotAccepted> {
    let checked = Unchecked::read(&signer.sign(header, claims))?.check(&signer.set())?;
    checked.once("https://a/token", now()).map(|(_, until)| until)
}

#[test]
fn a_statement_is_kept_in_mind_as_long_as_it_could_be_used_again() {
    let until = check(&Signer::new(), &header(), &claims(300)).unwrap();
    assert!(until.duration_since(now()) >= SignedDuration::from_secs(300));
}

#[test]
fn a_statement_counts_for_its_audience_in_its_time_and_with_a_name_only() {
    let signer = Signer::new();
    let with = |name: &str, value: Value| {
        let mut claims = claims(60);
        claims[name] = value;
        claims
    };
    for (claims, why) in [
        (claims(0), "over"),
        (claims(-60), "over"),
        (claims(400), "within 5 minutes"),
        (with("aud", json!("https://b/token")), "aud"),
        (with("aud", json!(["https://b/token"])), "aud"),
        (with("aud", Value::Null), "aud"),
        (with("exp", Value::Null), "exp"),
        (with("exp", json!("soon")), "payload"),
        (with("exp", json!(1e300)), "exp"),
        (with("nbf", json!(now().as_second() + 90)), "not good yet"),
        (with("iat", json!(now().as_second() + 90)), "not good yet"),
        (with("jti", json!("")), "jti"),
        (with("jti", json!("j".repeat(256))), "jti"),
        (with("jti", Value::Null), "jti"),
    ] {
        let refused = check(&signer, &header(), &claims).unwrap_err();
        assert!(refused.0.contains(why), "{claims}: {refused}");
    }
    assert!(check(&signer, &header(), &with("aud", json!(["x", "https://a/token"]))).is_ok());
}

#[test]
fn a_header_that_asks_for_something_else_is_refused() {
    let signer = Signer::new();
    for (header, why) in [
        (json!({ "alg": "none", "kid": "k1" }), "RS384 or ES384"),
        (json!({ "alg": "HS256", "kid": "k1" }), "RS384 or ES384"),
        (json!({ "alg": "RS384", "kid": "k1" }), "kid and algorithm"),
        (json!({ "alg": "ES384", "kid": "k2" }), "kid and algorithm"),
        (json!({ "alg": "ES384" }), "names no key"),
        (json!({ "alg": "ES384", "kid": "k1", "crit": ["b64"] }), "critical"),
        (json!({ "alg": "ES384", "kid": "k1", "typ": "JWE" }), "typ"),
        (json!(["ES384"]), "header"),
    ] {
        let refused = check(&signer, &header, &claims(60)).unwrap_err();
        assert!(refused.0.contains(why), "{header}: {refused}");
    }
}

#[test]
fn a_signature_of_another_key_and_a_changed_statement_are_refused() {
    let (signer, other) = (Signer::new(), Signer::new());
    let text = signer.sign(&header(), &claims(60));
    let wrong = |text: &str, keys: &KeySet| Unchecked::read(text).and_then(|read| read.check(keys)).is_err();
    assert!(!wrong(&text, &signer.set()));
    assert!(wrong(&text, &other.set()));
    let mut parts: Vec<&str> = text.split('.').collect();
    let longer = URL_SAFE_NO_PAD.encode(claims(61).to_string());
    parts[1] = &longer;
    assert!(wrong(&parts.join("."), &signer.set()));
    for text in ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", &text[..text.len() - 2], &"a".repeat(20_000)] {
        assert!(wrong(text, &signer.set()), "{text:.40}");
    }
}

#[test]
fn a_set_gives_only_public_keys_that_can_be_used() {
    let good = Signer::new().public();
    let with = |name: &str, value: Value| {
        let mut key = good.clone();
        key[name] = value;
        json!({ "keys": [key] }).to_string()
    };
    assert!(KeySet::read(&with("use", json!("sig"))).is_ok());
    assert!(KeySet::read(&with("key_ops", json!(["verify"]))).is_ok());
    for (set, why) in [
        (with("d", json!("AAAA")), "private"),
        (with("use", json!("enc")), "no key that can be used"),
        (with("alg", json!("ES256")), "no key that can be used"),
        (with("crv", json!("P-256")), "no key that can be used"),
        (with("kid", json!("")), "no key that can be used"),
        (with("x", json!("AAAA")), "no key that can be used"),
        (json!({ "keys": [{ "kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB" }] }).to_string(), "no key"),
        ("{\"keys\":[]}".to_owned(), "no key that can be used"),
        ("[]".to_owned(), "no JWK set"),
        ("{".to_owned(), "no JWK set"),
    ] {
        let refused = KeySet::read(&set).unwrap_err();
        assert!(refused.0.contains(why), "{set}: {refused}");
    }
}
