//! Characters that HTML writes with a name or a number.

use mail_parser::decoders::html::html_to_text;

/// The character a text begins with, if it is written with `&`, and what follows.
pub(super) fn entity(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(32).position(|byte| byte == b';')?;
    let (name, after) = (&inner[..end], &inner[end + 1..]);
    let said = match name {
        "nbsp" | "ensp" | "emsp" | "thinsp" => " ".to_owned(),
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        "zwnj" | "zwj" | "shy" | "lrm" | "rlm" => String::new(),
        _ if name.starts_with('#') => char::from_u32(number(&name[1..])?).filter(|c| *c != '\0')?.to_string(),
        _ if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            let written = format!("&{name};");
            let said = html_to_text(&written);
            if said.trim() == written || said.trim().is_empty() {
                return None;
            }
            said.trim().to_owned()
        }
        _ => return None,
    };
    Some((said, after))
}

fn number(digits: &str) -> Option<u32> {
    match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}
