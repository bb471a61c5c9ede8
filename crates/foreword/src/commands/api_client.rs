//! `foreword api-client`: programs that may use the API.

use foreword_app::access::programs::{Client, Proof};
use serde_json::{Value, json};

use super::say;
use crate::{
    cli::{AddClient, ApiClient},
    config::Config,
    fail::{read_text, wrong},
    wiring::{self, Service},
};

pub(super) async fn run(config: &Config, args: &ApiClient) -> anyhow::Result<()> {
    let service = wiring::open(config).await?;
    match args {
        ApiClient::Add(args) => add(&service, args).await,
        ApiClient::List { json } => list(&service, *json).await,
        ApiClient::Revoke { name } => match service.app.revoke_api_client(name, service.clock.now()).await? {
            0 => {
                Err(wrong(format!("there is no client {name:?} that could be revoked; see api-client list")))
            }
            1 => say(&format!("{name} is revoked.")),
            number => say(&format!("{number} clients called {name} are revoked.")),
        },
    }
}

async fn add(service: &Service, args: &AddClient) -> anyhow::Result<()> {
    let (app, now) = (&service.app, service.clock.now());
    let scopes = args.scope.join(" ");
    let proof = match (&args.jwks, &args.jwks_url) {
        (Some(file), _) => Proof::Keys(read_text(file)?),
        (None, Some(address)) => Proof::KeysAt(address.clone()),
        (None, None) => {
            let token = app.add_api_client(&args.name, &scopes, now).await?;
            return say(token.reveal());
        }
    };
    say(&app.add_signing_client(&args.name, &scopes, proof, now).await?)
}

async fn list(service: &Service, json: bool) -> anyhow::Result<()> {
    let clients = service.app.api_clients().await?;
    if json {
        let clients: Vec<Value> = clients.iter().map(plain).collect();
        return say(&serde_json::to_string_pretty(&clients)?);
    }
    for client in clients {
        let how = match (&client.proof, &client.client_id) {
            (Proof::KeysAt(address), Some(id)) => format!("signs as {id}, keys at {address}"),
            (_, Some(id)) => format!("signs as {id}"),
            (_, None) => "token".to_owned(),
        };
        let revoked = if client.revoked_at.is_some() { " (revoked)" } else { "" };
        say(&format!("{}  {}  {how}{revoked}", client.name, client.scopes))?;
    }
    Ok(())
}

fn plain(client: &Client) -> Value {
    json!({
        "name": client.name,
        "client_id": client.client_id,
        "scope": client.scopes,
        "jwks_url": match &client.proof {
            Proof::KeysAt(address) => Some(address),
            Proof::Token | Proof::Keys(_) => None,
        },
        "created_at": client.created_at.to_string(),
        "revoked_at": client.revoked_at.map(|at| at.to_string()),
    })
}
