//! Requests to the pages.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use tower::ServiceExt;

/// One request; its cookie and where it leads.
pub async fn send(router: &Router, path: &str, cookie: &str, body: Option<&str>) -> (String, String) {
    let request = Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(path)
        .header(header::HOST, "clinic.test")
        .header(header::COOKIE, cookie)
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned())))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert!(
        response.status().is_success() || response.status().is_redirection(),
        "{path}: {}",
        response.status()
    );
    let (parts, body) = response.into_parts();
    let text = |name: header::HeaderName| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let found = (text(header::SET_COOKIE), text(header::LOCATION));
    to_bytes(body, 1 << 24).await.unwrap();
    found
}
