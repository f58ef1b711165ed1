//! `crossdock export …`.

mod labels;

use std::io::Write as _;

use anyhow::Context as _;
use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::AttachmentInput;
use crossdock_domain::wholesale::{CodeKind, Component, ProductId, VariantId, WholesalerId};
use crossdock_wire::catalogue::{self, Format, csv::Columns};
use crossdock_wire::icdf;
use serde::{Deserialize, Serialize};

use super::import::facts::{Facts, FindFacts, find_wholesaler};
use super::options::WholesalerOption;
use super::supply_order::OrderRef;
use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::Failure;
use crate::session::{Session, ask};

/// Write catalogues and orders to files
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Write a catalogue with its prices and stock to standard output
    #[command(after_help = "\
Examples:
  crossdock export catalogue > catalogue.csv
  crossdock export catalogue --format xml --wholesaler 2 | gzip > offer.xml.gz

`crossdock import catalogue` reads it back: right after the export that changes nothing.")]
    Catalogue(CatalogueOptions),
    /// Write the goods of a supply order as an ICDF file to standard output
    #[command(after_help = "Example:\n  crossdock export order 12 --format csv-extended > order.csv")]
    Order(OrderFile),
    /// Write addresses of supply orders as CSV for label programs, to standard output
    #[command(after_help = labels::HELP)]
    Labels(labels::Labels),
}

/// Options of `export catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueOptions {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Format to write
    #[arg(long, default_value = "csv")]
    format: FileFormat,
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
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Catalogue(CatalogueOptions { wholesaler, format }) => {
            let mut session = Session::open(context, Database::Existing).await?;
            let done = export_catalogue(&mut session, wholesaler, format.into()).await;
            session.close().await;
            done
        }
        Commands::Order(order) => write(&ask(context, order).await?),
        Commands::Labels(labels) => labels::run(context, labels).await,
    }
}

fn write(text: &str) -> anyhow::Result<()> {
    std::io::stdout().lock().write_all(text.as_bytes()).context("cannot write the export")
}

async fn export_catalogue(session: &mut Session, wholesaler: WholesalerOption, format: Format) -> anyhow::Result<()> {
    let facts = session.ask(FindFacts { wholesaler }).await?;
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
struct Pages {
    wholesaler: WholesalerId,
    after: ProductId,
}

impl Pages {
    const fn new(facts: &Facts) -> Self {
        Self { wholesaler: facts.wholesaler, after: ProductId(0) }
    }

    async fn next(&mut self, session: &mut Session) -> anyhow::Result<Option<Vec<catalogue::Item>>> {
        let items = session.ask(CataloguePage { wholesaler: self.wholesaler, after: self.after }).await?;
        let Some(last) = items.last().and_then(|item| item.id) else { return Ok(None) };
        self.after = ProductId(last);
        Ok(Some(items))
    }
}

/// Most products of a page.
const PAGE: i64 = 500;
/// Stocks of at most so many sizes are read at once.
const SIZES: usize = 500;

/// Products with a greater number than `after`.
#[derive(Debug, Serialize, Deserialize)]
pub struct CataloguePage {
    wholesaler: WholesalerId,
    after: ProductId,
}

impl Command for CataloguePage {
    type Answer = Vec<catalogue::Item>;

    async fn run(self, app: &App) -> Result<Vec<catalogue::Item>, Failure> {
        let currency = find_wholesaler(app, self.wholesaler).await?.currency;
        let products = app.hub().catalogue().products(self.wholesaler, self.after, None, PAGE).await?;
        let sizes: Vec<VariantId> =
            products.iter().flat_map(|product| &product.sizes).map(|size| size.id.clone()).collect();
        let mut stocks = std::collections::HashMap::new();
        for chunk in sizes.chunks(SIZES) {
            let views = app.hub().stock().get(self.wholesaler, chunk.to_vec()).await?;
            stocks.extend(views.into_iter().map(|view| (view.variant, view.levels)));
        }
        let stock = |variant: &VariantId| stocks.get(variant).cloned().unwrap_or_default();
        Ok(products.iter().map(|product| catalogue::Item::of(product, currency, stock)).collect())
    }
}

/// `export order`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct OrderFile {
    /// The order: its number or its id, 17 or shop1-17
    order: OrderRef,
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Format to write
    #[arg(long, alias = "icdf", default_value = "xml")]
    format: IcdfFormat,
}

/// How an order is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
enum IcdfFormat {
    /// XML, with attachments and sets
    Xml,
    /// SKU;quantity;comments
    Csv,
    /// The eight columns of the extended format
    CsvExtended,
}

impl Command for OrderFile {
    type Answer = String;

    async fn run(self, app: &App) -> Result<String, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let order = app.hub().orders().get(wholesaler, self.order.find(app, wholesaler).await?).await?;
        let line = |variant: &VariantId, quantity| icdf::Line {
            at: 0,
            code: variant.to_string(),
            kind: Some(CodeKind::Internal),
            quantity,
            note: String::new(),
            attachments: Vec::new(),
            products: Vec::new(),
        };
        let mut lines = Vec::new();
        for ordered in &order.document.lines {
            let mut attachments = Vec::new();
            for (index, file) in ordered.attachments.iter().enumerate() {
                let contents = app.hub().orders().attachment(wholesaler, order.serial, ordered.position, index).await?;
                attachments.push(AttachmentInput { name: file.name.clone(), contents });
            }
            let part = |part: &Component| line(&part.variant, part.quantity.to_decimal());
            lines.push(icdf::ExtendedLine {
                line: icdf::Line {
                    note: ordered.note.clone(),
                    attachments,
                    products: ordered.components.iter().map(part).collect(),
                    ..line(&ordered.variant, ordered.quantity.to_decimal())
                },
                product_code: ordered.producer_code.clone().unwrap_or_default(),
                external_code: ordered.external_code.clone().unwrap_or_default(),
                display_code: ordered.product_code.clone(),
                size: ordered.size_name.clone(),
                name: ordered.name.clone(),
            });
        }
        let file = match self.format {
            IcdfFormat::Xml => Ok(icdf::write_xml(&lines.into_iter().map(|line| line.line).collect::<Vec<_>>())),
            IcdfFormat::Csv => icdf::write_simple(lines.iter().map(|line| &line.line)),
            IcdfFormat::CsvExtended => icdf::write_extended(&lines),
        };
        file.map_err(|error| Failure::refused(error.reason))
    }
}
