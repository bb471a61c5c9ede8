//! Possession is permission: an extractor hands over the visit or the member of staff, or what is
//! needed for a page that says how to get there.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Visit,
    access::{Member, permission::Act, reach::Permits},
};
use foreword_domain::{ids::ConversationId, message::Channel, response::Respondent};

use super::Failure;
use crate::{
    Web,
    staff::{self, Need},
};

/// Name of the cookie that holds a patient's session; its path is the visit.
const VISIT: &str = "fw_visit";
/// Name of the cookie that holds the session of a tablet at the desk: one patient at a time.
const KIOSK: &str = "fw_kiosk";
/// What that cookie holds when nobody is at the tablet.
const NOBODY: &str = "nobody";
/// Name of the cookie that holds a staff session.
const STAFF: &str = "fw_staff";
/// Name of the cookie between password and second factor.
const HALF: &str = "fw_half";
/// Name of the cookie of whoever is at the provider of the house's accounts.
const AWAY: &str = "fw_away";
/// Name of the cookie of whoever was sent to the EHR that launched the page.
const LAUNCH: &str = "fw_launch";
/// How long somebody may be there, in seconds.
const AWAY_FOR: u32 = 600;
/// How long a browser is known behind the link it has passed the check of, in seconds: 14 days.
const KNOWN: u32 = 14 * 24 * 60 * 60;

/// The visit a patient's browser may see, and the door it stands at.
pub(crate) struct Seen {
    pub visit: Visit,
    pub channel: Channel,
}

impl Seen {
    pub(crate) fn is_kiosk(&self) -> bool {
        self.channel == Channel::Kiosk
    }
}

/// Whoever asks for a page of a visit.
pub(crate) enum Knock {
    /// They may see it.
    Seen(Box<Seen>),
    /// They could until their session was over: they are asked once more who they are.
    Again(ConversationId),
    /// The tablet they hold is nobody's any more.
    KioskOver,
    /// They come straight from the check of a link, and bring no cookie.
    NoCookie,
    /// There is nothing to know them by.
    Stranger,
}

/// The member of staff who is signed in, and what they may do.
#[derive(Clone)]
pub(crate) struct SignedIn(pub Member, Permits, Alarms);

/// The same at their own account, which also opens for those who have to set up a second factor first.
pub(crate) struct AtAccount {
    pub staff: SignedIn,
    pub session: String,
}

impl SignedIn {
    /// How they are written in the audit log. What is asked for in this name is cut to the clinics they may
    /// do it at.
    pub(crate) fn actor(&self) -> String {
        format!("staff:{}", self.0.id)
    }

    /// Whether they may do something at some clinic: for what is offered on a page. The verbs ask for
    /// themselves.
    pub(crate) fn may(&self, act: Act) -> bool {
        self.1.may(act)
    }

    /// Whether the page of a path opens to them: where it does not, nothing leads there.
    pub(crate) fn opens(&self, path: &str) -> bool {
        staff::need(path).is_some_and(|need| match need {
            Need::Nothing | Need::Account => true,
            Need::May(act) => self.may(act),
        })
    }

    /// What stands above every page: who watches over red flags, if nobody does.
    pub(crate) fn alarms(&self) -> &[String] {
        &self.2.0
    }

    /// The roles they hold, in words.
    pub(crate) fn roles_in_words(&self) -> String {
        self.1.in_words()
    }

    /// Whoever is signed in, or a page that says how to.
    pub(crate) async fn find(web: &Web, headers: &HeaderMap, uri: &Uri) -> Result<Self, Response> {
        let sign_in = || {
            let wanted = uri.path_and_query().map_or("/clinic", |p| p.as_str());
            let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            Redirect::to(&format!("/clinic/sign-in?next={next}")).into_response()
        };
        let failed = |error: foreword_app::Error| Failure::from(web, &error).into_response();
        let secret = staff_secret(web, headers).ok_or_else(sign_in)?;
        let member = web.app.staff_session(&secret, web.now()).await.map_err(failed)?;
        let member = member.ok_or_else(sign_in)?;
        if web.app.lacks_second_factor(member.id, &secret, web.now()).await.map_err(failed)? {
            return Err(Redirect::to("/clinic/account").into_response());
        }
        let permits = web.app.permits(member.id).await.map_err(failed)?;
        let alarms = Alarms::find(web, &member).await.map_err(failed)?;
        Ok(Self(member, permits, alarms))
    }
}

/// What every member of staff must know, whatever page they are at.
#[derive(Clone, Default)]
pub(crate) struct Alarms(Vec<String>);

impl Alarms {
    async fn find(web: &Web, member: &Member) -> Result<Self, foreword_app::Error> {
        let state = web.app.loop_state(&format!("staff:{}", member.id), web.now()).await?;
        let mut lines = Vec::new();
        if let Some(since) = state.unwatched_since {
            let since = since.map_or_else(
                || "has not been seen here yet".to_owned(),
                |at| {
                    let at = foreword_summary::when::moment(at, &web.app.clinic_zone());
                    format!("was last seen {at}")
                },
            );
            lines.push(format!(
                "Nobody watches over red flags: the worker {since}. Until it runs, nothing is asked that may need somebody \
                 at once. Please tell whoever runs Foreword here, and look at the red flags yourselves."
            ));
        }
        if state.alarms > 0 {
            let count = state.alarms;
            lines.push(format!(
                "{count} red {} nobody has taken, and nobody is left to be told. Please take {} now.",
                if count == 1 { "flag" } else { "flags" },
                if count == 1 { "it" } else { "them" },
            ));
        }
        Ok(Self(lines))
    }
}

impl std::fmt::Display for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.name)
    }
}

impl FromRequestParts<Web> for Knock {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(parts, web).await;
        let params = params.map_err(IntoResponse::into_response)?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, id)| id.parse().ok());
        let Some(id) = id else { return Ok(Self::Stranger) };
        let from_link =
            parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "from=link"));
        find(web, id, &parts.headers, from_link).await.map_err(|e| Failure::from(web, &e).into_response())
    }
}

async fn find(
    web: &Web,
    id: ConversationId,
    headers: &HeaderMap,
    from_link: bool,
) -> Result<Knock, foreword_app::Error> {
    let (app, now) = (&web.app, web.now());
    let at = async |channel| {
        let visit = app.visit(id).await?.at_door(channel, Respondent::Patient, now);
        Ok::<_, foreword_app::Error>(Knock::Seen(Box::new(Seen { visit, channel })))
    };
    let tablet = kiosk_secret(web, headers);
    if let Some(tablet) = &tablet
        && app.kiosk_session(tablet, now).await? == Some(id)
    {
        return at(Channel::Kiosk).await;
    }
    if let Some(secret) = visit_secret(web, headers) {
        if app.is_patient_session(id, &secret, now).await? {
            return at(Channel::Web).await;
        }
        if app.was_here(id, &secret, now).await? {
            return Ok(Knock::Again(id));
        }
    }
    Ok(match tablet {
        Some(_) => Knock::KioskOver,
        None if from_link => Knock::NoCookie,
        None => Knock::Stranger,
    })
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        // The table of staff pages has found out already.
        match parts.extensions.get::<Self>() {
            Some(staff) => Ok(staff.clone()),
            None => Self::find(web, &parts.headers, &parts.uri).await,
        }
    }
}

impl FromRequestParts<Web> for AtAccount {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let sign_in = || {
            let wanted = parts.uri.path_and_query().map_or("/clinic", |p| p.as_str());
            let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
            Redirect::to(&format!("/clinic/sign-in?next={next}")).into_response()
        };
        let session = staff_secret(web, &parts.headers).ok_or_else(sign_in)?;
        match web.app.staff_session(&session, web.now()).await {
            Ok(Some(member)) => {
                let failed = |error: foreword_app::Error| Failure::from(web, &error).into_response();
                let permits = web.app.permits(member.id).await.map_err(failed)?;
                let alarms = Alarms::find(web, &member).await.map_err(failed)?;
                Ok(Self { staff: SignedIn(member, permits, alarms), session })
            }
            Ok(None) => Err(sign_in()),
            Err(error) => Err(Failure::from(web, &error).into_response()),
        }
    }
}

/// The staff session of a request.
pub(crate) fn staff_secret(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &bound(web, STAFF))
}

/// The session between password and second factor.
pub(crate) fn half_secret(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &bound(web, HALF))
}

/// The session a patient's browser has or had, at a visit or behind its link.
pub(crate) fn visit_secret(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &scoped(web, VISIT))
}

/// The session of a tablet, or the mark that it is nobody's.
pub(crate) fn kiosk_secret(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &bound(web, KIOSK))
}

/// The header that gives a patient's browser its session. It is sent back for this visit alone, so
/// two people can answer in one browser.
pub(crate) fn visit_cookie(web: &Web, id: ConversationId, secret: &str) -> String {
    format!("{}={secret}; Path=/visit/{id}; HttpOnly; SameSite=Lax{}", scoped(web, VISIT), secure(web))
}

/// The header by which a browser is known again behind the link: it need not be asked while its
/// session lasts, and has tries of its own afterwards.
pub(crate) fn link_cookie(web: &Web, token: &str, secret: &str) -> String {
    let name = scoped(web, VISIT);
    format!("{name}={secret}; Path=/v/{token}; Max-Age={KNOWN}; HttpOnly; SameSite=Lax{}", secure(web))
}

/// The header that gives a tablet its session, or takes it away.
pub(crate) fn kiosk_cookie(web: &Web, secret: Option<&str>) -> String {
    let (name, value) = (bound(web, KIOSK), secret.unwrap_or(NOBODY));
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{}", secure(web))
}

/// The header that gives or takes away a staff session.
pub(crate) fn staff_cookie(web: &Web, secret: Option<&str>) -> String {
    clinic_cookie(web, STAFF, secret)
}

/// The header that gives or takes away the session between password and second factor.
pub(crate) fn half_cookie(web: &Web, secret: Option<&str>) -> String {
    clinic_cookie(web, HALF, secret)
}

/// What a browser keeps while somebody is at the provider of the house's accounts, and where they want to be.
pub(crate) fn away(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &bound(web, AWAY))
}

/// The header that makes a browser keep it, or forget it.
pub(crate) fn away_cookie(web: &Web, kept: Option<&str>) -> String {
    let cookie = clinic_cookie(web, AWAY, kept);
    if kept.is_some() { format!("{cookie}; Max-Age={AWAY_FOR}") } else { cookie }
}

/// What a browser keeps while somebody is at the EHR that launched the page.
pub(crate) fn launched(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, &bound(web, LAUNCH))
}

/// The header that makes a browser keep it, or forget it.
pub(crate) fn launch_cookie(web: &Web, kept: Option<&str>) -> String {
    let name = bound(web, LAUNCH);
    let path = if web.is_secure() { "/" } else { "/launch" };
    let (kept, age) = kept.map_or(("", 0), |kept| (kept, AWAY_FOR));
    format!("{name}={kept}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={age}{}", secure(web))
}

fn clinic_cookie(web: &Web, name: &str, secret: Option<&str>) -> String {
    let (name, secure) = (bound(web, name), secure(web));
    // A name that is bound to the host wants the whole of it.
    let path = if web.is_secure() { "/" } else { "/clinic" };
    match secret {
        Some(secret) => format!("{name}={secret}; Path={path}; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{name}=; Path={path}; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

fn secure(web: &Web) -> &'static str {
    if web.is_secure() { "; Secure" } else { "" }
}

/// A name that browsers take from this host only, over TLS.
fn bound(web: &Web, name: &str) -> String {
    if web.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A name that browsers take over TLS only; its path is not the whole site.
fn scoped(web: &Web, name: &str) -> String {
    if web.is_secure() { format!("__Secure-{name}") } else { name.to_owned() }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
