//! Asking a running server through its admin socket.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use super::{AdminAnswer, AdminRequest, AdminResult};
use crate::exit::Failure;
use crate::place::Place;

/// A conversation with a running server.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Connects to the server of a data directory; `None` when there is none.
    pub async fn connect(place: &Place) -> anyhow::Result<Option<Self>> {
        let path = match std::fs::read(place.socket_elsewhere()) {
            Ok(path) => PathBuf::from(OsString::from_vec(path)),
            Err(_) => std::path::absolute(place.socket())?,
        };
        match UnixStream::connect(&path).await {
            Ok(stream) => Ok(Some(Self { stream: BufReader::new(stream) })),
            // Nobody made one, or whoever did is gone; a path too long for a socket never was one.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::InvalidInput
                ) =>
            {
                Ok(None)
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(Failure::unavailable(format!(
                "a server runs on {}, but its admin socket is not yours; run this command as the server's user",
                place.dir().display()
            ))
            .into()),
            Err(error) => Err(error).with_context(|| format!("admin socket {}", path.display())),
        }
    }

    /// Sends a request and waits for its answer.
    pub async fn ask(&mut self, request: &AdminRequest) -> anyhow::Result<AdminAnswer> {
        let mut line = serde_json::to_string(request)?;
        line.push('\n');
        self.stream.get_mut().write_all(line.as_bytes()).await.context("the running server hung up")?;
        line.clear();
        self.stream.read_line(&mut line).await.context("the running server hung up")?;
        if line.is_empty() {
            return Err(Failure::unavailable("the running server stopped before it answered").into());
        }
        let answer: AdminResult = serde_json::from_str(&line).context(
            "the running server answers in a way that this program does not understand; is it another version?",
        )?;
        Ok(answer?)
    }
}
