//! `crossdock demo`.

use std::net::SocketAddr;

use super::SERVED;
use super::serve::LogFlags;
use crate::config::{Flags, Log};
use crate::context::Context;
use crate::data_dir::DEMO_DEFAULT;
use crate::demo::{text, world};
use crate::exit::Failure;
use crate::global::Global;
use crate::serving::Server;
use crate::telemetry;

/// Start a sample shop with everything set up
///
/// Has a store, shipping rates, and a cart ready to be paid with test cards. The credentials are those of the protocol's
/// documents, so that their sample requests work as they are. Started again on the same data directory, it keeps its orders and
/// makes a new cart.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock demo
  crossdock demo --listen 127.0.0.1:0 --data-dir /tmp/try-out
  crossdock demo --listen 192.168.0.5:8080 --allow-others

Data lies in ./crossdock-demo unless --data-dir says otherwise; delete the directory to start over.")]
pub struct Demo {
    /// Address and port [default: 127.0.0.1:8080]; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Let other machines reach it, although everybody knows its credentials
    #[arg(long)]
    allow_others: bool,
    #[command(flatten)]
    log: LogFlags,
}

/// Runs the command.
pub async fn run(global: &Global, command: Demo) -> anyhow::Result<()> {
    let mut flags = Flags::default();
    flags.set("server.listen", "--listen", command.listen);
    flags.set("checkout.test_mode", "demo", Some(true));
    let quiet = command.log.log_level.is_none();
    command.log.set(&mut flags);
    let context = Context::load(global, &flags, DEMO_DEFAULT)?;
    // What is printed below should not drown in the log, unless somebody asked for one.
    let quiet = quiet && context.config.log.level == Log::default().level;
    telemetry::start(&context.config.log, quiet.then_some("warn"))?;
    let listen = context.config.server.listen;
    if !listen.ip().is_loopback() && !command.allow_others {
        return Err(Failure::refused(format!(
            "{listen} can be reached by other machines, and the credentials of the demo are in every document; listen on \
             127.0.0.1, or add --allow-others if only people you trust can reach this machine"
        ))
        .into());
    }
    let server = Server::prepare(&context).await?;
    let ready = world::prepare(&context, &server).await;
    let cart = match ready {
        Ok(cart) => cart,
        Err(error) => {
            server.app.db().close().await;
            return Err(error);
        }
    };
    if !server.address.ip().is_loopback() {
        tracing::warn!(address = %server.address, "other machines can reach this demo, and everybody knows its secret");
    }
    let text = text::welcome(&server.public_url, &cart, context.data_dir.dir());
    Box::pin(server.run(&context, SERVED, || {
        crate::output::line(text);
        Ok(())
    }))
    .await
}
