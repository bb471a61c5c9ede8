//! The card: counts in its head, what matters in the patient's words, and the way to the page.

use foreword_app::previsit::Previsit;
use foreword_summary::Summary;
use serde_json::{Value, json};

use crate::{Web, launch};

/// Longest head of a card, in characters (CDS Hooks: below 140).
const LONGEST: usize = 139;
/// Punctuation that Markdown makes nothing of.
const HARMLESS: &str = ",;'\"?%$=/^";
/// Topics that are shown.
const MOST_TOPICS: usize = 3;

/// The card of a visit. `fhir_server` is where the program that asks has its patients.
pub(super) fn card(web: &Web, told: &Previsit, fhir_server: Option<&str>) -> Value {
    let base = &web.app.options().public_url;
    let mut links = vec![json!({
        "label": "Open the summary page",
        "url": format!("{base}/clinic/appointments/{}", told.visit),
        "type": "absolute",
    })];
    if fhir_server.is_some_and(|server| launch::is_known(web, server)) {
        links.push(json!({
            "label": "Open the summary page here",
            "url": format!("{base}{}", launch::PATH),
            "type": "smart",
        }));
    }
    let indicator = match (told.red, told.amber) {
        (0, 0) => "info",
        (0, _) => "warning",
        _ => "critical",
    };
    json!({
        "uuid": told.card.to_string(),
        "summary": head(told),
        "detail": detail(told),
        "indicator": indicator,
        "source": { "label": "Foreword: answers before the visit", "url": base },
        "links": links,
    })
}

/// Counts alone: what patients write may be long, and this line may stand in lists.
fn head(told: &Previsit) -> String {
    let mut parts = Vec::new();
    let count = |number: usize, one: &str, more: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {more}")),
    };
    parts.extend(count(told.red, "open red flag", "open red flags"));
    parts.extend(count(told.amber, "open amber flag", "open amber flags"));
    parts.extend(count(told.summary.topics.len(), "topic that matters", "topics that matter"));
    parts.push(told.summary.header.complete.clone());
    let head = format!("Before the visit {}: {}", told.summary.header.visit, parts.join(", "));
    if head.chars().count() <= LONGEST {
        return head;
    }
    head.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// GitHub-flavoured Markdown.
fn detail(told: &Previsit) -> String {
    let Summary { notice, topics, no_topics, header, .. } = &told.summary;
    let mut lines = Vec::new();
    if let Some(notice) = notice {
        lines.push(format!("**Please note:** {}\n", plain(notice)));
    }
    if told.red + told.amber > 0 {
        lines.push(format!(
            "**Red flags that are not closed: {}** (red {}, amber {}); what they say stands on the page.\n",
            told.red + told.amber,
            told.red,
            told.amber
        ));
    }
    lines.push("**What matters to the patient**\n".to_owned());
    if topics.is_empty() {
        lines.push(plain(no_topics));
    }
    for topic in topics.iter().take(MOST_TOPICS) {
        let wish = topic.wish.map(|wish| format!(" ({})", wish.label())).unwrap_or_default();
        lines.push(format!("{}. {}{wish}", topic.rank, plain(topic.words.reveal())));
    }
    lines.push(format!("\nAnswers: {}; {}", plain(&header.answered), plain(&header.complete)));
    lines.join("\n")
}

/// Words that are never markup, in one line.
fn plain(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '\n' | '\r' => plain.push(' '),
            letter if letter.is_control() => {}
            letter => {
                // Also dots, colons and signs of mail: addresses would become links.
                if letter.is_ascii_punctuation() && !HARMLESS.contains(letter) {
                    plain.push('\\');
                }
                plain.push(letter);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_patient_writes_is_never_markup() {
        assert_eq!(plain("[x](http://e.example) <b>\n# 1\u{7}"), r"\[x\]\(http\://e\.example\) \<b\> \# 1");
        assert_eq!(plain("Schlaf, مرحبا"), "Schlaf, مرحبا");
    }
}
