//! What an event says of its patient, in the words of the CSV feed: by properties of its own, or in lines of
//! the description.

use std::collections::HashMap;

use foreword_domain::booking::field;

use super::line::Line;

/// The columns an event can tell so.
const TOLD: [&str; 16] = [
    "patient_id",
    "given_name",
    "family_name",
    "birth_date",
    "language",
    "email",
    "phone",
    "time_zone",
    "patient_time_zone",
    "clinic",
    "clinician",
    "type",
    "sex",
    "conditions",
    "deceased",
    "duration_min",
];

/// What people write in descriptions instead.
const ALSO: [(&str, &str); 6] = [
    ("born", "birth_date"),
    ("date_of_birth", "birth_date"),
    ("e_mail", "email"),
    ("telephone", "phone"),
    ("patient_name", NAME),
    ("name", NAME),
];

/// The whole name, where given and family name are not told apart.
pub(super) const NAME: &str = "name";

const PREFIX: &str = "X-FOREWORD-";
/// Says where the appointment stands, and is nobody's column here.
pub(super) const STATUS: &str = "X-FOREWORD-STATUS";

/// What was said, by column.
#[derive(Default)]
pub(super) struct Columns {
    properties: HashMap<&'static str, String>,
    description: HashMap<&'static str, String>,
}

/// A value and who tells it.
pub(super) struct Said {
    /// What the reasons name.
    source: String,
    /// The value, which may be empty where a property tells it.
    pub value: String,
}

impl Said {
    /// A reason why it can't be read.
    pub fn fault(&self, why: impl std::fmt::Display) -> String {
        format!("{}: {why}", self.source)
    }

    /// From a property of the calendar's own.
    pub fn by(property: &str, value: &str) -> Result<Self, String> {
        // Addresses come in several lines.
        let lines: Vec<&str> = value.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let said = Self { source: property.to_owned(), value: lines.join(", ") };
        said.checked()
    }

    fn checked(self) -> Result<Self, String> {
        let value = field::text(&self.value).map_err(|why| self.fault(why))?;
        Ok(Self { value, ..self })
    }
}

impl Columns {
    /// Reads the lines of an event.
    pub fn read(lines: &[Line]) -> Result<Self, String> {
        let mut columns = Self::default();
        for line in lines {
            if line.name == "DESCRIPTION" {
                columns.describe(&line.text())?;
            } else if let Some(name) = line.name.strip_prefix(PREFIX).filter(|_| line.name != STATUS) {
                let wanted = name.replace('-', "_").to_ascii_lowercase();
                let column = TOLD.into_iter().find(|column| *column == wanted).ok_or_else(unknown)?;
                // Which holds would be a guess.
                if columns.properties.insert(column, line.text()).is_some() {
                    return Err(format!("{}: stands there twice", line.name));
                }
            }
        }
        Ok(columns)
    }

    /// Lines such as `Patient ID: 4711`; everything else is for people.
    fn describe(&mut self, text: &str) -> Result<(), String> {
        let lower = text.to_ascii_lowercase();
        let mut breaks = vec![0];
        // Some calendars write HTML.
        breaks.extend(
            lower.match_indices("<br").map(|(at, _)| at).chain(lower.match_indices('\n').map(|(at, _)| at)),
        );
        breaks.push(text.len());
        breaks.sort_unstable();
        for pair in breaks.windows(2) {
            let line = &text[pair[0]..pair[1]];
            let line = line.split_once('>').filter(|_| line.starts_with('<')).map_or(line, |(_, line)| line);
            let Some((key, value)) = line.split_once(':') else { continue };
            let key = key.trim().to_ascii_lowercase().replace([' ', '-'], "_");
            let also = ALSO.into_iter().find(|(word, _)| *word == key).map(|(_, column)| column);
            let Some(column) = also.or_else(|| TOLD.into_iter().find(|column| *column == key)) else {
                continue;
            };
            let value = value.trim();
            // A form that was left empty says nothing.
            if value.is_empty() {
                continue;
            }
            let before = self.description.insert(column, value.to_owned());
            if before.is_some_and(|before| before != value) {
                return Err(format!("DESCRIPTION: {column}: is told twice, and not the same"));
            }
        }
        Ok(())
    }

    /// What is said, if anything: a property first, even an empty one.
    pub fn get(&self, column: &str) -> Result<Option<Said>, String> {
        let property = self.properties.get(column).map(|value| {
            let source = format!("{PREFIX}{}", column.replace('_', "-").to_ascii_uppercase());
            Said { source, value: value.clone() }
        });
        let described = || {
            let source = format!("DESCRIPTION: {column}");
            self.description.get(column).map(|value| Said { source, value: value.clone() })
        };
        property.or_else(described).map(Said::checked).transpose()
    }

    /// What is said and not empty.
    pub fn filled(&self, column: &str) -> Result<Option<Said>, String> {
        if let Some(said) = self.get(column)?.filter(|said| !said.value.is_empty()) {
            return Ok(Some(said));
        }
        let described = Self { properties: HashMap::new(), description: self.description.clone() };
        described.get(column)
    }
}

fn unknown() -> String {
    let known = TOLD.map(|column| format!("{PREFIX}{}", column.replace('_', "-").to_ascii_uppercase()));
    format!("an {PREFIX} property is not known; known are {STATUS}, {}", known.join(", "))
}
