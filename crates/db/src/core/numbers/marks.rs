//! The file that remembers, outside the database, which numbers were given out.
//!
//! It is a list of lines, only ever added to while it is open; the highest entry of a counter counts.
//!
//! ```text
//! boot 7c0f…                          the machine's start in which the lines below were written
//! given 10004 10104 store 2 order     numbers below 10004 were given out; all below 10104 may have been
//! gone wholesaler 7                   the tenant was deleted, its counters are forgotten
//! closed                              everything above is on the disk
//! ```
//!
//! The first number of `given` is exact: it is written before the transaction commits, and survives when the process is killed.
//! Whether it survives a power cut depends on the disk's mood, because waiting for the disk at every order would be slow. The
//! second number is ahead and is waited for; it counts instead when the machine was started anew without a clean end.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::DbError;

/// How far ahead of the numbers given out the durable mark is set.
const AHEAD: i64 = 100;
/// A file larger than this is written anew when it is opened and nobody else has it.
const LARGE: usize = 64 * 1024;

/// A counter: `store 2 order`, `wholesaler 7 parcel`.
pub(crate) type Key = String;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    /// Numbers below were given out.
    given: i64,
    /// Numbers below may have been.
    ahead: i64,
}

/// The open file. Several processes of one data directory may have it open at once: each adds lines.
#[derive(Debug)]
pub(crate) struct Marks {
    path: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    known: HashMap<Key, Mark>,
}

/// What a failed commit puts back.
#[derive(Debug, Default)]
pub(crate) struct Before(Vec<(Key, i64, Option<i64>)>);

impl Marks {
    /// Opens or makes the file; blocking.
    pub(crate) fn open(path: &Path) -> Result<Self, DbError> {
        Self::open_in(path, &boot()).map_err(|error| unusable(path, &error))
    }

    fn open_in(path: &Path, boot: &str) -> std::io::Result<Self> {
        loop {
            let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
            let alone = match file.try_lock() {
                Ok(()) => true,
                Err(TryLockError::WouldBlock) => {
                    file.lock_shared()?;
                    false
                }
                Err(TryLockError::Error(error)) => return Err(error),
            };
            // Somebody may have put a new file in its place while we waited.
            if std::fs::metadata(path).map(|now| now.ino()).ok() != Some(file.metadata()?.ino()) {
                continue;
            }
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            let contents = Contents::read(&String::from_utf8_lossy(&text), boot);
            if alone && (text.len() > LARGE || contents.uncertain) {
                replace(path, &contents.text(boot))?;
                continue;
            }
            if contents.last_boot.as_deref() != Some(boot) || contents.closed {
                // A line that was cut off by a power cut must not run into this one.
                let gap = if text.last().is_none_or(|last| *last == b'\n') { "" } else { "\n" };
                file.write_all(format!("{gap}boot {boot}\n").as_bytes())?;
                file.sync_all()?;
                sync_directory(path)?;
            }
            file.lock_shared()?;
            return Ok(Self { path: path.to_owned(), inner: Mutex::new(Inner { file, known: contents.known }) });
        }
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lowest number of a counter that was surely never given out, as far as is known here.
    pub(crate) fn bound(&self, key: &str) -> Option<i64> {
        self.inner().known.get(key).map(|mark| mark.given)
    }

    /// Whether [`note`](Self::note) would wait for the disk.
    pub(crate) fn waits(&self, taken: &[(Key, i64)]) -> bool {
        let inner = self.inner();
        taken.iter().any(|(key, next)| inner.known.get(key).is_none_or(|mark| *next > mark.ahead))
    }

    /// Remembers that all numbers below `next` are about to be given out; before the commit that does it. Blocking.
    pub(crate) fn note(&self, taken: &[(Key, i64)]) -> Result<Before, DbError> {
        let mut before = Before::default();
        let mut lines = String::new();
        let mut wait = false;
        let mut inner = self.inner();
        let mut changed = Vec::new();
        for (key, next) in taken {
            let known = inner.known.get(key).copied();
            if known.is_some_and(|mark| mark.given >= *next) {
                continue;
            }
            let durable = known.map(|mark| mark.ahead).filter(|ahead| ahead >= next);
            wait |= durable.is_none();
            let ahead = durable.unwrap_or_else(|| next.saturating_add(AHEAD));
            let _ = writeln!(lines, "given {next} {ahead} {key}");
            changed.push((key.clone(), Mark { given: *next, ahead }));
            before.0.push((key.clone(), *next, known.map(|mark| mark.given)));
        }
        if changed.is_empty() {
            return Ok(before);
        }
        let written = inner.file.write_all(lines.as_bytes());
        let written = written.and_then(|()| if wait { inner.file.sync_data() } else { Ok(()) });
        written.map_err(|error| unusable(&self.path, &error))?;
        inner.known.extend(changed);
        Ok(before)
    }

    /// Forgets what was noted for a commit that certainly failed, so that no number is skipped for it.
    pub(crate) fn take_back(&self, before: Before) {
        let mut inner = self.inner();
        for (key, noted, given) in before.0.into_iter().rev() {
            if let Some(mark) = inner.known.get_mut(&key)
                && mark.given == noted
            {
                mark.given = given.unwrap_or(0);
            }
        }
    }

    /// Forgets the counters of a tenant that was deleted (`wholesaler 7`).
    pub(crate) fn forget(&self, tenant: &str) -> Result<(), DbError> {
        let mut inner = self.inner();
        inner.file.write_all(format!("gone {tenant}\n").as_bytes()).map_err(|error| unusable(&self.path, &error))?;
        forget(&mut inner.known, tenant);
        Ok(())
    }

    /// Brings everything to the disk; for a clean end.
    pub(crate) fn close(&self) {
        let mut inner = self.inner();
        let closed = inner.file.write_all(b"closed\n").and_then(|()| inner.file.sync_all());
        if let Err(error) = closed {
            tracing::warn!(path = %self.path.display(), %error, "numbers given out are not surely on the disk");
        }
    }
}

fn forget(known: &mut HashMap<Key, Mark>, tenant: &str) {
    known.retain(|key, _| key.strip_prefix(tenant).is_none_or(|rest| !rest.starts_with(' ')));
}

fn unusable(path: &Path, error: &std::io::Error) -> DbError {
    DbError::Unavailable(format!("{} (which remembers the numbers given out): {error}", path.display()))
}

/// What a file says.
#[derive(Debug, Default)]
struct Contents {
    known: HashMap<Key, Mark>,
    last_boot: Option<String>,
    closed: bool,
    /// The machine was started anew without a clean end before: the marks ahead were taken.
    uncertain: bool,
}

impl Contents {
    fn read(text: &str, boot: &str) -> Self {
        let mut read = Self::default();
        for line in text.lines() {
            // A line that says nothing known was cut off, or comes from a later version.
            let Some((word, rest)) = line.split_once(' ').or((line == "closed").then_some((line, ""))) else {
                continue;
            };
            read.closed = word == "closed";
            match word {
                "boot" => read.last_boot = Some(rest.to_owned()),
                "gone" => forget(&mut read.known, rest),
                "given" => {
                    if let Some((key, mark)) = given(rest) {
                        let known = read.known.entry(key).or_insert(mark);
                        known.given = known.given.max(mark.given);
                        known.ahead = known.ahead.max(mark.ahead);
                    }
                }
                _ => {}
            }
        }
        read.uncertain = !read.closed && !read.known.is_empty() && read.last_boot.as_deref() != Some(boot);
        if read.uncertain {
            read.known.values_mut().for_each(|mark| mark.given = mark.ahead);
        }
        read
    }

    fn text(&self, boot: &str) -> String {
        let mut lines: Vec<String> =
            self.known.iter().map(|(key, mark)| format!("given {} {} {key}\n", mark.given, mark.ahead)).collect();
        lines.sort();
        format!("boot {boot}\n{}", lines.concat())
    }
}

fn given(rest: &str) -> Option<(Key, Mark)> {
    let (given, rest) = rest.split_once(' ')?;
    let (ahead, key) = rest.split_once(' ')?;
    // A cut-off key names no counter; one that lost a digit of its tenant is ruled out by the counter's name behind it.
    (key.split(' ').count() == 3).then_some(())?;
    Some((key.to_owned(), Mark { given: given.parse().ok()?, ahead: ahead.parse().ok()? }))
}

/// Puts a new file in the place of the old one, durably.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    sync_directory(path)
}

/// Brings names in the directory of a file to the disk.
pub(crate) fn sync_directory(file: &Path) -> std::io::Result<()> {
    let directory =
        file.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    File::open(directory)?.sync_all()
}

/// What names this start of the machine; empty where the system does not tell, which equals no other.
fn boot() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    told.trim().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const KEY: &str = "store 2 order";

    fn at(path: &Path, boot: &str) -> Marks {
        Marks::open_in(path, boot).unwrap()
    }

    fn taken(next: i64) -> Vec<(Key, i64)> {
        vec![(KEY.to_owned(), next)]
    }

    #[test]
    fn a_killed_process_knows_the_exact_number() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("numbers");
        let marks = at(&path, "a");
        assert_eq!(marks.bound(KEY), None);
        assert!(marks.waits(&taken(10_002)));
        marks.note(&taken(10_002)).unwrap();
        assert!(!marks.waits(&taken(10_003)), "the mark ahead covers it");
        marks.note(&taken(10_003)).unwrap();
        drop(marks);
        assert_eq!(at(&path, "a").bound(KEY), Some(10_003));
    }

    #[test]
    fn after_a_power_cut_everything_that_may_have_been_given_out_counts() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("numbers");
        at(&path, "a").note(&taken(10_002)).unwrap();
        assert_eq!(at(&path, "b").bound(KEY), Some(10_002 + AHEAD));
        // Which is certain from now on, and does not grow by itself.
        assert_eq!(at(&path, "c").bound(KEY), Some(10_002 + AHEAD));
    }

    #[test]
    fn after_a_clean_end_the_exact_number_counts_on_every_machine() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("numbers");
        let marks = at(&path, "a");
        marks.note(&taken(10_002)).unwrap();
        marks.close();
        drop(marks);
        assert_eq!(at(&path, "b").bound(KEY), Some(10_002));
    }

    #[test]
    fn processes_that_share_the_file_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("numbers");
        let (one, two) = (at(&path, "a"), at(&path, "a"));
        one.note(&taken(5)).unwrap();
        two.note(&[("wholesaler 7 parcel".to_owned(), 9)]).unwrap();
        one.note(&taken(6)).unwrap();
        two.close();
        drop((one, two));
        let all = at(&path, "a");
        assert_eq!((all.bound(KEY), all.bound("wholesaler 7 parcel")), (Some(6), Some(9)));
    }

    #[test]
    fn a_large_file_is_written_anew_and_a_cut_off_line_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("numbers");
        let mut text = "boot a\n".to_owned();
        for next in 2..5_000 {
            let _ = writeln!(text, "given {next} 6000 {KEY}");
        }
        text.push_str("given 9999 99");
        std::fs::write(&path, text).unwrap();
        let marks = at(&path, "a");
        assert_eq!(marks.bound(KEY), Some(4_999));
        assert!(std::fs::metadata(&path).unwrap().len() < 200);
        marks.note(&taken(5_000)).unwrap();
        drop(marks);
        assert_eq!(at(&path, "a").bound(KEY), Some(5_000));
    }

    #[test]
    fn a_failed_commit_skips_nothing_and_a_deleted_tenant_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let marks = at(&dir.path().join("numbers"), "a");
        marks.note(&taken(10_002)).unwrap();
        let before = marks.note(&taken(10_003)).unwrap();
        marks.take_back(before);
        assert_eq!(marks.bound(KEY), Some(10_002));
        marks.note(&[("wholesaler 7 order".to_owned(), 3), ("wholesaler 70 order".to_owned(), 3)]).unwrap();
        marks.forget("wholesaler 7").unwrap();
        assert_eq!((marks.bound("wholesaler 7 order"), marks.bound("wholesaler 70 order")), (None, Some(3)));
    }
}
