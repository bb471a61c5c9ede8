//! The stylesheets and the little script, from the binary.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "patient.css" => (CSS, include_str!("../assets/patient.css")),
        "clinic.css" => (CSS, include_str!("../assets/clinic.css")),
        "summary.css" => (CSS, foreword_summary::html::STYLE),
        "kiosk.js" => (JS, include_str!("../assets/kiosk.js")),
        "passkey.js" => (JS, include_str!("../assets/passkey.js")),
        "visit.js" => (JS, include_str!("../assets/visit.js")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
