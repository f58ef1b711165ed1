//! The data directory: what lies where, and with which rights.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_app::SealingKey;
use crossdock_domain::random::{Random as _, SystemRandom};

use crate::exit::Failure;

/// Where a command without `--data-dir` works.
pub const DEFAULT: &str = "crossdock-data";
/// Where the demo without `--data-dir` works.
pub const DEMO_DEFAULT: &str = "crossdock-demo";

/// Name of a user by its number.
fn user_name(uid: u32) -> Option<String> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

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

    /// The file that remembers which numbers were given out, whatever happens to the database.
    pub fn numbers(&self) -> PathBuf {
        self.dir.join("numbers")
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

    /// Refuses root in the directory of another user, whose server could not open what root leaves there.
    pub fn refuse_root(&self) -> Result<(), Failure> {
        let Ok(owner) = self.owner() else { return Ok(()) };
        if !rustix::process::geteuid().is_root() || owner == 0 {
            return Ok(());
        }
        let name = user_name(owner).unwrap_or_else(|| format!("#{owner}"));
        Err(Failure::refused(format!(
            "{} belongs to the user {name}, whose server could not use files of root; run this as that user: \
             sudo -u '{name}' crossdock …",
            self.dir.display()
        )))
    }

    /// Gives a file that root made to the owner of the directory; anybody else's is the owner's already.
    pub fn hand_over(&self, file: &File) -> std::io::Result<()> {
        if !rustix::process::geteuid().is_root() {
            return Ok(());
        }
        let owner = std::fs::metadata(&self.dir)?;
        std::os::unix::fs::fchown(file, Some(owner.uid()), Some(owner.gid()))
    }

    /// Owner of the directory.
    pub fn owner(&self) -> std::io::Result<u32> {
        Ok(std::fs::metadata(&self.dir)?.uid())
    }
}
