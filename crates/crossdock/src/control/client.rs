//! Asking a running server through its control socket.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::{Command, Greeting};
use crate::data_dir::DataDir;
use crate::exit::Failure;

/// Longest wait for the first word of a server. Commands themselves may take their time.
const GREETING: Duration = Duration::from_secs(30);

/// A conversation with a running server.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<UnixStream>,
    /// What the server said of itself.
    pub greeting: Greeting,
}

impl Client {
    /// Connects to the server of a data directory; `None` when there is none.
    pub async fn connect(data_dir: &DataDir) -> anyhow::Result<Option<Self>> {
        Self::connect_within(GREETING, data_dir).await
    }

    async fn connect_within(most: Duration, data_dir: &DataDir) -> anyhow::Result<Option<Self>> {
        let path = match std::fs::read(data_dir.socket_elsewhere()) {
            Ok(path) => PathBuf::from(OsString::from_vec(path)),
            Err(_) => std::path::absolute(data_dir.socket())?,
        };
        let stream = match UnixStream::connect(&path).await {
            Ok(stream) => stream,
            // Nobody made one, or whoever did is gone; a path too long for a socket never was one.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::InvalidInput
                ) =>
            {
                return Ok(None);
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(Failure::unavailable(format!(
                    "a server runs on {}, but its control socket is not yours; run this command as the server's user",
                    data_dir.dir().display()
                ))
                .into());
            }
            Err(error) => return Err(error).with_context(|| format!("control socket {}", path.display())),
        };
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        // Who is out of file handles takes the connection and says nothing.
        let Ok(greeted) = timeout(most, stream.read_line(&mut line)).await else {
            return Err(Failure::unavailable(format!(
                "a server runs on {}, but its control socket has said nothing for {} s; look at the server's log, and at \
                 limits such as LimitNOFILE",
                data_dir.dir().display(),
                most.as_secs()
            ))
            .into());
        };
        match greeted {
            // It stopped before it came to us.
            Ok(0) => Ok(None),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(None),
            Err(error) => Err(error).with_context(|| format!("control socket {}", path.display())),
            Ok(_) => Ok(Some(Self { stream, greeting: serde_json::from_str(&line).context(OTHER_VERSION)? })),
        }
    }

    /// Sends a command and waits for its answer.
    pub async fn ask<C: Command>(&mut self, command: &C) -> anyhow::Result<C::Answer> {
        let line = self.send(C::NAME, &serde_json::to_string(command)?).await?;
        match line.trim_end().split_once(' ') {
            Some(("ok", answer)) => serde_json::from_str(answer).context(OTHER_VERSION),
            Some(("failed", failure)) => {
                Err(serde_json::from_str(failure).unwrap_or_else(|_| Failure::failed(OTHER_VERSION)).into())
            }
            _ => Err(Failure::failed(OTHER_VERSION).into()),
        }
    }

    async fn send(&mut self, name: &str, arguments: &str) -> anyhow::Result<String> {
        let hung_up = "the running server hung up";
        let mut line = format!("{name} {arguments}\n");
        self.stream.get_mut().write_all(line.as_bytes()).await.context(hung_up)?;
        line.clear();
        self.stream.read_line(&mut line).await.context(hung_up)?;
        if line.is_empty() {
            return Err(Failure::unavailable("the running server stopped before it answered").into());
        }
        Ok(line)
    }
}

const OTHER_VERSION: &str =
    "the running server answers in a way that this program does not understand; is it another version?";

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = DataDir::new(dir.path().to_owned());
        let _silent = tokio::net::UnixListener::bind(data_dir.socket()).unwrap();
        let error = Client::connect_within(Duration::from_millis(10), &data_dir).await.unwrap_err();
        assert!(error.to_string().contains("said nothing for"), "{error}");
    }
}
