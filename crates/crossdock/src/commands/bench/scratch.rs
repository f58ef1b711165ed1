//! The database of a measurement: fresh, and gone afterwards.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_db::scratch::ScratchDatabase;
use crossdock_db::{Db, DbError, Operation, Options, Tx};

use super::args::EngineName;

/// A directory that is removed with everything in it, however the measurement ends.
#[derive(Debug)]
pub struct ScratchDir(PathBuf);

impl ScratchDir {
    /// Makes `crossdock-bench-<process>-<purpose>` below `parent`.
    pub fn create(parent: &Path, purpose: &str) -> anyhow::Result<Self> {
        let path = parent.join(format!("crossdock-bench-{}-{purpose}", std::process::id()));
        std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, path = %self.0.display(), "temporary data stays behind");
        }
    }
}

/// An open, empty database of the chosen engine.
#[derive(Debug)]
pub struct Scratch {
    /// The database.
    pub db: Db,
    /// For everything else that lies in files.
    pub dir: ScratchDir,
    server: Option<ScratchDatabase>,
}

impl Scratch {
    /// Makes it.
    pub async fn create(engine: EngineName, url: Option<&str>, parent: &Path) -> anyhow::Result<Self> {
        let dir = ScratchDir::create(parent, "data")?;
        let (server, options) = match (engine, url) {
            (EngineName::Sqlite, _) => (None, Options::new(format!("sqlite:{}", sqlite_file(&dir).display()))),
            (EngineName::Postgres, Some(url)) => {
                let name = format!("crossdock_bench_{}", std::process::id());
                let server =
                    ScratchDatabase::create(url, &name).await.context("cannot make a database on the server")?;
                let options = Options::new(server.url());
                (Some(server), options)
            }
            (EngineName::Postgres, None) => {
                anyhow::bail!("--engine postgres needs --database postgres://… of a role that may create databases")
            }
        };
        match Db::open(&options).await {
            Ok(db) => Ok(Self { db, dir, server }),
            Err(error) => {
                if let Some(server) = server {
                    server.drop().await?;
                }
                Err(error).context("cannot open the fresh database")
            }
        }
    }

    /// The SQLite file, with which other connections may read what was generated.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.server.is_none().then(|| sqlite_file(&self.dir))
    }

    /// Bytes on disk; `None` when they are a server's.
    pub fn size(&self) -> Option<u64> {
        self.sqlite_file().and_then(|file| std::fs::metadata(file).ok()).map(|file| file.len())
    }

    /// Removes it.
    pub async fn remove(self) -> anyhow::Result<()> {
        match self.server {
            // With FORCE the server ends what still uses it, so nothing waits for a run that was broken off.
            Some(server) => server.drop().await.context("the database on the server stays behind")?,
            None => self.db.close().await,
        }
        Ok(())
    }
}

fn sqlite_file(dir: &ScratchDir) -> PathBuf {
    dir.path().join("crossdock.db")
}

/// Engine and durability, in words.
pub async fn engine_settings(db: &Db) -> Result<String, DbError> {
    struct Settings;
    impl Operation for Settings {
        type Output = String;
        type Error = DbError;
        async fn run(&self, tx: &mut Tx) -> Result<String, DbError> {
            tx.engine_settings().await
        }
    }
    // On the writing connection: there durability is decided.
    db.write(Settings).await
}
