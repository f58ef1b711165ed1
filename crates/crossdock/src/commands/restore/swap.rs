//! Putting a database in the place of another, so that there is one at every moment, and the other is kept whole.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use crossdock_domain::clock::Timestamp;

/// What SQLite puts next to a database.
const PARTS: [&str; 2] = ["-wal", "-shm"];

/// The path with something behind its name.
pub(super) fn next_to(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file and what was put next to it.
pub(super) fn remove_all(file: &Path) {
    for part in ["", "-wal", "-shm", "-journal", ".lock"] {
        // What is not there need not be removed; what cannot be removed is overwritten or refused later.
        let _ = std::fs::remove_file(next_to(file, part));
    }
}

/// The steps from one database to the other. Whoever is killed between two of them leaves a database that is whole.
#[derive(Debug)]
pub(super) struct Swap {
    database: PathBuf,
    /// What takes its place: one file, without a log.
    copy: PathBuf,
    /// Where the replaced one goes; `None` when there is none.
    aside: Option<PathBuf>,
}

type Step = fn(&Swap) -> anyhow::Result<()>;

impl Swap {
    /// `copy` is to take the place of `database`, which was folded before: a log that is still there belongs to one that
    /// cannot be read.
    pub(super) fn new(database: &Path, copy: &Path, now: Timestamp) -> anyhow::Result<Self> {
        let aside = database.exists().then(|| free_name(database, now)).transpose()?;
        Ok(Self { database: database.to_owned(), copy: copy.to_owned(), aside })
    }

    const STEPS: [Step; 6] = [
        Self::keep_database,
        Self::keep_log,
        Self::sync_directory,
        Self::remove_log,
        Self::replace,
        Self::sync_directory,
    ];

    /// Does them all; where the replaced database is.
    pub(super) fn run(self) -> anyhow::Result<Option<PathBuf>> {
        self.steps(Self::STEPS.len())?;
        Ok(self.aside)
    }

    fn steps(&self, count: usize) -> anyhow::Result<()> {
        Self::STEPS.iter().take(count).try_for_each(|step| step(self))
    }

    fn keep_database(&self) -> anyhow::Result<()> {
        self.aside.as_ref().map_or(Ok(()), |aside| keep(&self.database, aside))
    }

    /// A log that could not be folded is kept beside its database, where SQLite looks for it.
    fn keep_log(&self) -> anyhow::Result<()> {
        let Some(aside) = &self.aside else { return Ok(()) };
        PARTS.iter().try_for_each(|part| {
            let log = next_to(&self.database, part);
            if log.exists() { keep(&log, &next_to(aside, part)) } else { Ok(()) }
        })
    }

    /// It must not be there when the new database comes: SQLite would read it into that.
    fn remove_log(&self) -> anyhow::Result<()> {
        PARTS.iter().try_for_each(|part| {
            let log = next_to(&self.database, part);
            match std::fs::remove_file(&log) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(error).with_context(|| format!("cannot remove {}", log.display()))
                }
                _ => Ok(()),
            }
        })
    }

    fn replace(&self) -> anyhow::Result<()> {
        std::fs::rename(&self.copy, &self.database)
            .with_context(|| format!("cannot put the copy to {}", self.database.display()))
    }

    fn sync_directory(&self) -> anyhow::Result<()> {
        let directory = self.database.parent().filter(|directory| !directory.as_os_str().is_empty());
        let directory = directory.unwrap_or_else(|| Path::new("."));
        File::open(directory)
            .and_then(|open| open.sync_all())
            .with_context(|| format!("cannot bring {} to the disk", directory.display()))
    }
}

/// Gives a file a second name, so that the first one stays until another file takes it.
fn keep(file: &Path, aside: &Path) -> anyhow::Result<()> {
    let linked = match std::fs::hard_link(file, aside) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // A file system without links.
            let copied = std::fs::copy(file, aside).map(drop);
            copied.and_then(|()| File::open(aside)?.sync_all())
        }
        linked => linked,
    };
    linked.with_context(|| format!("cannot keep {} as {}", file.display(), aside.display()))
}

/// A name that nothing has yet: two restores in one second keep two databases.
fn free_name(database: &Path, now: Timestamp) -> anyhow::Result<PathBuf> {
    let moment: String = now.to_rfc3339().chars().filter(char::is_ascii_digit).take(14).collect();
    let mut names = std::iter::once(String::new()).chain((2..10_000).map(|n| format!("-{n}")));
    names
        .find_map(|ending| {
            let name = next_to(database, &format!(".replaced-{moment}{ending}"));
            (!name.exists()).then_some(name)
        })
        .context("there are thousands of replaced databases of this second")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

    fn text(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    /// Stopping behind every step: there is a database, the old one or the new one, and never the new one with the old log.
    #[test]
    fn whoever_is_killed_between_two_steps_leaves_a_database_and_loses_none() {
        for killed_after in 0..=Swap::STEPS.len() {
            for log in [false, true] {
                let dir = tempfile::tempdir().unwrap();
                let (database, copy) = (dir.path().join("shop.db"), dir.path().join("shop.db.restoring"));
                std::fs::write(&database, "old").unwrap();
                std::fs::write(&copy, "new").unwrap();
                if log {
                    std::fs::write(next_to(&database, "-wal"), "log").unwrap();
                }
                Swap::new(&database, &copy, NOW).unwrap().steps(killed_after).unwrap();
                let now = text(&database);
                assert!(now == "old" || !next_to(&database, "-wal").exists(), "after {killed_after}");
                // The restore again, from the beginning.
                std::fs::write(&copy, "new").unwrap();
                Swap::new(&database, &copy, NOW).unwrap().run().unwrap();
                assert_eq!(text(&database), "new");
                let kept: Vec<String> = std::fs::read_dir(dir.path())
                    .unwrap()
                    .map(|file| file.unwrap().path())
                    .filter(|path| path.to_string_lossy().contains(".replaced-"))
                    .map(|path| text(&path))
                    .collect();
                assert!(kept.contains(&"old".to_owned()), "after {killed_after}: {kept:?}");
                assert_eq!(kept.contains(&"log".to_owned()), log, "after {killed_after}: {kept:?}");
            }
        }
    }

    #[test]
    fn restores_of_one_second_keep_every_database() {
        let dir = tempfile::tempdir().unwrap();
        let (database, copy) = (dir.path().join("shop.db"), dir.path().join("shop.db.restoring"));
        std::fs::write(&database, "0").unwrap();
        for n in 1..4 {
            std::fs::write(&copy, n.to_string()).unwrap();
            Swap::new(&database, &copy, NOW).unwrap().run().unwrap();
        }
        let mut kept: Vec<String> =
            std::fs::read_dir(dir.path()).unwrap().map(|file| text(&file.unwrap().path())).collect();
        kept.sort();
        assert_eq!(kept, ["0", "1", "2", "3"]);
    }
}
