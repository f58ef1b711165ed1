//! Running the server: bind, open, serve requests, jobs and the control socket, end in order. Shared by `serve` and `demo`.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_db::Engine;
use crossdock_jobs::{Backoff, Worker, WorkerSettings};
use crossdock_web::metrics::Metrics;
use crossdock_web::render::Renderer;
use crossdock_web::server::tls::{TlsKeys, TlsOptions};
use crossdock_web::server::{Binding, ShutdownResult};
use crossdock_web::{WebSettings, WebState};
use crossdock_wire::admin::Settings as AdminApiSettings;
use crossdock_wire::customer::Settings as GateSettings;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::{Config, Role};
use crate::context::Context;
use crate::control::client::Client;
use crate::control::server::ControlSocket;
use crate::control::{Database, Served};
use crate::exit::Failure;
use crate::handles;
use crate::session::{OpenedSource, open};

/// Tells every part of the process that the end has begun.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Waits for the end to begin.
    pub async fn begun(&mut self) {
        // A lost sender is an end as well.
        let _ = self.0.wait_for(|begun| *begun).await;
    }
}

/// A server whose port and database are open, and that answers nobody yet.
#[derive(Debug)]
pub struct Server {
    /// The use cases.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where the world reaches it.
    pub public_url: String,
    /// The pages.
    pub renderer: Renderer,
    listener: TcpListener,
    tls: Option<TlsKeys>,
}

impl Server {
    /// Takes the port and opens the database.
    pub async fn prepare(context: &Context) -> anyhow::Result<Self> {
        let needed = handles::needed(context.config.limits.connections);
        if let Some(limit) = handles::raise().filter(|limit| *limit < needed) {
            tracing::warn!(
                limit,
                needed,
                "too few file handles for limits.connections: raise LimitNOFILE of the unit (or `ulimit -Hn`), or lower the limit"
            );
        }
        let server = &context.config.server;
        let tls = match server.tls() {
            Some((cert, key)) => Some(TlsKeys::load(TlsOptions { cert: cert.clone(), key: key.clone() })?),
            None => None,
        };
        let pages = &context.config.checkout.pages;
        let renderer = Renderer::new((!pages.as_os_str().is_empty()).then(|| pages.clone()))?;
        let listener = bind(server.listen).await?;
        let address = listener.local_addr()?;
        context.data_dir.create()?;
        let db = match open(context, Database::OrNew).await? {
            OpenedSource::Database(db) => db,
            OpenedSource::Server(client) => return Err(already_running(context, &client)),
        };
        let public_url = server.public_url(address);
        let app = context.app(db, public_url.clone()).await?;
        // Rule files with mistakes are better found now than by the first buyer.
        if let Err(error) = app.landed_cost().book().await {
            app.db().close().await;
            return Err(error.into());
        }
        Ok(Self { app, address, public_url, renderer, listener, tls })
    }

    /// Serves until SIGTERM or SIGINT; `ready` is called when the first request can come. Commands of the table `served` are
    /// carried out for the command line.
    pub async fn run(
        self,
        context: &Context,
        served: &'static [Served],
        ready: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let config = &context.config;
        let (begin_end, begun) = watch::channel(false);
        let shutdown = Shutdown(begun);
        // Before anybody can learn that we run: whoever waits for the ready line may send a signal right behind it.
        let signals = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(watch_signals(signals, begin_end));

        // Before anything counts: what is recorded without a recorder is lost.
        Metrics::install();
        let control = match (self.app.db().engine(), context.database_file()) {
            (Engine::Sqlite, Some(file)) => {
                let socket = ControlSocket::open(&context.data_dir, &file)?;
                Some(tokio::spawn(socket.run(self.app.clone(), served, shutdown.clone())))
            }
            _ => None,
        };
        let numbers = (self.app.db().engine() == Engine::Postgres)
            .then(|| tokio::spawn(follow_numbers(self.app.clone(), shutdown.clone())));
        let worker = (config.server.role != Role::Web).then(|| {
            let worker = Worker::new(self.app.clone(), worker_settings(config));
            let mut shutdown = shutdown.clone();
            tokio::spawn(worker.run(async move { shutdown.begun().await }))
        });
        ready()?;
        let mut at_end = shutdown.clone();
        let mut ending = ShutdownResult::Clean;
        if config.server.role == Role::Worker {
            drop(self.listener);
            at_end.begun().await;
        } else {
            let state = WebState::new(self.app.clone(), self.renderer, web_settings(config, &self.public_url)?);
            let router = crossdock_web::router(state.clone());
            let bindings = vec![Binding { listener: self.listener, tls: self.tls }];
            ending = crossdock_web::server::serve(bindings, router, &state, async move { at_end.begun().await }).await;
        }
        // Requests first, because they write jobs; then jobs and commands; the database last.
        for part in [worker, control, numbers].into_iter().flatten() {
            part.await.context("a part of the server crashed")?;
        }
        self.app.db().close().await;
        match ending {
            ShutdownResult::Clean => tracing::info!("stopped"),
            ShutdownResult::CutOff { connections } => {
                tracing::warn!(connections, "stopped; some connections were cut off at the deadline");
            }
        }
        Ok(())
    }
}

/// How often a node looks what the others gave out.
const NUMBERS: Duration = Duration::from_mins(1);

/// Keeps the file of numbers abreast of the other nodes, so that any of them can say after a restore what was given out.
async fn follow_numbers(app: App, mut shutdown: Shutdown) {
    loop {
        let ended = tokio::time::timeout(NUMBERS, shutdown.begun()).await.is_ok();
        // At the end as well: what came since the last look.
        if let Err(error) = app.db().settle_numbers(app.now().to_rfc3339()).await {
            tracing::debug!(%error, "numbers of other nodes are not known");
        }
        if ended {
            return;
        }
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::AddrInUse => "something else listens there; choose another port with --listen, e.g. --listen 127.0.0.1:0 for a free one",
            ErrorKind::PermissionDenied => "ports below 1024 need a privilege; choose a higher one with --listen",
            ErrorKind::AddrNotAvailable => "this machine does not have that address; see `ip address`",
            _ => "choose another address with --listen",
        };
        Failure::failed(format!("cannot listen on {address}: {error}; {hint}")).into()
    })
}

fn already_running(context: &Context, client: &Client) -> anyhow::Error {
    Failure::unavailable(format!(
        "a server already runs on {} (process {}); stop it first, or use another --data-dir",
        context.data_dir.dir().display(),
        client.greeting.pid
    ))
    .into()
}

/// Ends the server at the first signal, and the process at the second.
async fn watch_signals(
    (mut terminate, mut interrupt): (tokio::signal::unix::Signal, tokio::signal::unix::Signal),
    begin_end: watch::Sender<bool>,
) {
    for last in [false, true] {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        if last {
            tracing::warn!(signal = name, "stopped at once; running requests were cut off");
            std::process::exit(130);
        }
        tracing::info!(signal = name, "shutting down; a second signal stops at once");
        begin_end.send_replace(true);
    }
}

fn web_settings(config: &Config, public_url: &str) -> anyhow::Result<WebSettings> {
    let (server, limits, gates) = (&config.server, &config.limits, &config.customer_api);
    Ok(WebSettings {
        trusted_proxies: server.trusted_proxies.iter().map(|proxy| proxy.parse()).collect::<Result<_, _>>()?,
        forwarded_header: server.forwarded_header,
        access_log: config.log.access,
        metrics_open: server.metrics_open,
        body_timeout: Duration::from_secs(limits.body_seconds),
        header_timeout: Duration::from_secs(limits.header_seconds),
        idle_timeout: Duration::from_secs(limits.idle_seconds),
        write_timeout: Duration::from_secs(limits.write_seconds),
        max_connections: limits.connections,
        max_requests: limits.requests,
        connections_per_client: limits.connections_per_client,
        requests_per_client: limits.requests_per_client,
        failures_per_minute: limits.failures_per_minute,
        shutdown_notice: Duration::from_secs(server.shutdown_notice_seconds),
        shutdown_deadline: Duration::from_secs(server.shutdown_seconds),
        sandbox_page: config.sandbox.page,
        customer_api: GateSettings {
            aliases: gates.aliases()?,
            calls_per_minute: gates.calls_per_minute,
            failures_per_minute: gates.failures_per_minute,
            sandbox_calls_per_minute: config.sandbox.calls_per_minute,
        },
        admin_api: AdminApiSettings {
            calls_per_minute: config.admin_api.calls_per_minute,
            sandbox_calls_per_minute: config.sandbox.calls_per_minute,
        },
        ..WebSettings::new(public_url)
    })
}

fn worker_settings(config: &Config) -> WorkerSettings {
    let jobs = &config.jobs;
    WorkerSettings {
        lanes: jobs.lanes,
        poll: Duration::from_millis(jobs.poll_ms),
        lease: Duration::from_secs(jobs.lease_seconds),
        time_limit: Duration::from_secs(jobs.time_limit_seconds),
        backoff: Backoff::new(jobs.backoff_seconds.clone(), jobs.jitter_percent),
        ..WorkerSettings::default()
    }
}
