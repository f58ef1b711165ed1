//! The result, for people and for machines.

use serde::Serialize;

use crate::args::{EngineName, Work};
use crate::load::LoadResult;
use crate::machine::{Machine, Memory};
use crate::output;
use crate::process::{CONNECTIONS, ProcessFigures};

/// Everything that was found out.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where.
    pub machine: Machine,
    /// With what.
    pub settings: Settings,
    /// How fast.
    pub lines: Vec<Line>,
    /// Start and memory of a process of its own.
    pub process: Option<ProcessFigures>,
}

/// What a result must be read with.
#[derive(Debug, Serialize)]
pub struct Settings {
    /// Version of the program.
    pub version: String,
    /// Which engine.
    pub engine: EngineName,
    /// Its version and how durable its commits are.
    pub durability: String,
    /// Orders in the database before the first measurement.
    pub orders: i64,
    /// Time that generating them took, in seconds.
    pub generated_in_s: f64,
    /// Size of the embedded database then, in bytes.
    pub database_bytes: Option<u64>,
    /// How long a line was measured.
    pub limit: String,
}

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// What.
    pub work: Work,
    /// `crossdock`, or what it is compared with.
    pub program: &'static str,
    /// Connections or callers.
    pub connections: usize,
    /// Per second.
    pub rate: f64,
    /// Requests that were measured.
    pub measured: u64,
    /// Latencies in microseconds.
    pub p50_us: u64,
    /// 95 of 100 were faster.
    pub p95_us: u64,
    /// 99 of 100 were faster.
    pub p99_us: u64,
    /// The slowest.
    pub max_us: u64,
    /// Processor time of the server and its storage for one request, in microseconds; PostgreSQL's own is not in it.
    pub processor_us: Option<f64>,
    /// Failed requests.
    pub errors: u64,
    /// The first failure.
    pub first_error: Option<String>,
    /// Good answers, those before the measurement included.
    pub acknowledged: u64,
    /// Rows found afterwards; `None` for reads.
    pub stored: Option<u64>,
    /// Rate as a share of the bare program's, same work and connections.
    pub ratio: Option<f64>,
}

impl Line {
    /// The line of a run.
    pub fn new(
        work: Work,
        program: &'static str,
        connections: usize,
        outcome: &LoadResult,
        stored: Option<u64>,
    ) -> Self {
        let latencies = &outcome.latencies;
        Self {
            work,
            program,
            connections,
            rate: outcome.rate(),
            measured: latencies.len(),
            p50_us: latencies.value_at_quantile(0.50),
            p95_us: latencies.value_at_quantile(0.95),
            p99_us: latencies.value_at_quantile(0.99),
            max_us: latencies.max(),
            processor_us: outcome.processor_us(),
            errors: outcome.errors,
            first_error: outcome.first_error.clone(),
            acknowledged: outcome.acknowledged,
            stored,
            ratio: None,
        }
    }

    /// What is wrong with the run: failed requests, or rows that are not what was acknowledged.
    pub fn problem(&self) -> Option<String> {
        let run = format!("{} at {} ({})", self.work.name(), self.connections, self.program);
        if let Some(stored) = self.stored
            && stored != self.acknowledged
        {
            return Some(format!("{run}: {} acknowledged, {stored} stored", self.acknowledged));
        }
        let first = self.first_error.as_deref().unwrap_or("?");
        (self.errors > 0).then(|| format!("{run}: {} failed requests, the first: {first}", self.errors))
    }
}

impl Report {
    /// Everything that is wrong.
    pub fn problems(&self) -> Vec<String> {
        self.lines.iter().filter_map(Line::problem).collect()
    }

    /// Writes it for people.
    pub fn print(&self) {
        let machine = &self.machine;
        let settings = &self.settings;
        let size = machine.binary_bytes.map(|bytes| format!(", {} MB", megabytes(bytes))).unwrap_or_default();
        output::facts(&[
            ("machine", format!("{} × {}, {} MB memory", machine.cores, machine.cpu, machine.memory_mb)),
            ("kernel", machine.kernel.clone()),
            ("load average", format!("{} before, {} after", machine.load_before, machine.load_after)),
            ("program", format!("crossdock {}{size}", settings.version)),
            ("engine", settings.durability.clone()),
            ("database", self.database()),
            ("each line", format!("{}, closed loop, load generator on the same machine", settings.limit)),
        ]);
        output::line("");
        let headings =
            ["work", "program", "conn.", "per s", "p50 ms", "p95", "p99", "max", "CPU µs", "errors", "stored", "ratio"];
        let mut table = output::table(headings);
        for line in &self.lines {
            table.add_row([
                line.work.name().to_owned(),
                line.program.to_owned(),
                line.connections.to_string(),
                format!("{:.0}", line.rate),
                milliseconds(line.p50_us),
                milliseconds(line.p95_us),
                milliseconds(line.p99_us),
                milliseconds(line.max_us),
                line.processor_us.map_or_else(String::new, |micros| format!("{micros:.0}")),
                line.errors.to_string(),
                line.stored.map_or_else(String::new, |stored| stored.to_string()),
                line.ratio.map_or_else(String::new, |ratio| format!("{:.0} %", ratio * 100.0)),
            ]);
        }
        output::print_table(&table, "nothing was measured");
        if let Some(process) = &self.process {
            output::line("");
            print_process(process);
        }
    }

    fn database(&self) -> String {
        let settings = &self.settings;
        if settings.orders == 0 {
            return "no orders".to_owned();
        }
        let size = settings.database_bytes.map(|bytes| format!(", {} MB", megabytes(bytes))).unwrap_or_default();
        format!("{} orders{size}, generated in {:.1} s", settings.orders, settings.generated_in_s)
    }
}

fn print_process(process: &ProcessFigures) {
    let starts: Vec<String> = process.start_ms.iter().map(|ms| format!("{ms:.0}")).collect();
    let memory = |memory: Option<Memory>| {
        memory.map_or_else(
            || "unknown".to_owned(),
            |memory| {
                format!(
                    "{} MB resident, {} MB at most",
                    memory.resident_kb.div_ceil(1024),
                    memory.peak_kb.div_ceil(1024)
                )
            },
        )
    };
    let loaded = format!("{} (createTempCart, {CONNECTIONS} connections)", memory(process.loaded));
    output::facts(&[
        ("start to /readyz", format!("{} ms", starts.join(", "))),
        ("memory idle", memory(process.idle)),
        ("memory loaded", loaded),
    ]);
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// Microseconds as milliseconds with two decimals.
pub fn milliseconds(micros: u64) -> String {
    format!("{}.{:02}", micros / 1000, micros % 1000 / 10)
}
