//! The frames of MLLP: `0x0B`, the message, `0x1C 0x0D`. It knows no socket.

/// Begins a message.
const BEGIN: u8 = 0x0b;
/// Ends a message; the carriage return after it says nothing more.
const END: u8 = 0x1c;

/// How many bytes outside of frames are passed over before a sender is taken for one that sends none.
const STRAY: usize = 4096;

/// Why no further message can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Lost {
    /// A message is larger than permitted.
    #[error("a message is too large")]
    TooLarge,
    /// What comes has no frames.
    #[error("what is sent has no MLLP frames: 0x0B before a message, 0x1C 0x0D after it")]
    Unframed,
}

/// Finds messages in what comes, however it was cut into packets.
pub(super) struct Frames {
    largest: usize,
    /// The message that has begun.
    message: Option<Vec<u8>>,
    /// Bytes since the last message, and the last of them.
    stray: usize,
    tail: [u8; 3],
}

impl Frames {
    pub(super) fn new(largest: usize) -> Self {
        Self { largest, message: None, stray: 0, tail: [0; 3] }
    }

    /// Whether something has come that is not a whole message.
    pub(super) fn is_within(&self) -> bool {
        self.message.is_some()
    }

    /// The next message, taken from the front of `bytes`; none when more must come first.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Result<Option<Vec<u8>>, Lost> {
        while let Some((byte, rest)) = bytes.split_first() {
            let Some(message) = &mut self.message else {
                *bytes = rest;
                self.outside(*byte)?;
                continue;
            };
            let until = bytes.iter().position(|byte| matches!(*byte, BEGIN | END)).unwrap_or(bytes.len());
            let (more, rest) = bytes.split_at(until);
            if message.len() + more.len() > self.largest {
                return Err(Lost::TooLarge);
            }
            message.extend_from_slice(more);
            *bytes = rest;
            let Some((mark, rest)) = rest.split_first() else {
                break;
            };
            *bytes = rest;
            if *mark == END {
                self.stray = 0;
                return Ok(self.message.take());
            }
            // The sender broke off and begins anew.
            message.clear();
        }
        Ok(None)
    }

    fn outside(&mut self, byte: u8) -> Result<(), Lost> {
        if byte == BEGIN {
            self.message = Some(Vec::new());
            self.tail = [0; 3];
            return Ok(());
        }
        self.stray += 1;
        self.tail = [self.tail[1], self.tail[2], byte];
        if self.tail == *b"MSH" || self.stray > STRAY { Err(Lost::Unframed) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
