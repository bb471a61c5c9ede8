//! Programs that may use the API: those that hold a token, those that sign with a key of theirs, and what these
//! were given. Tokens are there as digests only.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Result, Txn,
    keys::digest,
    rows::{Instant, access_token, api_client, backend_client, used_assertion},
};

/// How a client proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By a token that does not end.
    Token,
    /// By signing: its public keys, as a JWK set.
    Keys(String),
    /// By signing: the address of its public keys.
    KeysAt(String),
}

/// A program that may use the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself when it asks for a token; only those have one that sign.
    pub client_id: Option<String>,
    /// Its name here.
    pub name: String,
    /// What it may do: scopes with blanks between them.
    pub scopes: String,
    /// How it proves who it is.
    pub proof: Proof,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// To what a token leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The client's name.
    pub name: String,
    /// What the token is good for.
    pub scopes: String,
    /// When it ends; never, where there is no such time.
    pub expires_at: Option<Timestamp>,
}

/// Adds a client by the digest of its token.
pub async fn add(txn: &Txn, name: &str, scopes: &str, token: &str, now: Timestamp) -> Result<()> {
    let row = api_client::ActiveModel {
        token_hash: Set(digest(token.as_bytes())),
        name: Set(name.to_owned()),
        scopes: Set(scopes.to_owned()),
        created_at: Set(now.into()),
        revoked_at: NotSet,
    };
    api_client::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Adds a client that signs.
pub async fn add_signing(txn: &Txn, client: &Client, client_id: &str) -> Result<()> {
    let (jwks, jwks_url) = match &client.proof {
        Proof::Token => (None, None),
        Proof::Keys(keys) => (Some(keys.clone()), None),
        Proof::KeysAt(address) => (None, Some(address.clone())),
    };
    let row = backend_client::ActiveModel {
        client_id: Set(client_id.to_owned()),
        name: Set(client.name.clone()),
        scopes: Set(client.scopes.clone()),
        jwks: Set(jwks),
        jwks_url: Set(jwks_url),
        created_at: Set(client.created_at.into()),
        revoked_at: Set(client.revoked_at.map(Into::into)),
    };
    backend_client::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// All clients, oldest first.
pub async fn all(txn: &Txn) -> Result<Vec<Client>> {
    let tokens = api_client::Entity::find().all(&txn.db).await?.into_iter().map(|row| Client {
        client_id: None,
        name: row.name,
        scopes: row.scopes,
        proof: Proof::Token,
        created_at: row.created_at.into(),
        revoked_at: row.revoked_at.map(Into::into),
    });
    let signing = backend_client::Entity::find().order_by_asc(backend_client::Column::ClientId);
    let mut all: Vec<Client> = tokens.chain(signing.all(&txn.db).await?.into_iter().map(from_row)).collect();
    all.sort_by_key(|client| client.created_at);
    Ok(all)
}

/// A client that signs and was not revoked.
pub async fn signing(txn: &Txn, client_id: &str) -> Result<Option<Client>> {
    // PostgreSQL knows no text with a NUL in it.
    if client_id.contains('\0') {
        return Ok(None);
    }
    let row = backend_client::Entity::find_by_id(client_id.to_owned()).one(&txn.db).await?;
    Ok(row.filter(|row| row.revoked_at.is_none()).map(from_row))
}

/// Revokes all clients of a name, with all they were given. Tells how many there were.
pub async fn revoke(txn: &Txn, name: &str, now: Timestamp) -> Result<u64> {
    let at = Instant::from(now).0;
    let tokens = api_client::Entity::update_many()
        .col_expr(api_client::Column::RevokedAt, Expr::value(at))
        .filter(api_client::Column::Name.eq(name))
        .filter(api_client::Column::RevokedAt.is_null())
        .exec(&txn.db)
        .await?;
    let signing = backend_client::Entity::find()
        .filter(backend_client::Column::Name.eq(name))
        .filter(backend_client::Column::RevokedAt.is_null())
        .all(&txn.db)
        .await?;
    let ids: Vec<String> = signing.into_iter().map(|row| row.client_id).collect();
    backend_client::Entity::update_many()
        .col_expr(backend_client::Column::RevokedAt, Expr::value(at))
        .filter(backend_client::Column::ClientId.is_in(&ids))
        .exec(&txn.db)
        .await?;
    access_token::Entity::delete_many()
        .filter(access_token::Column::ClientId.is_in(&ids))
        .exec(&txn.db)
        .await?;
    Ok(tokens.rows_affected + ids.len() as u64)
}

/// Whose a token is, over or not; nobody's, when its client was revoked.
pub async fn holder(txn: &Txn, token: &str) -> Result<Option<Holder>> {
    let hash = digest(token.as_bytes());
    if let Some(row) = api_client::Entity::find_by_id(hash.clone()).one(&txn.db).await? {
        let is_live = row.revoked_at.is_none();
        return Ok(is_live.then_some(Holder { name: row.name, scopes: row.scopes, expires_at: None }));
    }
    let Some(token) = access_token::Entity::find_by_id(hash).one(&txn.db).await? else { return Ok(None) };
    let client = signing(txn, &token.client_id).await?;
    Ok(client.map(|client| Holder {
        name: client.name,
        scopes: token.scopes,
        expires_at: Some(token.expires_at.into()),
    }))
}

/// Keeps what a client that signs was given, by its digest.
pub async fn give(txn: &Txn, client_id: &str, scopes: &str, token: &str, until: Timestamp) -> Result<()> {
    let row = access_token::ActiveModel {
        token_hash: Set(digest(token.as_bytes())),
        client_id: Set(client_id.to_owned()),
        scopes: Set(scopes.to_owned()),
        expires_at: Set(until.into()),
    };
    access_token::Entity::insert(row).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Uses up a signed request by what its client calls it. Whether it was not used before, by whatever process.
pub async fn use_up(txn: &Txn, client_id: &str, jti: &str, until: Timestamp) -> Result<bool> {
    let row = used_assertion::ActiveModel {
        id_hash: Set(digest(format!("{client_id}\0{jti}").as_bytes())),
        until_at: Set(until.into()),
    };
    let once = OnConflict::column(used_assertion::Column::IdHash).do_nothing().to_owned();
    Ok(used_assertion::Entity::insert(row).on_conflict(once).exec_without_returning(&txn.db).await? == 1)
}

/// Forgets tokens that were over before an instant, and used requests that could not be used again anyway.
pub async fn forget(txn: &Txn, tokens_before: Timestamp, now: Timestamp) -> Result<()> {
    access_token::Entity::delete_many()
        .filter(access_token::Column::ExpiresAt.lt(Instant::from(tokens_before)))
        .exec(&txn.db)
        .await?;
    used_assertion::Entity::delete_many()
        .filter(used_assertion::Column::UntilAt.lt(Instant::from(now)))
        .exec(&txn.db)
        .await?;
    Ok(())
}

fn from_row(row: backend_client::Model) -> Client {
    Client {
        client_id: Some(row.client_id),
        name: row.name,
        scopes: row.scopes,
        proof: match (row.jwks, row.jwks_url) {
            (Some(keys), _) => Proof::Keys(keys),
            (None, Some(address)) => Proof::KeysAt(address),
            (None, None) => Proof::Token,
        },
        created_at: row.created_at.into(),
        revoked_at: row.revoked_at.map(Into::into),
    }
}
