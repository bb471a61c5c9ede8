//! What programs send as plain JSON and ask for in addresses, for the fuzz targets.

use axum::body::Bytes;
use foreword_domain::{booking::Notice, instrument::Instrument, response::Value};

use super::{answering, body, booking, query::Query};

/// Reads a body; nothing where it is refused.
pub fn json(bytes: &[u8]) -> Option<serde_json::Value> {
    body::parse(Bytes::copy_from_slice(bytes)).ok().map(body::Given::value)
}

/// Reads an appointment; `id` is the one in the path.
pub fn appointment(bytes: &[u8], id: Option<&str>) -> Option<Notice> {
    booking::read(body::parse(Bytes::copy_from_slice(bytes)).ok()?, id.map(str::to_owned)).ok()
}

/// Reads answers to an instrument.
pub fn answers(bytes: &[u8], instrument: &Instrument) -> Option<Vec<(String, Value)>> {
    let mut members = body::parse(Bytes::copy_from_slice(bytes)).ok()?.members(&["answers"]);
    let values = answering::values(instrument, &mut members, "answers");
    members.done(Some(values)).ok()
}

/// Reads what stands behind the question mark of a list; says how many lines are wanted.
pub fn query(raw: &str) -> Option<u64> {
    let query = Query::read(Some(raw), &["from", "until", "cursor", "limit"]).ok()?;
    let _ = query.cursor(|place| Some(place.len()));
    let (from, until) = (query.instant("from").ok()?, query.instant("until").ok()?);
    let limit = query.limit().ok()?;
    (from <= until || until.is_none()).then_some(limit)
}
