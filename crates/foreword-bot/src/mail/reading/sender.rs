//! Who a mail is from and to, what it answers, and what the clinic's mail server found out about that.

use foreword_domain::{mail::Checked, private::Private};
use mail_parser::{Address, HeaderName, HeaderValue, Message};

use super::headers::Headers;

/// More addresses, or mails answered to, are not looked at.
const MOST: usize = 50;

/// The header lines in which mail servers write down whom they delivered to.
const DELIVERED: &[&str] =
    &["x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-to"];

/// The addresses it says it is from.
pub(super) fn from(message: &Message<'_>, headers: &Headers) -> Vec<String> {
    let mut found = Vec::new();
    for value in message.header_values(HeaderName::From) {
        found.extend(addresses(value));
    }
    if found.is_empty() {
        found.extend(headers.all("from").flat_map(written));
    }
    distinct(found)
}

/// The names it says it is from.
pub(super) fn names(message: &Message<'_>) -> Vec<String> {
    let values = message.header_values(HeaderName::From).filter_map(HeaderValue::as_address);
    let names = values.flat_map(Address::iter).filter_map(|one| one.name.as_deref().map(ToOwned::to_owned));
    names.take(MOST).collect()
}

/// The addresses it reached, then those it was sent to.
pub(super) fn to(message: &Message<'_>, headers: &Headers) -> Vec<Private<String>> {
    let mut found: Vec<String> =
        DELIVERED.iter().flat_map(|name| headers.all(name)).flat_map(written).collect();
    for name in [HeaderName::To, HeaderName::Cc] {
        for value in message.header_values(name) {
            found.extend(addresses(value));
        }
    }
    distinct(found).into_iter().map(Private::new).collect()
}

/// The mails it answers, the nearest first.
pub(super) fn answers_to(message: &Message<'_>) -> Vec<String> {
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        match value {
            HeaderValue::Text(id) => vec![id.to_string()],
            HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    };
    let nearest = ids(message.in_reply_to());
    let others = ids(message.references()).into_iter().rev();
    distinct(nearest.into_iter().chain(others).map(|id| id.trim_matches(['<', '>']).to_owned()).collect())
}

fn addresses(value: &HeaderValue<'_>) -> Vec<String> {
    let Some(all) = value.as_address() else { return Vec::new() };
    all.iter().filter_map(|one| one.address.as_deref()).filter_map(address).take(MOST).collect()
}

/// The addresses in a line that is nothing but addresses.
fn written(line: &str) -> Vec<String> {
    line.split([',', ';', ' ']).filter_map(address).take(MOST).collect()
}

fn address(written: &str) -> Option<String> {
    let bare = written.trim().trim_matches(['<', '>', '"', '\'', '(', ')']);
    let (local, domain) = bare.rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty() && !bare.contains(char::is_whitespace)).then(|| bare.to_owned())
}

fn distinct(all: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for one in all {
        if found.len() < MOST && !one.is_empty() && !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// What the topmost line of `Authentication-Results` says (RFC 8601). Those below it may have come with
/// the mail, from whoever sent it.
pub(super) fn checked(headers: &Headers, from: &[String]) -> Option<Checked> {
    let line = without_comments(headers.first("authentication-results")?);
    let mut results = split(&line).into_iter();
    let by = results.next()?.split_whitespace().next()?.trim_matches('"').to_ascii_lowercase();
    let results: Vec<String> = results.map(|result| result.to_ascii_lowercase()).collect();
    Some(Checked { by, is_aligned: domain(from).is_some_and(|domain| is_aligned(&results, &domain)) })
}

/// The one domain it is from; none where it claims several.
fn domain(from: &[String]) -> Option<String> {
    let mut domains = from
        .iter()
        .filter_map(|address| address.rsplit_once('@'))
        .map(|(_, domain)| domain.to_ascii_lowercase());
    let first = domains.next()?;
    domains.all(|other| other == first).then_some(first)
}

fn is_aligned(results: &[String], domain: &str) -> bool {
    let of = |method: &str| {
        let method = format!("{method}=");
        results.iter().map(|result| result.trim()).filter(move |result| result.starts_with(&method)).map(
            move |result| {
                let mut words = result.split_whitespace().map(|word| word.replace('"', ""));
                let verdict = words.next().unwrap_or_default();
                let verdict = verdict.split('=').nth(1).unwrap_or_default().to_owned();
                (verdict, words.collect::<Vec<_>>())
            },
        )
    };
    let property = |words: &[String], name: &str| {
        words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=').map(ToOwned::to_owned))
    };
    for (verdict, words) in of("dmarc") {
        match verdict.as_str() {
            // It is said for which domain it holds, where it is said at all.
            "pass" => return property(&words, "header.from").is_none_or(|its| stands_for(&its, domain)),
            "fail" | "permerror" => return false,
            _ => {}
        }
    }
    of("dkim").any(|(verdict, words)| {
        let signer = property(&words, "header.d").or_else(|| {
            property(&words, "header.i").and_then(|i| i.rsplit_once('@').map(|(_, signer)| signer.to_owned()))
        });
        verdict == "pass" && signer.is_some_and(|signer| stands_for(&signer, domain))
    })
}

/// Whether the two are one domain, or one lies within the other.
fn stands_for(signer: &str, domain: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        outer.contains('.') && inner.strip_suffix(outer).is_some_and(|rest| rest.ends_with('.'))
    };
    let signer = signer.trim_matches('@').trim_end_matches('.');
    signer == domain || within(signer, domain) || within(domain, signer)
}

fn without_comments(line: &str) -> String {
    let (mut depth, mut is_quoted) = (0_u32, false);
    line.chars()
        .filter(|c| {
            match c {
                '"' if depth == 0 => is_quoted = !is_quoted,
                '(' if !is_quoted => depth += 1,
                ')' if !is_quoted && depth > 0 => {
                    depth -= 1;
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// At semicolons that are not between quotation marks.
fn split(line: &str) -> Vec<String> {
    let mut is_quoted = false;
    line.split(|c| {
        is_quoted ^= c == '"';
        c == ';' && !is_quoted
    })
    .map(ToOwned::to_owned)
    .collect()
}
