//! The iCalendar feed: the calendars of a clinic, RFC 5545, one event for one visit.
//!
//! The content lines are split by hand. The parsers there are refuse a whole file for one bad line or for a
//! second calendar (`icalendar`, `ical`), or bring a time library, a mail builder and a second zone database
//! (`calcard`); none tells the line an event began at.

mod columns;
mod event;
mod line;
mod time;
mod zone;

use foreword_domain::booking::Usual;

use self::{event::Event, line::Line, zone::Zones};
use super::{Row, Unreadable};

/// Reads a feed. Each row comes with the line its event begins at, and is a notice or the reason why not.
///
/// The reason names the property and quotes no value.
///
/// # Errors
/// When the file is not UTF-8 or holds no calendar.
pub fn read(bytes: &[u8], usual: &Usual) -> Result<Vec<Row>, Unreadable> {
    let mut reader = Reader { usual, rows: Vec::new(), calendar: None, found: false };
    for (number, text) in line::unfold(bytes) {
        let text = std::str::from_utf8(&text)
            .map_err(|_| Unreadable(format!("line {number}: is not UTF-8; save the file as UTF-8")))?;
        if !text.trim().is_empty() {
            reader.take(number, line::split(text));
        }
    }
    reader.close(false);
    if reader.found {
        Ok(reader.rows)
    } else {
        Err(Unreadable("line 1: is no calendar; a calendar begins with BEGIN:VCALENDAR".to_owned()))
    }
}

/// What a calendar says of all its events.
struct Calendar {
    /// Where it begins.
    line: usize,
    method: Option<String>,
    version: Option<String>,
    zones: Zones,
    events: Vec<Event>,
    /// The components that are open in it, the innermost last.
    open: Vec<String>,
}

struct Reader<'a> {
    usual: &'a Usual,
    rows: Vec<Row>,
    calendar: Option<Calendar>,
    /// Whether there was a calendar at all.
    found: bool,
}

impl Reader<'_> {
    fn take(&mut self, number: usize, line: Option<Line>) {
        let edge = line.as_ref().and_then(Line::edge);
        match (&edge, &mut self.calendar) {
            (Some((true, name)), _) if name == "VCALENDAR" => {
                self.close(false);
                self.found = true;
                self.calendar = Some(Calendar::new(number));
            }
            (Some((false, name)), Some(_)) if name == "VCALENDAR" => self.close(true),
            (Some((begins, name)), Some(calendar)) => calendar.edge(number, *begins, name),
            (None, Some(calendar)) => calendar.line(number, line),
            (_, None) => {}
        }
    }

    /// Reads the events of the calendar that is open; only at its end is all said that holds for all of them.
    fn close(&mut self, whole: bool) {
        let Some(calendar) = self.calendar.take() else { return };
        let refused = calendar.refused();
        for event in &calendar.events {
            let notice = match refused {
                Some(why) => Err(why.to_owned()),
                None => event.notice(calendar.cancels(), &calendar.zones, self.usual),
            };
            self.rows.push((event.line, notice));
        }
        if !whole {
            let why = "END:VCALENDAR: is missing; the calendar may have been cut off";
            self.rows.push((calendar.line, Err(why.to_owned())));
        }
    }
}

impl Calendar {
    fn new(line: usize) -> Self {
        let zones = Zones::default();
        Self { line, method: None, version: None, zones, events: Vec::new(), open: Vec::new() }
    }

    fn cancels(&self) -> bool {
        self.method.as_deref() == Some("CANCEL")
    }

    /// Why none of its events is a booking.
    fn refused(&self) -> Option<&'static str> {
        if self.version.as_deref() == Some("1.0") {
            return Some("VERSION: is vCalendar 1.0; send iCalendar 2.0");
        }
        match self.method.as_deref() {
            None | Some("PUBLISH" | "REQUEST" | "CANCEL") => None,
            // What an attendee answers is no booking.
            Some(_) => Some("METHOD: must be PUBLISH, REQUEST or CANCEL, or be left out"),
        }
    }

    fn edge(&mut self, number: usize, begins: bool, name: &str) {
        let innermost = self.open.last().map(String::as_str);
        if begins {
            if name == "VEVENT" {
                // One that was not closed stays so.
                self.open.clear();
                self.events.push(Event::new(number));
            }
            if name == "VTIMEZONE" {
                self.zones.next();
            }
            self.open.push(name.to_owned());
        } else if innermost == Some(name) {
            self.open.pop();
            if let Some(event) = self.events.last_mut().filter(|_| name == "VEVENT") {
                event.is_closed = true;
            }
        } else if let Some(event) = self.inside() {
            event.fault.get_or_insert_with(|| format!("line {number}: END does not match its BEGIN"));
        }
    }

    fn line(&mut self, number: usize, line: Option<Line>) {
        let within = self.open.last().map_or("", String::as_str);
        match (self.open.len(), within, line) {
            (0, _, Some(line)) => match line.name.as_str() {
                "METHOD" => self.method = Some(line.word()),
                "VERSION" => self.version = Some(line.word()),
                "X-WR-TIMEZONE" => self.zones.default = Some(line.value),
                _ => {}
            },
            (1, "VTIMEZONE", Some(line)) => self.zones.line(&line),
            (1, "VEVENT", line) => {
                if let Some(event) = self.inside() {
                    if let Some(line) = line {
                        event.lines.push(line);
                    } else {
                        let why = || format!("line {number}: is no line of a calendar (NAME:value)");
                        event.fault.get_or_insert_with(why);
                    }
                }
            }
            // Alarms have descriptions and durations of their own.
            _ => {}
        }
    }

    /// The event that is open.
    fn inside(&mut self) -> Option<&mut Event> {
        if self.open.first().is_some_and(|name| name == "VEVENT") { self.events.last_mut() } else { None }
    }
}

#[cfg(test)]
mod tests;
