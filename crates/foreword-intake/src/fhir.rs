//! FHIR R4 over HTTP: what is asked for, by whom, and in which words it is answered. Entries of a Bundle come the
//! same way as requests of their own.

mod asked;
mod bundles;
mod export;
mod operations;
#[cfg(feature = "fuzz")]
pub(crate) mod parsing;
mod reading;
mod reply;
mod writing;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use foreword_fhir::{Endpoint, Issue, Kind, header as negotiated};

use asked::{Asked, Target};
use reply::Reply;

use crate::{
    Web,
    access::{Granted, allowed, let_in},
    api::refuse,
};

/// The largest body, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// Where the endpoint begins.
pub(crate) const BASE: &str = "/fhir/R4";

/// Answers a request below `/fhir/R4`.
pub(crate) async fn handle(State(web): State<Web>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // What HEAD is answered is what GET is, without its body.
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    let query = parts.uri.query().unwrap_or_default();
    let path = parts.uri.path().strip_prefix(BASE).unwrap_or_default();
    if let Some(place) = export::place(path) {
        return export::handle(&web, &place, &method, &parts, body).await;
    }
    let asked = match Asked::read(&method, path, query, &parts.headers) {
        Ok(asked) => asked,
        Err(reply) => return reply.into_response(),
    };
    if asked.target == Target::Metadata {
        return metadata(&web, &asked).into_response();
    }
    let granted = match asked.needs() {
        // Each entry of a Bundle is looked at by itself.
        _ if asked.target == Target::Base => let_in(&web, &parts.headers).await,
        (resource, act) => allowed(&web, &parts.headers, resource, act).await,
    };
    let granted = match granted {
        Ok(granted) => granted,
        Err(refused) => return refused,
    };
    let text = match content(&asked, &parts.headers, body).await {
        Ok(text) => text,
        Err(refused) => return refused,
    };
    let reply = answer(&web, &granted, &asked, &text).await;
    reply.pretty(asked.is_pretty).into_response()
}

/// Answers what was asked by a program that was let in.
async fn answer(web: &Web, granted: &Granted, asked: &Asked, text: &str) -> Reply {
    let answered = match (&asked.method, &asked.target) {
        (_, Target::Metadata) => Ok(metadata(web, asked)),
        (&Method::GET, Target::Type(kind)) => reading::search(web, granted, *kind, asked, &asked.query).await,
        (&Method::POST, Target::Search(kind)) => {
            let mut pairs = asked.query.clone();
            pairs.extend(form_urlencoded::parse(text.as_bytes()).into_owned());
            reading::search(web, granted, *kind, asked, &pairs).await
        }
        (&Method::POST, Target::Type(kind)) => writing::create(web, granted, *kind, asked, text).await,
        (&Method::PUT, Target::Type(kind)) => writing::update_where(web, granted, *kind, asked, text).await,
        (&Method::GET, Target::Resource(kind, id)) => reading::read(web, granted, *kind, id, asked).await,
        (&Method::PUT, Target::Resource(kind, id)) => {
            writing::update(web, granted, *kind, id, asked, text).await
        }
        (&Method::GET, Target::History(kind, id)) => reading::history(web, granted, *kind, id, asked).await,
        (&Method::GET, Target::Version(kind, id, version)) => {
            reading::version(web, granted, (*kind, id, version), asked).await
        }
        (&Method::POST, Target::Base) => Box::pin(bundles::take(web, granted, text)).await,
        (_, Target::Operation { kind, id, name }) => {
            operations::run(web, granted, (*kind, id.as_deref(), name), asked, text).await
        }
        _ => Err(reply::not_offered(asked)),
    };
    answered.unwrap_or_else(|refused| refused)
}

fn metadata(web: &Web, asked: &Asked) -> Reply {
    if asked.method != Method::GET {
        return reply::not_offered(asked);
    }
    let date = web.now().strftime("%Y-%m-%d").to_string();
    let base = web.app.fhir_base();
    let token_url = format!("{base}/token");
    Reply::ok(foreword_fhir::capability_statement(&Endpoint {
        base: &base,
        version: env!("CARGO_PKG_VERSION"),
        date: &date,
        token_url: Some(&token_url),
        authorize_url: None,
    }))
}

/// The body of a request as text, in a form that is read here.
async fn content(asked: &Asked, headers: &HeaderMap, body: Body) -> Result<String, Response> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        let why = "Content-Encoding: bodies are read as they are; send it without";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", why));
    }
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| {
        let why =
            format!("the body is larger than {} MiB, or did not arrive; send less at once", LARGEST >> 20);
        refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-long", &why)
    })?;
    if asked.takes_body() && !bytes.is_empty() {
        let form = matches!(asked.target, Target::Search(_));
        let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let fits = match given {
            Some(given) if form => given.starts_with("application/x-www-form-urlencoded"),
            Some(given) => negotiated::is_json(given),
            None => false,
        };
        if !fits {
            let wanted = if form { "application/x-www-form-urlencoded" } else { "application/fhir+json" };
            let why = format!("Content-Type: send {wanted}; XML and others are not read");
            return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", &why));
        }
    }
    String::from_utf8(bytes.into())
        .map_err(|_| refuse(StatusCode::BAD_REQUEST, "structure", "the body is not UTF-8; send it as UTF-8"))
}

/// The kinds a program may write by themselves.
fn is_written(kind: Kind) -> bool {
    matches!(kind, Kind::Patient | Kind::Appointment | Kind::QuestionnaireResponse | Kind::Questionnaire)
}

/// One thing that is wrong with what was asked.
fn wrong(status: StatusCode, code: &'static str, why: impl Into<String>) -> Reply {
    Reply::refused(status, &[Issue::error(code, why)])
}
