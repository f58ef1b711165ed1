//! Page files: embedded at build time, replaced one by one by a folder on disk. Static files get an address that
//! holds the hash of their content.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use sha2::{Digest, Sha256};

use super::RenderError;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../pages"]
struct Embedded;

/// Every page file by its path below the pages folder, with `/` as separator.
#[derive(Debug, Default)]
pub(super) struct Assets(BTreeMap<String, Cow<'static, [u8]>>);

impl Assets {
    pub(super) fn load(override_dir: Option<PathBuf>) -> Result<Self, RenderError> {
        let mut assets = Self::default();
        for path in Embedded::iter() {
            if let Some(file) = Embedded::get(&path) {
                assets.0.insert(path.into_owned(), file.data);
            }
        }
        if let Some(dir) = override_dir {
            for part in ["templates", "translations", "static"] {
                assets.read_dir(&dir.join(part), part)?;
            }
        }
        Ok(assets)
    }

    /// Adds all files below `dir`; a folder that is not there replaces nothing.
    fn read_dir(&mut self, dir: &Path, prefix: &str) -> Result<(), RenderError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| RenderError::Read { path, source }
        };
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(dir)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed(dir))?;
            let path = entry.path();
            let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            // Links are followed: mounted configuration often consists of links.
            if path.metadata().map_err(failed(&path))?.is_dir() {
                self.read_dir(&path, &name)?;
            } else {
                self.0.insert(name, std::fs::read(&path).map_err(failed(&path))?.into());
            }
        }
        Ok(())
    }

    /// Files below `prefix`, named without it.
    fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.0.iter().filter_map(move |(path, data)| Some((path.strip_prefix(prefix)?, data.as_ref())))
    }

    /// Text files below `prefix`, named without it.
    pub(super) fn texts(&self, prefix: &str) -> Result<Vec<(String, String)>, RenderError> {
        self.below(prefix)
            .map(|(name, data)| {
                let text = std::str::from_utf8(data).map_err(|_| RenderError::NotText(format!("{prefix}{name}")))?;
                Ok((name.to_owned(), text.to_owned()))
            })
            .collect()
    }
}

/// A static file and how to send it.
#[derive(Debug, Clone)]
pub struct StaticFile {
    /// Content.
    pub body: Bytes,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The address names this very content: browsers may keep it for ever. Otherwise it is the present content
    /// under an address from an earlier version.
    pub immutable: bool,
}

#[derive(Debug, Default)]
pub(super) struct StaticFiles(BTreeMap<String, (String, Bytes)>);

impl StaticFiles {
    pub(super) fn load(assets: &Assets) -> Self {
        let files = assets.below("static/");
        Self(files.map(|(name, data)| (name.to_owned(), (hash(data), Bytes::copy_from_slice(data)))).collect())
    }

    pub(super) fn url(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|(hash, _)| format!("/static/{hash}/{name}"))
    }

    pub(super) fn get(&self, hash: &str, name: &str) -> Option<StaticFile> {
        let (current, body) = self.0.get(name)?;
        Some(StaticFile { body: body.clone(), content_type: content_type(name), immutable: hash == current })
    }
}

/// 80 bits are plenty against accidents; nobody attacks their own style sheet.
fn hash(data: &[u8]) -> String {
    Sha256::digest(data).iter().take(10).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_on_disk_replaces_the_embedded_one_and_changes_its_address() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("static")).unwrap();
        std::fs::write(dir.path().join("static/checkout.css"), "body{}").unwrap();
        let embedded = StaticFiles::load(&Assets::load(None).unwrap());
        let replaced = StaticFiles::load(&Assets::load(Some(dir.path().to_owned())).unwrap());
        assert_ne!(embedded.url("checkout.css"), replaced.url("checkout.css"));
        assert_eq!(embedded.url("checkout.js"), replaced.url("checkout.js"));

        let url = replaced.url("checkout.css").unwrap();
        let hash = url.split('/').nth(2).unwrap();
        let file = replaced.get(hash, "checkout.css").unwrap();
        assert_eq!(file.body.as_ref(), b"body{}");
        assert!(file.immutable);
        assert!(!replaced.get("an-old-hash", "checkout.css").unwrap().immutable);
    }

    #[test]
    fn only_known_names_are_served() {
        let files = StaticFiles::load(&Assets::load(None).unwrap());
        for name in ["../templates/checkout/base.html", "", "checkout.css/", "nothing.css"] {
            assert!(files.get("x", name).is_none(), "{name}");
        }
    }
}
