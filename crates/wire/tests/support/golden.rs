//! What the replays of golden pairs share: folders in a fixed order, and the switch that writes answers anew.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders in a folder, by name.
pub fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut all: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect();
    all.sort();
    all
}

/// The last part of a path.
#[allow(dead_code, reason = "one dialect has no use for it")]
pub fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// Whether answers are written anew: `UPDATE_GOLDEN=1`.
pub fn update() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the switch of whoever runs the test, no setting")]
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    update
}
