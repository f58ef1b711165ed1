//! What could not be imported: a file of rows, and the first few on the terminal.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use crossdock_wire::catalogue::RejectedRow;
use crossdock_wire::table::write_row;

use crate::output;

/// Rows that are told on the terminal.
const TOLD: u64 = 20;

/// Collects rejected rows; those of a million-row file never lie in memory together.
#[derive(Debug)]
pub(super) struct Report {
    file: Option<(BufWriter<File>, bool)>,
    quiet: bool,
    /// Rows in the report.
    pub(super) rows: u64,
    remarks: u64,
}

impl Report {
    /// Opens the report; a name that ends with `.json` or `.jsonl` gets a JSON object per line, others CSV.
    pub(super) fn open(file: Option<&Path>, quiet: bool) -> anyhow::Result<Self> {
        let mut report = Self { file: None, quiet, rows: 0, remarks: 0 };
        if let Some(path) = file {
            let open = File::create(path).with_context(|| format!("cannot write the report {}", path.display()))?;
            let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or("");
            let json = ["json", "jsonl", "ndjson"].iter().any(|known| ending.eq_ignore_ascii_case(known));
            let mut open = BufWriter::new(open);
            if !json {
                open.write_all(b"line;code;field;reason\r\n")?;
            }
            report.file = Some((open, json));
        }
        Ok(report)
    }

    /// Tells what was taken although it may be a mistake; it is no rejected row.
    pub(super) fn remark(&mut self, remark: &RejectedRow) {
        self.remarks += 1;
        if self.remarks <= TOLD && !self.quiet {
            let RejectedRow { line, code, field, reason } = remark;
            output::complain(&format!("warning: line {line} ({code}) {field}: {reason}"));
        }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, rejected: &RejectedRow) -> anyhow::Result<()> {
        self.rows += 1;
        if self.rows <= TOLD && !self.quiet {
            let RejectedRow { line, code, field, reason } = rejected;
            let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
            let field = if field.is_empty() { String::new() } else { format!(" {field}:") };
            output::complain(&format!("line {line}{code}:{field} {reason}"));
        }
        match &mut self.file {
            None => {}
            Some((file, true)) => {
                serde_json::to_writer(&mut *file, rejected)?;
                file.write_all(b"\n")?;
            }
            Some((file, false)) => {
                let mut row = String::new();
                let line = rejected.line.to_string();
                write_row(&mut row, [line.as_str(), &rejected.code, &rejected.field, &rejected.reason]);
                file.write_all(row.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Ends the report.
    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        if self.rows > TOLD && !self.quiet {
            output::complain(&format!("… and {} more; --report FILE names them all", self.rows - TOLD));
        }
        if self.remarks > TOLD && !self.quiet {
            output::complain(&format!("… and {} more warnings", self.remarks - TOLD));
        }
        if let Some((file, _)) = &mut self.file {
            file.flush().context("cannot write the report")?;
        }
        Ok(())
    }
}
