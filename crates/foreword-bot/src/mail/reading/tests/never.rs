//! What must never happen, whatever comes: a panic, a long wait, garbage for an answer.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::{
    shapes::{ABOVE, BELOW, OURS},
    *,
};

/// So long reading one mail may take in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

#[expect(clippy::disallowed_methods, reason = "how long reading takes is what is measured")]
fn quickly(raw: &[u8]) -> Option<Heard> {
    let begun = Instant::now();
    let heard = read_mail(raw);
    let took = begun.elapsed();
    let middle = String::from_utf8_lossy(&raw[raw.len() / 2..raw.len().min(raw.len() / 2 + 60)]);
    assert!(took < PATIENCE, "reading {} bytes took {took:?}: {middle:?}", raw.len());
    heard
}

static ALL: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = files("corpus").into_iter().filter(|path| path.extension().is_some_and(|its| its == "eml"));
    let mut mails: Vec<Vec<u8>> = files.map(|path| std::fs::read(path).expect("the file is there")).collect();
    for (at, (_, write)) in ABOVE.iter().chain(BELOW).enumerate() {
        mails.push(write(&OURS[at % OURS.len()], "2\n\nRobin", at % 2 == 0));
    }
    mails
});

#[test]
fn a_mail_cut_off_anywhere_is_read_as_far_as_it_goes() {
    for raw in &*ALL {
        for part in 0..=8 {
            let _ = quickly(&raw[..raw.len() * part / 8]);
        }
    }
}

#[test]
fn what_was_cut_off_below_leaves_the_answer_above() {
    // In the first there is nothing else.
    for (shape, write) in &ABOVE[1..] {
        for ours in OURS {
            let raw = write(ours, "2", true);
            let at = raw.len() * 4 / 5;
            let heard = read_mail(&raw[..at]).expect("it is a mail");
            assert_eq!(text(&heard), Some("2"), "{shape} in {}", ours.lang);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mail_with_bytes_changed_is_read_without_harm(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..200), 0..4),
    ) {
        let mut raw = which.get(&ALL).clone();
        for (at, byte) in changes {
            let at = at.index(raw.len());
            raw[at] = byte;
        }
        for (at, length) in cuts {
            let from = at.index(raw.len().max(1)).min(raw.len());
            let to = raw.len().min(from + length);
            raw.drain(from..to);
        }
        let _ = quickly(&raw);
    }

    #[test]
    fn any_text_is_read_without_harm(body in "(?s).{0,400}") {
        let _ = quickly(&mail("text/plain; charset=utf-8", &body));
        let _ = quickly(&mail("text/html; charset=utf-8", &body));
        let _ = quickly(&mail("text/plain; charset=no-such; format=flowed", &body));
        let _ = quickly(body.as_bytes());
    }

    /// Lines that lost their mark, long lines that were broken without one, heads that nobody knows.
    #[test]
    fn a_quotation_that_was_spoilt_on_the_way_never_makes_another_answer(
        language in 0..OURS.len(),
        answer in prop::sample::select(vec!["", "2", "1 2 0 3"]),
        is_below in any::<bool>(),
        has_marker in any::<bool>(),
        head in prop::sample::select(vec!["", "On Mon, Mar 1, 2027 at 9:30 AM Clinic <v@c.example> wrote:", "zxcvb:", "1.3.2027 9:30 Clinic"]),
        spoilt in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>(), 50_usize..75), 0..5),
    ) {
        let ours = &OURS[language];
        let text = if has_marker { format!("{}\n\n{}", ours.marker, ours.body) } else { ours.body.to_owned() };
        let mut lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
        for (at, is_broken, width) in spoilt {
            let at = at.index(lines.len());
            let line = lines[at].clone();
            let space = line.char_indices().skip(width).find(|(_, c)| *c == ' ');
            match space {
                Some((space, _)) if is_broken => {
                    lines[at] = format!("{}\n{}", &line[..space], &line[space + 1..]);
                }
                None if !is_broken => lines[at] = line.trim_start_matches("> ").to_owned(),
                _ => {}
            }
        }
        let quoted = format!("{head}\n{}", lines.join("\n"));
        let body = if is_below { format!("{quoted}\n\n{answer}\n") } else { format!("{answer}\n\n{quoted}\n") };
        let read = foreword_domain::reply::normalize(&own(&body));
        let is_numbers = !read.is_empty() && read.split(' ').all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        prop_assert!(!is_numbers || read == answer, "{body:?} became {read:?}");
    }

    #[test]
    fn any_lines_around_a_quotation_are_read_without_harm(
        lines in prop::collection::vec(prop::sample::select(vec![
            ">", "> 2", "2", "", "-- ", "On 1.2.2027 a@b.c wrote:", "From: x", "Sent: y", "Subject: z", "##- a -##",
            "Best regards", "Robin", "Tel. 0170 1234567", "Hello,", "<a@b.c>", "wrote:", "____", "Sent from my iPhone", "…:",
        ]), 0..40),
    ) {
        let _ = own(&lines.join("\n"));
    }
}

#[test]
fn long_mails_take_no_long_time() {
    const LONG: usize = 128 << 10;
    for unit in [
        "> 2\n",
        ">",
        ">\n",
        "2\n",
        "a ",
        "\n",
        " ",
        "-",
        "_",
        "##",
        "##-",
        "On 1.2.2027 <a@b.c>\n",
        "On 1.2.2027 a@b.c x ",
        "From: x\n",
        "From: ",
        "From: a Sent: b ",
        "Tel. 0170 1234567\n",
        "Robin\n\n",
        "Best regards\n",
        "Sent from my iPhone\n",
        "@",
        "a@b ",
        "1.2.",
        "wrote:",
        "=\n",
        "ا",
    ] {
        let body = unit.repeat(LONG / unit.len());
        let _ = quickly(&mail("text/plain; charset=utf-8", &body));
        let _ = quickly(&mail("text/plain; charset=utf-8; format=flowed", &body));
    }
    for unit in [
        "<",
        "</",
        "<a",
        "<div>",
        "</div>",
        "<b></div>",
        "<blockquote>",
        "<p>",
        "<br>",
        "&",
        "&nbsp;",
        "&x;",
        "&auml;",
        "<!--",
        "<style>",
        "<a b='",
        "<a b=\"x\" ",
        "<div style=\"display:none\">",
        "<pre>\n",
        "<x ",
        "<div class=\"gmail_quote\">2</div>",
    ] {
        let body = unit.repeat(LONG / 2 / unit.len());
        let _ = quickly(&mail("text/html; charset=utf-8", &body));
    }
    for (head, unit) in [
        ("", "Subject: x\r\n"),
        ("", "From: a@b.c, d@e.f\r\n"),
        ("References: ", "<a@b.c>\r\n "),
        ("", "Received: from x\r\n"),
        ("", "Authentication-Results: x; dkim=pass ((((\r\n"),
        ("From: x\r\n", "Content-Type: message/rfc822\r\n\r\n"),
        ("From: x\r\n", "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"),
        ("From: x\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n", "--a\r\n\r\nx\r\n"),
        ("From: x\r\nContent-Type: multipart/digest; boundary=a\r\n\r\n", "--a\r\n\r\n\r\n"),
        ("From: x\r\nContent-Type: multipart/mixed; boundary=-\r\n\r\n", "--"),
        ("Subject: ", "=?utf-8?B?YQ==?= "),
        ("From: ", "\"a\" <a@b.c>, "),
        ("From: x\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n", "boundary="),
    ] {
        let raw = format!("{head}{}", unit.repeat(LONG / unit.len()));
        let _ = quickly(raw.as_bytes());
    }
}

#[test]
fn two_megabytes_of_quoted_lines_are_read_and_the_answer_below_is_not_looked_for() {
    let body = format!("2\n{}", "> 3\n".repeat((2 << 20) / 4));
    let heard = quickly(&mail("text/plain; charset=utf-8", &body)).expect("it is a mail");
    assert_eq!(text(&heard), Some("2"));
}

#[test]
fn broken_encodings_are_read_as_far_as_they_go() {
    for (head, body, expected) in [
        ("text/plain; charset=x-unknown\r\nContent-Transfer-Encoding: 8bit", "2", "2"),
        ("text/plain\r\nContent-Transfer-Encoding: quoted-printable", "2=\r\n\r\n=ZZ", "2\n=ZZ"),
        ("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "Mg==", "2"),
        ("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "Mg", "2"),
        ("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", "MiAzIDE*!", "2 3 1"),
        ("text/plain; charset=utf-8\r\nContent-Transfer-Encoding: x-odd", "2", "2"),
        ("text/plain; charset=\"utf-8", "2", "2"),
        ("multipart/alternative; boundary=zz", "--zz\r\nContent-Type: text/plain\r\n\r\n2", "2"),
        ("multipart/alternative; boundary=zz", "--zz\r\nContent-Type: text/html\r\n\r\n<p>2", "2"),
        (
            "multipart/mixed; boundary=zz",
            "--zz\r\nContent-Type: multipart/alternative; boundary=yy\r\n\r\n--yy\r\nContent-Type: text/plain\r\n\r\n2\r\n--yy--\r\n--zz--",
            "2",
        ),
        (
            "text/plain; charset=windows-1256\r\nContent-Transfer-Encoding: quoted-printable",
            "=C3=C8=CF=C7",
            "أبدا",
        ),
        (
            "text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable",
            "=DCberhaupt nicht",
            "Überhaupt nicht",
        ),
        ("text/plain; charset=utf-8", "2\0\0", "2"),
        ("text/html; charset=utf-8", "<div>2&nbsp;&#50;&#x32;&uuml;</div>", "2 22ü"),
        ("text/plain; format=flowed", "my knee \r\nhurts\r\n", "my knee hurts"),
    ] {
        let heard = quickly(&mail(head, body)).expect("it is a mail");
        assert_eq!(
            text(&heard).map(|text| text.replace("\r\n", "\n")).as_deref(),
            Some(expected),
            "{head}: {body}"
        );
    }
}

#[test]
fn nothing_a_person_wrote_is_shown_by_debug() {
    let heard = read_mail(&mail("text/plain", "my secret knee")).expect("it is a mail");
    let shown = format!("{heard:?}");
    assert!(!shown.contains("knee") && !shown.contains("robin"), "{shown}");
}
