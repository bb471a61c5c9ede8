use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};

use super::*;

fn party() -> Party {
    Party::at("https://visits.clinic.test").unwrap()
}

#[test]
fn we_are_a_name_behind_tls_or_a_developers_own_machine() {
    for (url, origin, id) in [
        ("https://visits.clinic.test", "https://visits.clinic.test", "visits.clinic.test"),
        ("https://Visits.Clinic.test:443/", "https://visits.clinic.test", "visits.clinic.test"),
        ("https://clinic.test:8443/pages", "https://clinic.test:8443", "clinic.test"),
        ("http://localhost:8080", "http://localhost:8080", "localhost"),
    ] {
        assert_eq!(Party::at(url), Some(Party { origin: origin.to_owned(), id: id.to_owned() }), "{url}");
    }
    for url in [
        "http://127.0.0.1:8080",
        "https://[::1]:8080",
        "https://10.0.0.7",
        "http://clinic.test",
        "https://user:word@clinic.test/",
        "https://clinic.test:here:443/",
        "clinic",
        "https://",
    ] {
        assert_eq!(Party::at(url), None, "{url}");
    }
}

fn client(origin: &str) -> String {
    format!(r#"{{"type":"webauthn.get","challenge":"AAECAw","origin":"{origin}","crossOrigin":false}}"#)
}

fn authenticator(party: &Party, flags: u8) -> Vec<u8> {
    let site = digest(&SHA256, party.id.as_bytes());
    [site.as_ref(), &[flags], &7_u32.to_be_bytes()].concat()
}

fn cose(pairs: Vec<(i64, Value)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let map = pairs.into_iter().map(|(label, value)| (Value::from(label), value)).collect();
    ciborium::into_writer(&Value::Map(map), &mut bytes).unwrap();
    bytes
}

#[test]
fn a_signature_by_ed25519_is_checked() {
    let (party, random) = (party(), SystemRandom::new());
    let pair = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
    let x = Value::Bytes(pair.public_key().as_ref().to_vec());
    let key = cose(vec![(1, 1.into()), (3, (-8).into()), (-1, 6.into()), (-2, x.clone())]);
    let (client, data) = (client(&party.origin), authenticator(&party, 5));
    let signed = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
    let signature = pair.sign(&signed);
    let used = party.used(client.as_bytes(), &data, signature.as_ref(), &key);
    assert_eq!(used, Ok(Used { counter: 7, challenge: vec![0, 1, 2, 3] }));
    let mut changed = data.clone();
    changed[36] ^= 1;
    let used = party.used(client.as_bytes(), &changed, signature.as_ref(), &key);
    assert_eq!(used, Err(Fault::Signature), "the counter is signed");
    // A key that says it is of another kind than it is.
    for pairs in [
        vec![(1, 1.into()), (3, (-7).into()), (-1, 6.into()), (-2, x.clone())],
        vec![(1, 1.into()), (3, (-8).into()), (-1, 1.into()), (-2, x.clone())],
        vec![(1, 2.into()), (3, (-8).into()), (-1, 6.into()), (-2, x.clone())],
        vec![(1, 4.into()), (3, (-65535).into())],
    ] {
        let used = party.used(client.as_bytes(), &data, signature.as_ref(), &cose(pairs));
        assert_eq!(used, Err(Fault::Algorithm));
    }
}

#[test]
fn a_signature_by_rsa_is_checked() {
    // Made with OpenSSL (`openssl dgst -sha256 -sign`) over the bytes below.
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (party, client, data) = (party(), client("https://visits.clinic.test"), authenticator(&party(), 5));
    let key = |n: Vec<u8>| {
        cose(vec![
            (1, 3.into()),
            (3, (-257).into()),
            (-1, Value::Bytes(n)),
            (-2, Value::Bytes(vec![1, 0, 1])),
        ])
    };
    let used = party.used(client.as_bytes(), &data, &decode(RSA_SIGNATURE), &key(decode(RSA_MODULUS)));
    assert_eq!(used.map(|used| used.counter), Ok(7));
    let mut other = decode(RSA_MODULUS);
    other[9] ^= 1;
    let used = party.used(client.as_bytes(), &data, &decode(RSA_SIGNATURE), &key(other));
    assert_eq!(used, Err(Fault::Signature));
}

#[test]
fn nothing_is_read_where_there_is_too_little_or_something_else() {
    let (party, client) = (party(), client("https://visits.clinic.test"));
    let whole = authenticator(&party, 5);
    for length in 0..whole.len() {
        let used = party.used(client.as_bytes(), &whole[..length], &[], &[]);
        assert!(matches!(used, Err(Fault::Form | Fault::Site)), "{length}");
    }
    for (flags, fault) in
        [(0, Fault::Unverified), (1, Fault::Unverified), (4, Fault::Unverified), (0x15, Fault::Form)]
    {
        let used = party.used(client.as_bytes(), &authenticator(&party, flags), &[], &[]);
        assert_eq!(used, Err(fault), "flags {flags:#x}");
    }
    for text in ["", "{}", "[1]", "\u{0}", r#"{"type":7}"#] {
        assert_eq!(party.used(text.as_bytes(), &whole, &[], &[]), Err(Fault::Form), "{text:?}");
    }
    let framed = client.replace("\"crossOrigin\":false", "\"crossOrigin\":true");
    assert_eq!(party.used(framed.as_bytes(), &whole, &[], &[]), Err(Fault::Site));
    assert_eq!(party.made(client.as_bytes(), &[]), Err(Fault::Purpose));
    let create = client.replace("webauthn.get", "webauthn.create");
    for bytes in
        [&[][..], &[0xa0], &[0xff; 40], &[0x9f; 500], &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]]
    {
        assert_eq!(party.made(create.as_bytes(), bytes), Err(Fault::Form));
    }
}

const RSA_MODULUS: &str = "yEkWzF_YC29Pxu3zsnmAOimyhnwzZUsLUDRoDJrjXedWxl2UdvaT4-k74dAvxZWAbSw_5QUThxNzwZXfQiFN7V\
    SNxaw-N45pARh9-OjcEZpUfsVsmF5_MxpqxdiTTVAS4HEz_EgqoQsDsMhHQHhUv1d1S0laG-BI8jDnUrxkQaXO\
    Vw1b0lN3PytpeUbBdrHZBkXOk0cGcDTezxMD4cYu_PWcLGjYOwXTrY3g7h8I9-L13bWvYfz1f7x2SQ2St42c63\
    aXysOn-hDlz5rL8pnMrvY8vKhqmPJpeBBMXr97UcHAf3lotFhYkhAXXscxnSE-GHHNAQluBgtYxoVfHoPJOQ";
const RSA_SIGNATURE: &str = "Fw9wf_ypOQZbRKagVr1lC7F_69mGj9ZUuKelWV9X40V3bbExrLxN_52Tt7jjaquET1U3tGxhyJ38hgZ8MGFzqQ\
    LorYsEEXx5F8Y866JdYGc_4DNEZEPvCOAEzp4IDybD5v9nz3OU8z-32bh0qVNHJCBo-hcbfHBJCSIH6XyI_4AO\
    3yptKWCZbg7i3LcPJJZpOoZndPwiNqTLy6fPgn6FfG2O9Q6uXEm6-bYhLEXuZOHY_SBzlYVsttY2L9iIIaicNZ\
    HJ8TAM_hXZ4dhv7RJmHHF0ChaJH-dMPFLHdpT71xOnEgKPxm-0GZwbtUahP0tq_I9kUyul-ehWT3ckcCvfrQ";
