//! A browser tab without a script: it keeps cookies, follows redirects, and sends the forms it was
//! given.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use tower::ServiceExt;

/// A tab.
#[derive(Clone)]
pub struct Tab {
    router: Router,
    cookies: BTreeMap<String, (String, String)>,
    pub at: String,
    pub status: StatusCode,
    pub page: String,
    pub headers: axum::http::HeaderMap,
}

impl Tab {
    pub fn new(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            at: String::new(),
            status: StatusCode::OK,
            page: String::new(),
            headers: axum::http::HeaderMap::new(),
        }
    }

    pub async fn open(&mut self, path: &str) -> &mut Self {
        self.request("GET", path, None, &[]).await
    }

    /// Sends fields to a path and goes where it leads.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> &mut Self {
        let body: Vec<String> =
            fields.iter().map(|(key, value)| format!("{}={}", coded(key), coded(value))).collect();
        self.request("POST", path, Some(body.join("&")), &[]).await
    }

    pub async fn request(
        &mut self,
        method: &str,
        path: &str,
        body: Option<String>,
        extra: &[(&str, &str)],
    ) -> &mut Self {
        let mut response = self.once(method, path, body, extra).await;
        path.clone_into(&mut self.at);
        while response.status() == StatusCode::SEE_OTHER {
            let to = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
            response = self.once("GET", &to, None, &[]).await;
            self.at = to;
        }
        self.status = response.status();
        self.headers = response.headers().clone();
        let bytes = to_bytes(response.into_body(), 10 << 20).await.unwrap();
        self.page = String::from_utf8(bytes.to_vec()).unwrap();
        self
    }

    /// One request, its answer as it is.
    pub async fn once(
        &mut self,
        method: &str,
        path: &str,
        body: Option<String>,
        extra: &[(&str, &str)],
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "clinic.test");
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|(_, (_, scope))| path.starts_with(scope.as_str()))
            .map(|(name, (value, _))| format!("{}={value}", name.split('|').next().unwrap_or_default()))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (pair, attributes) = set.split_once(';').unwrap_or((set, ""));
            let (name, value) = pair.split_once('=').unwrap();
            let path = attributes.split("Path=").nth(1).and_then(|p| p.split(';').next()).unwrap_or("/");
            self.cookies.insert(format!("{name}|{path}"), (value.to_owned(), path.to_owned()));
        }
        response
    }

    /// Opens the link of a message and says the year of birth.
    pub async fn enter(&mut self, token: &str, year: &str) -> &mut Self {
        self.open(&format!("/v/{token}")).await;
        self.send(&format!("/v/{token}"), &[("year", year)]).await
    }

    /// The hidden field of the form on the page.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self.page.split(&mark).nth(1).unwrap_or_else(|| panic!("no {name} on\n{}", self.page));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// Answers the question on the page.
    pub async fn answer(&mut self, value: &str) -> &mut Self {
        self.submit(&[("value", value), ("action", "answer")]).await
    }

    /// Sends the form of the question on the page.
    async fn submit(&mut self, with: &[(&str, &str)]) -> &mut Self {
        let hidden = ["ask", "item", "nonce", "seen"].map(|name| (name, self.hidden(name)));
        let fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (*name, value.as_str())).chain(with.iter().copied()).collect();
        let path = format!("{}/answer", self.visit());
        self.send(&path, &fields).await
    }

    /// Sends the hidden fields of the page's first form, and these, to a path.
    pub async fn send_on(&mut self, path: &str, with: &[(&str, &str)]) -> &mut Self {
        let form = self.page.split("<form").nth(1).unwrap_or_default();
        let form = form.split("</form>").next().unwrap_or_default();
        let hidden: Vec<(String, String)> = form
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|rest| {
                let (name, rest) = rest.split_once("\" value=\"").unwrap();
                (unescape(name), unescape(rest.split('"').next().unwrap_or_default()))
            })
            .collect();
        let fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(with.iter().copied())
            .collect();
        self.send(path, &fields).await
    }

    /// Sends an answer again that another one had come before: it is the one to use.
    pub async fn insist(&mut self) -> &mut Self {
        let path = format!("{}/answer", self.visit());
        self.send_on(&path, &[("action", "answer")]).await
    }

    /// Forgets all cookies, as a browser that takes none.
    pub fn lose_cookies(&mut self) {
        self.cookies.clear();
    }

    /// "I prefer not to answer."
    pub async fn skip(&mut self) -> &mut Self {
        self.submit(&[("action", "skip")]).await
    }

    pub async fn ask_for(&mut self, wish: &str) -> &mut Self {
        let path = format!("{}/ask-for", self.visit());
        self.send(&path, &[("wish", wish), ("sure", "yes")]).await
    }

    /// The path of the visit the tab is at.
    pub fn visit(&self) -> String {
        self.at.split(['?']).next().unwrap_or_default().split('/').take(3).collect::<Vec<_>>().join("/")
    }

    /// The text of the page's first heading.
    pub fn heading(&self) -> String {
        let rest = self.page.split("<h1").nth(1).unwrap_or_default();
        let rest = rest.split_once('>').map_or("", |(_, rest)| rest);
        unescape(rest.split("</h1>").next().unwrap_or_default())
    }

    /// The page's text with the marks of HTML taken back.
    pub fn text(&self) -> String {
        unescape(&self.page)
    }
}

pub fn unescape(html: &str) -> String {
    html.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#38;", "&")
}

fn coded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        use std::fmt::Write;
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").unwrap(),
        }
        out
    })
}
