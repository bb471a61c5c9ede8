//! The page as plain text, to paste into the record.

use foreword_domain::alert::Level;

use crate::{ItemLine, ScoreLine, Summary, compare::number};

/// The page as text; lines end with `\n`.
pub fn render(summary: &Summary) -> String {
    let text = said(summary);
    let footer = &summary.footer;
    text + &format!("Made {}. Content {}. {}\n", footer.made, summary.mark(), footer.limits)
}

/// What the page says, without when it was made.
pub(crate) fn said(summary: &Summary) -> String {
    let mut out = Out(String::new());
    let header = &summary.header;
    out.line(&format!(
        "{}, born {}, {}",
        header.name.reveal(),
        header.birth_date.reveal(),
        header.identifier.reveal()
    ));
    out.line(&format!("Visit: {}", header.visit));
    out.line(&header.visit_kind);
    let how = if header.how.is_empty() { String::new() } else { format!(" ({})", header.how) };
    out.line(&format!("Answers: {}{how}; {}", header.answered, header.complete));
    if let Some(notice) = &summary.notice {
        out.section("PLEASE NOTE");
        out.line(notice);
    }
    if !summary.flags.is_empty() {
        out.section("RED FLAGS");
        for flag in &summary.flags {
            let level = match flag.level {
                Level::Red => "RED",
                Level::Amber => "AMBER",
            };
            out.line(&format!("{level}: {} ({})", flag.text, flag.when));
        }
    }
    out.section("WHAT MATTERS TO THE PATIENT");
    for topic in &summary.topics {
        let wish = topic.wish.map(|wish| format!(" [{}]", wish.label())).unwrap_or_default();
        out.line(&format!("{}. {}{wish}", topic.rank, topic.words.reveal()));
    }
    if summary.topics.is_empty() {
        out.line(&summary.no_topics);
    }
    said_before(&mut out, summary);
    if !summary.scores.is_empty() {
        out.section("SCORES");
        for score in &summary.scores {
            out.line(&score_line(score));
        }
        out.more(summary.more_scores.len());
    }
    out.items("WHAT STANDS OUT", &summary.items, summary.more_items);
    if !summary.missing.is_empty() {
        out.section("WHAT IS MISSING");
        for line in &summary.missing {
            out.line(&format!("- {line}"));
        }
    }
    out.items("CONTEXT", &summary.context, 0);
    let footer = &summary.footer;
    out.0.push('\n');
    if !footer.pathway.is_empty() {
        out.line(&format!("Pathway: {}. {}", footer.pathway, footer.goal));
        out.line(&format!("Expected: {}", footer.expected_action));
    }
    if !header.instruments.is_empty() {
        out.line(&format!("Instruments: {}", header.instruments));
    }
    out.0
}

/// What was answered, wanted and left open before.
fn said_before(out: &mut Out, summary: &Summary) {
    if let Some(reply) = &summary.reply {
        out.section("THE CARE TEAM'S REPLY");
        out.line(&format!("{} ({}, {})", reply.words.reveal(), reply.by, reply.when));
    }
    if !summary.goals.is_empty() {
        out.section("GOALS");
        for goal in &summary.goals {
            out.line(&format!("- {} (set on {})", goal.words.reveal(), goal.set_on));
        }
    }
    if !summary.open_topics.is_empty() {
        out.section("OPEN SINCE THE LAST VISIT");
        for open in &summary.open_topics {
            out.line(&format!("- {} ({}: {})", open.words.reveal(), open.from, open.mark));
        }
    }
}

pub(crate) fn score_line(score: &ScoreLine) -> String {
    let mut parts = vec![match &score.value {
        Some(value) => {
            let range = if score.has_range() {
                format!("{}-{}", number(score.range.0), number(score.range.1))
            } else {
                "range not stated".to_owned()
            };
            format!("{}: {value} ({range}, {})", score.name, score.direction.words())
        }
        // The number before may stand in the same line: it needs its direction too.
        None => format!("{}: - ({})", score.name, score.direction.words()),
    }];
    parts.extend(score.band.clone());
    parts.extend(score.caveat.clone());
    if let Some(previous) = &score.previous {
        parts.push(format!("before: {previous}"));
    }
    parts.extend(score.change.clone());
    if let Some(trend) = &score.trend {
        parts.push(format!("so far: {}", trend.so_far()));
    }
    parts.extend(score.wish.map(|wish| wish.label().to_owned()));
    parts.join("; ")
}

struct Out(String);

impl Out {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn section(&mut self, title: &str) {
        self.0.push('\n');
        self.line(title);
    }

    fn more(&mut self, count: usize) {
        if count > 0 {
            self.line(&format!("(and {count} more, among all answers on the page)"));
        }
    }

    fn items(&mut self, title: &str, items: &[ItemLine], more: usize) {
        if items.is_empty() {
            return;
        }
        self.section(title);
        for item in items {
            self.line(&format!("- {}", item_line(item)));
        }
        self.more(more);
    }
}

/// A question with its answer; what was asked in another language stands in English beside it.
pub(crate) fn item_line(item: &ItemLine) -> String {
    let question = item.question_english.as_ref().map(|q| format!(" ({q})")).unwrap_or_default();
    let answer = item.answer_english.as_ref().map(|a| format!(" ({})", a.reveal())).unwrap_or_default();
    let by = item.asked_by.as_ref().map(|by| format!("Asked by {by}: ")).unwrap_or_default();
    format!("{by}{}{question} → {}{answer}", item.question, item.answer.reveal())
}
