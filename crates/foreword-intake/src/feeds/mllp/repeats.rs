//! Messages that came before. Senders repeat what they got no answer to, and where two messages bear the same
//! time (many tell it to the minute), a repeat of the first would undo the second.

use std::{
    collections::{HashSet, VecDeque},
    hash::{BuildHasher, RandomState},
};

/// How many are remembered.
const MANY: usize = 20_000;

/// What was taken in of late, by keyed digests of the whole messages: with their time and identifier, two that
/// are alike to the byte are one.
pub(super) struct Repeats {
    state: RandomState,
    known: HashSet<u64>,
    order: VecDeque<u64>,
    many: usize,
}

impl Repeats {
    pub(super) fn new() -> Self {
        Self::with_room_for(MANY)
    }

    fn with_room_for(many: usize) -> Self {
        Self { state: RandomState::new(), known: HashSet::new(), order: VecDeque::new(), many }
    }

    /// The digest of a message.
    pub(super) fn digest(&self, message: &[u8]) -> u64 {
        self.state.hash_one(message)
    }

    /// Whether a message was taken in.
    pub(super) fn knows(&self, digest: u64) -> bool {
        self.known.contains(&digest)
    }

    /// Remembers a message that was taken in, and forgets the oldest when there are too many.
    pub(super) fn add(&mut self, digest: u64) {
        if !self.known.insert(digest) {
            return;
        }
        self.order.push_back(digest);
        if self.order.len() > self.many
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_in_is_known_until_there_is_too_much() {
        let mut repeats = Repeats::with_room_for(2);
        let [one, two, three] = [b"one".as_slice(), b"two", b"three"].map(|message| repeats.digest(message));
        assert!(!repeats.knows(one));
        for digest in [one, one, two] {
            repeats.add(digest);
        }
        assert!(repeats.knows(one) && repeats.knows(two));
        repeats.add(three);
        assert!(!repeats.knows(one) && repeats.knows(two) && repeats.knows(three));
    }
}
