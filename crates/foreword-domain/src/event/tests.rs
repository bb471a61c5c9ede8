use super::*;

#[test]
fn a_program_is_called_over_tls_and_outside_the_house_unless_it_is_allowed() {
    for good in [
        "https://ehr.clinic.example/foreword",
        "https://ehr.clinic.example:8443",
        "https://93.184.215.14/x?y=1",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/x",
    ] {
        assert_eq!(check_target(good, false), Ok(()), "{good}");
        assert_eq!(check_target(good, true), Ok(()), "{good}");
    }
    for inside in [
        "https://localhost/x",
        "https://LOCALHOST./x",
        "https://printer.local",
        "https://127.0.0.1/x",
        "https://10.1.2.3",
        "https://172.31.0.1",
        "https://192.168.1.1:8443/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[fd00::1]",
        "https://[fe80::1]",
        "http://ehr.clinic.example/foreword",
    ] {
        assert!(check_target(inside, false).is_err(), "{inside}");
        assert_eq!(check_target(inside, true), Ok(()), "{inside}");
    }
    for never in [
        "",
        "ehr.clinic.example",
        "ftp://ehr.clinic.example",
        "https://",
        "https:///x",
        "https://user:password@ehr.clinic.example",
        "https://ehr.clinic.example:99999",
        "https://[::1",
        "https://ehr.clinic.example/a b",
        "https://ehr.clinic.example/\r\nX: y",
        "https://ehr.clinic.example\\@10.0.0.1/",
        "https://\u{e4}.example",
    ] {
        assert!(check_target(never, true).is_err(), "{never}");
    }
    assert!(check_target(&format!("https://ehr.example/{}", "x".repeat(2000)), true).is_err());
}

#[test]
fn addresses_that_lead_elsewhere_are_not_public() {
    let of = |text: &str| is_public(text.parse().unwrap());
    for inside in [
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001::1",
        "2001:db8::1",
        "::",
        "ff02::1",
        "198.18.0.1",
        "255.255.255.255",
    ] {
        assert!(!of(inside), "{inside}");
    }
    for outside in ["1.1.1.1", "2606:4700:4700::1111", "172.32.0.1", "100.128.0.1"] {
        assert!(of(outside), "{outside}");
    }
}

#[test]
fn a_word_that_is_no_event_names_the_nearest_one() {
    for kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert!("alert.rised".parse::<Kind>().unwrap_err().ends_with("did you mean alert.raised?"));
}
