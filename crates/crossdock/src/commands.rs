//! The commands, one file each: options, and what the command does.

pub mod account;
pub mod admin_key;
pub mod backup;
pub mod bench;
pub mod completions;
pub mod config;
pub mod courier;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod feed;
pub mod import;
pub mod job;
pub mod mail;
pub mod migrate;
pub mod openapi;
pub mod order;
pub mod rates;
pub mod restore;
pub mod rules;
pub mod sandbox;
pub mod serve;
pub mod shipping;
pub mod stock;
pub mod store;
pub mod supply_order;
pub mod test_order;
pub mod webhook;
pub mod wholesaler;

use crate::cli::{Cli, Command};

/// Does what the command line says.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let global = &cli.global;
    match cli.command {
        Command::Demo(command) => demo::run(global, command).await,
        Command::Serve(command) => serve::run(global, command).await,
        Command::Store(command) => store::run(global, command).await,
        Command::Shipping(command) => shipping::run(global, command).await,
        Command::Order(command) => order::run(global, command).await,
        Command::Rules(command) => Box::pin(rules::run(global, command)).await,
        Command::Rates(command) => Box::pin(rates::run(global, command)).await,
        Command::Import(command) => import::run(global, command).await,
        Command::Export(command) => Box::pin(export::run(global, command)).await,
        Command::Feed(command) => Box::pin(feed::run(global, command)).await,
        Command::Wholesaler(command) => wholesaler::run(global, command).await,
        Command::Account(command) => account::run(global, command).await,
        Command::AdminKey(command) => admin_key::run(global, command).await,
        Command::Stock(command) => stock::run(global, command).await,
        Command::Courier(command) => courier::run(global, command).await,
        Command::SupplyOrder(command) => supply_order::run(global, command).await,
        Command::Sandbox(command) => Box::pin(sandbox::run(global, command)).await,
        Command::TestOrder(command) => test_order::run(global, command).await,
        Command::Job(command) => job::run(global, command).await,
        Command::Webhook(command) => webhook::run(global, command).await,
        Command::Mail(command) => mail::run(global, command).await,
        Command::Migrate(command) => migrate::run(global, &command).await,
        Command::Backup(command) => backup::run(global, command).await,
        Command::Restore(command) => restore::run(global, command).await,
        Command::Doctor(command) => doctor::run(global, command).await,
        Command::Bench(command) => bench::run(global, command),
        Command::Config(command) => config::run(global, &command),
        Command::Openapi(command) => openapi::run(&command),
        Command::Completions(command) => completions::run(&command),
    }
}
