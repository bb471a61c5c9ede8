//! `/clinic/account`: one's own password, second factor and sessions.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use foreword_app::{
    Error,
    account::{self, Change},
};
use foreword_domain::private::Private;
use jiff::{Timestamp, tz::TimeZone};
use qrcode::{Color, EcLevel, QrCode};

use super::{
    Failure,
    form::Fields,
    html,
    session::{AtAccount, SignedIn},
};
use crate::Web;

pub(super) const WRONG: &str = "The present password is not right, or there were too many tries; after five wrong tries wait 15 minutes.";

#[derive(Template)]
#[template(path = "clinic/account.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    login: &'a str,
    account: account::Account,
    /// A second factor has to be set up before everything else.
    first: bool,
    /// When the digest of the day goes out here, if it does.
    digest_at: Option<String>,
    /// Where it goes, for whoever gets it.
    digest: Option<Private<String>>,
    zone: TimeZone,
    said: Said,
}

impl Page<'_> {
    fn when(&self, at: &Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%-d %b %Y, %H:%M").to_string()
    }
}

/// What a form led to.
enum Said {
    Nothing,
    Well(&'static str),
    /// Where it went wrong: the form's name and the reason.
    Trouble(&'static str, String),
}

impl Said {
    fn trouble(&self, form: &str) -> Option<&str> {
        match self {
            Self::Trouble(at, why) if *at == form => Some(why),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "clinic/account_code.html")]
struct SetUp<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    /// In groups of four letters.
    secret: String,
    picture: Picture,
    wrong: bool,
}

/// A QR code as squares: how many in a row, and a path around the dark ones.
struct Picture {
    size: usize,
    path: String,
}

#[derive(Template)]
#[template(path = "clinic/account_recovery.html")]
struct Recovery<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    codes: Vec<Private<String>>,
    well: &'a str,
}

pub(crate) async fn show(State(web): State<Web>, at: AtAccount) -> Response {
    page(&web, &at, Said::Nothing).await
}

/// What only a form leads to: opened again, the account is meant.
pub(crate) async fn again(_: AtAccount) -> Redirect {
    Redirect::to("/clinic/account")
}

pub(crate) async fn password(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let (present, new) = (fields.get("present"), fields.get("new"));
    if new != fields.get("again") {
        let why = "The new password was not typed the same twice.".to_owned();
        return page(&web, &at, Said::Trouble("password", why)).await;
    }
    let changed = web.app.change_password(at.staff.0.id, present, new, &at.session, web.now()).await;
    let well = "Your password is changed. You are signed out everywhere but here.";
    settled(&web, &at, "password", well, changed).await
}

/// Begins to set up an app.
pub(crate) async fn begin_code(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    match web.app.begin_totp(at.staff.0.id, fields.get("present"), web.now()).await {
        Ok(Change::Made(secret)) => set_up(&web, &at, secret.reveal(), false),
        other => settled(&web, &at, "code", "", other).await,
    }
}

/// Takes the first code of the app.
pub(crate) async fn confirm_code(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    match web.app.confirm_totp(at.staff.0.id, fields.get("code"), web.now()).await {
        Ok(Some(codes)) => {
            recovery(&web, &at, codes, "From now on you are asked for a code when you sign in.")
        }
        Ok(None) => match web.app.totp_to_confirm(at.staff.0.id, web.now()).await {
            Ok(Some(secret)) => {
                let page = set_up(&web, &at, secret.reveal(), true);
                (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
            }
            Ok(None) => Redirect::to("/clinic/account").into_response(),
            Err(error) => Failure::from(&web, &error).into_response(),
        },
        Err(error) => Failure::from(&web, &error).into_response(),
    }
}

pub(crate) async fn remove_code(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let removed = web.app.remove_totp(at.staff.0.id, fields.get("present"), web.now()).await;
    settled(&web, &at, "code", "The app is turned off.", removed).await
}

pub(crate) async fn renew_recovery(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    match web.app.renew_recovery_codes(at.staff.0.id, fields.get("present"), web.now()).await {
        Ok(Change::Made(codes)) => recovery(&web, &at, codes, "The old recovery codes count no more."),
        other => settled(&web, &at, "recovery", "", other).await,
    }
}

/// Ends one session, or all others.
pub(crate) async fn end_sessions(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let (staff, now) = (at.staff.0.id, web.now());
    let ended = match fields.get("session") {
        "" => web.app.end_other_sessions(staff, &at.session, now).await,
        one => web.app.end_session(staff, one, now).await,
    };
    settled(&web, &at, "sessions", "Ended.", ended.map(Change::Made)).await
}

/// Sets where the digest of the day goes, or ends it.
pub(crate) async fn digest(State(web): State<Web>, at: AtAccount, fields: Fields) -> Response {
    let address = Some(fields.get("address").trim()).filter(|address| !address.is_empty());
    let address = address.filter(|_| fields.get("wish") != "end");
    let well = if address.is_some() { "The digest goes to this address." } else { "You get no digest." };
    let set = web.app.set_digest(at.staff.0.id, address, &at.staff.actor(), web.now()).await;
    let change = match set {
        Err(Error::Refused(why)) => Ok(Change::Refused(why)),
        set => set.map(Change::Made),
    };
    settled(&web, &at, "digest", well, change).await
}

pub(super) async fn settled<T>(
    web: &Web,
    at: &AtAccount,
    form: &'static str,
    well: &'static str,
    change: Result<Change<T>, Error>,
) -> Response {
    match change {
        Ok(Change::Made(_)) => page(web, at, Said::Well(well)).await,
        Ok(Change::Wrong) => page(web, at, Said::Trouble(form, WRONG.to_owned())).await,
        Ok(Change::Refused(why)) => page(web, at, Said::Trouble(form, sentence(&why))).await,
        Err(error) => Failure::from(web, &error).into_response(),
    }
}

async fn page(web: &Web, at: &AtAccount, said: Said) -> Response {
    let options = web.app.options();
    let status = match said {
        Said::Trouble(..) => StatusCode::UNPROCESSABLE_ENTITY,
        Said::Nothing | Said::Well(_) => StatusCode::OK,
    };
    let (staff, now) = (at.staff.0.id, web.now());
    let found = async {
        let account = web.app.account(staff, &at.session, now).await?;
        let first = web.app.lacks_second_factor(staff, &at.session, now).await?;
        Ok::<_, Error>((account, first, web.app.digest_address(staff).await?))
    };
    match found.await {
        Ok((account, first, digest)) => {
            let page = Page {
                clinic: &options.clinic_name,
                who: &at.staff,
                login: &at.staff.0.login,
                account,
                first,
                digest_at: options.digest_at.map(|at| at.strftime("%H:%M").to_string()),
                digest,
                zone: web.app.clinic_zone(),
                said,
            };
            (status, html(&page)).into_response()
        }
        Err(error) => Failure::from(web, &error).into_response(),
    }
}

fn set_up(web: &Web, at: &AtAccount, secret: &str, wrong: bool) -> Response {
    let clinic = &web.app.options().clinic_name;
    let picture = picture(&address(clinic, &at.staff.0.login, secret));
    let groups: Vec<String> =
        secret.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    html(&SetUp { clinic, who: &at.staff, secret: groups.join(" "), picture, wrong })
}

pub(super) fn recovery(
    web: &Web,
    at: &AtAccount,
    codes: Vec<Private<String>>,
    well: &'static str,
) -> Response {
    html(&Recovery { clinic: &web.app.options().clinic_name, who: &at.staff, codes, well })
}

/// What apps read from the picture.
fn address(clinic: &str, login: &str, secret: &str) -> String {
    // Apps show a plus as a plus, and take a colon for the end of the name.
    let part = |text: &str| {
        let text = text.replace(':', " ");
        form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let clinic = part(clinic);
    format!("otpauth://totp/{clinic}:{}?secret={secret}&issuer={clinic}", part(login))
}

fn picture(text: &str) -> Picture {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        // A name too long for a picture: the secret stands beside it as text.
        return Picture { size: 0, path: String::new() };
    };
    let width = code.width();
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, color)| *color == Color::Dark);
    // Four light squares around it, as readers want them.
    let path = dark.fold(String::new(), |path, (at, _)| {
        path + &format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4)
    });
    Picture { size: width + 8, path }
}

/// A reason of the service as a sentence.
pub(super) fn sentence(why: &str) -> String {
    let mut letters = why.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_reads_clinic_login_and_secret_from_the_picture() {
        let address = address("St. Mary: North & Co", "roe", "ABCD");
        let clinic = "St.%20Mary%20%20North%20%26%20Co";
        assert_eq!(address, format!("otpauth://totp/{clinic}:roe?secret=ABCD&issuer={clinic}"));
        let drawn = picture(&address);
        assert!(drawn.size > 40 && drawn.path.starts_with("M4 4h1v1h-1z"), "{}", drawn.size);
        assert_eq!(picture(&"x".repeat(4000)).size, 0);
    }
}
