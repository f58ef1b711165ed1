//! The command line as a whole: global options and the list of commands. Each command's options are in its own file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    account, admin_key, backup, bench, completions, config, courier, demo, doctor, export, feed, import, job, mail,
    migrate, openapi, order, rates, restore, rules, sandbox, serve, shipping, stock, store, supply_order, test_order,
    webhook, wholesaler,
};

/// Self-hosted cross-border checkout: one program, one file of data
#[derive(Debug, Parser)]
#[command(name = "crossdock", version, about, after_help = AFTER_HELP, max_term_width = 120)]
pub struct Cli {
    /// Options of every command
    #[command(flatten)]
    pub global: Global,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  crossdock demo                                   a sample shop to look at, with everything set up
  crossdock store add 123 --name 'My Shop' --currency USD
  crossdock serve --public-url https://checkout.example
  crossdock help store add                         about one command

Exit codes:
  0  done
  1  failed, or the answer is no (payment declined, doctor found problems)
  2  wrong usage or configuration
  3  refused by a rule (no such order, order locked, test mode is off, ...)
  4  the database or its lock is not available";

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// Where the data lies [default: ./crossdock-data; of the demo: ./crossdock-demo]
    #[arg(long, global = true, value_name = "DIR", env = "CROSSDOCK_DATA_DIR", hide_env_values = true)]
    pub data_dir: Option<PathBuf>,
    /// Configuration file [default: crossdock.toml in the data directory, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "CROSSDOCK_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// How long to wait for another command that uses the database
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10)]
    pub wait: u64,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands; what help says of those without a text here stands at their options.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    /// Add, change and list stores
    #[command(subcommand)]
    Store(store::Store),
    /// Import and show shipping rates
    #[command(subcommand)]
    Shipping(shipping::Shipping),
    /// List orders and act on them
    #[command(subcommand)]
    Order(order::Order),
    TestOrder(test_order::TestOrder),
    /// Look at the landed-cost rules, import tariffs, explain quotes
    #[command(subcommand)]
    Rules(rules::Rules),
    /// Import and list exchange rates
    #[command(subcommand)]
    Rates(rates::Rates),
    /// Import catalogues and orders from files
    #[command(subcommand)]
    Import(import::Import),
    /// Write catalogues and orders to files
    #[command(subcommand)]
    Export(export::Export),
    /// Tokens by which shops read the feeds
    #[command(subcommand)]
    Feed(feed::Feed),
    /// Add, change and list wholesalers
    #[command(subcommand)]
    Wholesaler(wholesaler::Command),
    /// Add, change and list shop accounts of a wholesaler
    #[command(subcommand)]
    Account(account::Command),
    /// Keys of the Admin API, one per application
    #[command(subcommand)]
    AdminKey(admin_key::Command),
    /// Warehouses, stock and reservations of a wholesaler
    #[command(subcommand)]
    Stock(stock::Command),
    /// Couriers and pickup points of a wholesaler
    #[command(subcommand)]
    Courier(courier::Command),
    /// Orders that shops placed at a wholesaler: list them, pack them, send them
    #[command(subcommand)]
    SupplyOrder(supply_order::Command),
    /// Wholesalers with sample goods for developers, for a while
    #[command(subcommand)]
    Sandbox(sandbox::Command),
    /// Look at background jobs
    #[command(subcommand)]
    Job(job::Job),
    /// Tell others what happened, by HTTP
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    /// Look at e-mails, and try the mail server out
    #[command(subcommand)]
    Mail(mail::Mail),
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Doctor(doctor::Doctor),
    Bench(bench::Bench),
    /// Check the configuration, or print its reference
    #[command(subcommand)]
    Config(config::Config),
    Openapi(openapi::Openapi),
    Completions(completions::Completions),
}
