//! Time zones as calendars name them: by IANA, as Windows does, or by a `VTIMEZONE` that tells its IANA name.

use std::collections::HashMap;

use foreword_domain::booking::field;
use jiff::tz::TimeZone;

use super::line::Line;

/// The territory whose place stands for a zone of Windows in the table of the Unicode CLDR (`windowsZones`).
const WORLD: Option<&str> = Some("001");

/// The zones of one calendar.
#[derive(Default)]
pub(super) struct Zones {
    /// `X-WR-TIMEZONE`, where times name none.
    pub default: Option<String>,
    /// `X-LIC-LOCATION` by `TZID`.
    located: HashMap<String, String>,
    id: Option<String>,
    location: Option<String>,
}

impl Zones {
    /// A `VTIMEZONE` begins: what was said before was about another.
    pub fn next(&mut self) {
        (self.id, self.location) = (None, None);
    }

    /// A line of a `VTIMEZONE`.
    pub fn line(&mut self, line: &Line) {
        match line.name.as_str() {
            "TZID" => self.id = Some(line.text().trim().to_owned()),
            "X-LIC-LOCATION" => self.location = Some(line.text().trim().to_owned()),
            _ => {}
        }
        if let (Some(id), Some(location)) = (&self.id, &self.location) {
            self.located.insert(id.clone(), location.clone());
        }
    }

    /// The zone a name means in this calendar.
    pub fn find(&self, name: &str) -> Option<TimeZone> {
        // No zone is called so; of a path, each end is looked up.
        let name = field::text(name).ok()?;
        let name = name.as_str();
        let iana = |name: &str| field::zone(name).ok();
        iana(name)
            .or_else(|| iana(self.located.get(name)?))
            .or_else(|| iana(localzone::win_zone_to_iana(name, WORLD)?))
            // Such as /citadel.org/20250101_1/Europe/Berlin: the name stands at the end of a path.
            .or_else(|| name.match_indices('/').find_map(|(at, _)| iana(&name[at + 1..])))
    }
}

/// The zone's own name.
pub(super) fn name(zone: &TimeZone) -> Option<String> {
    zone.iana_name().map(str::to_owned)
}
