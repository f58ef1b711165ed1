//! The commands, one file each: options, what the command does with the data, and how its answer is printed.

pub mod account;
pub mod admin_key;
pub mod backup;
pub mod bench;
mod changes;
pub mod completions;
pub mod config;
mod confirm;
pub mod courier;
pub mod demo;
pub mod dev;
pub mod doctor;
pub mod export;
pub mod feed;
pub mod import;
pub mod job;
pub mod mail;
pub mod migrate;
pub mod numbers;
pub mod openapi;
pub mod options;
pub mod order;
pub mod product;
pub mod rates;
pub mod restore;
pub mod rules;
pub mod sandbox;
pub mod serve;
pub mod shipping;
pub mod shown;
pub mod stock;
pub mod store;
pub mod supply_order;
pub mod test_order;
pub mod webhook;
pub mod wholesaler;

use crate::cli::{Cli, Command};
use crate::context::Context;

crate::control::served! {
    "account_add" => account::Add,
    "account_set" => account::Set,
    "account_list" => account::List,
    "account_show" => account::Show,
    "account_set_password" => account::SetPassword,
    "admin_key_add" => admin_key::Add,
    "admin_key_list" => admin_key::List,
    "admin_key_revoke" => admin_key::Revoke,
    "admin_key_log" => admin_key::Log,
    "backup" => backup::Backup,
    "courier_put" => courier::Put,
    "courier_list" => courier::List,
    "courier_show" => courier::Show,
    "courier_import_points" => courier::ImportPoints,
    "courier_points" => courier::Points,
    "doctor_examine" => doctor::Examine,
    "export_catalogue_page" => export::CataloguePage,
    "export_order" => export::OrderFile,
    "feed_add_token" => feed::AddToken,
    "feed_tokens" => feed::Tokens,
    "feed_revoke_token" => feed::RevokeToken,
    "import_facts" => import::facts::FindFacts,
    "import_catalogue_batch" => import::store::CatalogueBatch,
    "import_known_codes" => import::store::KnownCodes,
    "import_stock_batch" => import::store::StockBatch,
    "import_spool" => import::store::StoreSpool,
    "import_order" => import::Order,
    "job_list" => job::List,
    "job_retry" => job::Retry,
    "job_run" => job::Run,
    "mail_list" => mail::List,
    "mail_test" => mail::Test,
    "numbers_list" => numbers::List,
    "numbers_skip" => numbers::Skip,
    "order_list" => order::List,
    "order_show" => order::Show,
    "order_history" => order::History,
    "order_ship" => order::Ship,
    "order_act" => order::OrderActionArgs,
    "rates_import" => rates::Import,
    "rates_list" => rates::List,
    "rules_import_tariff" => rules::StoreTariff,
    "rules_tariffs" => rules::Tariffs,
    "rules_explain" => rules::Explain,
    "rules_replay" => rules::Replay,
    "sandbox_register" => sandbox::Register,
    "sandbox_list" => sandbox::List,
    "sandbox_extend" => sandbox::Extend,
    "sandbox_remove" => sandbox::Remove,
    "shipping_import" => shipping::Import,
    "shipping_show" => shipping::Show,
    "product_list" => product::List,
    "product_show" => product::Show,
    "stock_list" => stock::list::List,
    "stock_change" => stock::Change,
    "stock_show" => stock::Show,
    "stock_reserve" => stock::Reserve,
    "stock_release" => stock::Release,
    "stock_reservations" => stock::Reservations,
    "stock_set_warehouse" => stock::SetWarehouse,
    "stock_warehouses" => stock::Warehouses,
    "store_add" => store::Add,
    "store_set" => store::Set,
    "store_list" => store::List,
    "store_show" => store::Show,
    "store_rotate_secret" => store::RotateSecret,
    "supply_order_list" => supply_order::List,
    "supply_order_show" => supply_order::Show,
    "supply_order_history" => supply_order::History,
    "supply_order_add" => supply_order::Add,
    "supply_order_edit" => supply_order::Edit,
    "supply_order_set_status" => supply_order::SetStatus,
    "supply_order_note" => supply_order::Note,
    "supply_order_add_parcel" => supply_order::AddParcel,
    "supply_order_remove_parcel" => supply_order::RemoveParcel,
    "supply_order_papers" => supply_order::papers::Find,
    "test_order" => test_order::TestOrder,
    "webhook_add" => webhook::Add,
    "webhook_set" => webhook::Set,
    "webhook_list" => webhook::List,
    "webhook_show" => webhook::Show,
    "webhook_rotate_secret" => webhook::RotateSecret,
    "webhook_remove" => webhook::Remove,
    "webhook_test" => webhook::Test,
    "webhook_preview" => webhook::Preview,
    "webhook_deliveries" => webhook::Deliveries,
    "webhook_delivery" => webhook::Delivery,
    "webhook_resend" => webhook::Resend,
    "wholesaler_add" => wholesaler::Add,
    "wholesaler_set" => wholesaler::Set,
    "wholesaler_list" => wholesaler::List,
    "wholesaler_show" => wholesaler::Show,
    "wholesaler_rotate_key" => wholesaler::RotateKey,
    "time_zone" => options::ZoneOf,
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let global = &cli.global;
    let context = || Context::short(global);
    match cli.command {
        Command::Demo(command) => demo::run(global, command).await,
        Command::Serve(command) => serve::run(global, command).await,
        Command::Store(command) => store::run(&context()?, command).await,
        Command::Shipping(command) => shipping::run(&context()?, command).await,
        Command::Order(command) => order::run(&context()?, command).await,
        Command::TestOrder(command) => test_order::run(&context()?, command).await,
        Command::Rules(command) => rules::run(&context()?, command).await,
        Command::Rates(command) => rates::run(&context()?, command).await,
        Command::Import(command) => import::run(&context()?, command).await,
        Command::Export(command) => export::run(&context()?, command).await,
        Command::Feed(command) => feed::run(&context()?, command).await,
        Command::Wholesaler(command) => wholesaler::run(&context()?, command).await,
        Command::Account(command) => account::run(&context()?, command).await,
        Command::AdminKey(command) => admin_key::run(&context()?, command).await,
        Command::Product(command) => product::run(&context()?, command).await,
        Command::Stock(command) => stock::run(&context()?, command).await,
        Command::Courier(command) => courier::run(&context()?, command).await,
        Command::SupplyOrder(command) => supply_order::run(&context()?, command).await,
        Command::Sandbox(command) => sandbox::run(&context()?, command).await,
        Command::Job(command) => job::run(&context()?, command).await,
        Command::Webhook(command) => webhook::run(&context()?, command).await,
        Command::Mail(command) => mail::run(&context()?, command).await,
        Command::Numbers(command) => numbers::run(&context()?, command).await,
        Command::Migrate(command) => migrate::run(&context()?, &command).await,
        Command::Backup(command) => backup::run(&context()?, command).await,
        Command::Restore(command) => restore::run(&context()?, command).await,
        Command::Doctor(command) => doctor::run(global, command).await,
        Command::Bench(command) => bench::run(global, command),
        Command::Dev(command) => dev::run(command).await,
        Command::Config(command) => config::run(global, &command),
        Command::Openapi(command) => openapi::run(&command),
        Command::Completions(command) => completions::run(&command),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn names_on_the_socket_are_unique() {
        let names: HashSet<&str> = SERVED.iter().map(|served| served.name).collect();
        assert_eq!(names.len(), SERVED.len());
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
