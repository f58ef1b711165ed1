//! The database of a measurement: fresh, and gone afterwards.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_db::{Db, Options};
use url::Url;

use crate::args::{Database, EngineName};
use crate::inspector::{Inspector, connect};

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

/// A PostgreSQL database of its own on a given server.
#[derive(Debug)]
struct ScratchDatabase {
    server: tokio_postgres::Config,
    name: String,
}

impl ScratchDatabase {
    /// Makes the database `name`, which consists of letters, digits and underscores, on the server of `url`.
    async fn create(url: &Url, name: String) -> anyhow::Result<Self> {
        let server: tokio_postgres::Config = url.as_str().parse().context("no PostgreSQL URL")?;
        let database = Self { server, name };
        database.on_server(&format!("CREATE DATABASE {}", database.name)).await?;
        Ok(database)
    }

    async fn drop(self) -> anyhow::Result<()> {
        // With FORCE the server ends what still uses it, so nothing waits for a run that was broken off.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        self.on_server(&sql).await.context("the database on the server stays behind")
    }

    async fn on_server(&self, sql: &str) -> anyhow::Result<()> {
        Ok(connect(&self.server).await?.batch_execute(sql).await?)
    }

    fn inspector(&self) -> Inspector {
        let mut config = self.server.clone();
        config.dbname(&self.name);
        Inspector::Postgres(Box::new(config))
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
    pub async fn create(database: &Database, parent: &Path) -> anyhow::Result<Self> {
        let dir = ScratchDir::create(parent, "data")?;
        let (server, options) = match (database.engine, &database.url) {
            (EngineName::Sqlite, _) => (None, Options::new(format!("sqlite:{}", sqlite_file(&dir).display()))),
            (EngineName::Postgres, Some(url)) => {
                let mut url = Url::parse(url).context("--database is no URL")?;
                let name = format!("crossdock_bench_{}", std::process::id());
                let server =
                    ScratchDatabase::create(&url, name).await.context("cannot make a database on the server")?;
                url.set_path(&server.name);
                (Some(server), Options::new(url))
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

    /// Looks into it from outside the product.
    pub fn inspector(&self) -> Inspector {
        self.server.as_ref().map_or_else(|| Inspector::Sqlite(sqlite_file(&self.dir)), ScratchDatabase::inspector)
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
            Some(server) => server.drop().await?,
            None => self.db.close().await,
        }
        Ok(())
    }
}

fn sqlite_file(dir: &ScratchDir) -> PathBuf {
    dir.path().join("crossdock.db")
}
