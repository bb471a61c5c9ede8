//! Rules tried out on what was answered so far, before anybody is told of what they find.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use foreword_app::alerting::trying::Tried;
use foreword_domain::safety;

use super::{Failure, form::Fields, html, session::SignedIn};
use crate::Web;

/// What the field holds at first.
const EXAMPLE: &str = "[[rule]]\ninstrument = \"gad-7\"\nid = \"severe\"\nlevel = \"amber\"\n\
                       text = { en = \"Severe anxiety by GAD-7 (15 or more)\" }\nscale = \"total\"\nat_least = 15\n";
/// The name faults are reported under.
const NAME: &str = "rules";
/// Visits that are looked at on a page; the command line looks at all.
const NEWEST: usize = 2_000;
/// The longest text that is read, in bytes.
const LONGEST: usize = 100_000;

#[derive(Template)]
#[template(path = "clinic/rules.html")]
struct Page<'a> {
    clinic: &'a str,
    who: &'a SignedIn,
    text: String,
    faults: Vec<String>,
    tried: Option<Vec<Tried>>,
}

impl Page<'_> {
    fn share(tried: &Tried) -> String {
        tried.percent.map_or_else(|| "no responses".to_owned(), |percent| format!("{percent:.1} %"))
    }
}

pub(crate) async fn show(State(web): State<Web>, staff: SignedIn) -> Response {
    answer(&web, &staff, EXAMPLE.to_owned(), Vec::new(), None)
}

pub(crate) async fn try_out(State(web): State<Web>, staff: SignedIn, fields: Fields) -> Response {
    let text = fields.written("rules");
    if text.len() > LONGEST {
        let fault = format!("this is longer than {LONGEST} bytes");
        return answer(&web, &staff, String::new(), vec![fault], None);
    }
    let faults = match safety::rules(NAME, &text) {
        Ok(rules) => {
            let faults = safety::rule_faults(&rules, &text, &web.app.catalog().instruments);
            if faults.is_empty() {
                return match web.app.try_rules(rules, &staff.actor(), web.now(), NEWEST, |_, _| ()).await {
                    Ok(tried) => answer(&web, &staff, text, faults, Some(tried)),
                    Err(error) => Failure::from(&web, &error).into_response(),
                };
            }
            faults
        }
        Err(refused) => refused.faults.iter().map(ToString::to_string).collect(),
    };
    answer(&web, &staff, text, faults, None)
}

fn answer(
    web: &Web,
    staff: &SignedIn,
    text: String,
    faults: Vec<String>,
    tried: Option<Vec<Tried>>,
) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page { clinic: &web.app.options().clinic_name, who: staff, text, faults, tried };
    (status, html(&page)).into_response()
}
