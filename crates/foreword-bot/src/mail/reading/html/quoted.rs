//! By what mail programs mark in HTML that something is quoted, or is a signature.

use super::Tag;

/// What an element does to the text in it and below it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing.
    Own,
    /// It is quoted.
    Quoted,
    /// It is a signature, or not shown.
    Hidden,
    /// It is quoted, and so is all that follows.
    AllBelow,
}

/// Below these everything is quoted: Outlook in its kinds, Hotmail, Zimbra. The names come back with
/// `x_` before them.
const BELOW: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "stopspelling",
    "zwchr",
    "replysplit",
    "reply-intro",
    "quotedheaders",
    "compose-quoted",
];
/// Names of elements that hold a quoted mail.
const QUOTES: &[&str] = &[
    "gmail_quote",
    "gmail_quote_container",
    "gmail_attr",
    "yahoo_quoted",
    "moz-cite-prefix",
    "moz-forward-container",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "gmx_quote",
    "outlookmessageheader",
    "aolreplacedbody",
    "mailquote",
    "quote",
    "mailru-blockquote",
    "hmquote",
];
/// Names of elements that hold a signature.
const SIGNATURES: &[&str] = &[
    "gmail_signature",
    "moz-signature",
    "signature",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "protonmail_signature_block",
    "bloop_sign",
];

pub(super) fn place(tag: &Tag) -> Place {
    let names = [tag.get("id"), tag.get("class"), tag.get("name")];
    let is = |list: &[&str]| {
        names.iter().flat_map(|names| names.split_whitespace()).any(|name| {
            let name = name.trim_start_matches("x_").trim_start_matches("ecx");
            list.iter().any(|its| name == *its || name.strip_suffix(its).is_some_and(ends_a_prefix))
        })
    };
    let style: String = tag.get("style").chars().filter(|c| !c.is_whitespace()).collect();
    let is_block = matches!(tag.name.as_str(), "div" | "td" | "table" | "section" | "span");
    if is(BELOW) || is_block && has_line_above(&style) {
        return Place::AllBelow;
    }
    if tag.name == "blockquote"
        || is(QUOTES)
        || tag.get("id").starts_with("aolmsgpart")
        || is_block && style.contains("border-left:") && style.contains("solid")
    {
        return Place::Quoted;
    }
    if is(SIGNATURES) || style.contains("display:none") || style.contains("mso-hide:all") {
        return Place::Hidden;
    }
    Place::Own
}

/// Yahoo and others put letters of their own before a name: `ydp1234yahoo_quoted`.
fn ends_a_prefix(prefix: &str) -> bool {
    prefix.starts_with("ydp") || prefix.ends_with('_') || prefix.ends_with('-')
}

/// The line Outlook for Windows draws above what is quoted.
fn has_line_above(style: &str) -> bool {
    style.contains("border:none;border-top:solid") || style.contains("border-style:solidnonenone")
}
