//! The data directory: what lies where, and with which rights.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_app::SealingKey;
use crossdock_domain::random::{Random as _, SystemRandom};

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
pub struct DataDir {
    dir: PathBuf,
}

impl DataDir {
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

    /// The control socket of a running server.
    pub fn socket(&self) -> PathBuf {
        self.dir.join("control.sock")
    }

    /// Names another place of the socket, when the path above is too long for one.
    pub fn socket_elsewhere(&self) -> PathBuf {
        self.dir.join("control.sock.path")
    }

    /// The file with the key that sealed values in the database are encrypted with.
    pub fn key_file(&self) -> PathBuf {
        self.dir.join("secret.key")
    }

    /// The sealing key. The first call makes the key file, for its owner alone; nodes of one PostgreSQL installation need
    /// copies of the same file.
    pub fn sealing_key(&self) -> anyhow::Result<SealingKey> {
        let file = self.key_file();
        if !file.exists() {
            self.create()?;
            let mut key = [0; 32];
            SystemRandom.fill(&mut key);
            // Written under another name and linked: whoever looks sees all of it or nothing, and the first one wins.
            let draft = self.dir.join(format!("secret.key.{}", std::process::id()));
            let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut open| {
                open.write_all(&key)?;
                open.sync_all()?;
                match std::fs::hard_link(&draft, &file) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
                    _ => Ok(()),
                }
            });
            drop(std::fs::remove_file(&draft));
            made.with_context(|| format!("cannot make the key file {}", file.display()))?;
        }
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read the key file {}", file.display()))?;
        let key: [u8; 32] = bytes
            .try_into()
            .map_err(|_| anyhow::anyhow!("the key file {} is damaged: it must have 32 bytes", file.display()))?;
        Ok(SealingKey::new(key))
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
        Ok((!is_private(&metadata)).then(|| format!("other users can read it (mode {mode:03o})")))
    }

    /// Owner of the directory.
    pub fn owner(&self) -> std::io::Result<u32> {
        Ok(std::fs::metadata(&self.dir)?.uid())
    }
}
