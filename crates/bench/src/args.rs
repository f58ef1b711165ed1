//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::load::Limit;
use crate::{availability, catalogue, order_lists, storage};

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  crossdock-bench                                   everything on SQLite, 100,000 orders, 5 s for each line
  crossdock-bench carts --connections 64 --baseline createTempCart beside a bare program in the same run
  crossdock-bench order-detail order-numbers --orders 1000000
  crossdock-bench all --engine postgres --database postgres://user:password@127.0.0.1/postgres
  crossdock-bench place-order --requests 20000 --json

The database is fresh and removed afterwards. Server and load generator share this machine: close what else runs, and
compare only numbers of one run. Stored rows are counted; when they are not what was acknowledged, the command fails.";

/// Measure createTempCart, orderDetail, orderNumbers and placing orders on this machine
#[derive(Debug, Parser)]
#[command(name = "crossdock-bench", version, after_help = EXAMPLES, max_term_width = 120)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// Options of every command
    #[command(flatten)]
    pub global: Global,
    /// What to measure when no command is named
    #[command(flatten)]
    pub bench: Bench,
    /// Something else to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Where temporary data has room [default: the system's directory for temporary files]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "CROSSDOCK_DATA_DIR",
        hide_env_values = true,
        overrides_with = "data_dir"
    )]
    pub data_dir: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// Measurements with options of their own.
#[derive(Debug, Subcommand)]
pub enum Command {
    Availability(availability::Availability),
    Storage(storage::Storage),
    OrderLists(order_lists::OrderLists),
    Catalogue(catalogue::Catalogue),
}

/// Which database to measure on; it is fresh and removed afterwards.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// Storage engine
    #[arg(long, value_enum, default_value_t = EngineName::Sqlite)]
    pub engine: EngineName,
    /// With --engine postgres: a server and a role that may create databases; the database named in it stays untouched
    #[arg(long = "database", value_name = "URL", required_if_eq("engine", "postgres"))]
    pub url: Option<String>,
}

/// What the figures of the public API are asked for with.
#[derive(Debug, Clone, Args)]
pub struct Bench {
    /// What to measure
    #[arg(value_enum, default_values_t = [Work::All])]
    pub works: Vec<Work>,
    /// Connections (for place-order: callers), one line of the result for each
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub connections: Option<Vec<u16>>,
    /// Length of each measurement
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// End each measurement after this many requests instead
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..))]
    pub requests: Option<u64>,
    /// Orders in the database
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(i64).range(1000..=100_000_000))]
    pub orders: i64,
    /// Engine and server
    #[command(flatten)]
    pub database: Database,
    /// Measure a bare program beside it, with the same load in the same run, and print the ratio
    #[arg(long)]
    pub baseline: bool,
    /// Print JSON for machines instead of text for people
    #[arg(long)]
    pub json: bool,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// createTempCart: three lines, durable
    Carts,
    /// orderDetail of random orders
    OrderDetail,
    /// orderNumbers of random days, 1,000 ids each
    OrderNumbers,
    /// The use case that turns a paid cart into an order, in process
    PlaceOrder,
    /// Start and memory of a server process
    Process,
    /// All of them
    All,
}

impl Work {
    /// Its name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Carts => "createTempCart",
            Self::OrderDetail => "orderDetail",
            Self::OrderNumbers => "orderNumbers",
            Self::PlaceOrder => "place order",
            Self::Process => "process",
            Self::All => "all",
        }
    }
}

/// Storage engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngineName {
    /// A file in the data directory
    Sqlite,
    /// A database on a server
    Postgres,
}

impl Bench {
    /// What to measure, each once, in a fixed order.
    pub fn works(&self) -> Vec<Work> {
        if self.works.contains(&Work::All) {
            return vec![Work::Carts, Work::OrderDetail, Work::OrderNumbers, Work::PlaceOrder, Work::Process];
        }
        let mut works = self.works.clone();
        works.sort();
        works.dedup();
        works
    }

    /// How many connections or callers, line by line; none for what has no lines.
    pub fn connections_of(&self, work: Work) -> Vec<usize> {
        let usual: &[u16] = match work {
            Work::Carts | Work::OrderDetail | Work::OrderNumbers => &[1, 16, 64, 256],
            Work::PlaceOrder => &[1, 16, 64],
            Work::Process | Work::All => return Vec::new(),
        };
        let wanted = self.connections.as_deref().unwrap_or(usual);
        wanted.iter().copied().map(usize::from).collect()
    }

    /// When a measurement is over.
    pub fn limit(&self) -> Limit {
        match self.requests {
            Some(requests) => Limit::Requests(requests),
            None => Limit::Time(Duration::from_secs(self.seconds)),
        }
    }
}
