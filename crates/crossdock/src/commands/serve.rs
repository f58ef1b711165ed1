//! `crossdock serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::SERVED;
use crate::config::{Flags, LogFormat, Role};
use crate::context::Context;
use crate::data_dir::DEFAULT;
use crate::demo::is_demo;
use crate::exit::Failure;
use crate::global::Global;
use crate::serving::Server;
use crate::telemetry;

/// Start the server: checkout API, hosted pages, background jobs
///
/// Options override the environment (CROSSDOCK_SECTION__KEY), which overrides the configuration file.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock serve
  crossdock serve --listen 0.0.0.0:443 --public-url https://checkout.example \\
    --tls-cert chain.pem --tls-key key.pem
  crossdock serve --database postgres://crossdock@db.example/crossdock --role web

SIGTERM and SIGINT finish running requests and jobs first; a second signal stops at once.")]
pub struct Serve {
    /// Address and port [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// sqlite:PATH or postgres://… [default: crossdock.db in the data directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Address at which buyers and shops reach this server
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Tasks of this process [default: all]
    #[arg(long)]
    role: Option<Role>,
    /// Certificate chain, PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    #[command(flatten)]
    log: LogFlags,
    /// Serve the data of a demo, although its credentials are public
    #[arg(long)]
    allow_demo_data: bool,
}

/// How the log looks.
#[derive(Debug, Clone, clap::Args)]
pub struct LogFlags {
    /// Format of log lines [default: pretty]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Lowest level to log: error, warn, info, debug, trace, or by target: info,crossdock_db=debug
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

impl LogFlags {
    /// Adds them to the flags of a command.
    pub fn set(self, flags: &mut Flags) {
        flags.set("log.format", "--log-format", self.log_format);
        flags.set("log.level", "--log-level", self.log_level);
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Serve) -> anyhow::Result<()> {
    let mut flags = Flags::default();
    flags.set("server.listen", "--listen", command.listen);
    flags.set("database.url", "--database", command.database);
    flags.set("server.public_url", "--public-url", command.public_url);
    flags.set("server.role", "--role", command.role);
    flags.set("server.tls_cert", "--tls-cert", command.tls_cert);
    flags.set("server.tls_key", "--tls-key", command.tls_key);
    command.log.set(&mut flags);
    let context = Context::load(global, &flags, DEFAULT)?;
    telemetry::start(&context.config.log, None)?;
    let server = Server::prepare(&context).await?;
    if is_demo(&server.app).await? && !command.allow_demo_data {
        server.app.db().close().await;
        return Err(Failure::refused(format!(
            "{} holds demo data, whose secret is in every document; use another --data-dir, or --allow-demo-data if nobody \
             else can reach this server",
            context.data_dir.dir().display()
        ))
        .into());
    }
    warn_of_plain_http(&server.public_url);
    if context.config.checkout.test_mode {
        tracing::warn!("test mode is on: orders can be placed without money");
    }
    let (address, public_url) = (server.address, server.public_url.clone());
    let ready = || {
        tracing::info!(%address, public_url, version = env!("CARGO_PKG_VERSION"), "listening");
        Ok(())
    };
    Box::pin(server.run(&context, SERVED, ready)).await
}

/// Secrets and addresses of buyers travel in these requests.
fn warn_of_plain_http(public_url: &str) {
    let loopback = url::Url::parse(public_url).is_ok_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    });
    if public_url.starts_with("http://") && !loopback {
        tracing::warn!(
            public_url,
            "the public URL is plain HTTP: secrets and buyers' addresses travel readable. Use --tls-cert and --tls-key, or a \
             proxy with TLS, and set --public-url to its https address"
        );
    }
}
