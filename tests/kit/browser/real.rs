//! Chromium behind chromedriver.

use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder, Locator, wd::PrintConfiguration};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::kit::{Folder, World, process};

/// How somebody looks at pages.
#[derive(Clone, Copy, Default)]
pub struct Way {
    pub is_dark: bool,
    pub has_no_scripts: bool,
}

/// A browser window at a running service.
pub struct Browser {
    pub client: Client,
    pub base: String,
    driver: Child,
    port: u16,
    _profile: Folder,
    server: tokio::task::JoinHandle<()>,
}

impl Browser {
    /// Opens a window of this size onto a world.
    pub async fn open(world: &World, width: u32, height: u32) -> Self {
        Self::with(world, width, height, Way::default()).await
    }

    /// The same, in another way.
    pub async fn with(world: &World, width: u32, height: u32, way: Way) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(world, listener, "127.0.0.1", width, height, way).await
    }

    /// The same, at a port that was taken before, and under a name.
    pub async fn on(
        world: &World,
        listener: tokio::net::TcpListener,
        host: &str,
        width: u32,
        height: u32,
        way: Way,
    ) -> Self {
        Self::over(world.router(), listener, host, width, height, way).await
    }

    /// The same, onto these pages.
    pub async fn over(
        router: axum::Router,
        listener: tokio::net::TcpListener,
        host: &str,
        width: u32,
        height: u32,
        way: Way,
    ) -> Self {
        let base = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let port = process::free_port();
        let program =
            std::env::var("FOREWORD_TEST_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let driver = Command::new(program)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed; tests/run installs it");
        let profile = Folder::new();
        let mut args: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            // Where pages of others fetch letters from: nobody waits for them.
            "--host-resolver-rules=MAP fonts.googleapis.com 127.0.0.1",
        ]
        .map(str::to_owned)
        .into();
        args.push(format!("--user-data-dir={}", profile.0.display()));
        args.push(format!("--window-size={width},{height}"));
        if way.is_dark {
            args.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        // 2 blocks what the setting is about.
        let prefs = if way.has_no_scripts {
            json!({ "profile.managed_default_content_settings.javascript": 2 })
        } else {
            json!({})
        };
        let capabilities = json!({ "goog:chromeOptions": { "args": args, "prefs": prefs, "mobileEmulation": { "deviceMetrics": { "width": width, "height": height, "pixelRatio": 1.0, "touch": false } } } });
        let capabilities = capabilities.as_object().unwrap().clone();
        let mut tries = 0;
        let client = loop {
            let connected = ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await;
            match connected {
                Ok(client) => break client,
                Err(error) if tries > 100 => panic!("the browser does not start: {error}"),
                Err(_) => {
                    tries += 1;
                    tokio::task::block_in_place(|| process::nap(100));
                }
            }
        };
        Self { client, base, driver, port, _profile: profile, server }
    }

    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.base)).await.unwrap();
    }

    pub async fn type_into(&self, css: &str, text: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().send_keys(text).await.unwrap();
    }

    pub async fn click(&self, css: &str) {
        self.client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    /// Clicks what leads to another page, and waits until that page is there.
    pub async fn follow(&self, css: &str) {
        self.run("window.isBefore = true;").await;
        self.click(css).await;
        self.arrive().await;
    }

    /// Waits until the page on which `isBefore` was set has given way to another one.
    pub async fn arrive(&self) {
        for _ in 0..500 {
            let there = self
                .client
                .execute("return document.readyState === 'complete' && !window.isBefore;", Vec::new())
                .await;
            if there.is_ok_and(|there| there == Value::Bool(true)) {
                return;
            }
            tokio::task::block_in_place(|| process::nap(10));
        }
        panic!("the next page does not come");
    }

    /// Waits until something is on the page.
    pub async fn wait_for(&self, css: &str) {
        for _ in 0..500 {
            if self.client.find(Locator::Css(css)).await.is_ok() {
                return;
            }
            tokio::task::block_in_place(|| process::nap(10));
        }
        panic!("{css} does not come");
    }

    /// Waits until the window is at another address, by its address alone: without a script.
    pub async fn leave(&self, address: &str) {
        for _ in 0..500 {
            if self.client.current_url().await.is_ok_and(|now| now.as_str() != address) {
                return;
            }
            tokio::task::block_in_place(|| process::nap(10));
        }
        panic!("the window stays at {address}");
    }

    /// Gives the browser something that makes passkeys, and a user who is always verified.
    pub async fn give_authenticator(&self) {
        let session = self.client.session_id().await.unwrap().unwrap();
        let address = format!("http://127.0.0.1:{}/session/{session}/webauthn/authenticator", self.port);
        let options = json!({
            "protocol": "ctap2", "transport": "internal",
            "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true,
        });
        let asked = ureq::post(&address).header("content-type", "application/json").send(options.to_string());
        assert!(asked.unwrap().status().is_success());
    }

    pub async fn has(&self, css: &str) -> bool {
        !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
    }

    pub async fn text(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }

    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// What axe finds on this page by WCAG 2.2 AA and good practice, and whether it is wider than the window.
    pub async fn barriers(&self) -> Vec<String> {
        let axe = std::env::var("FOREWORD_TEST_AXE")
            .expect("FOREWORD_TEST_AXE names axe.min.js; tests/run sets it");
        let axe = std::fs::read_to_string(axe).unwrap();
        self.client.execute(&format!("{axe}; return true;"), Vec::new()).await.unwrap();
        let found = self
            .client
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 axe.run(document, { runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'] })
                    .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', '))));",
                Vec::new(),
            )
            .await
            .unwrap();
        let mut barriers: Vec<String> =
            found.as_array().unwrap().iter().map(|v| v.as_str().unwrap_or_default().to_owned()).collect();
        let over = self
            .run("return document.documentElement.scrollWidth - document.documentElement.clientWidth;")
            .await;
        if over.as_i64().unwrap_or(0) > 0 {
            barriers.push(format!("the page is {over} px wider than the window"));
        }
        // Whatever a page fetched came from the service itself.
        let from = self
            .run("return performance.getEntriesByType('resource').map(r => r.name).filter(n => !n.startsWith(location.origin) && !n.startsWith('data:'));")
            .await;
        barriers.extend(from.as_array().unwrap().iter().map(|url| format!("fetched from elsewhere: {url}")));
        barriers
    }

    /// A picture of the window, in the folder that `FOREWORD_TEST_SHOTS` names.
    pub async fn shot(&self, name: &str) {
        if let Ok(folder) = std::env::var("FOREWORD_TEST_SHOTS") {
            std::fs::create_dir_all(&folder).unwrap();
            let picture = self.client.screenshot().await.unwrap();
            std::fs::write(format!("{folder}/{name}.png"), picture).unwrap();
        }
    }

    /// How many sheets of A4 the page makes, as Chromium prints it.
    pub async fn sheets(&self) -> usize {
        let printed = self.client.print(PrintConfiguration::default()).await.unwrap();
        lopdf::Document::load_mem(&printed).unwrap().get_pages().len()
    }

    pub async fn close(self) {
        // Closing the window closes the browser; the driver is ended with the rest.
        let _ = self.client.clone().close().await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Asked to shut down, the driver takes its browser along, also when a test has failed.
        let _ = ureq::get(format!("http://127.0.0.1:{}/shutdown", self.port)).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        self.server.abort();
    }
}
