//! Requests: what a program sends a second time because it heard no answer is done once.

pub use foreword_store::api_requests::Request;
use foreword_store::api_requests::{self, Known};
use jiff::{SignedDuration, Timestamp};

use crate::{App, Error, Result, again};

/// How long a request is known.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// Whoever has not ended a request after this time is gone.
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(1);

/// What is known of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing: it is to be dealt with, and then [`App::end_request`] is to be told.
    New(Request),
    /// It is being dealt with.
    Begun,
    /// Its key came with another body.
    Other,
    /// It was dealt with: the status it was answered with, and the id of what it was about.
    Done(u16, String),
}

impl App {
    /// Begins a request with the key a program gave it. `content` is all that tells two requests apart.
    pub async fn begin_request(
        &self,
        client: &str,
        key: &str,
        content: Vec<u8>,
        now: Timestamp,
    ) -> Result<Before> {
        let (client, key) = (client.to_owned(), key.to_owned());
        let given_up = now.checked_sub(GIVEN_UP).unwrap_or(now);
        self.store
            .write(move |txn| {
                again!(client, key, content => {
                    let request = Request::new(txn, &client, &key, &content);
                    Ok::<_, Error>(match api_requests::begin(txn, &request, given_up, now).await? {
                        Known::New => Before::New(request),
                        Known::Begun => Before::Begun,
                        Known::Other => Before::Other,
                        Known::Done(status, resource) => Before::Done(status, resource),
                    })
                })
            })
            .await
    }

    /// Ends a request: with what came of it, or with nothing where nothing was changed. Then it may come again, also
    /// with another body.
    pub async fn end_request(&self, request: Request, done: Option<(u16, String)>) -> Result<()> {
        self.store
            .write(move |txn| {
                again!(request, done => {
                    match done {
                        Some((status, resource)) => {
                            api_requests::finish(txn, &request, status, &resource).await?;
                        }
                        None => api_requests::forget(txn, &request).await?,
                    }
                    Ok::<_, Error>(())
                })
            })
            .await
    }

    /// Forgets requests that are older than a day. Tells how many there were.
    pub async fn forget_requests(&self, now: Timestamp) -> Result<u64> {
        let before = now.checked_sub(KEPT).unwrap_or(now);
        self.store
            .write(move |txn| {
                Box::pin(async move { Ok::<_, Error>(api_requests::forget_old(txn, before).await?) })
            })
            .await
    }
}
