//! What a checked file would change, kept in a file until all of it is stored at once.
//!
//! It lies in the data directory, where a running server reads it, and is gone when the import has ended. Taking it away is
//! how an import that is under way is stopped.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::data_dir::DataDir;

const PREFIX: &str = "import-";
const ENDING: &str = ".spool";

/// A file of batches, a JSON array per line: a batch is stored as it was judged.
#[derive(Debug)]
pub(crate) struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
    /// Records in it.
    pub(crate) records: u64,
}

impl Spool {
    /// Begins a file, and clears away those of imports that died.
    pub(crate) fn create(data_dir: &DataDir) -> anyhow::Result<Self> {
        data_dir.create()?;
        let dir = std::path::absolute(data_dir.dir())?;
        clear(&dir);
        let path = dir.join(format!("{PREFIX}{}{ENDING}", std::process::id()));
        let draft = path.with_extension("draft");
        let made = || format!("cannot make {}", path.display());
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft);
        let file = file.with_context(made)?;
        // The server reads it, perhaps as another user than root, who asks.
        data_dir.hand_over(&file).with_context(made)?;
        // Locked before it has its name: whoever clears away takes only those that nobody holds.
        file.lock().with_context(made)?;
        std::fs::rename(&draft, &path).with_context(made)?;
        Ok(Self { path, file: BufWriter::with_capacity(256 * 1024, file), records: 0 })
    }

    /// Adds a batch.
    pub(crate) fn add<T: Serialize>(&mut self, batch: &[T]) -> anyhow::Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        self.records += batch.len() as u64;
        serde_json::to_writer(&mut self.file, batch)?;
        self.file.write_all(b"\n").with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Everything is in it now; where it is.
    pub(crate) fn finish(&mut self) -> anyhow::Result<&Path> {
        self.file.flush().with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(&self.path)
    }

    /// Removes it, which stops an import that is under way.
    pub(crate) fn take_away(&self) {
        // It may be gone already.
        drop(std::fs::remove_file(&self.path));
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.take_away();
    }
}

fn clear(dir: &Path) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX)
            && name.ends_with(ENDING)
            && let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

/// Reads the batches of a spool file.
pub(crate) fn batches<T: DeserializeOwned + Send + 'static>(
    path: &Path,
) -> Result<impl Iterator<Item = Result<Vec<T>, String>> + Send + use<T>, String> {
    let told = |error: &dyn std::fmt::Display| format!("the checked import cannot be read: {error}");
    let file = File::open(path).map_err(|error| told(&error))?;
    Ok(BufReader::with_capacity(256 * 1024, file).split(b'\n').map(move |line| {
        let line = line.map_err(|error| told(&error))?;
        serde_json::from_slice(&line).map_err(|error| told(&error))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_import_left_behind_is_cleared_away_by_the_next() {
        let dir = tempfile::tempdir().expect("a directory");
        let data_dir = DataDir::new(dir.path().to_owned());
        let left = dir.path().join("import-1.spool");
        std::fs::write(&left, "[]\n").expect("written");
        let mut spool = Spool::create(&data_dir).expect("made");
        assert!(!left.exists());
        spool.add(&["a", "b"]).expect("added");
        spool.add::<String>(&[]).expect("nothing to add");
        spool.add(&["c"]).expect("added");
        clear(dir.path());
        let path = spool.finish().expect("written").to_owned();
        assert!(crate::data_dir::is_private(&std::fs::metadata(&path).expect("held ones stay")));
        let back: Vec<Vec<String>> = batches(&path).expect("there").map(|batch| batch.expect("read")).collect();
        assert_eq!((back, spool.records), (vec![vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]], 3));
        drop(spool);
        assert!(!path.exists());
    }
}
