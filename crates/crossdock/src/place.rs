//! The data directory: what lies where, and with which rights.

use std::fs::{DirBuilder, Metadata};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Where a command without `--data-dir` works.
pub const DEFAULT: &str = "crossdock-data";
/// Where the demo without `--data-dir` works.
pub const DEMO_DEFAULT: &str = "crossdock-demo";

/// Whether only the owner has rights.
pub fn is_private(metadata: &Metadata) -> bool {
    metadata.permissions().mode().trailing_zeros() >= 6
}

/// A data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    dir: PathBuf,
}

impl Place {
    /// The directory of this path, which need not exist.
    pub fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// The directory itself.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The embedded database.
    pub fn database(&self) -> PathBuf {
        self.dir.join("crossdock.db")
    }

    /// The configuration that is read when none is named.
    pub fn config(&self) -> PathBuf {
        self.dir.join("crossdock.toml")
    }

    /// The admin socket of a running server.
    pub fn socket(&self) -> PathBuf {
        self.dir.join("admin.sock")
    }

    /// Names another place of the socket, when the path above is too long for one.
    pub fn socket_elsewhere(&self) -> PathBuf {
        self.dir.join("admin.sock.path")
    }

    /// Makes the directory for its owner alone; one that exists keeps its rights.
    pub fn create(&self) -> anyhow::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.dir)
            .with_context(|| format!("cannot make the data directory {}", self.dir.display()))
    }

    /// What is wrong with the rights of the directory; `None` when all is well.
    pub fn rights_problem(&self) -> std::io::Result<Option<String>> {
        let metadata = std::fs::metadata(&self.dir)?;
        if !metadata.is_dir() {
            return Ok(Some("is no directory".to_owned()));
        }
        let mode = metadata.permissions().mode() & 0o777;
        Ok((!is_private(&metadata)).then(|| format!("others may look into it (mode {mode:03o})")))
    }

    /// Owner of the directory.
    pub fn owner(&self) -> std::io::Result<u32> {
        Ok(std::fs::metadata(&self.dir)?.uid())
    }
}
