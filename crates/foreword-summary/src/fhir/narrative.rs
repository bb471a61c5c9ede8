//! What the page says as narrative: XHTML that holds words and nothing that runs, every word escaped.

use std::fmt::Write;

use foreword_domain::language::Lang;
use serde_json::{Value, json};

use crate::{
    ItemLine, ScoreLine, Summary,
    text::{item_line, score_line},
};

/// References to what stands behind the sections.
pub(super) struct Entries {
    /// The scores.
    pub scores: Vec<String>,
    /// The responses.
    pub responses: Vec<String>,
}

/// The head of the page.
pub(super) fn head(summary: &Summary) -> Value {
    let header = &summary.header;
    let how = if header.how.is_empty() { String::new() } else { format!(", {}", header.how) };
    let mut div = Div::new();
    div.line("p", None, header.name.reveal());
    div.line("p", None, &format!("born {}, {}", header.birth_date.reveal(), header.identifier.reveal()));
    div.line("p", None, &header.visit);
    div.line("p", None, &header.visit_kind);
    div.line("p", None, &format!("{}{how}; {}", header.answered, header.complete));
    div.text()
}

/// The sections, in the order of the page.
pub(super) fn sections(summary: &Summary, entries: &Entries) -> Vec<Value> {
    let mut all = Vec::new();
    let mut section = |title: &str, lines: Vec<Line<'_>>, entries: &[String]| {
        if lines.is_empty() && entries.is_empty() {
            return;
        }
        let mut section = json!({ "title": title, "text": list(&lines).text() });
        if !entries.is_empty() {
            let entries = entries.iter().map(|reference| json!({ "reference": reference }));
            section["entry"] = entries.collect();
        }
        all.push(section);
    };
    section("Please note", summary.notice.iter().map(|notice| plain(notice.clone())).collect(), &[]);
    let flags = summary.flags.iter();
    let flag = |level: &str, text: &str, when: &str| format!("{}: {text} ({when})", level.to_uppercase());
    section(
        "Red flags",
        flags.map(|one| plain(flag(one.level.as_str(), &one.text, &one.when))).collect(),
        &[],
    );
    section("What matters to the patient", topics(summary), &[]);
    let reply = summary.reply.iter().map(|reply| Line {
        words: format!("{} ({}, {})", reply.words.reveal(), reply.by, reply.when),
        lang: Some(&reply.lang),
    });
    section("The care team’s reply", reply.collect(), &[]);
    let goals = summary.goals.iter().map(|goal| Line {
        words: format!("{} (set on {})", goal.words.reveal(), goal.set_on),
        lang: Some(&goal.lang),
    });
    section("Goals", goals.collect(), &[]);
    let open = summary.open_topics.iter().map(|open| Line {
        words: format!("{} ({}: {})", open.words.reveal(), open.from, open.mark),
        lang: Some(&open.lang),
    });
    section("Open since the last visit", open.collect(), &[]);
    section("Scores", with_more(scores(&summary.scores), summary.more_scores.len()), &entries.scores);
    section("What stands out", with_more(items(&summary.items), summary.more_items), &[]);
    section("What is missing", summary.missing.iter().map(|line| plain(line.clone())).collect(), &[]);
    section("Context", items(&summary.context), &[]);
    section("About this page", about(summary), &[]);
    let mut answers = scores(&summary.more_scores);
    for group in &summary.answers {
        answers.push(plain(group.name.clone()));
        answers.extend(items(&group.lines));
    }
    section("All answers", answers, &entries.responses);
    all
}

fn topics(summary: &Summary) -> Vec<Line<'_>> {
    if summary.topics.is_empty() {
        return vec![plain(summary.no_topics.clone())];
    }
    let line = |topic: &crate::TopicLine| {
        let wish = topic.wish.map(|wish| format!(" ({})", wish.label())).unwrap_or_default();
        format!("{}. {}{wish}", topic.rank, topic.words.reveal())
    };
    summary.topics.iter().map(|topic| Line { words: line(topic), lang: Some(&topic.lang) }).collect()
}

fn scores(scores: &[ScoreLine]) -> Vec<Line<'_>> {
    scores.iter().map(|score| plain(score_line(score))).collect()
}

fn items(items: &[ItemLine]) -> Vec<Line<'_>> {
    items.iter().map(|item| Line { words: item_line(item), lang: Some(&item.lang) }).collect()
}

fn about(summary: &Summary) -> Vec<Line<'_>> {
    let (footer, header) = (&summary.footer, &summary.header);
    let mut lines = Vec::new();
    if !footer.pathway.is_empty() {
        lines.push(plain(format!("{}. {} {}", footer.pathway, footer.goal, footer.expected_action)));
    }
    if !header.instruments.is_empty() {
        lines.push(plain(header.instruments.clone()));
    }
    lines.push(plain(format!("Made {}. Content {}. {}", footer.made, summary.mark(), footer.limits)));
    lines
}

fn with_more(mut lines: Vec<Line<'_>>, more: usize) -> Vec<Line<'_>> {
    if more > 0 {
        lines.push(plain(format!("and {more} more, among all answers")));
    }
    lines
}

/// A line of a section.
struct Line<'a> {
    words: String,
    /// Its language, where the page's own does not hold.
    lang: Option<&'a Lang>,
}

fn plain<'a>(words: String) -> Line<'a> {
    Line { words, lang: None }
}

fn list(lines: &[Line<'_>]) -> Div {
    let mut div = Div::new();
    if lines.is_empty() {
        // Something stands behind it although the page says nothing of it.
        div.line("p", None, "See the entries of this section.");
        return div;
    }
    div.0.push_str("<ul>");
    for line in lines {
        div.line("li", line.lang, &line.words);
    }
    div.0.push_str("</ul>");
    div
}

struct Div(String);

impl Div {
    fn new() -> Self {
        Self(r#"<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">"#.to_owned())
    }

    fn line(&mut self, element: &str, lang: Option<&Lang>, words: &str) {
        let lang = lang.filter(|lang| **lang != Lang::english());
        let language = lang
            .map(|lang| format!(r#" lang="{lang}" xml:lang="{lang}" dir="{}""#, lang.dir()))
            .unwrap_or_default();
        // Writing to a string fails only where memory does.
        let _ = write!(self.0, "<{element}{language}>{}</{element}>", escaped(words));
    }

    fn text(self) -> Value {
        json!({ "status": "generated", "div": self.0 + "</div>" })
    }
}

/// Words as XML has them. What it can't hold at all, such as control characters, is shown as a mark.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("<br/>"),
            '\t' | '\r' => out.push(' '),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
