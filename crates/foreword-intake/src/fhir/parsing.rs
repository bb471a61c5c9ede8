//! What is asked over HTTP, for the fuzz targets.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::{asked::Asked, export};

/// Reads a request, and says which kind of resource and which act it needs; nothing where it is refused. Headers that
/// HTTP does not permit are left out.
pub fn request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(&str, &[u8])],
) -> Option<(&'static str, char)> {
    let method = Method::from_bytes(method.as_bytes()).ok()?;
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value))
        {
            all.append(name, value);
        }
    }
    let _ = export::place(path);
    Asked::read(&method, path, query, &all).ok().map(|asked| asked.needs())
}

/// Reads what is to be exported: parameters as they stand in an address, or a resource that holds them. Says how many
/// kinds of resources it is.
pub fn export(query: Option<&str>, sent: &str) -> Option<usize> {
    export::read(query, sent)
}
