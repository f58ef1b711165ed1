//! The program as a process of its own: how fast it starts, and how much memory it takes idle and under load. Inside this
//! process the load generator's memory would count too.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use crossdock_db::{Db, Options};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::args::Work;
use crate::http::product_target;
use crate::load::{self, Limit};
use crate::machine::{Memory, memory_of};
use crate::{add_store, new_app};

/// Starts that are measured.
const STARTS: usize = 5;
/// Longest start that is waited for.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Connections of the load under which memory is measured.
pub const CONNECTIONS: usize = 256;

/// What a process of its own shows.
#[derive(Debug, Clone, Serialize)]
pub struct ProcessFigures {
    /// Milliseconds from the start of the process to the first good answer of `/readyz`, for each start.
    pub start_ms: Vec<f64>,
    /// Memory a second after the start.
    pub idle: Option<Memory>,
    /// Memory under createTempCart at [`CONNECTIONS`] connections.
    pub loaded: Option<Memory>,
}

/// A server process that ends with this value.
struct ServerProcess(Child);

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended by itself; its data is thrown away.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The product's program: the one beside this program, otherwise the one on the search path.
pub fn program() -> PathBuf {
    let beside = std::env::current_exe().map(|own| own.with_file_name("crossdock")).ok();
    beside.filter(|path| path.is_file()).unwrap_or_else(|| PathBuf::from("crossdock"))
}

fn start(data_dir: &Path, address: SocketAddr) -> anyhow::Result<ServerProcess> {
    let child = Command::new(program())
        .arg("serve")
        .arg("--data-dir")
        .arg(data_dir)
        .arg("--listen")
        .arg(address.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start the program crossdock (build it with cargo build --release -p crossdock)")?;
    Ok(ServerProcess(child))
}

/// A port that nobody has at this moment.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

async fn is_ready(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer.starts_with(b"HTTP/1.1 200 "))
}

async fn until_ready(process: &mut ServerProcess, address: SocketAddr) -> anyhow::Result<()> {
    let ready = async {
        while !is_ready(address).await.unwrap_or(false) {
            if let Some(status) = process.0.try_wait()? {
                bail!("the server process ended with {status}");
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    };
    timeout(TIMEOUT, ready).await.context("the server process is not ready in time")?
}

/// Starts the program several times on this empty data directory and measures it.
pub async fn measure(data_dir: &Path, limit: Limit) -> anyhow::Result<ProcessFigures> {
    let database = data_dir.join("crossdock.db");
    let db = Db::open(&Options::new(format!("sqlite:{}", database.display()))).await?;
    add_store(&new_app(db.clone())).await?;
    db.close().await;
    let mut start_ms = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let address = free_address()?;
        let begun = Instant::now();
        let mut process = start(data_dir, address)?;
        until_ready(&mut process, address).await?;
        start_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let address = free_address()?;
    let mut process = start(data_dir, address)?;
    until_ready(&mut process, address).await?;
    sleep(Duration::from_secs(1)).await;
    let idle = memory_of(process.0.id());
    let target = product_target(Work::Carts, address, None);
    let outcome = load::run(target, CONNECTIONS, limit, Arc::default()).await?;
    ensure!(outcome.errors == 0, "the server process failed: {}", outcome.first_error.unwrap_or_default());
    let loaded = memory_of(process.0.id());
    Ok(ProcessFigures { start_ms, idle, loaded })
}
