//! Running the program, waiting for it by what it says, and talking to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Longest wait for anything. Nothing takes a second here; a busy machine gets more.
pub const TIMEOUT: Duration = Duration::from_mins(1);

/// The sample store of the demo.
pub const STORE: &str = "999";
/// Its secret.
pub const SECRET: &str = "f5bde245-f55e-414d-b722-80b25161c12c";

/// A directory to work in, with the program.
pub struct Shell {
    dir: TempDir,
    env: Vec<(String, String)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl CommandOutput {
    /// Standard output of a command that must have gone well.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// The JSON that it printed.
    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.good();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// Standard error of a command that must have ended with this code.
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        self.err
    }
}

impl Shell {
    pub fn new() -> Self {
        Self { dir: TempDir::new().expect("a directory"), env: Vec::new() }
    }

    /// With a variable in the environment of every command.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file and answers its name.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("written");
        name.to_owned()
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossdock"));
        // Settings of the person who runs the tests must not change what is tested.
        command.args(words(line)).current_dir(self.dir.path()).env_clear().env("USER", "tester");
        command.envs(self.env.iter().map(|(name, value)| (name, value))).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end. Words are split at blanks; `'…'` keeps them together.
    pub fn run(&self, line: &str) -> CommandOutput {
        ended(self.command(line).output().expect("the program starts"))
    }

    /// Starts a command without waiting for it.
    pub fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Starts a server and waits until it says that it listens.
    pub fn serve(&self, options: &str) -> Server {
        let line = format!("serve --listen 127.0.0.1:0 --log-format json {options}");
        let mut server = Server::new(self.command(&line));
        let line = server.wait_for("listening");
        let line: Value = serde_json::from_str(&line).expect(&line);
        server.url = format!("http://{}", line["address"].as_str().expect("an address"));
        server
    }

    /// Starts a demo and waits until it has said everything.
    pub fn demo(&self, options: &str) -> Server {
        let line = format!("demo --listen 127.0.0.1:0 --log-format json {options}");
        let mut server = Server::new(self.command(&line));
        server.wait_for("Stop it with Ctrl-C");
        server.url = after(&server.said, "Checkout API       ").split("/v1/").next().expect("a URL").to_owned();
        server
    }
}

fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(number, part)| {
            if number % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
        })
        .collect()
}

pub fn ended(output: std::process::Output) -> CommandOutput {
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    CommandOutput { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// What follows a text, up to the end of the line.
#[track_caller]
pub fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) = text.split_once(mark).unwrap_or_else(|| panic!("no {mark:?} in {text}"));
    rest.lines().next().expect("a line")
}

/// A running server. Killed when dropped.
pub struct Server {
    child: Child,
    lines: Receiver<String>,
    /// Everything it has said so far, on both outputs.
    pub said: String,
    /// `http://127.0.0.1:PORT`
    pub url: String,
}

impl Server {
    fn new(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let (send, lines) = channel();
        // Always read, or the program would wait for us when a pipe is full.
        let also = send.clone();
        let (out, err) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        std::thread::spawn(move || BufReader::new(out).lines().map_while(Result::ok).for_each(|l| drop(send.send(l))));
        std::thread::spawn(move || BufReader::new(err).lines().map_while(Result::ok).for_each(|l| drop(also.send(l))));
        Self { child, lines, said: String::new(), url: String::new() }
    }

    /// Waits for a line with this text.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            match line {
                Ok(line) => {
                    self.said.push_str(&line);
                    self.said.push('\n');
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("no {text:?} in time:\n{}", self.said),
                Err(RecvTimeoutError::Disconnected) => panic!("ended without {text:?}:\n{}", self.said),
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the signal is delivered");
    }

    /// Waits for the end; the exit code.
    pub fn end(&mut self) -> Option<i32> {
        let status = self.child.wait().expect("it can be waited for");
        self.said.extend(self.lines.iter().flat_map(|line| [line, "\n".to_owned()]));
        status.code()
    }

    /// Stops it as a service manager does; it must end well.
    #[track_caller]
    pub fn stop(mut self) -> String {
        self.signal(Signal::TERM);
        assert_eq!(self.end(), Some(0), "{}", self.said);
        std::mem::take(&mut self.said)
    }

    /// Stops it as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it can be waited for");
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.url.trim_start_matches("http://")).expect("it listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout");
        stream
    }

    /// Calls the API; the answer's status and JSON.
    pub fn call(&self, operation: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let head = head(operation, body.len());
        let mut stream = self.connect();
        stream.write_all(format!("{head}{body}").as_bytes()).expect("sent");
        answer(&mut stream)
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = self.connect();
        stream
            .write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").as_bytes())
            .expect("sent");
        read(&mut stream)
    }

    /// Registers a cart and answers its id.
    pub fn cart(&self) -> String {
        let (status, answer) = self.call("/v1/createTempCart", &cart());
        assert_eq!(status, 200, "{answer}");
        answer["tempCartUUID"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A cart of the sample store.
pub fn cart() -> Value {
    json!({
        "storeId": STORE, "secret": SECRET,
        "items": [{ "description": "Mug", "quantity": 1, "unitPrice": 12.5, "weight": 1, "productId": "mug" }],
    })
}

pub fn head(path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\naccept: application/json\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

pub fn answer(stream: &mut TcpStream) -> (u16, Value) {
    let (status, body) = read(stream);
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}")))
}

/// Status and body of an answer with a `content-length`, or one that ends with the connection.
fn read(stream: &mut TcpStream) -> (u16, String) {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head}"));
    (status, body.to_owned())
}

/// Whether a path is for its owner only.
pub fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).expect("it is there").permissions().mode().trailing_zeros() >= 6
}
