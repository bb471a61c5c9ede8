//! HL7 v2 over MLLP: a listener that takes messages about appointments in, one after the other on each
//! connection, and acknowledges each after it is on disk. It logs no content.

mod frames;
mod listen;
mod repeats;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use foreword_app::{App, book::Booked};
use foreword_domain::booking::Usual;
use jiff::Timestamp;
use tokio::net::TcpListener;

use super::hl7::{self, Code, Taken};
use repeats::Repeats;

pub use listen::Limits;

/// The messages in what comes in packets of a size, and whether no further one can be found: for the fuzz targets.
#[cfg(feature = "fuzz")]
pub fn frames(bytes: &[u8], packet: usize, largest: usize) -> (Vec<Vec<u8>>, bool) {
    let (mut frames, mut messages) = (frames::Frames::new(largest), Vec::new());
    for mut packet in bytes.chunks(packet.max(1)) {
        loop {
            match frames.next(&mut packet) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(_) => return (messages, true),
            }
        }
    }
    (messages, false)
}

/// The name of this feed in the log of feeds.
const FEED: &str = "hl7";

/// What the listener needs.
#[derive(Clone)]
pub struct Mllp {
    /// The service.
    pub app: App,
    /// Reads the clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// What holds where a message says nothing: local times are in this zone.
    pub usual: Usual,
    /// Whether messages are taken in that their sender marks as training or debugging (MSH-11).
    pub practice: bool,
    /// What connections may take.
    pub limits: Limits,
}

impl Mllp {
    /// Serves the connections of a listener until `until` comes. What is being taken in then is finished and
    /// acknowledged.
    pub async fn serve(self, listener: TcpListener, until: impl Future<Output = ()>) {
        let limits = self.limits;
        let count = Arc::new(AtomicUsize::new(0));
        let repeats = Arc::new(Mutex::new(Repeats::new()));
        let answer = move |message: Vec<u8>| {
            let (mllp, repeats) = (self.clone(), Arc::clone(&repeats));
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            async move { mllp.take(&message, number, &repeats).await }
        };
        listen::serve(listener, limits, answer, until).await;
    }

    /// Takes one message in, and says what its sender is to be told.
    async fn take(&self, message: &[u8], number: usize, repeats: &Mutex<Repeats>) -> Vec<u8> {
        let mut taken = hl7::take(message, &self.usual);
        let now = (self.clock)();
        // At most 20 characters, which is what the oldest versions permit.
        let id = format!("{}{:03}", now.as_microsecond(), number % 1000);
        let tell = |taken: &Taken, code, text: &str| hl7::acknowledge(taken, code, text, now, &id);
        let foreign = if taken.is_foreign {
            Some(taken.notice.as_ref().err().map_or("is not taken in", String::as_str))
        } else if taken.is_practice && !self.practice {
            Some("MSH-11: is T or D; messages for training and debugging are not taken in here")
        } else {
            None
        };
        if let Some(why) = foreign {
            tracing::warn!(number, why, "HL7: a message is rejected");
            return tell(&taken, Code::Rejected, why);
        }
        let open = || repeats.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = open().digest(message);
        if open().knows(digest) {
            return tell(&taken, Code::Accepted, "");
        }
        let notice = std::mem::replace(&mut taken.notice, Err(String::new()));
        let booked = self.app.book(FEED, vec![(number, notice)], now, |_| ()).await;
        let text = match booked.map(|booked| booked.into_iter().next()) {
            Ok(Some((_, Booked::Refused(why)))) => return tell(&taken, Code::Refused, &why),
            Ok(Some((_, Booked::Outdated(why)))) => why,
            Ok(Some(_)) => String::new(),
            Ok(None) => return tell(&taken, Code::Again, AGAIN),
            Err(error) => {
                tracing::error!(number, %error, "HL7: a message could not be stored");
                return tell(&taken, Code::Again, AGAIN);
            }
        };
        open().add(digest);
        tell(&taken, Code::Accepted, &text)
    }
}

/// What a sender is told whose message could not be stored.
const AGAIN: &str = "was not stored; try again";
