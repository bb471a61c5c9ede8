//! The header lines of a mail as they stand there, and the ends of its parts.

/// The header lines above the body, names in lower case, values unfolded.
pub(super) struct Headers(Vec<(String, String)>);

/// More lines than that are no header.
const MOST: usize = 1_000;

/// Without one of these it is no mail.
const OF_A_MAIL: &[&str] = &[
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "received",
    "return-path",
    "delivered-to",
    "content-type",
    "in-reply-to",
    "mime-version",
];

impl Headers {
    /// Reads the lines up to the first empty one, or the first that is none.
    pub(super) fn read(raw: &[u8]) -> Self {
        let mut lines: Vec<(String, String)> = Vec::new();
        for line in raw.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() || lines.len() == MOST {
                break;
            }
            let text = String::from_utf8_lossy(line).replace('\0', "");
            if line[0] == b' ' || line[0] == b'\t' {
                if let Some((_, value)) = lines.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                continue;
            }
            match text.split_once(':') {
                Some((name, value)) if !name.trim_end().contains(char::is_whitespace) => {
                    lines.push((name.trim_end().to_ascii_lowercase(), value.trim().to_owned()));
                }
                // A line that is none is passed over: relays have been seen to put some in.
                _ => {}
            }
        }
        Self(lines)
    }

    /// The values of all lines with this name (in lower case), from the top.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// The value of the topmost line with this name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(its, _)| its == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is a line with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// Whether there is a line whose name begins so.
    pub(super) fn has_any(&self, beginning: &str) -> bool {
        self.0.iter().any(|(name, _)| name.starts_with(beginning))
    }

    /// Whether these look like the header lines of a mail at all.
    pub(super) fn are_those_of_a_mail(&self) -> bool {
        self.0.iter().any(|(name, _)| OF_A_MAIL.contains(&name.as_str()))
    }
}

/// What separates the parts, in the order in which it is declared.
pub(super) fn boundaries(raw: &[u8]) -> Vec<&[u8]> {
    const NAME: &[u8] = b"boundary=";
    let mut found: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    while let Some(next) = raw[at..].windows(NAME.len()).position(|here| here.eq_ignore_ascii_case(NAME)) {
        at += next + NAME.len();
        let rest = &raw[at..raw.len().min(at + 200)];
        let boundary = match rest.strip_prefix(b"\"") {
            Some(rest) => rest.split(|byte| *byte == b'"').next(),
            None => rest.split(|byte| b"; \t\r\n".contains(byte)).next(),
        };
        match boundary {
            Some(boundary) if !boundary.is_empty() && !found.contains(&boundary) => found.push(boundary),
            _ => {}
        }
        if found.len() == 20 {
            break;
        }
    }
    found
}
