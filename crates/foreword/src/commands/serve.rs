//! `foreword serve`: pages, bot and worker in one process.

use std::sync::Arc;

use anyhow::Context;
use foreword_intake::{
    Web,
    feeds::mllp::{Limits, Mllp},
};
use tokio::net::TcpListener;

use crate::{
    chats::Chats,
    cli::{Part, Serve},
    config::Config,
    folder,
    wiring::{self, Service},
};

pub(super) async fn run(config: &Config, args: &Serve) -> anyhow::Result<()> {
    let has = |part: Part| args.only.is_empty() || args.only.contains(&part);
    let listener =
        if has(Part::Web) { Some(listen(&config.http.listen, "http.listen").await?) } else { None };
    let feeds = if has(Part::Web) { feeds(config).await? } else { Feeds::default() };
    let service = wiring::open(config).await?;
    if let Some(listener) = &listener {
        tracing::info!(address = %listener.local_addr()?, "pages are served");
    }
    let parts = Parts { worker: has(Part::Worker), bot: has(Part::Bot), feeds, more: None };
    Box::pin(until_told_to_end(&service, listener, parts)).await
}

/// What feeds are listened to; the address is taken before anything else happens.
async fn feeds(config: &Config) -> anyhow::Result<Feeds> {
    let key = "feeds.mllp_listen";
    let mllp = match config.feeds.mllp_listen.as_str() {
        "" => None,
        address => Some(listen(address, key).await?),
    };
    if let Some(mllp) = &mllp {
        tracing::info!(address = %mllp.local_addr()?, "HL7 v2 messages are taken in");
    }
    let folder = match config.feeds.folder.as_str() {
        "" => None,
        folder if std::path::Path::new(folder).is_dir() => Some(folder.into()),
        folder => {
            anyhow::bail!("feeds.folder: there is no folder {folder}; make it, or leave the setting empty")
        }
    };
    Ok(Feeds { mllp, folder })
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

/// What is done besides serving pages.
pub(super) struct Parts {
    /// Messages that are due are sent.
    pub worker: bool,
    /// Chats are listened to and answered.
    pub bot: bool,
    /// Feeds of appointments are taken in.
    pub feeds: Feeds,
    /// Pages besides those of the service.
    pub more: Option<axum::Router>,
}

/// Where feeds of appointments come from.
#[derive(Default)]
pub(super) struct Feeds {
    /// HL7 v2 messages.
    pub mllp: Option<TcpListener>,
    /// Files.
    pub folder: Option<std::path::PathBuf>,
}

/// Serves and works until the process is interrupted; requests under way are finished.
pub(super) async fn until_told_to_end(
    service: &Service,
    listener: Option<TcpListener>,
    parts: Parts,
) -> anyhow::Result<()> {
    let clock = service.clock.clone();
    let hook = service.chats.as_ref().and_then(Chats::hook);
    let router = foreword_intake::router(Web {
        app: service.app.clone(),
        clock: Arc::new(move || clock.now()),
        hook,
        mail: service.post.hook(),
        fonts: wiring::fonts(),
        provider: service.provider.clone(),
        programs: service.programs.clone(),
    });
    let router = match parts.more {
        Some(more) => router.merge(more),
        None => router,
    };
    let (tell, told) = tokio::sync::watch::channel(false);
    let pages = async {
        let mut end = told.clone();
        let until = async move {
            // The sender outlives the server.
            let _ = end.wait_for(|end| *end).await;
        };
        let served = if let Some(listener) = listener {
            // Who asks too often is told apart by address.
            let router = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
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
        if parts.worker {
            wiring::work(service, told.clone()).await;
        }
    };
    let watch = async {
        if parts.worker {
            Box::pin(wiring::watch(service, told.clone())).await;
        }
    };
    let export = async {
        if parts.worker {
            Box::pin(wiring::export(service, told.clone())).await;
        }
    };
    let talk = async {
        if let (Some(chats), true) = (&service.chats, parts.bot) {
            Box::pin(chats.run(&service.app, &service.clock, told.clone())).await;
        }
    };
    let read = async {
        if parts.bot {
            service.post.run(&service.app, &service.clock, told.clone()).await;
        }
    };
    let Feeds { mllp, folder } = parts.feeds;
    let hl7 = async {
        let Some(listener) = mllp else { return };
        let (clock, mut end) = (service.clock.clone(), told.clone());
        let mllp = Mllp {
            app: service.app.clone(),
            clock: Arc::new(move || clock.now()),
            usual: service.app.usual(),
            practice: false,
            limits: Limits::default(),
        };
        let until = async move {
            let _ = end.wait_for(|end| *end).await;
        };
        mllp.serve(listener, until).await;
    };
    let files = async {
        if let Some(folder) = &folder {
            folder::watch(folder, &service.app, &service.clock, told.clone()).await;
        }
    };
    let signal = async {
        let mut end = told.clone();
        tokio::select! {
            () = told_to_end() => { tell.send_replace(true); }
            _ = end.wait_for(|end| *end) => {}
        }
    };
    let (served, ..) = tokio::join!(pages, work, watch, export, talk, read, hl7, files, signal);
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
