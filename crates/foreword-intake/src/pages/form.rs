//! Forms as browsers send them, read once into pairs.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::Failure;
use crate::Web;

/// The fields of a form, in order.
#[derive(Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the body of a form.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// The first field of this name.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// Whether there is a field of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// All fields of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }

    /// What was put into the fields of this name. Browsers send line breaks in texts as CR LF; the
    /// patient typed one key.
    pub(crate) fn given(&self, name: &str) -> Vec<String> {
        let values = self.all(name).into_iter().map(|value| value.replace("\r\n", "\n"));
        values.filter(|value| !value.is_empty()).collect()
    }

    /// What was written into the field of this name, without blanks around it.
    pub(crate) fn written(&self, name: &str) -> String {
        self.get(name).replace("\r\n", "\n").trim().to_owned()
    }

    /// The fields without those of these names.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(key, _)| !names.contains(&key.as_str())).cloned().collect()
    }
}

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let bytes =
            Bytes::from_request(request, web).await.map_err(|_| Failure::too_large(web).into_response())?;
        Ok(Self::read(&bytes))
    }
}
