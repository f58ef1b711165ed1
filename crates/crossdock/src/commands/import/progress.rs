//! How far an import is: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// Records between two lines where no terminal is.
const LINE_EVERY: u64 = 50_000;

/// How far it is.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// Absent: quiet, or on a terminal.
    next_line: Option<u64>,
    length: Option<u64>,
    what: &'static str,
    things: &'static str,
}

impl Progress {
    /// `what` is done with `things`; `length` in bytes.
    pub(super) fn new(length: Option<u64>, what: &'static str, things: &'static str, quiet: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        let bar = match length {
            _ if quiet || !terminal => ProgressBar::hidden(),
            Some(length) => {
                let bar = ProgressBar::new(length);
                let style = ProgressStyle::with_template("{prefix} {bar:40} {percent:>3} %  {msg}  {eta} left");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar
            }
            None => {
                let bar = ProgressBar::new_spinner();
                let style = ProgressStyle::with_template("{prefix} {spinner} {msg}  {elapsed}");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                bar.enable_steady_tick(std::time::Duration::from_millis(200));
                bar
            }
        };
        bar.set_prefix(what);
        Self { bar, next_line: (!quiet && !terminal).then_some(LINE_EVERY), length, what, things }
    }

    /// So many bytes were read, so many records done.
    pub(super) fn tell(&mut self, position: u64, done: u64) {
        if self.length.is_some() {
            self.bar.set_position(position);
        }
        self.bar.set_message(format!("{done} {}", self.things));
        if self.next_line.is_some_and(|next| done >= next) {
            let percent = self.length.filter(|length| *length > 0).map(|length| position * 100 / length);
            let percent = percent.map_or_else(String::new, |percent| format!(", {percent} %"));
            output::complain(&format!("{}: {done} {}{percent}", self.what, self.things));
            self.next_line = Some(done - done % LINE_EVERY + LINE_EVERY);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
