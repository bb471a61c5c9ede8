//! The provider of the house's accounts, by OpenID Connect: authorization code with PKCE, state and nonce.
//!
//! It refuses whatever the `openidconnect` crate refuses: another issuer or audience, a token that is over or
//! that nobody asked for, a signature of no key of the provider's, and `none`.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use foreword_app::provider::Vouched;
use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken, CoreIdTokenClaims,
        CoreJwsSigningAlgorithm, CoreProviderMetadata,
    },
    reqwest,
    url::Url,
};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many random bytes a state and a nonce are made of.
const BYTES: u32 = 32;
/// How long what it says of itself, and its keys, are believed; a key that is not among them is looked for at once.
const BELIEVED: SignedDuration = SignedDuration::from_mins(10);
/// How long it is left alone after it did not answer.
const LEFT_ALONE: SignedDuration = SignedDuration::from_secs(5);

/// What is set up of a provider.
#[derive(Clone, Default)]
pub struct Settings {
    /// Its address, as it stands in its tokens.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// What we prove it with; empty for a public client.
    pub client_secret: String,
    /// What staff call it.
    pub name: String,
    /// The claim that holds the login; empty where accounts are bound by hand.
    pub login_claim: String,
    /// How people must have been asked for it to count; empty where the provider decides.
    pub acr: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Settings({})", self.issuer)
    }
}

/// A provider.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: reqwest::Client,
    /// What it said last, and when; held while it is asked, so that it is asked once.
    said: Mutex<Option<(Result<CoreProviderMetadata, String>, Timestamp)>>,
}

/// Where somebody is sent, and what is kept in their browser until they come back.
pub(crate) struct Sent {
    pub url: String,
    pub state: String,
    pub kept: Kept,
}

/// What proves that what comes back is of the same round.
pub(crate) struct Kept {
    nonce: String,
    verifier: String,
}

/// Why nobody came of it; for the log, without anything of the person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The provider can't be reached or says what can't be read.
    #[error("the provider: {0}")]
    Provider(String),
    /// What came back proves nothing.
    #[error("what came back is not accepted: {0}")]
    Answer(String),
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// A provider whose certificates are checked with these settings; pages are at `public_url`.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(settings: Settings, public_url: &str, tls: rustls::ClientConfig) -> Result<Self, String> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|_| "oidc.issuer must be an address such as https://login.house.example".to_owned())?;
        let is_here = is_here(issuer.url());
        if !is_safe(issuer.url()) {
            return Err("oidc.issuer must begin with https://: whoever is between could sign in as anybody"
                .to_owned());
        }
        let redirect = RedirectUrl::new(format!("{public_url}/clinic/sign-in/provider/back"))
            .map_err(|_| "http.public_url must be an address".to_owned())?;
        if !is_safe(redirect.url()) {
            return Err("http.public_url must begin with https://, because oidc.issuer is set: the provider sends people back to it with what signs them in".to_owned());
        }
        let http = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            // What is not at the address that was set is somebody else's.
            .redirect(reqwest::redirect::Policy::none())
            .https_only(!is_here)
            .timeout(PATIENCE);
        let http = if is_here { http.no_proxy() } else { http };
        let http = http.build().map_err(|error| error.to_string())?;
        let said = Mutex::new(None);
        Ok(Self(Arc::new(Inner { settings, issuer, redirect, http, said })))
    }

    /// What staff call it.
    pub(crate) fn name(&self) -> &str {
        match self.0.settings.name.as_str() {
            "" => self.0.issuer.url().host_str().unwrap_or("the house"),
            name => name,
        }
    }

    /// Sends somebody there.
    pub(crate) async fn send(&self, now: Timestamp) -> Result<Sent, Trouble> {
        let client = self.client(now, false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let asked = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(BYTES),
                || Nonce::new_random_len(BYTES),
            )
            .set_pkce_challenge(challenge)
            .add_scope(Scope::new("profile".to_owned()));
        let settings = &self.0.settings;
        let asked = match settings.login_claim.as_str() {
            "email" => asked.add_scope(Scope::new("email".to_owned())),
            _ => asked,
        };
        let asked = match settings.acr.as_str() {
            "" => asked,
            acr => asked.add_auth_context_value(AuthenticationContextClass::new(acr.to_owned())),
        };
        let (url, state, nonce) = asked.url();
        let kept = Kept { nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        Ok(Sent { url: url.into(), state: state.into_secret(), kept })
    }

    /// Finds out who has come back.
    pub(crate) async fn receive(&self, kept: &Kept, code: &str, now: Timestamp) -> Result<Vouched, Trouble> {
        let client = self.client(now, false).await?;
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Trouble::Provider(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(kept.verifier.clone()));
        let answer = request.request_async(&self.0.http).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(said)
                if *said.error() == CoreErrorResponseType::InvalidGrant =>
            {
                Trouble::Answer("the code was refused".to_owned())
            }
            // Anything else is said of us: our name or our secret there.
            RequestTokenError::ServerResponse(said) => Trouble::Provider(format!("it says {}", said.error())),
            RequestTokenError::Parse(fault, _) => {
                Trouble::Answer(format!("it can't be read: {}", fault.path()))
            }
            other => Trouble::Provider(words(&other)),
        })?;
        let token =
            answer.id_token().ok_or_else(|| Trouble::Answer("there is no token of who it is".to_owned()))?;
        let nonce = Nonce::new(kept.nonce.clone());
        match check(&client, token, &nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // Keys are changed from time to time.
                let client = self.client(now, true).await?;
                self.vouched(token, check(&client, token, &nonce, now))
            }
            claims => self.vouched(token, claims),
        }
    }

    fn vouched(
        &self,
        token: &CoreIdToken,
        claims: Result<&CoreIdTokenClaims, ClaimsVerificationError>,
    ) -> Result<Vouched, Trouble> {
        let claims = claims.map_err(|error| Trouble::Answer(words(&error)))?;
        let settings = &self.0.settings;
        let asked_as = claims.auth_context_ref().map(|acr| acr.as_str());
        if !settings.acr.is_empty() && asked_as != Some(settings.acr.as_str()) {
            return Err(Trouble::Answer(format!("they were not asked as {} says", settings.acr)));
        }
        let all = payload(token).unwrap_or_default();
        if all.get("azp").is_some_and(|azp| azp.as_str() != Some(&settings.client_id)) {
            return Err(Trouble::Answer("it was given to another client".to_owned()));
        }
        let login = login(&all, &settings.login_claim);
        if login.is_none() && !settings.login_claim.is_empty() {
            tracing::info!(claim = settings.login_claim, "the token does not have the claim of the login");
        }
        Ok(Vouched {
            issuer: claims.issuer().as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            login,
        })
    }

    async fn client(&self, now: Timestamp, fresh: bool) -> Result<Client, Trouble> {
        let settings = &self.0.settings;
        let secret =
            (!settings.client_secret.is_empty()).then(|| ClientSecret::new(settings.client_secret.clone()));
        let said = self.said(now, fresh).await?;
        Ok(CoreClient::from_provider_metadata(said, ClientId::new(settings.client_id.clone()), secret)
            .set_redirect_uri(self.0.redirect.clone()))
    }

    async fn said(&self, now: Timestamp, fresh: bool) -> Result<CoreProviderMetadata, Trouble> {
        let mut known = self.0.said.lock().await;
        match known.as_ref() {
            Some((Ok(said), at)) if !fresh && now.duration_since(*at) < BELIEVED => return Ok(said.clone()),
            Some((Err(why), at)) if now.duration_since(*at) < LEFT_ALONE => {
                return Err(Trouble::Provider(why.clone()));
            }
            _ => {}
        }
        let asked = CoreProviderMetadata::discover_async(self.0.issuer.clone(), &self.0.http).await;
        let asked = asked.map_err(|error| words(&error)).and_then(|said| {
            // Where people are sent is not asked by us, so nothing else refuses it.
            let is_safe = is_safe(said.authorization_endpoint().url());
            is_safe.then_some(said).ok_or_else(|| "it sends people to an address without TLS".to_owned())
        });
        *known = Some((asked.clone(), now));
        asked.map_err(Trouble::Provider)
    }
}

impl Kept {
    /// As a browser keeps it.
    pub(crate) fn write(&self) -> String {
        format!("{}.{}", self.nonce, self.verifier)
    }

    /// What a browser brought back.
    pub(crate) fn read(written: &str) -> Option<Self> {
        let (nonce, verifier) = written.split_once('.')?;
        Some(Self { nonce: nonce.to_owned(), verifier: verifier.to_owned() })
    }
}

/// Whether an address is on this machine.
fn is_here(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// Whether nobody between can read or change what goes to an address.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_here(url))
}

/// Whether a token is the provider's, for us, of this round and not over. Signatures alone: a secret that both
/// know signs nothing.
fn check<'a>(
    client: &Client,
    token: &'a CoreIdToken,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    let at = DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
    token.claims(&client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || at), nonce)
}

/// How a token of who it is may be signed.
pub(crate) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// All a token says, for what has no name among the usual claims.
fn payload(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let written = token.to_string();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(written.split('.').nth(1)?).ok()?).ok()
}

/// The claim that holds the login. An address counts only where the provider has seen that it is theirs.
fn login(claims: &Map<String, Value>, claim: &str) -> Option<String> {
    if claim == "email" && claims.get("email_verified") != Some(&Value::Bool(true)) {
        return None;
    }
    claims.get(claim)?.as_str().map(str::to_owned)
}

/// An error with its causes, down to the first.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        words = format!("{words}: {deeper}");
        cause = deeper.source();
    }
    words
}
