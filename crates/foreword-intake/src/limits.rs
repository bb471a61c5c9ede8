//! What programs may ask of the service in how short a time: requests, failed sign-ins, bytes, and how long an
//! answer may take. Counted in this process, in memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{self, Body},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::Instant;

use crate::{Web, access, api};

/// Buckets that are kept before the full ones are thrown away.
const MOST_BUCKETS: usize = 10_000;
/// Where programs ask for tokens; a refusal there is a failed sign-in, whatever its status.
pub(crate) const TOKEN_PATH: &str = "/fhir/R4/token";

/// How much programs may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second, for each client, and for each address without one.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
    /// Failed sign-ins a minute, for each address.
    pub failures_a_minute: u32,
    /// How long an answer may take.
    pub patience: Duration,
    /// The largest body, in bytes.
    pub largest: usize,
    /// The header in which a proxy of the house says whom it asks for; empty where there is none.
    pub forwarded: String,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_second: 200,
            burst: 400,
            failures_a_minute: 30,
            patience: Duration::from_mins(1),
            largest: 16 * 1024 * 1024,
            forwarded: String::new(),
        }
    }
}

/// What was asked of late.
pub(crate) struct Counts {
    limits: Limits,
    buckets: Mutex<HashMap<Who, Bucket>>,
    /// Tokens are told apart by this, and kept nowhere.
    hasher: RandomState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// Whoever brings this token.
    Token(u64),
    /// Whoever brings none from this address; nobody's, where it is not known.
    Address(Option<IpAddr>),
    /// Failed sign-ins from this address.
    Failures(Option<IpAddr>),
}

/// A bucket that fills up again with time.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
    /// Whether this token was one.
    is_known: bool,
}

impl Bucket {
    /// Fills it up to now.
    fn fill(&mut self, per_second: f64, size: f64, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + passed * per_second).min(size);
        self.at = now;
    }
}

impl Counts {
    pub fn new(limits: Limits) -> Self {
        Self { limits, buckets: Mutex::new(HashMap::new()), hasher: RandomState::new() }
    }

    /// Lets a request in, or says how long to wait.
    fn admit(&self, who: Who, address: Option<IpAddr>, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|who, bucket| {
                let (rate, size) = self.rate(*who);
                bucket.fill(rate, size, now);
                bucket.left < size
            });
            if buckets.len() > MOST_BUCKETS {
                // So many at once are no clients of ours; all begin anew.
                buckets.clear();
            }
        }
        let known = buckets.get(&who).is_some_and(|bucket| bucket.is_known);
        if !known && let Some(failures) = buckets.get_mut(&Who::Failures(address)) {
            let (rate, size) = self.rate(Who::Failures(address));
            failures.fill(rate, size, now);
            wait(failures.left, rate)?;
        }
        let (rate, size) = self.rate(who);
        let fresh = Bucket { left: size, at: now, is_known: false };
        let bucket = buckets.entry(who).or_insert(fresh);
        bucket.fill(rate, size, now);
        wait(bucket.left, rate)?;
        bucket.left -= 1.0;
        Ok(())
    }

    /// Notes what became of a request that was let in.
    fn settle(&self, who: Who, address: Option<IpAddr>, has_failed: bool, now: Instant) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if has_failed {
            let failures = Who::Failures(address);
            let (rate, size) = self.rate(failures);
            let fresh = Bucket { left: size, at: now, is_known: false };
            let bucket = buckets.entry(failures).or_insert(fresh);
            bucket.fill(rate, size, now);
            bucket.left = (bucket.left - 1.0).max(0.0);
        }
        if let (Who::Token(_), Some(bucket)) = (who, buckets.get_mut(&who)) {
            bucket.is_known = !has_failed;
        }
    }

    /// How quickly a bucket fills, and how much is in it when it is full.
    fn rate(&self, who: Who) -> (f64, f64) {
        match who {
            Who::Failures(_) => {
                let size = f64::from(self.limits.failures_a_minute);
                (size / 60.0, size)
            }
            Who::Token(_) | Who::Address(_) => {
                (f64::from(self.limits.per_second), f64::from(self.limits.burst))
            }
        }
    }

    fn who(&self, headers: &HeaderMap, address: Option<IpAddr>) -> Who {
        match access::bearer(headers) {
            Some(token) => Who::Token(self.hasher.hash_one(token)),
            None => Who::Address(address),
        }
    }

    /// Whose address it is: the peer's, or what the house's own proxy says. Of several, the last: the others are
    /// what whoever asks says of themselves.
    fn address(&self, request: &Request) -> Option<IpAddr> {
        let header = self.limits.forwarded.as_str();
        if !header.is_empty()
            && let Some(said) = request.headers().get_all(header).iter().next_back()
        {
            let last = said.to_str().ok().and_then(|said| said.rsplit(',').next());
            return last.and_then(|last| last.trim().parse().ok()).map(network);
        }
        request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| network(info.0.ip()))
    }
}

/// How long until there is one left.
fn wait(left: f64, per_second: f64) -> Result<(), Duration> {
    if left >= 1.0 { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - left) / per_second.max(1e-6))) }
}

/// Whose an address is: of IPv6, one household has as many as it likes.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        ip @ IpAddr::V4(_) => ip,
    }
}

/// Holds programs to the limits; pages of people pass.
pub(crate) async fn hold(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if !is_for_programs(&path) {
        return next.run(request).await;
    }
    let counts = &web.programs.0.counts;
    let address = counts.address(&request);
    let who = counts.who(request.headers(), address);
    if let Err(wait) = counts.admit(who, address, Instant::now()) {
        let seconds = wait.as_secs() + 1;
        let why = format!("too many requests in a short time; try again in {seconds} s");
        let mut refused = refuse(&path, StatusCode::TOO_MANY_REQUESTS, "throttled", &why);
        refused.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return refused;
    }
    let patience = counts.limits.patience;
    let answered = tokio::time::timeout(patience, answer(request, next, counts.limits.largest, &path)).await;
    let response = answered.unwrap_or_else(|_| {
        let why = format!("this took longer than {} s and was given up; ask for less", patience.as_secs());
        refuse(&path, StatusCode::GATEWAY_TIMEOUT, "timeout", &why)
    });
    let has_failed = response.status() == StatusCode::UNAUTHORIZED
        || (path == TOKEN_PATH && response.status() == StatusCode::BAD_REQUEST);
    counts.settle(who, address, has_failed, Instant::now());
    response
}

async fn answer(request: Request, next: Next, largest: usize, path: &str) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match body::to_bytes(body, largest).await {
        Ok(bytes) => bytes,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            return if cause.is_some_and(|cause| cause.contains("limit")) {
                let why = format!("the body has more than {largest} bytes; send less at a time");
                refuse(path, StatusCode::PAYLOAD_TOO_LARGE, "too-long", &why)
            } else {
                refuse(path, StatusCode::BAD_REQUEST, "incomplete", "the body did not arrive whole")
            };
        }
    };
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

fn is_for_programs(path: &str) -> bool {
    ["/fhir/", "/api/", "/cds-services", "/.well-known/"].iter().any(|prefix| path.starts_with(prefix))
}

/// A refusal in the form of the route: an `OperationOutcome` under `/fhir`, else a problem (RFC 9457).
pub(crate) fn refuse(path: &str, status: StatusCode, code: &'static str, why: &str) -> Response {
    if path.starts_with("/fhir/") { api::refuse(status, code, why) } else { problem(status, why) }
}

/// A problem (RFC 9457).
pub(crate) fn problem(status: StatusCode, why: &str) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("The request failed"),
        "status": status.as_u16(),
        "detail": why,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Counts {
        Counts::new(Limits { per_second: 2, burst: 4, failures_a_minute: 3, ..Limits::default() })
    }

    #[tokio::test]
    async fn a_client_may_ask_a_burst_at_once_and_then_as_quickly_as_the_bucket_fills() {
        let (counts, now, who) = (counts(), Instant::now(), Who::Token(1));
        for _ in 0..4 {
            assert_eq!(counts.admit(who, None, now), Ok(()));
        }
        assert_eq!(counts.admit(who, None, now), Err(Duration::from_millis(500)));
        assert_eq!(counts.admit(Who::Token(2), None, now), Ok(()), "others are not held up");
        let later = now + Duration::from_millis(500);
        assert_eq!(counts.admit(who, None, later), Ok(()));
        assert!(counts.admit(who, None, later).is_err());
        let much_later = later + Duration::from_hours(1);
        for _ in 0..4 {
            assert_eq!(counts.admit(who, None, much_later), Ok(()), "it never holds more than a burst");
        }
        assert!(counts.admit(who, None, much_later).is_err());
    }

    #[tokio::test]
    async fn whoever_fails_to_sign_in_waits_soon_and_whoever_is_known_there_does_not() {
        let (counts, now) = (counts(), Instant::now());
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        let known = Who::Token(7);
        counts.admit(known, address, now).unwrap();
        counts.settle(known, address, false, now);
        for token in 0..3 {
            counts.admit(Who::Token(token), address, now).unwrap();
            counts.settle(Who::Token(token), address, true, now);
        }
        assert_eq!(counts.admit(Who::Token(100), address, now), Err(Duration::from_secs(20)));
        assert!(counts.admit(Who::Address(address), address, now).is_err());
        assert_eq!(counts.admit(known, address, now), Ok(()));
        assert_eq!(counts.admit(Who::Token(100), Some(IpAddr::from([192, 0, 2, 2])), now), Ok(()));
        assert_eq!(counts.admit(Who::Token(100), address, now + Duration::from_secs(20)), Ok(()));
    }

    #[tokio::test]
    async fn ever_new_tokens_do_not_fill_the_memory() {
        let (counts, now) = (counts(), Instant::now());
        for token in 0..30_000 {
            counts.admit(Who::Token(token), None, now).unwrap();
        }
        assert!(counts.buckets.lock().unwrap().len() <= MOST_BUCKETS + 1);
    }

    #[test]
    fn addresses_of_one_household_are_one() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
