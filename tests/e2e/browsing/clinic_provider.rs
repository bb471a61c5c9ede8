//! Signing in with an account of the house, in a real browser, at a provider that nobody here wrote.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use super::{PASSWORD, no_barriers};
use crate::kit::{
    World,
    browser::{Browser, Way},
    process, provider,
};

#[tokio::test(flavor = "multi_thread")]
async fn staff_sign_in_with_an_account_of_the_house() {
    let world = World::new().await;
    world.app.put_staff("roe", "Dr Roe", "clinician", PASSWORD, world.now()).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let port = process::free_port();
    let mut house = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/provider/provider.mjs"))
        .args([port.to_string(), format!("{base}/clinic/sign-in/provider/back")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("node is installed; tests/run installs it");
    let mut said = BufReader::new(house.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim() != "up" {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the provider came up");
    }
    // It goes on talking, and ends where nobody listens.
    let listening = std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));

    let known = provider::known(&format!("http://127.0.0.1:{port}"), &base, |settings| {
        "a-secret-of-the-house".clone_into(&mut settings.client_secret);
        "preferred_username".clone_into(&mut settings.login_claim);
    });
    let router = world.router_and(None, Some(known));
    let clinic = Browser::over(router, listener, "127.0.0.1", 1200, 900, Way::default()).await;
    clinic.go("/clinic/board").await;
    clinic.shot("88-by-provider").await;
    no_barriers(&clinic, "sign-in by provider").await;
    clinic.follow(".by-provider a").await;
    // Its own pages: a login and any password, then leave to tell us who it is.
    clinic.type_into("input[name=login]", "roe").await;
    clinic.type_into("input[name=password]", "of the house").await;
    clinic.click("button[type=submit]").await;
    clinic.wait_for("input[name=prompt][value=consent]").await;
    clinic.follow("button[type=submit]").await;
    clinic.wait_for("header.bar").await;
    assert_eq!(clinic.run("return location.pathname;").await, "/clinic/board");
    clinic.go("/clinic/account").await;
    assert!(clinic.has("#h-house").await, "the account is bound");
    clinic.shot("89-bound").await;
    no_barriers(&clinic, "a bound account").await;
    clinic.close().await;
    drop(house.stdin.take());
    house.wait().unwrap();
    listening.join().unwrap().unwrap();
}
