//! The command line as a whole. Each command's options are in its own file.

use clap::{Parser, Subcommand};

use crate::commands::shown::Shown;
use crate::commands::{
    account, admin_key, backup, bench, completions, config, courier, demo, dev, doctor, export, feed, import, job,
    mail, migrate, numbers, openapi, order, product, rates, restore, rules, sandbox, serve, shipping, stock, store,
    supply_order, test_order, webhook, wholesaler,
};
pub use crate::global::Global;

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
  crossdock demo                                   a sample shop with everything set up
  crossdock store add 123 --name 'My Shop' --currency USD
  crossdock serve --public-url https://checkout.example
  crossdock help store add                         help on one command

Exit codes:
  0  done
  1  failed, or the answer is no (payment declined, doctor found problems)
  2  wrong usage or configuration
  3  refused by a rule (no such order, order locked, test mode is off, ...)
  4  the database or its lock is not available";

/// The commands; those without a description here have it at their options.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    /// Add, change and list stores
    #[command(subcommand)]
    Store(store::Commands),
    /// Import and show shipping rates
    #[command(subcommand)]
    Shipping(shipping::Commands),
    /// List, ship, approve and cancel orders of the checkout
    #[command(subcommand)]
    Order(order::Commands),
    TestOrder(Shown<test_order::TestOrder>),
    /// Check and list the landed-cost rules, import tariffs, explain quotes
    #[command(subcommand)]
    Rules(rules::Commands),
    /// Import and list exchange rates
    #[command(subcommand)]
    Rates(rates::Commands),
    /// Import catalogues, stocks and orders from files
    #[command(subcommand)]
    Import(import::Commands),
    /// Write catalogues and orders to files
    #[command(subcommand)]
    Export(export::Commands),
    /// Manage tokens by which shops read the feeds
    #[command(subcommand)]
    Feed(feed::Commands),
    /// Add, change and list wholesalers
    #[command(subcommand)]
    Wholesaler(wholesaler::Commands),
    /// Add, change and list shop accounts of a wholesaler
    #[command(subcommand)]
    Account(account::Commands),
    /// Manage keys of the Admin API, one per API client
    #[command(subcommand)]
    AdminKey(admin_key::Commands),
    /// Search and show the products of a wholesaler
    #[command(subcommand)]
    Product(product::Commands),
    /// Manage warehouses, stock and reservations of a wholesaler
    #[command(subcommand)]
    Stock(stock::Commands),
    /// Manage couriers and pickup points of a wholesaler
    #[command(subcommand)]
    Courier(courier::Commands),
    /// List, pack, send and change the orders that shops placed at a wholesaler
    #[command(subcommand)]
    SupplyOrder(supply_order::Commands),
    /// Manage sandboxes: temporary wholesalers with sample goods for developers
    #[command(subcommand)]
    Sandbox(sandbox::Commands),
    /// List, retry and run background jobs
    #[command(subcommand)]
    Job(job::Commands),
    /// Manage webhooks, which report events by HTTP
    #[command(subcommand)]
    Webhook(webhook::Commands),
    /// List e-mails, and test the mail server
    #[command(subcommand)]
    Mail(mail::Commands),
    #[command(subcommand)]
    Numbers(numbers::Commands),
    Migrate(migrate::Migrate),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Doctor(doctor::Doctor),
    Bench(bench::Bench),
    /// Rehearse with stand-ins for outside services
    #[command(subcommand)]
    Dev(dev::Commands),
    /// Check the configuration, or print its reference
    #[command(subcommand)]
    Config(config::Config),
    Openapi(openapi::Openapi),
    Completions(completions::Completions),
}
