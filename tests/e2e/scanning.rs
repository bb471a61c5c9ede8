//! Mail scanners and other machines that open links, follow what they find and press buttons: the
//! patient notices nothing of them.

use std::collections::BTreeSet;

use axum::{body::to_bytes, http::StatusCode};
use sea_orm::{ConnectionTrait, Statement};

use crate::kit::{Tab, World, tab::unescape};

/// How scanners call themselves.
const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "BarracudaCentral-LinkScan/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];

/// What a browser says when it fetches ahead of anybody's wish.
const AHEAD: [(&str, &str); 3] =
    [("sec-purpose", "prefetch"), ("purpose", "prefetch"), ("sec-purpose", "prefetch;prerender")];

fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

/// One form of a page: where it goes, and the names of its fields with what they hold.
fn forms(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    between(page, "<form", "</form>")
        .into_iter()
        .map(|form| {
            let action = between(form, "action=\"", "\"").first().map(|a| unescape(a)).unwrap_or_default();
            let fields = between(form, "<", ">")
                .into_iter()
                .filter(|tag| ["input", "button", "textarea"].iter().any(|kind| tag.starts_with(kind)))
                .filter_map(|tag| {
                    let name = between(tag, "name=\"", "\"").first().map(|name| unescape(name))?;
                    Some((
                        name,
                        between(tag, "value=\"", "\"").first().map(|v| unescape(v)).unwrap_or_default(),
                    ))
                })
                .collect();
            (action, fields)
        })
        .collect()
}

/// A crawler that keeps its cookies, follows every link of the site and sends every form it finds.
async fn crawl(tab: &mut Tab, start: &str, extra: &[(&str, &str)]) -> usize {
    let mut to_see = vec![start.to_owned()];
    let mut seen = BTreeSet::new();
    let mut sent = BTreeSet::new();
    while let Some(path) = to_see.pop() {
        if !seen.insert(path.clone()) || seen.len() > 200 {
            continue;
        }
        for method in ["HEAD", "GET"] {
            let response = tab.once(method, &path, None, extra).await;
            assert!(!response.status().is_server_error(), "{method} {path}");
            if let Some(to) = response.headers().get("location") {
                to_see.push(to.to_str().unwrap().to_owned());
            }
            let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
            let page = String::from_utf8_lossy(&bytes).into_owned();
            to_see.extend(
                between(&page, "href=\"", "\"").into_iter().filter(|a| a.starts_with('/')).map(unescape),
            );
            for (action, fields) in forms(&page) {
                for junk in ["", "test", "1234", "<script>", "0", "1987"] {
                    if !sent.insert((action.clone(), junk)) {
                        continue;
                    }
                    let body: Vec<String> = fields
                        .iter()
                        .map(|(name, value)| {
                            if value.is_empty() {
                                format!("{name}={junk}")
                            } else {
                                format!("{name}={value}")
                            }
                        })
                        .collect();
                    let response = tab.once("POST", &action, Some(body.join("&")), extra).await;
                    assert!(!response.status().is_server_error(), "POST {action}");
                    if let Some(to) = response.headers().get("location") {
                        to_see.push(to.to_str().unwrap().to_owned());
                    }
                }
            }
        }
    }
    sent.len()
}

/// What there is of answers, consents, messages, conversations and sessions.
async fn state(world: &World) -> Vec<String> {
    let options = foreword_store::Options { url: world.url.parse().unwrap() };
    let connection = foreword_store::connect_single(&options).await.unwrap();
    let mut rows = Vec::new();
    for sql in [
        "SELECT COUNT(*) || ' answers' FROM answers",
        "SELECT COUNT(*) || ' deliveries in' FROM inbox",
        "SELECT channel || COALESCE(withdrawn_at, 0) FROM consents ORDER BY id",
        "SELECT key || state || attempts FROM outbox ORDER BY key",
        "SELECT state || standing || COALESCE(last_at, 0) FROM conversations ORDER BY id",
        "SELECT COUNT(*) || ' sessions' FROM sessions",
        "SELECT COUNT(*) || ' alerts' FROM alerts",
    ] {
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        for row in connection.query_all_raw(statement).await.unwrap() {
            rows.push(row.try_get_by_index::<String>(0).unwrap());
        }
    }
    connection.close().await.unwrap();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_opens_follows_and_presses_everything_changes_nothing() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let link = format!("/v/{token}");
    let before = state(&world).await;
    for (n, agent) in AGENTS.iter().enumerate() {
        let address = format!("203.0.113.{n}");
        let mut scanner = world.tab();
        let extra = [("user-agent", *agent), ("x-forwarded-for", address.as_str()), AHEAD[n % AHEAD.len()]];
        for _ in 0..5 {
            for method in ["HEAD", "GET"] {
                let response = scanner.once(method, &link, None, &extra).await;
                assert_eq!(response.status(), StatusCode::OK);
                assert!(response.headers().get("set-cookie").is_none(), "opening a link leaves nothing");
            }
        }
        assert!(crawl(&mut scanner, &link, &extra).await >= 6, "the crawler has found the form");
    }
    assert_eq!(state(&world).await, before, "nothing that matters has changed");
    assert_eq!(world.line("A1").await.locked_until, None);

    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    assert_eq!(
        (tab.status, tab.heading().as_str()),
        (StatusCode::OK, "Welcome"),
        "the patient comes in at once"
    );
    tab.ask_for("begin").await;
    assert!(tab.heading().starts_with("What matters most"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_with_the_links_of_a_visit_finds_nothing_behind_them() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.answer("Private words").await;
    let visit = tab.visit();
    let before = state(&world).await;
    for path in [
        &visit,
        &tab.at,
        &format!("{visit}/review"),
        &format!("{visit}?view=stop"),
        &format!("{visit}/check"),
    ] {
        let mut scanner = world.tab();
        crawl(&mut scanner, path, &[("user-agent", AGENTS[2])]).await;
        scanner.open(path).await;
        assert!(!scanner.page.contains("Private") && !scanner.page.contains("Grace"), "{path}");
    }
    for (path, body) in [
        ("ask-for", "wish=stop&sure=yes"),
        ("ask-for", "wish=not-me&sure=yes"),
        ("answer", "ask=visit-agenda&item=topic-1&value=mine"),
        ("here", ""),
    ] {
        let response = world.tab().once("POST", &format!("{visit}/{path}"), Some(body.to_owned()), &[]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path} {body}");
    }
    assert_eq!(state(&world).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_the_pages_of_a_visit_says_nothing_in_it() {
    let world = World::new().await;
    let token = world.invite_grace().await.token.unwrap().into_inner();
    let mut tab = world.tab();
    tab.enter(&token, "1958").await;
    tab.ask_for("begin").await;
    tab.answer("Something").await;
    let (visit, before) = (tab.visit(), state(&world).await);
    for view in [
        "",
        "?view=answers",
        "?view=help",
        "?view=stop",
        "?view=decline",
        "?view=not-me",
        "/review",
        "/q/1-1",
        "/answer",
        "/ask-for",
    ] {
        for method in ["HEAD", "GET"] {
            let response = tab.once(method, &format!("{visit}{view}"), None, &[AHEAD[0]]).await;
            assert!(response.status().is_success() || response.status().is_redirection(), "{method} {view}");
        }
    }
    assert_eq!(state(&world).await, before);
}
