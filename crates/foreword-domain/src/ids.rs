//! Identifiers: one type per thing, `UUIDv7`, minted from a given instant and given random bytes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Mints an id from an instant and ten random bytes.
            pub fn mint(at: Timestamp, random: [u8; 10]) -> Self {
                Self(mint(at, random))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A patient.
    PatientId,
    /// A planned visit.
    AppointmentId,
    /// The dialogue about one appointment.
    ConversationId,
    /// One administration of one instrument.
    ResponseId,
    /// One ask: this patient, this appointment, by then.
    InvitationId,
    /// A row of the outbox.
    OutboxId,
    /// An answer or a score that a human must see.
    AlertId,
    /// A member of staff.
    StaffId,
    /// A question of the care team to one patient.
    QuestionId,
    /// A paper form that staff copy.
    TranscriptionId,
    /// A record that was opened in an emergency.
    BreakGlassId,
    /// The page of a visit as it was at one time.
    VersionId,
    /// What the care team wrote to a patient before a visit.
    NoteId,
    /// A goal that a patient and a clinician agreed on.
    GoalId,
    /// A program that is told what happens.
    WebhookId,
    /// A program that signs its requests.
    ClientId,
    /// What another program was told before a visit.
    CardId,
}

fn mint(at: Timestamp, random: [u8; 10]) -> Uuid {
    // Instants before 1970 have no UUIDv7; they sort first.
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
