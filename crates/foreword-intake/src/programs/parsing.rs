//! What programs send to get a token, for the fuzz targets.

use axum::http::{HeaderMap, HeaderValue, header};

use super::token;

/// Reads the form that a token is asked for with; says how many of its fields are there.
pub fn token_form(kind: &str, body: &[u8]) -> Option<usize> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(kind).ok()?);
    token::read(&headers, body)
}
