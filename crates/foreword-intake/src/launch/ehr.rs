//! What is asked of the EHR: authorization code with PKCE, state and nonce, then who it is, and which patient.

use chrono::DateTime;
use foreword_app::{previsit::Named, provider::Vouched};
use foreword_domain::private::Private;
use foreword_fhir::appointment::who;
use openidconnect::{
    ClientId, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet},
    url::Url,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::{BACK, LaunchSettings};
use crate::{Web, outward, provider::ALGORITHMS};

/// What is asked for.
const SCOPES: &str = "launch openid fhirUser patient/Patient.rs";
/// How many random bytes a state and a nonce are made of.
const BYTES: u32 = 32;
/// Largest answer of the EHR, in bytes.
const LARGEST: usize = 1024 * 1024;
/// Longest id of FHIR (R4, datatypes).
const LONGEST_ID: usize = 64;

/// Why nobody came of it; for the log, without anything of the person or the patient.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the EHR: {0}")]
    Ehr(String),
    #[error("what came back is not accepted: {0}")]
    Answer(String),
    #[error("the service failed")]
    Ours(#[from] foreword_app::Error),
}

impl From<outward::Trouble> for Trouble {
    fn from(trouble: outward::Trouble) -> Self {
        Self::Ehr(trouble.to_string())
    }
}

/// Where somebody is sent, and what is kept in their browser until they come back.
pub(super) struct Sent {
    pub url: String,
    pub state: String,
    pub kept: Kept,
}

/// What proves that what comes back is of the same round.
pub(super) struct Kept {
    nonce: String,
    verifier: String,
}

impl Kept {
    pub fn write(&self) -> String {
        format!("{}.{}", self.nonce, self.verifier)
    }

    pub fn read(written: &str) -> Option<Self> {
        let (nonce, verifier) = written.split_once('.')?;
        Some(Self { nonce: nonce.to_owned(), verifier: verifier.to_owned() })
    }
}

/// What an EHR says of itself (`smart-configuration`).
#[derive(Deserialize)]
struct About {
    issuer: Option<String>,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    token_type: String,
    id_token: Option<String>,
    patient: Option<String>,
}

/// Where somebody is sent who launched the page.
pub(super) async fn send(web: &Web, launch: &str) -> Result<Sent, Trouble> {
    let settings = &web.programs.0.launch;
    let about = about(web, settings).await?;
    let mut url = web.programs.0.outward.checked(&about.authorization_endpoint)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = CsrfToken::new_random_len(BYTES).into_secret();
    let nonce = Nonce::new_random_len(BYTES).secret().clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", settings.client_id.as_str())
        .append_pair("redirect_uri", &redirect(web))
        .append_pair("launch", launch)
        .append_pair("scope", SCOPES)
        .append_pair("state", &state)
        .append_pair("nonce", &nonce)
        .append_pair("aud", &settings.iss)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    let kept = Kept { nonce, verifier: verifier.into_secret() };
    Ok(Sent { url: url.into(), state, kept })
}

/// Who came back, and which patient they have open.
pub(super) async fn receive(web: &Web, kept: &Kept, code: &str) -> Result<(Vouched, Named), Trouble> {
    let settings = &web.programs.0.launch;
    let about = about(web, settings).await?;
    let redirect = redirect(web);
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", kept.verifier.as_str()),
    ];
    let secret = (!settings.client_secret.is_empty())
        .then_some((settings.client_id.as_str(), settings.client_secret.as_str()));
    if secret.is_none() {
        fields.push(("client_id", settings.client_id.as_str()));
    }
    let answer = web.programs.0.outward.post(&about.token_endpoint, &fields, secret, LARGEST).await;
    let tokens: Tokens = match answer {
        // A code that was used before, or is another's.
        Err(outward::Trouble::Status(status @ 400..500)) => {
            return Err(Trouble::Answer(format!("the code is answered with {status}")));
        }
        answer => read(&answer?, "the token")?,
    };
    if !tokens.token_type.eq_ignore_ascii_case("bearer") {
        return Err(Trouble::Answer("the token is of a type that is not known".to_owned()));
    }
    let vouched = vouched(web, &about, &tokens, &kept.nonce).await?;
    let patient = tokens.patient.filter(|id| is_id(id));
    let patient = patient.ok_or_else(|| Trouble::Answer("no patient is open".to_owned()))?;
    let at = format!("{}/Patient/{patient}", settings.iss.trim_end_matches('/'));
    let body = web.programs.0.outward.get_as(&at, Some(&tokens.access_token), LARGEST).await?;
    let resource: Value = read(&body, "the patient")?;
    if resource["id"] != patient.as_str() {
        return Err(Trouble::Answer("the patient is another than was asked for".to_owned()));
    }
    let system = Some(settings.identifier_system.as_str()).filter(|system| !system.is_empty());
    let who = who(&resource, system)
        .map_err(|fault| Trouble::Answer(format!("the patient can't be read: {fault}")))?;
    let named = Named {
        id: Private::new(patient),
        identifier: who.identifier,
        born: who.born,
        is_of_feeds: system.is_some(),
    };
    Ok((vouched, named))
}

/// Who it is, by a token that the EHR has signed for us in this round.
async fn vouched(web: &Web, about: &About, tokens: &Tokens, nonce: &str) -> Result<Vouched, Trouble> {
    let settings = &web.programs.0.launch;
    let missing = |what: &str| Trouble::Answer(format!("there is no {what}"));
    let token = tokens.id_token.as_deref().ok_or_else(|| missing("token of who it is"))?;
    let token: CoreIdToken = token.parse().map_err(|_| missing("readable token of who it is"))?;
    let keys = about.jwks_uri.as_deref().ok_or_else(|| missing("address of the EHR's keys"))?;
    let keys: CoreJsonWebKeySet = read(&web.programs.0.outward.get(keys, LARGEST).await?, "the keys")?;
    let issuer = about.issuer.clone().unwrap_or_else(|| settings.iss.clone());
    let issuer = IssuerUrl::new(issuer).map_err(|_| Trouble::Ehr("its issuer is no address".to_owned()))?;
    let at = DateTime::from_timestamp(web.now().as_second(), 0).unwrap_or_default();
    let verifier =
        CoreIdTokenVerifier::new_public_client(ClientId::new(settings.client_id.clone()), issuer, keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || at);
    let claims = token
        .claims(&verifier, &Nonce::new(nonce.to_owned()))
        .map_err(|error| Trouble::Answer(error.to_string()))?;
    Ok(Vouched {
        issuer: claims.issuer().as_str().to_owned(),
        subject: claims.subject().as_str().to_owned(),
        login: None,
    })
}

async fn about(web: &Web, settings: &LaunchSettings) -> Result<About, Trouble> {
    let at = format!("{}/.well-known/smart-configuration", settings.iss.trim_end_matches('/'));
    read(&web.programs.0.outward.get(&at, LARGEST).await?, "what it says of itself")
}

fn redirect(web: &Web) -> String {
    format!("{}{BACK}", web.app.options().public_url)
}

fn read<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Trouble> {
    serde_json::from_slice(body).map_err(|_| Trouble::Ehr(format!("{what} can't be read")))
}

/// How many of its answers one of an EHR could be: for the fuzz targets.
#[cfg(feature = "fuzz")]
pub(super) fn readings(body: &[u8]) -> usize {
    let token = std::str::from_utf8(body).ok().and_then(|text| text.parse::<CoreIdToken>().ok());
    [
        read::<About>(body, "what it says of itself").is_ok(),
        read::<Tokens>(body, "the token").is_ok(),
        read::<CoreJsonWebKeySet>(body, "the keys").is_ok(),
        token.is_some(),
    ]
    .into_iter()
    .filter(|is_read| *is_read)
    .count()
}

fn is_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(is_letter) && Url::parse(id).is_err()
}
