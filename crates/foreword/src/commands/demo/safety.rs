//! The demo's safety plan, ready to be taken into use, and a pager that writes each call into a file.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use axum::{Router, http::StatusCode, routing::post};
use foreword_app::{App, access::roles::Held};
use jiff::Timestamp;

use super::USER;
use crate::config::Config;

/// The others of the chain; whoever tries the demo is on call. Nobody knows their passwords.
const OTHERS: [(&str, &str); 2] = [("evans", "Dr Nia Evans"), ("lindgren", "Dr Sam Lindgren")];

/// Adds the people of the plan, and writes it beside the demo's other files. It is not taken into use: that is for
/// whoever wants to see what happens then.
pub(super) async fn prepare(
    app: &App,
    config: &Config,
    dir: &Path,
    base_url: &str,
    now: Timestamp,
) -> anyhow::Result<()> {
    let known = app.staff().await?;
    for (login, name) in OTHERS {
        if !known.iter().any(|member| member.login == login) {
            let held = [Held { role: "clinician".to_owned(), clinic: None }];
            app.put_staff_with(login, name, &held, &foreword_app::access::nonce(), now).await?;
        }
    }
    let file = dir.join("safety-plan.toml");
    std::fs::write(&file, plan(&config.clinic.name, &config.clinic.time_zone, base_url))
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Takes calls at `/demo/pager/WHO` and writes each into a file of the folder.
pub(super) fn pager(folder: PathBuf) -> Router {
    let folder = Arc::new(folder);
    let take = move |axum::extract::Path(who): axum::extract::Path<String>, body: String| {
        let folder = Arc::clone(&folder);
        async move {
            // The name becomes part of a file's.
            if !who.chars().all(|c| c.is_ascii_alphanumeric()) {
                return StatusCode::NOT_FOUND;
            }
            let count = std::fs::read_dir(folder.as_path()).map_or(0, Iterator::count);
            let file = folder.join(format!("{:04}-{who}.json", count + 1));
            let written =
                std::fs::create_dir_all(folder.as_path()).and_then(|()| std::fs::write(file, body + "\n"));
            if written.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::INTERNAL_SERVER_ERROR }
        }
    };
    Router::new().route("/demo/pager/{who}", post(take))
}

fn plan(clinic: &str, zone: &str, base_url: &str) -> String {
    let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
    let person = |login: &str| {
        format!(
            "[people.{login}]\nemail = \"{login}@riverside.example\"\nwebhook = \"{base_url}/demo/pager/{login}\"\n"
        )
    };
    format!(
        "# Who is told of a red flag in this demo, in which order and when. Take it into use with\n\
         #   foreword safety set safety-plan.toml --database sqlite://foreword.db\n\
         # and switch on the pathway that asks PHQ-9, for visits of the kind \"Mood follow-up\":\n\
         #   foreword pathways activate mood-follow-up --clinic {clinic} --database sqlite://foreword.db\n\
         # Calls to the pager are written into the folder pager, mails into the folder mail.\n\
         clinic = {clinic}\nversion = {version}\nowner = \"lindgren\"\ntime_zone = {zone}\n\n\
         [chain]\ndeputy = \"evans\"\nsafety_lead = \"lindgren\"\n\n[[on_call]]\nperson = \"{USER}\"\n\n\
         [deadlines]\nred_minutes = 30\nstep_minutes = 15\n\n\
         [hours]\n{hours}\n{people}\n\
         # Samples: a clinic puts in its own, checked by somebody who has called them.\n\
         [crisis.en]\nnumbers = [\"112 or 999 in an emergency\", \"A helpline of your country, day and night\"]\n\n\
         [crisis.de]\nnumbers = [\"112 im Notfall\", \"Eine Telefonseelsorge in Ihrem Land, Tag und Nacht\"]\n",
        clinic = text(clinic),
        zone = text(zone),
        // Another port is another plan.
        version = text(&format!("demo {base_url}")),
        hours = ["mon", "tue", "wed", "thu", "fri"]
            .map(|day| format!("{day} = [\"08:30-12:30\", \"13:30-17:30\"]\n"))
            .concat(),
        people = [USER, "evans", "lindgren"].map(person).join("\n"),
    )
}
