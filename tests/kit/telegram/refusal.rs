//! What the server answers a call with: a result, or why not.

use serde_json::{Value, json};

/// Why a call is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: u16,
    pub description: String,
    pub parameters: Option<Value>,
    /// Whether no sound bot would ever make such a call.
    pub is_violation: bool,
}

pub type Reply = Result<Value, Refusal>;

impl Refusal {
    pub fn new(code: u16, description: impl Into<String>) -> Self {
        Self { code, description: description.into(), parameters: None, is_violation: false }
    }

    pub fn bad(why: &str) -> Self {
        Self::new(400, format!("Bad Request: {why}"))
    }

    /// A limit that is published was not kept.
    pub fn violation(why: &str) -> Self {
        Self { is_violation: true, ..Self::bad(why) }
    }

    pub fn forbidden(why: &str) -> Self {
        Self::new(403, format!("Forbidden: {why}"))
    }

    pub fn conflict(why: &str) -> Self {
        Self::new(409, format!("Conflict: {why}"))
    }

    pub fn too_many(seconds: u32) -> Self {
        let parameters = Some(json!({ "retry_after": seconds }));
        Self { parameters, ..Self::new(429, format!("Too Many Requests: retry after {seconds}")) }
    }

    pub fn migrated(to: i64) -> Self {
        let parameters = Some(json!({ "migrate_to_chat_id": to }));
        Self { parameters, ..Self::bad("group chat was upgraded to a supergroup chat") }
    }
}

/// The status and the body of the answer.
pub fn envelope(reply: &Reply) -> (u16, String) {
    match reply {
        Ok(result) => (200, json!({ "ok": true, "result": result }).to_string()),
        Err(refusal) => {
            let mut body =
                json!({ "ok": false, "error_code": refusal.code, "description": refusal.description });
            if let Some(parameters) = &refusal.parameters {
                body["parameters"] = parameters.clone();
            }
            (refusal.code, body.to_string())
        }
    }
}
