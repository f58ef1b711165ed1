//! The control socket of a running server.

use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use crossdock_app::App;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::{Greeting, Served};
use crate::data_dir::DataDir;
use crate::exit::{ExitKind, Failure};
use crate::serving::Shutdown;

/// Longest path of a unix socket on Linux (107 bytes) and elsewhere (103), whichever is less.
const LONGEST_PATH: usize = 103;
/// Longest request: a tariff of some hundred thousand rows.
const LONGEST_REQUEST: u64 = 64 * 1024 * 1024;
/// How long a caller may take to write its request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An open control socket. Dropping it removes the file.
#[derive(Debug)]
pub struct ControlSocket {
    listener: UnixListener,
    greeting: String,
    files: Vec<PathBuf>,
}

impl ControlSocket {
    /// Opens the socket of a data directory. The caller holds the lock of the database, so a socket that is already there
    /// was left behind by a process that died.
    pub fn open(data_dir: &DataDir, database: &Path) -> anyhow::Result<Self> {
        let wanted = std::path::absolute(data_dir.socket())?;
        let mut files = Vec::new();
        let path = if wanted.as_os_str().len() <= LONGEST_PATH {
            remove(&data_dir.socket_elsewhere())?;
            wanted
        } else {
            let path = elsewhere(data_dir, &wanted)?;
            std::fs::write(data_dir.socket_elsewhere(), path.as_os_str().as_encoded_bytes())?;
            files.push(data_dir.socket_elsewhere());
            path
        };
        remove(&path)?;
        let listener = UnixListener::bind(&path).with_context(|| format!("control socket {}", path.display()))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        files.push(path);
        let greeting = Greeting {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            database: database.canonicalize().ok(),
        };
        Ok(Self { listener, greeting: serde_json::to_string(&greeting)?, files })
    }

    /// Carries out commands of this table until `shutdown` resolves; then finishes those that run.
    pub async fn run(self, app: App, served: &'static [Served], mut shutdown: Shutdown) {
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = shutdown.begun() => break,
                Some(_) = running.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let app = app.clone();
                        let greeting = self.greeting.clone();
                        let shutdown = shutdown.clone();
                        running.spawn(async move {
                            if let Err(error) = converse(&app, served, greeting, stream, shutdown).await {
                                tracing::warn!(%error, "control socket");
                            }
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "control socket");
                        // Out of file handles, most likely: let others finish.
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
        while running.join_next().await.is_some() {}
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        for file in &self.files {
            if let Err(error) = remove(file) {
                tracing::warn!(%error, file = %file.display(), "left behind");
            }
        }
    }
}

/// Commands and answers of one caller, in order.
async fn converse(
    app: &App,
    served: &[Served],
    greeting: String,
    stream: UnixStream,
    mut shutdown: Shutdown,
) -> anyhow::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read.take(LONGEST_REQUEST));
    let mut out = greeting;
    loop {
        out.push('\n');
        write.write_all(out.as_bytes()).await?;
        read.get_mut().set_limit(LONGEST_REQUEST);
        let mut line = String::new();
        let bytes = tokio::select! {
            () = shutdown.begun() => return Ok(()),
            bytes = tokio::time::timeout(TIMEOUT, read.read_line(&mut line)) => bytes.context("no request in time")??,
        };
        if bytes == 0 {
            return Ok(());
        }
        out = match answer(app, served, &line).await {
            Ok(answer) => format!("ok {answer}"),
            Err(failure) => format!("failed {}", serde_json::to_string(&failure)?),
        };
    }
}

async fn answer(app: &App, served: &[Served], line: &str) -> Result<String, Failure> {
    let (name, arguments) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
    let Some(command) = served.iter().find(|command| command.name == name) else {
        let text = format!("the running server has no command {name:?}; is it another version?");
        return Err(Failure::new(ExitKind::Usage, text));
    };
    tracing::info!(request = name, "control request");
    (command.run)(app, arguments).await
}

/// A short path that only the owner of the data directory can reach, the same for every start.
fn elsewhere(data_dir: &DataDir, wanted: &Path) -> anyhow::Result<PathBuf> {
    let digest = Sha256::digest(wanted.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let dir = std::env::temp_dir().join(format!("crossdock-{name}"));
    match std::fs::DirBuilder::new().mode(0o700).create(&dir) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(error).with_context(|| format!("directory of the control socket {}", dir.display()));
        }
        _ => {}
    }
    let metadata = std::fs::symlink_metadata(&dir)?;
    anyhow::ensure!(
        metadata.is_dir() && metadata.uid() == data_dir.owner()? && crate::data_dir::is_private(&metadata),
        "{} belongs to somebody else; remove it, or use a data directory with a shorter path",
        dir.display()
    );
    Ok(dir.join("control.sock"))
}

fn remove(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
