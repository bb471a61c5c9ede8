//! The rows as they lie in the tables. Nothing outside this crate sees them.

use jiff::Timestamp;
use sea_orm::DeriveValueType;

use crate::{Error, Result};

/// An instant as whole microseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, DeriveValueType)]
pub struct Instant(pub i64);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at.as_microsecond())
    }
}

impl From<Instant> for Timestamp {
    fn from(at: Instant) -> Self {
        // Only instants that were timestamps are ever written.
        Self::from_microsecond(at.0).unwrap_or(Self::MAX)
    }
}

pub(crate) fn parse<T: std::str::FromStr>(
    table: &'static str,
    column: &'static str,
    text: &str,
) -> Result<T> {
    text.parse().map_err(|_| Error::Unreadable { table, column, why: "an unknown word".to_owned() })
}

pub(crate) fn json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    text: &str,
) -> Result<T> {
    serde_json::from_str(text).map_err(|_| Error::Unreadable {
        table,
        column,
        why: "this version does not know its form".to_owned(),
    })
}

pub(crate) fn to_json<T: serde::Serialize>(
    table: &'static str,
    column: &'static str,
    value: &T,
) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Unreadable { table, column, why: error.to_string() })
}

macro_rules! row {
    ($(#[$doc:meta])* $module:ident, $table:literal, key($key:ident: $key_type:ty, $auto:literal), { $($field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        pub mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = $auto)]
                pub $key: $key_type,
                $(pub $field: $type),+
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

row!(setting, "settings", key(key: String, false), { value: String });
row!(patient_row, "patients", key(id: Uuid, false), {
    external_hash: Vec<u8>, language: String, time_zone: String, profile: crate::sealed::Sealed, created_at: super::Instant,
    version: i32, changed_at: super::Instant,
});
row!(patient_key, "patient_keys", key(patient_id: Uuid, false), { key_id: String, wrapped: Vec<u8> });
row!(contact, "contacts", key(id: i64, true), {
    patient_id: Uuid, channel: String, address: crate::sealed::Sealed, address_hash: Vec<u8>, added_at: super::Instant,
    removed_at: Option<super::Instant>, respondent: Option<String>, failed_at: Option<super::Instant>,
    failed_why: Option<String>,
});
row!(consent, "consents", key(id: i64, true), {
    patient_id: Uuid, channel: String, text_version: String, language: String, given_at: super::Instant,
    recorded_by: String, warning_shown: bool, withdrawn_at: Option<super::Instant>,
});
row!(appointment, "appointments", key(id: Uuid, false), {
    external_id: String, patient_id: Uuid, start_at: super::Instant, time_zone: String, duration_min: i32,
    clinic: String, clinician: String, kind: String, status: String, revision: i32,
    created_at: super::Instant, updated_at: super::Instant,
});
row!(conversation, "conversations", key(id: Uuid, false), {
    appointment_id: Uuid, patient_id: Uuid, pathway_id: String, pathway_version: String, script: String,
    state: String, standing: String, created_at: super::Instant, last_at: Option<super::Instant>,
    completed_at: Option<super::Instant>,
});
row!(response, "responses", key(id: Uuid, false), {
    conversation_id: Uuid, patient_id: Uuid, ask_key: String, instrument_id: String,
    instrument_version: String, language: String, started_at: super::Instant, completed_at: Option<super::Instant>,
    version: i32, changed_at: super::Instant, first_completed_at: Option<super::Instant>,
});
row!(library, "library", key(id: i64, true), {
    instrument_id: String, source: String, at: super::Instant, client: String,
});
row!(handed_in, "handed_in", key(id: i64, true), {
    kind: String, resource_id: Uuid, patient_id: Uuid, version: i32, client: String, identifier_hash: Option<Vec<u8>>,
    value_hash: Option<Vec<u8>>, brought: bool,
    body: crate::sealed::Sealed, at: super::Instant,
});
row!(answer, "answers", key(id: i64, true), {
    conversation_id: Uuid, patient_id: Uuid, ask_key: String, item: String, value: crate::sealed::Sealed,
    answered_at: super::Instant, channel: String, ui_language: String, instrument_language: String,
    respondent: String, inbox_id: Uuid,
});
row!(score, "scores", key(id: i64, true), {
    response_id: Uuid, patient_id: Uuid, scale: String, scored_at: super::Instant, score: crate::sealed::Sealed,
});
row!(instrument, "instruments", key(hash: Vec<u8>, false), {
    instrument_id: String, version: String, source: String, first_used_at: super::Instant,
});
row!(inbox, "inbox", key(id: Uuid, false), {
    source: String, external_id: String, conversation_id: Uuid, received_at: super::Instant,
    content_hash: Vec<u8>, receipt: String,
});
row!(invitation, "invitations", key(id: Uuid, false), {
    appointment_id: Uuid, patient_id: Uuid, token_hash: Vec<u8>, token: crate::sealed::Sealed, created_at: super::Instant,
    expires_at: super::Instant, revoked_at: Option<super::Instant>, failed_checks: i32, locked_until: Option<super::Instant>,
});
row!(outbox, "outbox", key(id: Uuid, false), {
    key: String, patient_id: Option<Uuid>, appointment_id: Option<Uuid>, channel: String,
    address: crate::sealed::Sealed, address_hash: Option<Vec<u8>>, turn: i64, parts: i32,
    purpose: String, payload: String, not_before: super::Instant, state: String, attempts: i32, fence: i32,
    lease_until: Option<super::Instant>, created_at: super::Instant, finished_at: Option<super::Instant>,
    reason: Option<String>,
});
row!(delivery, "deliveries", key(id: i64, true), {
    outbox_id: Uuid, attempt: i32, started_at: super::Instant, ended_at: Option<super::Instant>, result: Option<String>,
    channel: Option<String>,
});
row!(telegram_update, "telegram_updates", key(id: i64, true), {
    update_id: i64, raw_hash: Vec<u8>, chat_hash: Option<Vec<u8>>, raw: Option<crate::sealed::Sealed>, state: String,
    received_at: super::Instant, settled_at: Option<super::Instant>, reason: Option<String>,
});
row!(telegram_chat, "telegram_chats", key(chat_hash: Vec<u8>, false), {
    chat: crate::sealed::Sealed, standing: crate::sealed::Sealed, failed_checks: i32,
    locked_until: Option<super::Instant>, prompt: Option<String>, pause_until: Option<super::Instant>,
    unreachable_at: Option<super::Instant>, unreachable_why: Option<String>, heard_at: Option<super::Instant>,
    created_at: super::Instant,
});
row!(telegram_code, "telegram_codes", key(code_hash: Vec<u8>, false), {
    kind: String, subject: Uuid, created_at: super::Instant, expires_at: super::Instant,
    used_at: Option<super::Instant>,
});
row!(mail, "mails", key(id: i64, true), {
    message_hash: Vec<u8>, raw: Option<crate::sealed::Sealed>, message_id: Option<crate::sealed::Sealed>,
    state: String, conversation_id: Option<Uuid>, received_at: super::Instant, settled_at: Option<super::Instant>,
    reason: Option<String>,
});
/// What each mail of ours about a visit asked.
pub mod mail_ask {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_asks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub conversation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        pub items: String,
        pub asked_at: super::Instant,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
row!(question, "questions", key(id: Uuid, false), {
    conversation_id: Uuid, patient_id: Uuid, staff_id: Uuid, text: crate::sealed::Sealed, asked_at: super::Instant,
    withdrawn_at: Option<super::Instant>,
});
row!(guess, "guesses", key(id: i64, true), { scope: Vec<u8>, guess: Vec<u8>, at: super::Instant });
row!(kiosk_code, "kiosk_codes", key(code_hash: Vec<u8>, false), {
    conversation_id: Uuid, staff_id: Uuid, created_at: super::Instant, expires_at: super::Instant,
    used_at: Option<super::Instant>,
});
row!(transcription, "transcriptions", key(id: Uuid, false), {
    conversation_id: Uuid, patient_id: Uuid, staff_id: Uuid, entry: Option<crate::sealed::Sealed>, state: String,
    entered_at: super::Instant, checked_by: Option<Uuid>, settled_at: Option<super::Instant>,
});
row!(session, "sessions", key(hash: Vec<u8>, false), {
    kind: String, subject: Uuid, created_at: super::Instant, seen_at: super::Instant, expires_at: super::Instant,
    device: Option<String>, vouched: bool,
});
row!(staff_identity, "staff_identities", key(identity_hash: Vec<u8>, false), {
    staff_id: Uuid, created_at: super::Instant,
});
row!(staff_totp, "staff_totp", key(staff_id: Uuid, false), {
    secret: crate::sealed::Sealed, created_at: super::Instant, confirmed_at: Option<super::Instant>, last_step: i64,
});
row!(passkey, "passkeys", key(credential_id: Vec<u8>, false), {
    staff_id: Uuid, name: String, public_key: Vec<u8>, counter: i64, created_at: super::Instant,
    used_at: Option<super::Instant>,
});
row!(recovery_code, "recovery_codes", key(code_hash: Vec<u8>, false), {
    staff_id: Uuid, created_at: super::Instant, used_at: Option<super::Instant>,
});
row!(staff, "staff", key(id: Uuid, false), {
    login: String, name: String, role: String, password_hash: String, failed_logins: i32,
    locked_until: Option<super::Instant>, disabled_at: Option<super::Instant>, created_at: super::Instant,
});
row!(staff_role, "staff_roles", key(id: i64, true), { staff_id: Uuid, clinic: Option<String>, role: String });
row!(break_glass, "break_glass", key(id: Uuid, false), {
    staff_id: Uuid, patient_id: Uuid, reason: crate::sealed::Sealed, at: super::Instant, until: super::Instant,
});
row!(api_client, "api_clients", key(token_hash: Vec<u8>, false), {
    name: String, scopes: String, created_at: super::Instant, revoked_at: Option<super::Instant>,
});
row!(api_request, "api_requests", key(key_hash: Vec<u8>, false), {
    content_hash: Vec<u8>, begun_at: super::Instant, status: Option<i32>, resource: Option<String>,
});
row!(webhook, "webhooks", key(id: Uuid, false), {
    target: crate::sealed::Sealed, events: String, created_at: super::Instant, created_by: String,
});
row!(backend_client, "backend_clients", key(client_id: String, false), {
    name: String, scopes: String, jwks: Option<String>, jwks_url: Option<String>, created_at: super::Instant,
    revoked_at: Option<super::Instant>,
});
row!(access_token, "access_tokens", key(token_hash: Vec<u8>, false), {
    client_id: String, scopes: String, expires_at: super::Instant,
});
row!(used_assertion, "used_assertions", key(id_hash: Vec<u8>, false), { until_at: super::Instant });
row!(export, "exports", key(id: Uuid, false), {
    client: String, state: String, request: crate::sealed::Sealed, attempt: i32, resources: i64,
    requested_at: super::Instant, transaction_at: Option<super::Instant>, lease_until: Option<super::Instant>,
    finished_at: Option<super::Instant>, expires_at: super::Instant,
});
row!(export_part, "export_parts", key(id: i64, true), {
    export_id: Uuid, attempt: i32, kind: String, number: i32, resources: i64, body: crate::sealed::Sealed,
});
row!(alert, "alerts", key(id: Uuid, false), {
    conversation_id: Uuid, appointment_id: Uuid, patient_id: Uuid, ask_key: String, rule_hash: Vec<u8>,
    rule: crate::sealed::Sealed, level: String, state: String, raised_at: super::Instant, due_at: super::Instant,
    channel: Option<String>, crisis: bool, rung: Option<String>, next_at: Option<super::Instant>,
    acknowledged_at: Option<super::Instant>, acknowledged_by: Option<Uuid>,
    outcome: Option<crate::sealed::Sealed>, outcome_at: Option<super::Instant>, outcome_by: Option<Uuid>,
    closed_at: Option<super::Instant>, closed_by: Option<Uuid>,
    urgency: Option<crate::sealed::Sealed>, urgency_at: Option<super::Instant>,
});
row!(alert_log, "alert_log", key(id: i64, true), {
    alert_id: Uuid, at: super::Instant, what: String, rung: Option<String>, staff_id: Option<Uuid>,
    channel: Option<String>, detail: Option<String>,
});
row!(safety_plan, "safety_plans", key(id: i64, true), {
    clinic: String, version: String, source: crate::sealed::Sealed, set_at: super::Instant, set_by: String,
});
row!(activation, "activations", key(id: i64, true), {
    pathway: String, version: String, clinic: String, is_on: bool, at: super::Instant, done_by: String,
});
row!(staff_chat, "staff_chats", key(staff_id: Uuid, false), { chat: crate::sealed::Sealed, since: super::Instant });
row!(heartbeat, "heartbeats", key(name: String, false), { at: super::Instant });
row!(feed_entry, "feed_log", key(id: i64, true), {
    at: super::Instant, feed: String, row: i32, outcome: String, reason: Option<String>, appointment: Option<String>,
});
row!(appointment_version, "appointment_versions", key(external_id: String, false), {
    sequence: Option<i64>, at: Option<super::Instant>,
});
row!(pathway, "pathways", key(hash: String, false), {
    pathway_id: String, version: String, source: String, created_at: super::Instant,
});
row!(audit_entry, "audit", key(id: i64, true), {
    at: super::Instant, actor: String, action: String, subject: String, stamp: Option<Uuid>,
    mac: Option<Vec<u8>>, link: Option<i64>,
});
row!(audit_link, "audit_links", key(id: i64, false), {
    at: super::Instant, count: i64, as_is: bool, ids: String, digest: Vec<u8>, previous: Vec<u8>, mac: Vec<u8>,
});
row!(digest, "digests", key(staff_id: Uuid, false), {
    address: crate::sealed::Sealed, since: super::Instant,
});
row!(page_version, "page_versions", key(id: Uuid, false), {
    appointment_id: Uuid, patient_id: Uuid, number: i32, digest: String, content: crate::sealed::Sealed, made_at: super::Instant,
});
row!(page_opening, "page_openings", key(id: i64, true), {
    appointment_id: Uuid, staff_id: Uuid, number: i32, opened_at: super::Instant,
});
row!(read_wish, "read_wishes", key(appointment_id: Uuid, false), { wished_at: super::Instant });
row!(note, "notes", key(id: Uuid, false), {
    appointment_id: Uuid, patient_id: Uuid, staff_id: Uuid, text: crate::sealed::Sealed, written_at: super::Instant,
});
row!(topic_mark, "topic_marks", key(id: i64, true), {
    appointment_id: Uuid, topic: String, mark: String, at_appointment_id: Uuid, staff_id: Uuid, marked_at: super::Instant,
});
row!(goal, "goals", key(id: Uuid, false), {
    patient_id: Uuid, appointment_id: Uuid, staff_id: Uuid, words: crate::sealed::Sealed, set_at: super::Instant,
    ended_at: Option<super::Instant>, ended_by: Option<Uuid>, ended_as: Option<String>,
});
