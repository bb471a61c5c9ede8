//! HTML as mail programs write it, turned into lines of text. What they mark as quoted gets a `>` before
//! each line; where everything below is quoted, the text ends.
//!
//! One pass from left to right. It refuses to know CSS beyond what quoted mails are recognised by.

mod entity;
mod quoted;

use quoted::Place;

/// Elements that begin a line of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tr",
    "ul",
];
/// Elements whose content is not shown.
const SILENT: &[&str] =
    &["head", "noscript", "script", "select", "style", "svg", "template", "textarea", "title", "xml"];
/// Elements without an end of their own, or whose end is often left out; none is ever a quoted mail.
const OPEN: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta", "option", "p",
    "param", "td", "th", "tr", "wbr",
];
/// Deeper than that nobody writes; what follows counts as quoted.
const DEEPEST: usize = 500;
/// An end is looked for so far up.
const FAR: usize = 60;

struct Lines {
    text: String,
    /// In the text of the line at hand something was written.
    has_text: bool,
    /// White space is owed.
    owes_space: bool,
    depth: usize,
    hidden: usize,
    /// Paragraphs are single lines here: Outlook writes each line as one, and an empty one between.
    is_tight: bool,
}

impl Lines {
    fn end_line(&mut self) {
        if self.has_text {
            self.text.push('\n');
        }
        (self.has_text, self.owes_space) = (false, false);
    }

    fn blank_line(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn end_paragraph(&mut self) {
        if self.is_tight { self.line_break() } else { self.blank_line() }
    }

    fn line_break(&mut self) {
        if self.has_text {
            self.end_line();
        } else if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn say(&mut self, c: char) {
        if self.hidden > 0 {
            return;
        }
        if c.is_whitespace() {
            self.owes_space = self.has_text;
            return;
        }
        if !self.has_text {
            if self.depth > 0 {
                self.text.push_str("> ");
            }
            self.has_text = true;
        } else if self.owes_space {
            self.text.push(' ');
        }
        self.owes_space = false;
        self.text.push(c);
    }
}

/// The text of an HTML mail.
pub(super) fn to_text(html: &str) -> String {
    let mut lines = Lines {
        text: String::new(),
        has_text: false,
        owes_space: false,
        depth: 0,
        hidden: 0,
        is_tight: false,
    };
    let mut open: Vec<(String, Place)> = Vec::new();
    let mut pre = 0_usize;
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("<!--") {
            // Outlook hides from others what stands between such marks.
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
        } else if let Some((tag, after)) = tag(rest) {
            rest = after;
            let name = tag.name.as_str();
            if tag.is_end {
                if name == "pre" {
                    pre = pre.saturating_sub(1);
                }
                close(&mut open, &mut lines, name);
                continue;
            }
            if SILENT.contains(&name) && !tag.is_closed {
                rest = behind(rest, name);
                continue;
            }
            match quoted::place(&tag) {
                Place::AllBelow => break,
                place if !OPEN.contains(&name) && !tag.is_closed => {
                    if open.len() >= DEEPEST {
                        break;
                    }
                    if BLOCKS.contains(&name) {
                        lines.end_line();
                    }
                    lines.depth += usize::from(place == Place::Quoted);
                    lines.hidden += usize::from(place == Place::Hidden);
                    pre += usize::from(name == "pre");
                    open.push((tag.name.clone(), place));
                }
                _ => {}
            }
            match name {
                "br" => lines.line_break(),
                "p" => {
                    let style: String = tag.get("style").chars().filter(|c| !c.is_whitespace()).collect();
                    lines.is_tight = tag.get("class").contains("mso")
                        || style.contains("margin:0")
                        || style.contains("margin-top:0") && style.contains("margin-bottom:0");
                    if lines.is_tight { lines.end_line() } else { lines.blank_line() }
                }
                "hr" => {
                    lines.end_line();
                    "________".chars().for_each(|c| lines.say(c));
                    lines.end_line();
                }
                "td" | "th" => lines.say(' '),
                _ if BLOCKS.contains(&name) => lines.end_line(),
                _ => {}
            }
        } else if let Some((said, after)) = entity::entity(rest) {
            said.chars().for_each(|c| lines.say(c));
            rest = after;
        } else {
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let end = rest[first..].find(['<', '&']).map_or(rest.len(), |end| end + first);
            for c in rest[..end].chars() {
                if c == '\n' && pre > 0 { lines.line_break() } else { lines.say(c) }
            }
            rest = &rest[end..];
        }
    }
    lines.text
}

fn close(open: &mut Vec<(String, Place)>, lines: &mut Lines, name: &str) {
    if name == "p" {
        lines.end_paragraph();
    } else if BLOCKS.contains(&name) {
        lines.end_line();
    }
    if OPEN.contains(&name) {
        return;
    }
    let Some(up) = open.iter().rev().take(FAR).position(|(its, _)| its == name) else { return };
    for (_, place) in open.drain(open.len() - up - 1..) {
        lines.depth -= usize::from(place == Place::Quoted);
        lines.hidden -= usize::from(place == Place::Hidden);
    }
}

/// A tag with what is asked of it, in lower case.
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) is_end: bool,
    /// It has no content (`<x/>`).
    pub(super) is_closed: bool,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(its, _)| its == name).map_or("", |(_, value)| value)
    }
}

/// The tag a text begins with, and what follows it. One that does not end takes all the rest with it.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let inner = text.strip_prefix('<')?;
    let (is_end, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
        return None;
    }
    let mut quote = None;
    let end = inner.char_indices().find(|(at, c)| match quote {
        Some(mark) => {
            if *c == mark {
                quote = None;
            }
            false
        }
        None if (*c == '"' || *c == '\'') && inner[..*at].trim_end().ends_with('=') => {
            quote = Some(*c);
            false
        }
        None => *c == '>',
    });
    let (written, after) = end.map_or((inner, ""), |(end, _)| (&inner[..end], &inner[end + 1..]));
    let is_closed = written.ends_with('/');
    let written = written.trim_end_matches('/');
    let name_ends = written.find(|c: char| c.is_whitespace()).unwrap_or(written.len());
    let tag = Tag {
        name: written[..name_ends].to_ascii_lowercase(),
        is_end,
        is_closed,
        attributes: attributes(&written[name_ends..]),
    };
    Some((tag, after))
}

/// Longer ones are not looked at, nor more of them.
fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while found.len() < 30 {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let name_ends = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        if text.is_empty() {
            break;
        }
        let name = text[..name_ends].to_ascii_lowercase();
        text = text[name_ends..].trim_start();
        let Some(value) = text.strip_prefix('=') else {
            if name_ends == 0 {
                break;
            }
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'');
        let (value, after) = if let Some(mark) = quote {
            value[1..].split_once(mark).unwrap_or((&value[1..], ""))
        } else {
            value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()))
        };
        found.push((name, value.to_lowercase()));
        text = after;
    }
    found
}

/// What follows the end of an element whose content is not shown.
fn behind<'a>(text: &'a str, name: &str) -> &'a str {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = text[at..].find("</") {
        at += next + 2;
        if bytes[at..].len() >= name.len() && bytes[at..at + name.len()].eq_ignore_ascii_case(name.as_bytes())
        {
            return text[at..].find('>').map_or("", |end| &text[at + end + 1..]);
        }
    }
    ""
}
