//! The addresses patients' mails go to: each names a visit and one letter about it, and is signed, so that
//! nobody can make one up.

use data_encoding::BASE32_NOPAD;
use foreword_domain::{ids::ConversationId, mail::Ways};
use foreword_store::Txn;
use uuid::Uuid;

use crate::Mailbox;

const PURPOSE: &str = "mail.address";
/// Visit, number of the letter, signature.
const BYTES: usize = 16 + 2 + SIGNATURE;
const SIGNATURE: usize = 10;

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Answers.
    Answer,
    /// What comes back.
    Bounce,
    /// No more messages.
    Stop,
}

impl Kind {
    fn letter(self) -> char {
        match self {
            Self::Answer => 'a',
            Self::Bounce => 'b',
            Self::Stop => 's',
        }
    }
}

/// An address of ours, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub kind: Kind,
    pub conversation: ConversationId,
    /// The number of the letter about this visit.
    pub number: u16,
}

/// What an address turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// One of ours.
    Ours(Address),
    /// It looks like one, and is not.
    Forged,
}

impl Address {
    /// What stands for it in mail addresses and links.
    pub(crate) fn token(&self, txn: &Txn) -> String {
        let body = self.body();
        let signature = txn.sign(PURPOSE, &self.signed(&body));
        let bytes = [&body[..], &signature[..]].concat();
        format!("{}{}", self.kind.letter(), BASE32_NOPAD.encode(&bytes).to_lowercase())
    }

    /// Reads one; nothing when it has not even the form.
    pub(crate) fn of_token(txn: &Txn, token: &str) -> Option<Found> {
        let token = token.to_lowercase();
        let kind = [Kind::Answer, Kind::Bounce, Kind::Stop]
            .into_iter()
            .find(|kind| token.starts_with(kind.letter()))?;
        let bytes = BASE32_NOPAD.decode(token.get(1..)?.to_uppercase().as_bytes()).ok()?;
        let bytes: [u8; BYTES] = bytes.try_into().ok()?;
        let (body, signature) = bytes.split_at(BYTES - SIGNATURE);
        let (id, number) = body.split_at(16);
        let address = Self {
            kind,
            conversation: ConversationId(Uuid::from_slice(id).ok()?),
            number: u16::from_be_bytes(number.try_into().ok()?),
        };
        let is_ours = txn.is_signed(PURPOSE, &address.signed(&address.body()), signature);
        Some(if is_ours { Found::Ours(address) } else { Found::Forged })
    }

    fn body(&self) -> [u8; BYTES - SIGNATURE] {
        let mut body = [0; BYTES - SIGNATURE];
        body[..16].copy_from_slice(self.conversation.0.as_bytes());
        body[16..].copy_from_slice(&self.number.to_be_bytes());
        body
    }

    fn signed(&self, body: &[u8]) -> Vec<u8> {
        [&[u8::try_from(self.kind.letter()).unwrap_or(0)], body].concat()
    }
}

impl Mailbox {
    /// Whose mail came, by the addresses it reached.
    pub(crate) fn find<'a>(txn: &Txn, to: impl Iterator<Item = &'a str>) -> Option<Found> {
        let mut forged = None;
        for address in to {
            let Some((local, _)) = address.rsplit_once('@') else { continue };
            let Some((_, token)) = local.split_once('+') else { continue };
            match Address::of_token(txn, token) {
                Some(found @ Found::Ours(_)) => return Some(found),
                Some(Found::Forged) => forged = Some(Found::Forged),
                None => {}
            }
        }
        forged
    }

    /// The addresses of one letter.
    pub(crate) fn ways(
        &self,
        txn: &Txn,
        conversation: ConversationId,
        number: u16,
        public_url: &str,
    ) -> Ways {
        let token = |kind| Address { kind, conversation, number }.token(txn);
        let address = |kind| format!("{}+{}@{}", self.name, token(kind), self.domain);
        Ways {
            answer: address(Kind::Answer),
            bounce: address(Kind::Bounce),
            stop: address(Kind::Stop),
            stop_link: format!("{public_url}/stop/{}", token(Kind::Stop)),
        }
    }
}
