//! `crossdock export …`.

use std::io::Write as _;

use anyhow::Context as _;
use crossdock_domain::wholesale::{OrderSerial, ProductId};
use crossdock_wire::catalogue::{self, Format, csv::Columns};

use crate::admin::goods::{Facts, GoodsAnswer, GoodsRequest, IcdfForm};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Failure;
use crate::session::{Database, Session};

/// Write catalogues and orders to files
#[derive(Debug, clap::Subcommand)]
pub enum Export {
    /// Write a catalogue with its prices and stock to standard output
    #[command(after_help = "\
Examples:
  crossdock export catalogue > catalogue.csv
  crossdock export catalogue --format xml --wholesaler 2 | gzip > offer.xml.gz

`crossdock import catalogue` reads it back: right after the export that changes nothing.")]
    Catalogue {
        /// What to write
        #[arg(long, default_value = "csv")]
        format: FileFormat,
        /// Whose catalogue [default: the only wholesaler]
        #[arg(long, value_name = "ID")]
        wholesaler: Option<i64>,
    },
    /// Write the goods of a supply order as an ICDF file to standard output
    #[command(after_help = "Example:\n  crossdock export order 12 --icdf csv-extended > order.csv")]
    Order {
        /// Number of the order
        order: i64,
        /// What to write
        #[arg(long, default_value = "xml", value_name = "FORM")]
        icdf: IcdfForm,
        /// At which wholesaler [default: the only one]
        #[arg(long, value_name = "ID")]
        wholesaler: Option<i64>,
    },
}

/// How a catalogue is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FileFormat {
    /// Separated values, a row per size
    Csv,
    /// JSON, a line per product
    Jsonl,
    /// XML in the style of IOF
    Xml,
}

impl From<FileFormat> for Format {
    fn from(format: FileFormat) -> Self {
        match format {
            FileFormat::Csv => Self::Csv,
            FileFormat::Jsonl => Self::Jsonl,
            FileFormat::Xml => Self::Xml,
        }
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Export) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    let mut session = Session::open(&context, Database::Existing).await?;
    let done = match command {
        Export::Catalogue { format, wholesaler } => export_catalogue(&mut session, format.into(), wholesaler).await,
        Export::Order { order, icdf, wholesaler } => export_order(&mut session, order, icdf, wholesaler).await,
    };
    session.close().await;
    done
}

fn odd() -> anyhow::Error {
    Failure::failed("unexpected answer; does the server run another version?").into()
}

async fn facts(session: &mut Session, wholesaler: Option<i64>) -> anyhow::Result<Facts> {
    match session.goods(GoodsRequest::Facts { wholesaler }).await? {
        GoodsAnswer::Facts(facts) => Ok(facts),
        _ => Err(odd()),
    }
}

fn write(text: &str) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text.as_bytes()).context("cannot write the export")
}

async fn export_order(
    session: &mut Session,
    order: i64,
    form: IcdfForm,
    wholesaler: Option<i64>,
) -> anyhow::Result<()> {
    let wholesaler = facts(session, wholesaler).await?.wholesaler;
    let request = GoodsRequest::OrderFile { wholesaler, order: OrderSerial(order), form };
    let GoodsAnswer::File(file) = session.goods(request).await? else { return Err(odd()) };
    write(&file)
}

async fn export_catalogue(session: &mut Session, format: Format, wholesaler: Option<i64>) -> anyhow::Result<()> {
    let facts = facts(session, wholesaler).await?;
    let mut out = String::new();
    let mut columns = Columns::default();
    match format {
        Format::Csv => {
            // The first row names every language, price group and warehouse: one walk to find them, one to write.
            let mut pages = Pages::new(&facts);
            while let Some(items) = pages.next(session).await? {
                for item in &items {
                    columns.see(item);
                }
            }
            columns.write_header(&mut out);
        }
        Format::Xml => catalogue::xml::write_head(&mut out, facts.currency.code()),
        Format::Jsonl => {}
    }
    let mut pages = Pages::new(&facts);
    while let Some(items) = pages.next(session).await? {
        for item in &items {
            match format {
                Format::Csv => columns.write(&mut out, item),
                Format::Jsonl => catalogue::jsonl::write(&mut out, item)?,
                Format::Xml => catalogue::xml::write(&mut out, item),
            }
        }
        write(&out)?;
        out.clear();
    }
    if format == Format::Xml {
        catalogue::xml::write_foot(&mut out);
    }
    write(&out)
}

/// The catalogue page by page.
struct Pages<'f> {
    facts: &'f Facts,
    after: ProductId,
}

impl<'f> Pages<'f> {
    const fn new(facts: &'f Facts) -> Self {
        Self { facts, after: ProductId(0) }
    }

    async fn next(&mut self, session: &mut Session) -> anyhow::Result<Option<Vec<catalogue::Item>>> {
        let request = GoodsRequest::Page { wholesaler: self.facts.wholesaler, after: self.after };
        let GoodsAnswer::Items(items) = session.goods(request).await? else { return Err(odd()) };
        let Some(last) = items.last().and_then(|item| item.id) else { return Ok(None) };
        self.after = ProductId(last);
        Ok(Some(items))
    }
}
