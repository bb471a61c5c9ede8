//! Connections: so many at a time, each with its messages in order, each message with an answer. It knows
//! neither messages nor appointments.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::timeout,
};

use super::frames::Frames;

/// What connections may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// The largest message, in bytes.
    pub message: usize,
    /// How long a connection may be silent.
    pub idle: Duration,
    /// How long a sender may take to read an answer, and how long a message may take to be finished when the
    /// listener ends.
    pub patience: Duration,
}

/// How long to wait when no connection can be accepted.
const PAUSE: Duration = Duration::from_secs(1);

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            message: 1024 * 1024,
            idle: Duration::from_mins(10),
            patience: Duration::from_secs(30),
        }
    }
}

/// Serves connections until `until` comes; each message is given to `answer`, what comes of it is sent back.
pub(super) async fn serve<A, F>(
    listener: TcpListener,
    limits: Limits,
    answer: A,
    until: impl Future<Output = ()>,
) where
    A: Fn(Vec<u8>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Vec<u8>> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(limits.connections));
    let (end, ended) = watch::channel(false);
    let mut open = JoinSet::new();
    tokio::pin!(until);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut until => break,
            // Those that are over are let go of.
            Some(_) = open.join_next(), if !open.is_empty() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) if is_of_one(&error) => continue,
                // Out of files, most often: those that are open go on, and the next may find room in a while.
                Err(error) => {
                    tracing::error!(%error, "MLLP: a connection could not be accepted");
                    if timeout(PAUSE, &mut until).await.is_ok() {
                        break;
                    }
                    continue;
                }
            },
        };
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else {
            tracing::warn!(%peer, "MLLP: there are too many connections; one is closed");
            continue;
        };
        let (answer, ended) = (answer.clone(), ended.clone());
        open.spawn(serve_one(stream, peer, limits, answer, ended, place));
    }
    drop(listener);
    end.send_replace(true);
    let finish = async { while open.join_next().await.is_some() {} };
    if timeout(limits.patience, finish).await.is_err() {
        tracing::warn!("MLLP: a message took too long to be finished; its sender has no answer");
    }
}

/// Whether it is a matter of one connection that went away before it was accepted.
fn is_of_one(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

async fn serve_one<A, F>(
    mut stream: TcpStream,
    peer: SocketAddr,
    limits: Limits,
    answer: A,
    mut ended: watch::Receiver<bool>,
    // Given back before the connection is closed: who sees that may come again at once.
    _place: OwnedSemaphorePermit,
) where
    A: Fn(Vec<u8>) -> F,
    F: Future<Output = Vec<u8>>,
{
    let mut found = Frames::new(limits.message);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            // Before what else has come: an end that waits for a sender to pause may never come.
            biased;
            _ = ended.wait_for(|ended| *ended) => return,
            read = timeout(limits.idle, stream.read(&mut buffer)) => read,
        };
        let count = match read {
            Ok(Ok(0)) => {
                if found.is_within() {
                    tracing::warn!(%peer, "MLLP: a sender went away within a message");
                }
                return;
            }
            Ok(Ok(count)) => count,
            Ok(Err(error)) => return tracing::warn!(%peer, %error, "MLLP: a connection broke"),
            Err(_) => return tracing::info!(%peer, "MLLP: a connection was silent and is closed"),
        };
        let mut bytes = buffer.get(..count).unwrap_or_default();
        loop {
            let message = match found.next(&mut bytes) {
                Ok(Some(message)) => message,
                Ok(None) => break,
                Err(why) => return tracing::warn!(%peer, %why, "MLLP: a connection is closed"),
            };
            let told = answer(message).await;
            let framed = [&[0x0b], told.as_slice(), &[0x1c, 0x0d]].concat();
            match timeout(limits.patience, stream.write_all(&framed)).await {
                Ok(Ok(())) => (),
                Ok(Err(error)) => return tracing::warn!(%peer, %error, "MLLP: a connection broke"),
                Err(_) => return tracing::warn!(%peer, "MLLP: a sender does not read its answers"),
            }
            if *ended.borrow() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
