//! Where a book comes from: the binary, a directory, or the stored copy that an old quote used.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crossdock_domain::landed_cost::book::{RuleBook, Territory};
use sha2::{Digest, Sha256};

use crate::check;
use crate::compile::{Groups, compile_file};
use crate::format::RuleFile;
use crate::locate::{Locator, parse};

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../rules"]
struct Embedded;

/// The text of a file of the rule folder inside the binary, as it lies there.
pub(crate) fn embedded_text(path: &str) -> Option<Cow<'static, str>> {
    Some(match Embedded::get(path)?.data {
        Cow::Borrowed(text) => String::from_utf8_lossy(text),
        Cow::Owned(text) => Cow::Owned(String::from_utf8_lossy(&text).into_owned()),
    })
}

/// Folders that rule files lie in.
const FOLDERS: [&str; 2] = ["areas", "destinations"];

/// The files of a book: path below the book's folder (`destinations/DE.toml`) and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFiles(BTreeMap<String, Cow<'static, str>>);

/// Why a book's files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The file system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// No rule file below the directory.
    #[error("{path} holds no rule files; expected areas/*.toml and destinations/*.toml", path = .0.display())]
    Empty(PathBuf),
    /// A stored copy that is no map of texts.
    #[error("the stored rule book cannot be read: {0}")]
    Stored(#[from] serde_json::Error),
}

/// A mistake in a rule file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Problem {
    /// The file, `destinations/DE.toml`.
    pub file: String,
    /// The line, counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// The field, `tax[1].rate`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.field, self.message)
    }
}

impl BookFiles {
    /// The starter book inside the binary.
    pub fn embedded() -> Self {
        let is_rules = |path: &str| {
            let is_toml = Path::new(path).extension().is_some_and(|extension| extension == "toml");
            is_toml && FOLDERS.iter().any(|folder| path.starts_with(folder))
        };
        let paths = Embedded::iter().filter(|path| is_rules(path));
        Self(paths.filter_map(|path| Some((path.to_string(), embedded_text(&path)?))).collect())
    }

    /// The book in a directory with the folders `areas` and `destinations`.
    pub fn read_dir(dir: &Path) -> Result<Self, FilesError> {
        let mut files = BTreeMap::new();
        for folder in FOLDERS {
            let path = dir.join(folder);
            let failed = |path: PathBuf| move |source| FilesError::Io { path, source };
            if !path.is_dir() {
                continue;
            }
            for entry in std::fs::read_dir(&path).map_err(failed(path.clone()))? {
                let path = entry.map_err(failed(path.clone()))?.path();
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if path.extension().is_some_and(|extension| extension == "toml") {
                    let text = std::fs::read_to_string(&path).map_err(failed(path.clone()))?;
                    files.insert(format!("{folder}/{name}"), Cow::Owned(text));
                }
            }
        }
        if files.is_empty() { Err(FilesError::Empty(dir.to_owned())) } else { Ok(Self(files)) }
    }

    /// The stored form: one JSON object of texts.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Reads the stored form back.
    pub fn from_json(json: &str) -> Result<Self, FilesError> {
        Ok(Self(serde_json::from_str(json)?))
    }

    /// A book of these files, for tests and tools.
    pub fn from_texts<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.to_owned(), Cow::Owned(text.to_owned()))).collect())
    }

    /// Paths and texts, sorted by path.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Cow<'static, str>)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text))
    }

    /// How many files there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The name of this version: SHA-256 over paths and texts, 64 hex digits. Equal files, equal name.
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        for (path, text) in &self.0 {
            // Lengths in front, so that no text can pass for another file.
            hash.update((path.len() as u64).to_be_bytes());
            hash.update(path);
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Checks and compiles the files. Every mistake is named, not only the first; sorted by file and line.
    pub fn compile(&self) -> Result<RuleBook, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut read: Vec<(&str, RuleFile)> = Vec::new();
        for (path, text) in &self.0 {
            match parse(path, text) {
                Ok(file) => read.push((path, file)),
                Err(mut found) => problems.append(&mut found),
            }
        }
        let locators: BTreeMap<&str, Locator<'_>> =
            self.0.iter().map(|(path, text)| (path.as_str(), Locator::new(path, text))).collect();
        let groups = Groups::of(read.iter().map(|(path, file)| (&locators[path], file)), &mut problems);
        let mut territories: Vec<Territory> = Vec::with_capacity(read.len());
        for (path, file) in &read {
            let found = &mut problems;
            territories.extend(compile_file(&locators[path], file, &groups, found));
        }
        check::book(&read, &locators, &territories, &mut problems);
        if problems.is_empty() {
            return Ok(RuleBook::new(self.version(), territories));
        }
        problems.sort();
        problems.dedup();
        Err(problems)
    }
}
