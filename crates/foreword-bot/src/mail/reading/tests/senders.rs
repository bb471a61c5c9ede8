//! Who a mail is from and to, and what the clinic's mail server says of that.

use foreword_domain::private::Private;

use super::*;

fn head(lines: &str) -> Heard {
    read_mail(format!("{}\r\n\r\n2\r\n", lines.replace('\n', "\r\n")).as_bytes()).expect("it is a mail")
}

fn plain(private: &[Private<String>]) -> Vec<&str> {
    private.iter().map(|one| one.reveal().as_str()).collect()
}

#[test]
fn addresses_the_server_wrote_down_come_first() {
    let heard = head(
        "Delivered-To: answer+tok@clinic.example\nX-Original-To: <first@clinic.example>\nFrom: =?utf-8?Q?R=C3=B6bin?= <robin@home.example>\nTo: \"Clinic, The\" <visits@clinic.example>, other@home.example\nCc: answer+tok@clinic.example\nMessage-ID: <m1@home.example>\nIn-Reply-To: <near@clinic.example>\nReferences: <far@clinic.example>\n <near@clinic.example>",
    );
    assert_eq!(plain(&heard.from), ["robin@home.example"]);
    assert_eq!(
        plain(&heard.to),
        ["first@clinic.example", "answer+tok@clinic.example", "visits@clinic.example", "other@home.example"]
    );
    assert_eq!(heard.answers_to, ["near@clinic.example", "far@clinic.example"]);
    assert_eq!(heard.message_id.map(Private::into_inner).as_deref(), Some("m1@home.example"));
    assert_eq!(heard.checked, None);
}

#[test]
fn every_sender_it_claims_is_told() {
    let heard = head("From: robin@home.example\nFrom: eve@evil.example\nSubject: Re: x");
    assert_eq!(plain(&heard.from), ["robin@home.example", "eve@evil.example"]);
}

#[test]
fn what_the_server_found_out_decides_who_stands_for_a_mail() {
    for (results, is_aligned) in [
        ("mx.clinic.example; dmarc=pass header.from=home.example", true),
        ("mx.clinic.example; dmarc=pass (p=none dis=none) header.from=home.example; spf=pass", true),
        ("mx.clinic.example; dmarc=pass header.from=evil.example", false),
        ("mx.clinic.example; dmarc=fail header.from=home.example; dkim=pass header.d=home.example", false),
        ("mx.clinic.example; dkim=pass header.d=home.example", true),
        ("mx.clinic.example 1; dkim=pass header.i=@home.example header.s=x", true),
        ("mx.clinic.example; dkim=pass header.d=mail.home.example", true),
        ("mx.clinic.example; dkim=pass header.d=evil.example; dkim=pass header.d=home.example", true),
        ("mx.clinic.example; dkim=pass header.d=evil.example", false),
        ("mx.clinic.example; dkim=pass header.d=ome.example", false),
        ("mx.clinic.example; dkim=pass header.d=example", false),
        ("mx.clinic.example; dkim=fail header.d=home.example", false),
        ("mx.clinic.example; dkim=none; dmarc=none header.from=home.example", false),
        ("mx.clinic.example; spf=pass smtp.mailfrom=home.example", false),
        ("mx.clinic.example; dkim=fail reason=\"x; dmarc=pass\" header.d=home.example", false),
        ("mx.clinic.example; dkim=fail (dmarc=pass; dkim=pass header.d=home.example)", false),
        ("mx.clinic.example; none", false),
    ] {
        let heard = head(&format!(
            "Authentication-Results: {results}\nAuthentication-Results: forged.example; dmarc=pass\nFrom: Robin <robin@home.example>"
        ));
        let checked = heard.checked.expect("it was checked");
        assert_eq!((checked.by.as_str(), checked.is_aligned), ("mx.clinic.example", is_aligned), "{results}");
    }
}

#[test]
fn a_mail_from_two_domains_is_aligned_with_none() {
    let heard = head(
        "Authentication-Results: mx; dmarc=pass\nFrom: robin@home.example, eve@evil.example\nSubject: x",
    );
    assert!(!heard.checked.expect("it was checked").is_aligned);
}

#[test]
fn what_is_no_mail_is_nothing() {
    for raw in ["", "\n\n", "hello", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "{\"a\": 1}"] {
        assert_eq!(read_mail(raw.as_bytes()), None, "{raw:?}");
    }
    assert_eq!(read_mail(&[0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), None);
}
