//! One message in its parts: segments, fields, repetitions, components. It knows no appointment.
//!
//! Split by hand: the parsers tried stop at the first line they do not know (a blank one, a segment without
//! fields, a line feed within a field) and report success, so that a patient or a cancelled visit is lost
//! without a word.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// What stands in a field to say that there is none any more.
pub(super) const GONE: &str = "\"\"";
/// Where the header names the character set.
const CHARSET: usize = 18;

/// The bytes as text. The header names the character set; what is not what it says is read as Windows does.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static Encoding) {
    let named = charset(bytes);
    if named.is_none_or(|named| named == UTF_8) {
        return match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), UTF_8),
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, WINDOWS_1252),
        };
    }
    let encoding = named.unwrap_or(UTF_8);
    (encoding.decode_without_bom_handling(bytes).0, encoding)
}

/// The character set of MSH-18, unless it is ASCII, not said or unknown (HL7 table 0211).
fn charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let from = bytes.iter().position(|byte| *byte > b' ')?;
    let header = bytes.get(from..)?.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let mark = *header.get(3)?;
    let named = header.split(|byte| *byte == mark).nth(CHARSET - 1)?;
    let named = std::str::from_utf8(named).ok()?.split(|c: char| !is_of_a_name(c)).next()?;
    let named = named.trim().to_ascii_lowercase();
    let label = match named.as_str() {
        "" | "ascii" => return None,
        "unicode" | "unicode utf-8" | "utf8" => "utf-8".to_owned(),
        "iso ir87" | "iso ir159" => "iso-2022-jp".to_owned(),
        "gb 18030-2000" => "gb18030".to_owned(),
        "ks x 1001" => "euc-kr".to_owned(),
        "big-5" => "big5".to_owned(),
        other => match other.strip_prefix("8859/") {
            Some(part) => format!("iso-8859-{part}"),
            None => other.to_owned(),
        },
    };
    // With these no mark of the message would be found again.
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| encoding.is_ascii_compatible() || label == "iso-2022-jp")
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | ' ' | '_' | '.')
}

/// The characters that part a message, as its header names them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) field: char,
    pub(super) component: Option<char>,
    pub(super) repetition: Option<char>,
    pub(super) escape: Option<char>,
    pub(super) subcomponent: Option<char>,
    /// Ends what was cut off, from 2.7 on.
    pub(super) cut: Option<char>,
}

impl Marks {
    /// Those everybody uses.
    pub(super) const USUAL: Self = Self {
        field: '|',
        component: Some('^'),
        repetition: Some('~'),
        escape: Some('\\'),
        subcomponent: Some('&'),
        cut: None,
    };

    /// Reads those of a header.
    fn of(header: &str) -> Option<Self> {
        let mut rest = header.strip_prefix("MSH")?.chars();
        let field = rest.next()?;
        let named: Vec<char> = rest.take_while(|c| *c != field).take(6).collect();
        let all = || named.iter().chain([&field]);
        let is_mark = |c: &char| c.is_ascii_punctuation() && *c != '"';
        let distinct = all().enumerate().all(|(n, c)| all().skip(n + 1).all(|other| other != c));
        if named.len() > 5 || !distinct || !all().all(is_mark) {
            return None;
        }
        if named.is_empty() {
            return Some(Self { field, ..Self::USUAL }).filter(|_| !"^~\\&".contains(field));
        }
        let at = |n: usize| named.get(n).copied();
        Some(Self {
            field,
            component: at(0),
            repetition: at(1),
            escape: at(2),
            subcomponent: at(3),
            cut: at(4),
        })
    }

    /// As the second field of a header.
    pub(super) fn named(self) -> String {
        [self.component, self.repetition, self.escape, self.subcomponent, self.cut]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Text as it may stand in a field.
    pub(super) fn escape(self, text: &str) -> String {
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            let name = match Some(c) {
                _ if c == self.field => Some('F'),
                mark if mark == self.component => Some('S'),
                mark if mark == self.repetition => Some('R'),
                mark if mark == self.escape => Some('E'),
                mark if mark == self.subcomponent => Some('T'),
                mark if mark == self.cut => Some('P'),
                _ => None,
            };
            match (name, self.escape) {
                (Some(name), Some(mark)) => escaped.extend([mark, name, mark]),
                (Some(_), None) => escaped.push(' '),
                (None, _) if c.is_control() => escaped.push(' '),
                (None, _) => escaped.push(c),
            }
        }
        escaped
    }

    /// What a field says, without its escapes.
    pub(super) fn unescape(self, field: &str, encoding: &'static Encoding) -> String {
        let Some(mark) = self.escape.filter(|mark| field.contains(*mark)) else {
            return field.to_owned();
        };
        let mut said = String::with_capacity(field.len());
        let mut rest = field;
        while let Some((before, after)) = rest.split_once(mark) {
            said.push_str(before);
            let escaped = after.split_once(mark);
            if let Some((meant, after)) =
                escaped.and_then(|(name, after)| Some((self.meant(name, encoding)?, after)))
            {
                said.push_str(&meant);
                rest = after;
            } else {
                // A mark that begins nothing stands for itself.
                said.push(mark);
                rest = after;
            }
        }
        said.push_str(rest);
        said
    }

    fn meant(self, name: &str, encoding: &'static Encoding) -> Option<String> {
        let mark = match name {
            "F" => Some(self.field),
            "S" => self.component,
            "T" => self.subcomponent,
            "R" => self.repetition,
            "E" => self.escape,
            "P" => self.cut,
            // Bold on, bold off.
            "H" | "N" => return Some(String::new()),
            _ if name.starts_with('.') && name.len() < 10 => return Some(" ".to_owned()),
            _ if name.starts_with('Z') && name.len() < 10 => return Some(String::new()),
            _ => {
                let bytes = hex(name.strip_prefix('X')?)?;
                let text = encoding.decode_without_bom_handling(&bytes).0;
                return Some(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect());
            }
        };
        mark.map(String::from)
    }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    digits.chunks(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

/// A message.
pub(super) struct Message<'a> {
    pub(super) marks: Marks,
    pub(super) encoding: &'static Encoding,
    segments: Vec<Segment<'a>>,
}

/// A segment: its name and its fields, counted as the standard does.
pub(super) struct Segment<'a> {
    fields: Vec<&'a str>,
    marks: Marks,
    encoding: &'static Encoding,
}

/// One repetition of a field.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    raw: &'a str,
    marks: Marks,
    encoding: &'static Encoding,
}

impl<'a> Message<'a> {
    /// Splits a message that begins with its header; none when it does not, or the header names no marks.
    pub(super) fn split(text: &'a str, encoding: &'static Encoding) -> Option<Self> {
        let text = text.trim_matches(|c: char| c.is_control() || c == ' ');
        let marks = Marks::of(text)?;
        // A line feed within a field is no end where carriage returns are.
        let end = if text.contains('\r') { '\r' } else { '\n' };
        let segments = text
            .split(end)
            .map(|line| line.trim_matches(['\n', '\r', '\u{b}', '\u{1c}']))
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut fields: Vec<&str> = line.split(marks.field).collect();
                if fields[0] == "MSH" {
                    // The mark of the fields is the first field of the header.
                    fields.insert(1, "");
                }
                Segment { fields, marks, encoding }
            })
            .collect();
        Some(Self { marks, encoding, segments })
    }

    /// The segments of a name, but for those that say they are taken away (field `action` is `D`).
    pub(super) fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m Segment<'a>> {
        let action = match name {
            "RGS" | "AIS" | "AIG" | "AIL" | "AIP" => 2,
            "DG1" => 21,
            _ => 0,
        };
        self.segments
            .iter()
            .filter(move |segment| segment.fields[0] == name && (action == 0 || segment.raw(action) != "D"))
    }

    /// The first repetition of a field in the first segment of a name where it says something.
    pub(super) fn first(&self, name: &str, field: usize) -> Option<Part<'_>> {
        self.all(name).find_map(|segment| segment.parts(field).next())
    }
}

impl<'a> Segment<'a> {
    /// A field as it stands.
    pub(super) fn raw(&self, field: usize) -> &'a str {
        self.fields.get(field).copied().unwrap_or_default()
    }

    /// Whether a field says that there is none any more.
    pub(super) fn is_gone(&self, field: usize) -> bool {
        self.raw(field) == GONE
    }

    /// What a field says, one after the other; nothing when it says that there is none.
    pub(super) fn parts(&self, field: usize) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let (marks, encoding) = (self.marks, self.encoding);
        parted(self.raw(field), marks.repetition)
            .filter(|raw| !raw.trim().is_empty() && *raw != GONE)
            .map(move |raw| Part { raw, marks, encoding })
    }
}

impl<'a> Part<'a> {
    /// A component as it stands, counted from 1.
    pub(super) fn raw(self, component: usize) -> &'a str {
        parted(self.raw, self.marks.component).nth(component.saturating_sub(1)).unwrap_or_default()
    }

    /// What a component says; nothing when it says that there is none.
    pub(super) fn text(self, component: usize) -> Option<String> {
        self.piece(component, 1)
    }

    /// What a part of a component says, both counted from 1.
    pub(super) fn piece(self, component: usize, piece: usize) -> Option<String> {
        let raw = parted(self.raw(component), self.marks.subcomponent).nth(piece.saturating_sub(1))?;
        if raw == GONE {
            return None;
        }
        let said = self.marks.unescape(raw, self.encoding);
        Some(said.trim().to_owned()).filter(|said| !said.is_empty())
    }
}

fn parted(text: &str, mark: Option<char>) -> impl Iterator<Item = &str> {
    // No mark: a character that no text holds after it was split into segments.
    text.split(mark.unwrap_or('\r'))
}
