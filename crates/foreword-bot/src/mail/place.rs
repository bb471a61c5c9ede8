//! Where a mail server is and how it is spoken to, from the URL of a setting.

/// How a connection is secured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tls {
    /// Not at all.
    None,
    /// After it has begun (STARTTLS), or not at all.
    Required,
    /// From its beginning.
    Wrapped,
}

/// A mail server.
#[derive(Clone)]
pub(super) struct Place {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// User and password.
    pub login: Option<(String, String)>,
    /// What stands behind the port.
    pub folder: String,
}

/// The usual ports of a protocol: in the clear, with STARTTLS, with TLS from the beginning.
pub(super) struct Ports(pub u16, pub u16, pub u16);

impl Place {
    /// Reads `smtp://USER:PASSWORD@HOST:PORT/FOLDER`, with `?tls=required` for STARTTLS and an `s` behind
    /// the protocol for TLS from the beginning. Special letters are written as `%XX`.
    ///
    /// # Errors
    /// Says what is wrong; `forms` are the forms that would be right.
    pub(super) fn parse(url: &str, protocol: &str, usual: &Ports, forms: &str) -> Result<Self, String> {
        let wrong = || forms.to_owned();
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login.split_once(':').ok_or_else(wrong)?), place),
            None => (None, rest),
        };
        let (place, folder) = place.split_once('/').unwrap_or((place, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => {
                let number = port.parse::<u16>();
                (host, Some(number.map_err(|_| format!("has the port {port:?}, must be a number"))?))
            }
            None => (place, None),
        };
        let is_secured = scheme.strip_prefix(protocol).ok_or_else(wrong)?;
        let (tls, usual) = match (is_secured, query) {
            ("", "") => (Tls::None, usual.0),
            ("", "tls=required") => (Tls::Required, usual.1),
            ("s", "") => (Tls::Wrapped, usual.2),
            _ => return Err(wrong()),
        };
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            tls,
            login: login.map(|(user, password)| (unescape(user), unescape(password))),
            folder: unescape(folder),
        })
    }
}

/// What is wrong with TLS, and what to change, if the words of an error say so. `server` is whose
/// certificate it is, `setting` where its name stands.
pub(super) fn certificate_trouble(words: &str, server: &str, setting: &str) -> Option<String> {
    let words = words.to_lowercase();
    let says = |what: &str| words.contains(what);
    let (trouble, change) = if says("expired") {
        ("has expired", "it must be renewed there (and check the clock here)".to_owned())
    } else if says("notvalidyet") || says("not valid yet") {
        ("is not valid yet", "check the clock here".to_owned())
    } else if says("unknownissuer") {
        let change = "put the certificate of the clinic's own authority into mail.ca_file";
        ("is from nobody this machine trusts", change.to_owned())
    } else if says("notvalidforname") || says("not valid for name") {
        ("is for another name", format!("write in {setting} the name the certificate is for"))
    } else {
        return None;
    };
    Some(format!("the certificate of {server} {trouble}: {change}"))
}

/// `%40` in the user of a URL is `@`.
fn unescape(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
