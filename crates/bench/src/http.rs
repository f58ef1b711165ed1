//! The measurements that go over HTTP: the product's server, and beside it the bare program.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crossdock_app::App;
use crossdock_web::render::Renderer;
use crossdock_web::server::Binding;
use crossdock_web::{WebSettings, WebState};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::args::Work;
use crate::bare;
use crate::generate::Generated;
use crate::load::{Body, Target};
use crate::samples;

/// A server that ends with this value.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The product's router and listener, as `serve` has them, on a free port of the loopback interface.
pub async fn serve(app: &App, settings: WebSettings) -> anyhow::Result<Server> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let state = WebState::new(app.clone(), Renderer::new(None)?, settings);
    let task = tokio::spawn(async move {
        let router = crossdock_web::router(state.clone());
        crossdock_web::server::serve(vec![Binding { listener, tls: None }], router, &state, std::future::pending())
            .await;
    });
    Ok(Server { address, task })
}

/// The bare program, and where its carts are.
#[derive(Debug)]
pub struct Baseline {
    /// The server.
    pub server: Server,
    carts: PathBuf,
    counted: AtomicI64,
}

impl Baseline {
    /// Starts it; it reads the orders of `database`.
    pub async fn start(carts: PathBuf, database: PathBuf) -> anyhow::Result<Self> {
        let storage = bare::Storage::open(&carts, &database)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = bare::serve(listener, storage).await {
                tracing::error!(%error, "the bare program failed");
            }
        });
        Ok(Self { server: Server { address, task }, carts, counted: AtomicI64::new(0) })
    }

    /// Carts stored since the last call.
    pub fn new_carts(&self) -> anyhow::Result<i64> {
        let all = bare::Storage::count(&self.carts)?;
        Ok(all - self.counted.swap(all, Ordering::Relaxed))
    }
}

/// What the product is asked for in a work.
pub fn product_target(work: Work, address: SocketAddr, orders: Option<Generated>) -> Target {
    let (path, body): (&'static str, Body) = match (work, orders) {
        (Work::OrderDetail, Some(orders)) => {
            let body = move |turn, out: &mut Vec<u8>| {
                samples::detail_body(orders.first.0 + samples::pick(turn, orders.count), out);
            };
            ("/v2/orderDetail", Arc::new(body))
        }
        (Work::OrderNumbers, Some(orders)) => {
            let steps = usize::try_from(samples::ORDERS_PER_DAY).unwrap_or(1);
            let days: Vec<String> = (0..orders.count)
                .step_by(steps)
                .map(|index| samples::day_of(index, orders.count, orders.now))
                .collect();
            let body = move |turn, out: &mut Vec<u8>| {
                let day = samples::pick(turn, i64::try_from(days.len()).unwrap_or(1));
                samples::numbers_body(&days[usize::try_from(day).unwrap_or(0)], out);
            };
            ("/v1/orderNumbers", Arc::new(body))
        }
        _ => ("/v1/createTempCart", Arc::new(samples::cart_body)),
    };
    Target { address, path, body }
}

/// What the bare program is asked for: the same work in its own plain words.
pub fn baseline_target(work: Work, address: SocketAddr, orders: Option<Generated>) -> Target {
    let (path, body): (&'static str, Body) = match (work, orders) {
        (Work::OrderDetail, Some(orders)) => {
            let body = move |turn, out: &mut Vec<u8>| {
                let number = orders.first.0 + samples::pick(turn, orders.count);
                samples::write_text(out, format_args!(r#"{{"number":{number}}}"#));
            };
            ("/order", Arc::new(body))
        }
        (Work::OrderNumbers, Some(orders)) => {
            let body = move |turn, out: &mut Vec<u8>| {
                let limit = samples::ORDERS_PER_DAY;
                let day = samples::pick(turn, (orders.count + limit - 1) / limit);
                let after = orders.first.0 - 1 + day * limit;
                samples::write_text(out, format_args!(r#"{{"after":{after},"limit":{limit}}}"#));
            };
            ("/orders", Arc::new(body))
        }
        _ => ("/cart", Arc::new(samples::cart_body)),
    };
    Target { address, path, body }
}

/// The bare program without storage.
pub fn echo_target(address: SocketAddr) -> Target {
    Target { address, path: "/echo", body: Arc::new(samples::cart_body) }
}
