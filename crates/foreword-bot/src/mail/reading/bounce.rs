//! What mail systems say about mail of ours that did not arrive: in the form of RFC 3464, or in words of
//! their own.

use foreword_domain::{
    mail::{Bounce, What},
    private::Private,
};
use mail_parser::{HeaderName, Message, MimeHeaders, PartType};

use super::{body, headers::Headers, machine, reply::words::fold};

/// The part of the text in which a mail system says what happened.
const TOP: usize = 8_000;

/// The mailboxes mail systems write from.
const DAEMONS: &[&str] = &[
    "mailer-daemon",
    "mailerdaemon",
    "mailer_daemon",
    "mail-daemon",
    "postmaster",
    "poostmaster",
    "post_master",
    "mail.delivery.system",
    "bounce",
    "bounces",
];

/// How they call themselves.
const NAMES: &[&str] = &[
    "mail deliver",
    "mailer-daemon",
    "mailer daemon",
    "system administrator",
    "postmaster",
    "mailsystem",
    "mail system",
    "mmsc ndr",
];

/// What stands in the subject of a mail that says another one did not arrive.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "failed delivery",
    "failure delivery",
    "failure notice",
    "delivery notification",
    "delivery has failed",
    "delivery problem",
    "delivery report",
    "delivery error",
    "mail failed",
    "returned mail",
    "returned to sender",
    "returning message to sender",
    "mail system error",
    "message not delivered",
    "not delivered",
    "could not send",
    "could not be delivered",
    "bounce notification",
    "message delayed",
    "delayed mail",
    "rejected",
    "unzustellbar",
    "nicht zustellbar",
    "nicht zugestellt",
    "zustellung fehlgeschlagen",
    "fehler bei der zustellung",
    "zustellfehler",
    "non remis",
    "non distribué",
    "échec de la remise",
    "echec de remise",
    "no se puede entregar",
    "no se pudo entregar",
    "no entregado",
    "error de entrega",
    "تعذر تسليم",
    "تعذر التسليم",
    "فشل التسليم",
    "لم يتم تسليم",
    "mancata consegna",
    "non recapitabile",
    "não entregue",
    "não é possível entregar",
    "onbestelbaar",
    "не доставлен",
    "ваше сообщение не",
    "メールエラー",
    "配信",
    "送信できません",
    "メールを配",
    "退信",
];

/// What says that they have not given up.
const DELAYED: &[&str] = &[
    "delay",
    "warning",
    "verzögert",
    "retardé",
    "retrasado",
    "تأخر",
    "still trying",
    "will be retried",
    "will keep trying",
];

/// What became of a mail of ours, or why it is nothing a person wrote, if it comes from a mail system.
pub(super) fn bounce(
    message: &Message<'_>,
    headers: &Headers,
    subject: &str,
    from: &[String],
) -> Option<What> {
    let report = message.parts.iter().find(|part| {
        part.content_type().is_some_and(|its| {
            let is = |subtype: &str| its.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case(subtype));
            is("delivery-status") || is("global-delivery-status")
        })
    });
    if let Some(report) = report {
        let text = match &report.body {
            PartType::Message(inner) => String::from_utf8_lossy(inner.raw_message()).into_owned(),
            _ => String::from_utf8_lossy(report.contents()).into_owned(),
        };
        if let Some(what) = reported(&text) {
            return Some(what);
        }
    }
    if machine::is_receipt(message, headers) {
        return Some(What::Automatic("a receipt"));
    }
    from_a_daemon(message, headers, subject, from)
}

/// What a `message/delivery-status` says of the receiver it went worst with.
fn reported(text: &str) -> Option<What> {
    let mut worst: Option<(u8, Bounce)> = None;
    let text = text.replace("\r\n", "\n");
    for block in text.split("\n\n") {
        let lines = Headers::read(block.trim_start().as_bytes());
        let field = |name: &str| lines.first(name).map(|value| value.trim().to_owned());
        let recipient = field("final-recipient").or_else(|| field("original-recipient"));
        let status = field("status").and_then(|value| status(&value));
        let action = field("action").map(|value| fold(&value));
        if recipient.is_none() && action.is_none() && status.is_none() {
            continue;
        }
        let action = action.unwrap_or_default();
        let graveness = match action.split_whitespace().next().unwrap_or_default() {
            "failed" | "failure" => 3,
            "delayed" => 2,
            "delivered" | "relayed" | "expanded" => 1,
            _ if status.as_ref().is_some_and(|status| status.starts_with('4')) => 2,
            _ if status.as_ref().is_some_and(|status| status.starts_with('2')) => 1,
            _ => 3,
        };
        let recipient = recipient.and_then(|value| {
            let value = value.rsplit(';').next().unwrap_or_default();
            addresses(value).into_iter().next().map(Private::new)
        });
        if worst.as_ref().is_none_or(|(its, _)| graveness > *its) {
            worst = Some((graveness, Bounce { is_final: graveness == 3, status, recipient }));
        }
    }
    let (graveness, bounce) = worst?;
    Some(if graveness == 1 { What::Automatic("it was delivered") } else { What::Bounce(bounce) })
}

fn from_a_daemon(message: &Message<'_>, headers: &Headers, subject: &str, from: &[String]) -> Option<What> {
    let subject = fold(subject);
    let names = message.header_values(HeaderName::From).filter_map(|value| value.as_address());
    let names: Vec<_> =
        names.flat_map(|all| all.iter().filter_map(|one| one.name.as_deref().map(fold))).collect();
    let failed = headers.first("x-failed-recipients");
    let mailbox = |address: &String| fold(address.split('@').next().unwrap_or_default());
    let is_daemon = failed.is_some()
        || headers.first("from").is_some_and(|from| {
            let from = fold(from);
            from.is_empty()
                || from == "<>"
                || DAEMONS.iter().any(|daemon| from.trim_start_matches(['<', '"']).starts_with(daemon))
        })
        || from.iter().map(mailbox).any(|mailbox| DAEMONS.contains(&mailbox.as_str()))
        || names.iter().any(|name| NAMES.iter().any(|its| name.contains(its)));
    // That somebody writes back about such a mail makes it no such mail.
    let is_answer = headers.has("in-reply-to")
        || ["re:", "aw:", "fw:", "fwd:", "wg:", "tr:", "rv:", "رد:"].iter().any(|re| subject.starts_with(re));
    let says_so = SUBJECTS.iter().any(|words| subject.contains(words));
    let is_nobody = headers.first("return-path").is_some_and(|path| path.replace(' ', "") == "<>")
        || headers.first("auto-submitted").is_some_and(|value| !fold(value).starts_with("no"))
        || from.iter().map(mailbox).any(|mailbox| ["no-reply", "noreply"].contains(&mailbox.as_str()));
    if !(is_daemon || says_so && !is_answer) {
        return None;
    }
    let text: String = body::text(message).chars().take(TOP).collect();
    let status = status(&text);
    if !(is_daemon || is_nobody || status.is_some()) {
        return None;
    }
    if !says_so && status.is_none() && failed.is_none() && !speaks_of_failure(&text) {
        return Some(What::Automatic("a mail system wrote it"));
    }
    let recipient = failed.and_then(|list| addresses(list).into_iter().next()).or_else(|| {
        addresses(&text)
            .into_iter()
            .find(|address| !from.contains(address) && !DAEMONS.contains(&mailbox(address).as_str()))
    });
    let is_final = !DELAYED.iter().any(|words| subject.contains(words));
    Some(What::Bounce(Bounce { is_final, status, recipient: recipient.map(Private::new) }))
}

fn speaks_of_failure(text: &str) -> bool {
    let text = fold(text);
    ["deliver", "mailbox", "rejected", "user unknown", "zustell", "unknown user", "error", "failed", "エラー"]
        .iter()
        .any(|words| text.contains(words))
}

/// The first status code (RFC 3463) in a text.
fn status(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    text.split(|c: char| !is_part(c)).map(|word| word.trim_matches('.')).find_map(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let fits = parts.len() == 3
            && ["2", "4", "5"].contains(&parts[0])
            && parts[1..].iter().all(|part| (1..=3).contains(&part.len()));
        fits.then(|| word.to_owned())
    })
}

/// What looks like addresses in a text.
fn addresses(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "<>,;\"()[]'".contains(c));
    let words = words.map(|word| word.trim_matches([':', '.', '=']));
    words
        .filter(|word| word.len() < 255 && word.is_ascii())
        .filter(|word| {
            word.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.contains('/')
            })
        })
        .map(ToOwned::to_owned)
        .take(10)
        .collect()
}
