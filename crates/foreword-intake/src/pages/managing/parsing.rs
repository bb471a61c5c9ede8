//! A visit as staff type it, for the fuzz targets.

use foreword_domain::{appointment::Status, booking::Notice};
use jiff::civil::Date;

use super::{
    reading::{Before, Setting, notice},
    values::Values,
};
use crate::pages::form::Fields;

/// Reads the form of a new visit of a patient who is known or not.
pub fn visit(body: &[u8], is_known: bool, today: Date) -> Option<Notice> {
    let values = Values::typed(&Fields::read(body));
    let before = if is_known { Before::Patient } else { Before::Nothing };
    notice(&values, &before, ("1", Status::Booked), &Setting { today, zone: "Europe/London" }).ok()
}
