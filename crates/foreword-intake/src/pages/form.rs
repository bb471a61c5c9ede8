//! Forms as browsers send them, read once into pairs.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::Failure;
use crate::Web;

/// The fields of a form, in order.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first field of this name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// All fields of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let bytes =
            Bytes::from_request(request, web).await.map_err(|_| Failure::too_large(web).into_response())?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}
