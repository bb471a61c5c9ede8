//! `foreword webhooks`: which programs are told what happens.

use foreword_domain::{event::Kind, ids::WebhookId};

use super::say;
use crate::{cli::Webhooks, config::Config, fail::wrong, wiring};

/// Who acts, when it is done on the command line.
const OPERATOR: &str = "operator";

pub(super) async fn run(config: &Config, args: &Webhooks) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    let (app, now) = (&service.app, service.clock.now());
    match args {
        Webhooks::Add { url, events } => {
            let events = events
                .iter()
                .map(|word| word.parse::<Kind>().map_err(|why| wrong(format!("--events: {word:?} {why}"))));
            let events = events.collect::<anyhow::Result<Vec<_>>>()?;
            match app.add_webhook(url, &events, OPERATOR, now).await {
                Err(foreword_app::Error::Refused(why)) => Err(wrong(why)),
                added => {
                    let added = added?;
                    eprintln!(
                        "{} is told; calls are signed with this secret, which is shown once:",
                        added.id
                    );
                    say(added.secret.reveal())
                }
            }
        }
        Webhooks::List { json } => {
            let all = app.webhooks().await?;
            if *json {
                let lines: Vec<_> = all
                    .iter()
                    .map(|one| {
                        serde_json::json!({
                            "id": one.id.to_string(), "url": one.url.reveal(), "events": one.events,
                            "created_at": one.created_at.to_string(), "created_by": one.created_by,
                        })
                    })
                    .collect();
                return say(&serde_json::to_string_pretty(&lines)?);
            }
            for one in all {
                let events: Vec<&str> = one.events.iter().map(|kind| kind.as_str()).collect();
                say(&format!("{}  {}  {}", one.id, one.url.reveal(), events.join(",")))?;
            }
            Ok(())
        }
        Webhooks::Remove { id } => {
            let known = id.parse::<WebhookId>().ok();
            let was_there = match known {
                Some(known) => app.remove_webhook(known, OPERATOR, now).await?,
                None => false,
            };
            if was_there {
                say(&format!("{id} is told nothing any more."))
            } else {
                Err(wrong(format!("there is no webhook {id:?}; `foreword webhooks list` shows all")))
            }
        }
    }
}
