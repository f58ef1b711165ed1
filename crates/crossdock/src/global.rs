//! Options that every command has.

use std::path::PathBuf;

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Data directory [default: ./crossdock-data; of the demo: ./crossdock-demo]
    #[arg(long, global = true, value_name = "DIR", env = "CROSSDOCK_DATA_DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,
    /// Configuration file [default: crossdock.toml in the data directory, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "CROSSDOCK_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// How long to wait for another command that uses the database
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
    /// Print results and errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print times in UTC [default: in the zone that TZ names, else the wholesaler's, else the machine's]
    #[arg(long, global = true)]
    pub utc: bool,
}
