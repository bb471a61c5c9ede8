//! What a person wrote themselves in a mail: above what they quote, below it, or between its lines.
//!
//! Quoted lines are never given back. Where a mail is quoted without marks, everything below its first line
//! counts as quoted. What stands below or between quoted lines is kept also when something stands above:
//! two answers that contradict each other must come to a question, not to one of them.

mod courtesy;
mod footer;
mod quoting;
pub(super) mod words;

use quoting::Kind;

/// More lines than that nobody writes in reply to a question.
const MOST: usize = 1_000;

/// The person's own words; `names` are those the mail says it is from.
pub(super) fn own_words(text: &str, names: &[String]) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut own: Vec<&str> = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    let (mut at, mut count) = (0, 0);
    while at < lines.len() && count < MOST {
        match quoting::kind(&lines, at) {
            Kind::Own => {
                count += usize::from(!lines[at].trim().is_empty());
                if is_torn_off(&lines, at) {
                    at += 1;
                    continue;
                }
                run.push(lines[at]);
                at += 1;
            }
            Kind::Quoted(quoted) => {
                quoting::behead(&mut run);
                take(&mut own, &mut run);
                at += quoted;
            }
            Kind::AllBelow => {
                quoting::behead(&mut run);
                break;
            }
        }
    }
    take(&mut own, &mut run);
    courtesy::without(&footer::trimmed(&own), names).join("\n").trim().to_owned()
}

/// Adds what was written between two quotations, without what signs it.
fn take<'a>(own: &mut Vec<&'a str>, run: &mut Vec<&'a str>) {
    let signed = footer::without(run);
    let kept = footer::trimmed(&signed);
    if !kept.is_empty() {
        if !own.is_empty() {
            own.push("");
        }
        own.extend(kept);
    }
    run.clear();
}

/// Whether a line is the rest of a long quoted one that a mail program broke without marking it: it
/// stands right between two quoted lines. Our question must not come back as an answer.
fn is_torn_off(lines: &[&str], at: usize) -> bool {
    const LONG: usize = 48;
    let is_quoted = |line: Option<&&str>| line.is_some_and(|line| quoting::is_marked(line));
    at > 0
        && !lines[at].trim().is_empty()
        && is_quoted(lines.get(at - 1))
        && is_quoted(lines.get(at + 1))
        && lines[at - 1].chars().count() >= LONG
}
