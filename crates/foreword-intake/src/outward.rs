//! The way out to addresses that were set up by hand and may be wrong: keys of other programs. What is fetched is
//! bounded in time and size, never through a redirect, and never from where nobody meant to let it.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use openidconnect::{
    reqwest::{
        self,
        dns::{Addrs, Name, Resolve, Resolving},
    },
    url::{Host, Url},
};

/// How long another server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where addresses may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// To public addresses, over TLS.
    #[default]
    Public,
    /// To this machine as well, also without TLS.
    Loopback,
    /// To the house's own network as well, over TLS.
    Private,
}

impl Reach {
    /// Whether an address may be connected to. Those of one's own link never: on rented machines they give away
    /// the machine's own secrets.
    pub fn has(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if is_public(address) {
            return true;
        }
        match self {
            Self::Public => false,
            Self::Loopback => address.is_loopback(),
            Self::Private => address.is_loopback() || is_private(address),
        }
    }
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("the address is none that may be used: {0}")]
    Address(&'static str),
    #[error("it can't be reached, or does not answer in time")]
    Silent,
    #[error("it answers {0}")]
    Status(u16),
    #[error("it answers more than {0} bytes")]
    TooMuch(usize),
    #[error("{0}")]
    Content(String),
}

/// A client that goes only where it may.
#[derive(Clone)]
pub(crate) struct Outward {
    http: reqwest::Client,
    reach: Reach,
}

impl Outward {
    pub fn new(tls: rustls::ClientConfig, reach: Reach) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .dns_resolver(Arc::new(Resolver(reach)))
            .no_proxy()
            .build();
        Ok(Self { http: http.map_err(|error| error.to_string())?, reach })
    }

    /// What an address answers, at most so many bytes.
    pub async fn get(&self, address: &str, most: usize) -> Result<Vec<u8>, Trouble> {
        self.get_as(address, None, most).await
    }

    /// The same, with a bearer token.
    pub async fn get_as(&self, address: &str, token: Option<&str>, most: usize) -> Result<Vec<u8>, Trouble> {
        let request = self.http.get(self.checked(address)?).header("accept", "application/json");
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        answer(request, most).await
    }

    /// What an address answers to a form, sent by whoever a name and a secret prove it is.
    pub async fn post(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        by: Option<(&str, &str)>,
        most: usize,
    ) -> Result<Vec<u8>, Trouble> {
        let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", coded(name), coded(value))).collect();
        let request = self
            .http
            .post(self.checked(address)?)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"));
        let request = match by {
            // Coded before they are coded again (RFC 6749, section 2.3.1).
            Some((name, secret)) => request.basic_auth(coded(name), Some(coded(secret))),
            None => request,
        };
        answer(request, most).await
    }

    /// An address as far as it says itself where it leads; a name is looked at when it is looked up.
    pub fn checked(&self, address: &str) -> Result<Url, Trouble> {
        let url = Url::parse(address).map_err(|_| Trouble::Address("it can't be read"))?;
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err(Trouble::Address("it has no host")),
        };
        if literal.is_some_and(|ip| !self.reach.has(ip)) {
            return Err(Trouble::Address("it leads to where api.reach does not let it"));
        }
        let is_here = literal.is_some_and(|ip| ip.is_loopback()) || url.host_str() == Some("localhost");
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_here && self.reach != Reach::Public => Ok(url),
            _ => Err(Trouble::Address("it must begin with https://")),
        }
    }
}

async fn answer(request: reqwest::RequestBuilder, most: usize) -> Result<Vec<u8>, Trouble> {
    let mut answer = request.send().await.map_err(|_| Trouble::Silent)?;
    if !answer.status().is_success() {
        return Err(Trouble::Status(answer.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| Trouble::Silent)? {
        if body.len() + chunk.len() > most {
            return Err(Trouble::TooMuch(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Looks names up, and gives away only addresses that may be connected to: what was looked up is what is used.
struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|address| reach.has(address.ip())).collect();
            if found.is_empty() {
                return Err("the name leads to where api.reach does not let it".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is reached from everywhere (IANA special-purpose address registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(a == 0
                || a == 10
                || a == 127
                || a >= 224
                || (a == 100 && (64..128).contains(&b))
                || (a == 169 && b == 254)
                || (a == 172 && (16..32).contains(&b))
                || (a == 192 && b == 168)
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && (b == 18 || b == 19))
                || (a == 198 && b == 51 && c == 100)
                || (a == 203 && b == 0 && c == 113))
        }
        IpAddr::V6(ip) => {
            let [a, b, ..] = ip.segments();
            // Global unicast, without documentation and the ways around IPv4.
            (a & 0xe000) == 0x2000
                && a != 0x2002
                && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8))
                && a != 0x3fff
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => ip.is_private() || is_shared(ip),
        IpAddr::V6(ip) => is_unique_local(ip),
    }
}

/// Between a carrier and its customers (RFC 6598).
fn is_shared(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    a == 100 && (64..128).contains(&b)
}

fn is_unique_local(ip: Ipv6Addr) -> bool {
    (ip.segments()[0] & 0xfe00) == 0xfc00
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_reached_only_from_where_it_was_let() {
        for (address, public, loopback, private) in [
            ("93.184.216.34", true, true, true),
            ("2606:2800:220:1::1", true, true, true),
            ("127.0.0.1", false, true, true),
            ("::1", false, true, true),
            ("::ffff:127.0.0.1", false, true, true),
            ("10.1.2.3", false, false, true),
            ("172.16.0.1", false, false, true),
            ("192.168.1.1", false, false, true),
            ("::ffff:10.0.0.1", false, false, true),
            ("fd00::1", false, false, true),
            ("100.64.0.1", false, false, true),
            ("169.254.169.254", false, false, false),
            ("::ffff:169.254.169.254", false, false, false),
            ("fe80::1", false, false, false),
            ("0.0.0.0", false, false, false),
            ("::", false, false, false),
            ("224.0.0.1", false, false, false),
            ("255.255.255.255", false, false, false),
            ("64:ff9b::7f00:1", false, false, false),
            ("2002:7f00:1::", false, false, false),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            let has = (Reach::Public.has(ip), Reach::Loopback.has(ip), Reach::Private.has(ip));
            assert_eq!(has, (public, loopback, private), "{address}");
        }
    }

    #[test]
    fn an_address_that_says_where_it_leads_is_refused_before_it_is_asked() {
        let roots = rustls::RootCertStore::empty();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider);
        let tls = tls.with_safe_default_protocol_versions().unwrap();
        let tls = tls.with_root_certificates(roots).with_no_client_auth();
        for (reach, address, is_let) in [
            (Reach::Public, "https://ehr.example/jwks.json", true),
            (Reach::Public, "http://ehr.example/jwks.json", false),
            (Reach::Public, "http://127.0.0.1:8080/", false),
            (Reach::Public, "https://127.0.0.1/", false),
            (Reach::Public, "https://[::1]/", false),
            (Reach::Public, "https://2130706433/", false),
            (Reach::Public, "https://0x7f.1/", false),
            (Reach::Public, "https://169.254.169.254/latest", false),
            (Reach::Public, "file:///etc/passwd", false),
            (Reach::Public, "ftp://ehr.example/", false),
            (Reach::Public, "no address", false),
            (Reach::Loopback, "http://127.0.0.1:8080/jwks", true),
            (Reach::Loopback, "http://ehr.example/jwks", false),
            (Reach::Loopback, "https://10.0.0.1/", false),
            (Reach::Private, "https://10.0.0.1/", true),
            (Reach::Private, "http://10.0.0.1/", false),
        ] {
            let outward = Outward::new(tls.clone(), reach).unwrap();
            assert_eq!(outward.checked(address).is_ok(), is_let, "{reach:?} {address}");
        }
    }
}
