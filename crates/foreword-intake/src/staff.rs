//! The pages of staff: every route with what it takes to open it, in one table. The router is made of it, and
//! so is the matrix that tests walk through: a page that is not in it can't be reached.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{Request, State},
    handler::Handler,
    http::{StatusCode, Uri},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, get, post},
};
use foreword_app::access::permission::{Act, Role};

use crate::{
    Web,
    pages::{self, Failure, session::SignedIn},
};

/// What it takes to open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it is how one signs in and out.
    Nothing,
    /// To be signed in, in whatever role.
    Account,
    /// A role that may do this.
    May(Act),
}

impl From<Act> for Need {
    fn from(act: Act) -> Self {
        Self::May(act)
    }
}

/// A page of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path, with the names of what varies in braces.
    pub path: &'static str,
    /// What it takes to open it.
    pub need: Need,
}

/// The pages of staff, for whoever wants to look at all of them.
pub fn routes() -> Vec<Route> {
    table().0.into_iter().map(|(route, _)| route).collect()
}

/// What it takes to open the page of a path.
pub(crate) fn need(path: &str) -> Option<Need> {
    static OPENED: LazyLock<Vec<Route>> = LazyLock::new(routes);
    OPENED.iter().find(|route| route.method == "GET" && route.path == path).map(|route| route.need)
}

/// The router of these pages.
pub(crate) fn router(web: &Web) -> Router<Web> {
    table().0.into_iter().fold(Router::new(), |router, (route, page)| {
        let path = route.path;
        router.route(path, page.layer(middleware::from_fn_with_state((web.clone(), route), enter)))
    })
}

/// The table. The path of a page that was the answer to a form can be opened again and leads to what was meant.
fn table() -> Table {
    use Act::{
        Activate, Alerts, AskPatient, Audit, BreakGlass, Feeds, Instruments, Kiosk, Mailbox, ManageVisits,
        MarkTopics, Messages, Pathways, PrintForms, ReadDay, ReadSummary, Rehearse, ReplyToPatient, Telegram,
        Transcribe,
    };
    use pages::{
        account, alerts, asking, audit, board, break_glass, closing, day, desk, feed_log, library, mails,
        managing, messages, paper, passkeys, patient, provider, rehearsal, rules, sign_in, summary, telegram,
        timeline, transcribe,
    };
    Table(Vec::new())
        .get("/clinic", ReadDay, day::show)
        .get("/clinic/sign-in", Need::Nothing, sign_in::show)
        .post("/clinic/sign-in", Need::Nothing, sign_in::sign_in)
        .get("/clinic/sign-in/code", Need::Nothing, sign_in::ask)
        .post("/clinic/sign-in/code", Need::Nothing, sign_in::answer)
        .get("/clinic/sign-in/passkey", Need::Nothing, passkeys::wanted)
        .post("/clinic/sign-in/passkey", Need::Nothing, passkeys::sign_in)
        .get("/clinic/sign-in/provider", Need::Nothing, provider::send)
        .get("/clinic/sign-in/provider/back", Need::Nothing, provider::back)
        .post("/clinic/sign-out", Need::Nothing, sign_in::sign_out)
        .get("/clinic/account", Need::Account, account::show)
        .post("/clinic/account/password", Need::Account, account::password)
        .get("/clinic/account/password", Need::Account, account::again)
        .post("/clinic/account/code", Need::Account, account::begin_code)
        .get("/clinic/account/code", Need::Account, account::again)
        .post("/clinic/account/code/confirm", Need::Account, account::confirm_code)
        .get("/clinic/account/code/confirm", Need::Account, account::again)
        .post("/clinic/account/code/off", Need::Account, account::remove_code)
        .get("/clinic/account/code/off", Need::Account, account::again)
        .post("/clinic/account/recovery", Need::Account, account::renew_recovery)
        .get("/clinic/account/recovery", Need::Account, account::again)
        .post("/clinic/account/passkeys", Need::Account, passkeys::keep)
        .get("/clinic/account/passkeys", Need::Account, account::again)
        .post("/clinic/account/passkeys/new", Need::Account, passkeys::new_wanted)
        .get("/clinic/account/passkeys/new", Need::Account, account::again)
        .post("/clinic/account/passkeys/remove", Need::Account, passkeys::remove)
        .get("/clinic/account/passkeys/remove", Need::Account, account::again)
        .post("/clinic/account/sessions", Need::Account, account::end_sessions)
        .get("/clinic/account/sessions", Need::Account, account::again)
        .post("/clinic/account/digest", Need::Account, account::digest)
        .get("/clinic/account/digest", Need::Account, account::again)
        .get("/clinic/appointments/new", ManageVisits, managing::blank)
        .post("/clinic/appointments/new", ManageVisits, managing::enter)
        .get("/clinic/appointments/{id}", ReadSummary, summary::show)
        .get("/clinic/appointments/{id}/edit", ManageVisits, managing::edit)
        .post("/clinic/appointments/{id}/edit", ManageVisits, managing::change)
        .post("/clinic/appointments/{id}/questions", AskPatient, asking::put)
        .get("/clinic/appointments/{id}/questions", AskPatient, asking::again)
        .post("/clinic/appointments/{id}/questions/{question}/withdraw", AskPatient, asking::withdraw)
        .get("/clinic/appointments/{id}/questions/{question}/withdraw", AskPatient, asking::again)
        .get("/clinic/appointments/{id}/summary.pdf", ReadSummary, summary::pdf)
        .get("/clinic/appointments/{id}/versions/{number}", ReadSummary, closing::version)
        .post("/clinic/appointments/{id}/notes", ReplyToPatient, closing::write)
        .get("/clinic/appointments/{id}/notes", ReplyToPatient, asking::again)
        .post("/clinic/appointments/{id}/topics", MarkTopics, closing::mark)
        .get("/clinic/appointments/{id}/topics", MarkTopics, asking::again)
        .post("/clinic/appointments/{id}/goals", MarkTopics, closing::set_goal)
        .get("/clinic/appointments/{id}/goals", MarkTopics, asking::again)
        .post("/clinic/appointments/{id}/goals/{goal}/end", MarkTopics, closing::end_goal)
        .get("/clinic/appointments/{id}/goals/{goal}/end", MarkTopics, asking::again)
        .get("/clinic/appointments/{id}/timeline", ReadSummary, timeline::show)
        .get("/clinic/appointments/{id}/patient", ReadSummary, patient::of_visit)
        .get("/clinic/patients", ReadSummary, patient::ask)
        .post("/clinic/patients", ReadSummary, patient::find)
        .get("/clinic/patients/{id}", ReadSummary, patient::show)
        .get("/clinic/board", ReadDay, board::show)
        .get("/clinic/rehearsal", Rehearse, rehearsal::show)
        .get("/clinic/library", Pathways, library::show)
        .get("/clinic/library/pathways/{id}", Pathways, library::pathway)
        .post("/clinic/library/pathways/{id}", Activate, library::activate)
        .get("/clinic/library/instruments/{id}", Instruments, library::instrument)
        .get("/clinic/audit", Audit, audit::show)
        .get("/clinic/appointments/{id}/paper.pdf", PrintForms, paper::of_visit)
        .get("/clinic/pathways/{id}/paper.pdf", PrintForms, paper::of_pathway)
        .post("/clinic/appointments/{id}/kiosk", Kiosk, desk::code)
        .get("/clinic/appointments/{id}/kiosk", Kiosk, desk::again)
        .get("/clinic/appointments/{id}/transcribe", Transcribe, transcribe::show)
        .post("/clinic/appointments/{id}/transcribe", Transcribe, transcribe::enter)
        .get("/clinic/alerts", Alerts, alerts::show)
        .get("/clinic/alerts/rules", Activate, rules::show)
        .post("/clinic/alerts/rules", Activate, rules::try_out)
        .get("/clinic/alerts/{id}", Alerts, alerts::one)
        .post("/clinic/alerts/{id}", Alerts, alerts::act)
        .get("/clinic/messages", Messages, messages::show)
        .post("/clinic/messages/{id}/retry", Messages, messages::retry)
        .get("/clinic/messages/{id}/retry", Messages, messages::again)
        .get("/clinic/feeds", Feeds, feed_log::show)
        .get("/clinic/telegram", Telegram, telegram::show)
        .post("/clinic/telegram", Telegram, telegram::connect)
        .get("/clinic/mail", Mailbox, mails::show)
        .post("/clinic/mail/{id}/seen", Mailbox, mails::seen)
        .get("/clinic/mail/{id}/seen", Mailbox, mails::again)
        .get("/clinic/break-glass", BreakGlass, break_glass::show)
        .post("/clinic/break-glass", BreakGlass, break_glass::open)
        .get("/clinic/break-glass/log", Audit, break_glass::log)
}

struct Table(Vec<(Route, MethodRouter<Web>)>);

impl Table {
    fn get<H, T>(self, path: &'static str, need: impl Into<Need>, page: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.with("GET", path, need.into(), get(page))
    }

    fn post<H, T>(self, path: &'static str, need: impl Into<Need>, page: H) -> Self
    where
        H: Handler<T, Web>,
        T: 'static,
    {
        self.with("POST", path, need.into(), post(page))
    }

    fn with(mut self, method: &'static str, path: &'static str, need: Need, page: MethodRouter<Web>) -> Self {
        self.0.push((Route { method, path, need }, page));
        self
    }
}

/// Lets whoever is signed in and may, in; the page is handed who it is.
async fn enter(State((web, route)): State<(Web, Route)>, mut request: Request, next: Next) -> Response {
    // The pages of one's own account find out for themselves: they open also for those who may open nothing
    // else before they have set up a second factor.
    if matches!(route.need, Need::Nothing | Need::Account) {
        return next.run(request).await;
    }
    let staff = match SignedIn::find(&web, request.headers(), request.uri()).await {
        Ok(staff) => staff,
        Err(response) => return response,
    };
    if let Need::May(act) = route.need
        && !staff.may(act)
    {
        return match elsewhere(&route, request.uri(), &staff) {
            Some(page) => Redirect::to(&page).into_response(),
            None => refused(&web, &staff, act),
        };
    }
    request.extensions_mut().insert(staff);
    next.run(request).await
}

/// Where somebody is led who may not open a page that others of our pages lead to.
fn elsewhere(route: &Route, uri: &Uri, staff: &SignedIn) -> Option<String> {
    match (route.method, route.path) {
        // Where everybody comes who has signed in.
        ("GET", "/clinic") if staff.may(Act::Feeds) => Some("/clinic/feeds".to_owned()),
        // The visit, for those who look after it without reading what was answered.
        ("GET", "/clinic/appointments/{id}") if staff.may(Act::ManageVisits) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Some(format!("{}/edit{query}", uri.path()))
        }
        _ => None,
    }
}

#[derive(askama::Template)]
#[template(path = "clinic/refused.html")]
struct Refused<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    act: &'static str,
    roles: String,
    /// Whether a role at one clinic is not enough.
    is_of_the_house: bool,
    own: String,
}

fn refused(web: &Web, staff: &SignedIn, act: Act) -> Response {
    let roles: Vec<&str> = act.roles().map(Role::label).collect();
    let page = Refused {
        clinic: &web.app.options().clinic_name,
        who: staff,
        act: act.plain(),
        roles: roles.join(", "),
        is_of_the_house: act.is_of_the_house(),
        own: staff.roles_in_words(),
    };
    (StatusCode::FORBIDDEN, pages::html(&page)).into_response()
}

/// What is answered where a verb finds that a role is missing: it was taken away in this moment.
pub(crate) fn not_allowed(web: &Web) -> Failure {
    Failure::gone(web).with_status(StatusCode::FORBIDDEN)
}
