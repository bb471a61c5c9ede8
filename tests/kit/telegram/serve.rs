//! The door: takes calls over HTTP, checks them against what is published, writes them down, and
//! answers, unless something else was ordered.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, State},
    http::{Request, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{
    Call, Shared, body,
    faults::Trouble,
    listener::{Cut, Cutting},
    methods,
    refusal::{Refusal, Reply, envelope},
    spec::SPEC,
};

/// Listens on a port of its own; returns the address.
pub async fn start(shared: Arc<Shared>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = format!("http://{}", listener.local_addr().expect("it is bound"));
    let router = Router::new().fallback(hear).with_state(shared);
    let service = router.into_make_service_with_connect_info::<Cut>();
    let server = tokio::spawn(async move {
        axum::serve(Cutting(listener), service).await.expect("serving never ends");
    });
    (address, server)
}

async fn hear(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request<Body>,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, 1 << 20).await else { return StatusCode::BAD_REQUEST.into_response() };
    let said = answer(&shared, &head, &body).await;
    said.unwrap_or_else(|HungUp| {
        cut.now();
        StatusCode::OK.into_response()
    })
}

/// There is no answer.
struct HungUp;

async fn answer(shared: &Shared, head: &Parts, body: &[u8]) -> Result<Response, HungUp> {
    let path = head.uri.path().strip_prefix("/bot").and_then(|rest| rest.split_once('/'));
    let (token, named) = path.unwrap_or_default();
    let known = SPEC.method(named);
    let read = known.map_or_else(
        || Err(Refusal::violation(&format!("there is no method {named:?}"))),
        |(_, shape)| {
            let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let given = body::read(shape, head.uri.query(), content_type.unwrap_or_default(), body)
                .map_err(|fault| Refusal::violation(&fault))?;
            let faults = SPEC.faults(shape, &given);
            if faults.is_empty() { Ok(given) } else { Err(Refusal::violation(&faults.join("; "))) }
        },
    );
    let method = known.map_or(named, |(name, _)| name);
    let call = Record::begin(shared, method, read.as_ref().ok());
    let (is_down, fault) = shared.change(|state, now| {
        let is_down = state.faults.is_down(now);
        (is_down, if is_down { None } else { state.faults.take(method, call.chat) })
    });
    if is_down {
        return Err(HungUp);
    }
    let (first, last) = match fault {
        Some(fault) if fault.is_applied => (None, Some(fault.trouble)),
        Some(fault) => (Some(fault.trouble), None),
        None => (None, None),
    };
    if let Some(trouble) = first
        && let Some(instead) = befalls(&call, trouble).await
    {
        return instead;
    }
    let reply = if token != shared.token {
        Err(Refusal::new(401, "Unauthorized"))
    } else if known.is_none() {
        Err(Refusal { is_violation: true, ..Refusal::new(404, "Not Found: method not found") })
    } else {
        match read {
            Ok(given) => methods::apply(shared, method, &given).await,
            Err(refusal) => Err(refusal),
        }
    };
    call.applied(&reply);
    if let Some(trouble) = last
        && let Some(instead) = befalls(&call, trouble).await
    {
        return instead;
    }
    let (status, body) = envelope(&reply);
    Ok(call.answered(status, "application/json", body))
}

/// What goes wrong with a call, if it does not go on after it.
async fn befalls(call: &Record<'_>, trouble: Trouble) -> Option<Result<Response, HungUp>> {
    let (status, kind, body) = match trouble {
        Trouble::HangsUp => return Some(Err(HungUp)),
        Trouble::Waits(gate) => {
            gate.pass().await;
            return None;
        }
        Trouble::TooMany(seconds) => {
            let (status, body) = envelope(&Err(Refusal::too_many(seconds)));
            (status, "application/json", body)
        }
        Trouble::Garbage => (200, "application/json", "{\"ok\":true,\"result\":{\"message_id\":".to_owned()),
        Trouble::Status(500) => {
            let (status, body) = envelope(&Err(Refusal::new(500, "Internal Server Error")));
            (status, "application/json", body)
        }
        Trouble::Status(status) => {
            (status, "text/html", format!("<html>\r\n<head><title>{status}</title></head>\r\n</html>\r\n"))
        }
    };
    Some(Ok(call.answered(status, kind, body)))
}

/// A call that is being written down.
struct Record<'a> {
    shared: &'a Shared,
    place: usize,
    chat: Option<i64>,
}

impl<'a> Record<'a> {
    fn begin(shared: &'a Shared, method: &str, given: Option<&Map<String, Value>>) -> Self {
        let given = given.cloned().unwrap_or_default();
        let named = given.get("chat_id");
        let chat = named.and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok()));
        let place = shared.change(|state, now| {
            state.calls.push(Call {
                at: now,
                method: method.to_owned(),
                chat,
                given,
                is_applied: false,
                status: None,
                refusal: None,
            });
            state.calls.len() - 1
        });
        Self { shared, place, chat }
    }

    fn applied(&self, reply: &Reply) {
        self.shared.change(|state, _| {
            let call = &mut state.calls[self.place];
            let method = call.method.clone();
            match reply {
                Ok(result) => {
                    call.is_applied = true;
                    let returns = SPEC.method(&method).map(|(_, shape)| shape.returns.as_slice());
                    SPEC.any(returns.unwrap_or_default(), result, "result")
                        .expect("the kit's answers are as published");
                }
                Err(refusal) => {
                    call.refusal = Some(refusal.description.clone());
                    if refusal.is_violation {
                        state.violations.push(format!("{method}: {}", refusal.description));
                    }
                    if let Some(chat) = self.chat {
                        state.note(chat, format!("({method} is refused: {})", refusal.description));
                    }
                }
            }
        });
    }

    fn answered(&self, status: u16, kind: &'static str, body: String) -> Response {
        self.shared.change(|state, _| state.calls[self.place].status = Some(status));
        let status = StatusCode::from_u16(status).expect("a status");
        (status, [(header::CONTENT_TYPE, kind)], body).into_response()
    }
}
