//! `foreword serve`: pages and worker in one process.

use std::sync::Arc;

use anyhow::Context;
use foreword_intake::Web;
use tokio::net::TcpListener;

use crate::{
    cli::{Part, Serve},
    config::Config,
    wiring::{self, Service},
};

pub(super) async fn run(config: &Config, args: &Serve) -> anyhow::Result<()> {
    let has = |part: Part| args.only.is_empty() || args.only.contains(&part);
    let listener =
        if has(Part::Web) { Some(listen(&config.http.listen, "http.listen").await?) } else { None };
    let service = wiring::open(config).await?;
    if let Some(listener) = &listener {
        tracing::info!(address = %listener.local_addr()?, "pages are served");
    }
    until_told_to_end(&service, listener, has(Part::Worker)).await
}

/// Takes an address, or says who is in the way.
pub(super) async fn listen(address: &str, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is taken by another program; end it, or choose another with {key}")
        }
        _ => anyhow::anyhow!("cannot listen on {address} ({key}): {error}"),
    })
}

/// Serves and works until the process is interrupted; requests under way are finished.
pub(super) async fn until_told_to_end(
    service: &Service,
    listener: Option<TcpListener>,
    worker: bool,
) -> anyhow::Result<()> {
    let clock = service.clock.clone();
    let router =
        foreword_intake::router(Web { app: service.app.clone(), clock: Arc::new(move || clock.now()) });
    let (tell, told) = tokio::sync::watch::channel(false);
    let pages = async {
        let mut end = told.clone();
        let until = async move {
            // The sender outlives the server.
            let _ = end.wait_for(|end| *end).await;
        };
        let served = if let Some(listener) = listener {
            axum::serve(listener, router).with_graceful_shutdown(until).await.context("the web server")
        } else {
            until.await;
            Ok(())
        };
        // When the pages can't go on, the worker does not either.
        tell.send_replace(true);
        served
    };
    let work = async {
        if worker {
            wiring::work(service, told.clone()).await;
        }
    };
    let signal = async {
        let mut end = told.clone();
        tokio::select! {
            () = told_to_end() => { tell.send_replace(true); }
            _ = end.wait_for(|end| *end) => {}
        }
    };
    let (served, (), ()) = tokio::join!(pages, work, signal);
    served
}

async fn told_to_end() {
    let interrupted = async {
        // Without a handler the process ends on its own at the signal.
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    interrupted.await;
}
