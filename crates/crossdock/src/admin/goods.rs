//! What import and export ask of an installation: batches of goods, files of orders, feed tokens.

use std::marker::PhantomData;
use std::path::PathBuf;

use crossdock_app::App;
use crossdock_app::hub::{
    AttachmentInput, BatchIter, Batches, CatalogueItem, DeliveryTo, LineFault, OrderingError, PlaceSupplyOrder,
    ProductOutcome, StockOutcome,
};
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    AccountId, CodeKind, CourierId, InvoiceWish, OrderSerial, PaymentKind, ProductId, RecipientAddress, RecipientId,
    VariantId, Wholesaler, WholesalerId,
};
use crossdock_wire::catalogue::{Item, Rejected, StockLine};
use crossdock_wire::icdf;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::exit::{End, Failure};

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsRequest {
    /// What an import must know of a wholesaler; absent: of the only one.
    Facts { wholesaler: Option<i64> },
    /// What storing a batch would do.
    Check { wholesaler: WholesalerId, items: Vec<Item> },
    /// Stores a batch with its stocks.
    Store { wholesaler: WholesalerId, items: Vec<Item> },
    /// What changes of stocks would do.
    CheckStock { wholesaler: WholesalerId, lines: Vec<StockLine> },
    /// Changes stocks, in one transaction.
    StoreStock { wholesaler: WholesalerId, lines: Vec<StockLine> },
    /// Stores every batch of a spool file in one transaction, as long as the file is there.
    StoreWhole { wholesaler: WholesalerId, what: Whole, file: PathBuf },
    /// Which of these codes name a size.
    Known { wholesaler: WholesalerId, codes: Vec<String> },
    /// Products behind a number.
    Page { wholesaler: WholesalerId, after: ProductId },
    /// Places an order.
    Order(Box<NewOrder>),
    /// An order as an ICDF file.
    OrderFile { wholesaler: WholesalerId, order: OrderSerial, form: IcdfForm },
    /// Makes a feed token.
    TokenAdd { wholesaler: WholesalerId, account: AccountRef, note: String },
    /// The tokens of an account.
    TokenList { wholesaler: WholesalerId, account: AccountRef },
    /// Takes a token back.
    TokenRevoke { wholesaler: WholesalerId, account: AccountRef, id: String },
}

/// What a spool file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whole {
    Catalogue,
    Stock,
}

/// An account by its number or login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountRef(pub String);

/// An order that a file asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewOrder {
    pub wholesaler: WholesalerId,
    pub account: AccountRef,
    /// The ICDF file's text.
    pub file: String,
    pub recipient: Option<RecipientId>,
    pub address: Option<RecipientAddress>,
    pub courier: CourierId,
    pub pickup_point: Option<String>,
    pub payment: Option<PaymentKind>,
    pub external_id: Option<String>,
    pub note: String,
    pub note_to_courier: String,
}

/// How an order is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum IcdfForm {
    /// XML, with attachments and sets
    Xml,
    /// SKU;quantity;comments
    Csv,
    /// The eight columns of the extended form
    CsvExtended,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsAnswer {
    Facts(Facts),
    Outcomes(Vec<Outcome>),
    Stocks(Vec<StockFate>),
    Stored(Stored),
    Known(Vec<bool>),
    Items(Vec<Item>),
    Order { order: OrderSerial, repeated: bool, total: String },
    File(String),
    Token(Secret),
    Tokens(Vec<TokenView>),
    Done,
}

/// What an import knows of a wholesaler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub wholesaler: WholesalerId,
    pub currency: Currency,
    pub warehouses: Vec<i64>,
}

/// What became of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What.
    pub fate: Fate,
    /// Its number; of one that a check would add, without meaning.
    pub id: Option<ProductId>,
    /// Stocks that are different now; after storing only the sum of a batch means anything.
    pub stocks: u64,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// What became of a change of a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockFate {
    /// Whether it is another one than before.
    pub changed: bool,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// What became of a whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub added: u64,
    pub changed: u64,
    pub stocks: u64,
}

/// What became of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Added,
    Changed,
    Unchanged,
    Refused,
}

/// A feed token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenView {
    pub id: String,
    pub note: String,
    pub created_at: String,
}

/// Products of one page of an export.
const PAGE: i64 = 500;

/// Does it.
pub async fn execute(app: &App, request: GoodsRequest) -> Result<GoodsAnswer, Failure> {
    match request {
        GoodsRequest::Facts { wholesaler } => facts(app, wholesaler).await,
        GoodsRequest::Check { wholesaler, items } => batch(app, wholesaler, &items, false).await,
        GoodsRequest::Store { wholesaler, items } => batch(app, wholesaler, &items, true).await,
        GoodsRequest::CheckStock { wholesaler, lines } => stock(app, wholesaler, &lines, false).await,
        GoodsRequest::StoreStock { wholesaler, lines } => stock(app, wholesaler, &lines, true).await,
        GoodsRequest::StoreWhole { wholesaler, what, file } => whole(app, wholesaler, what, file).await,
        GoodsRequest::Known { wholesaler, codes } => {
            let codes = codes.into_iter().map(|code| (code, None)).collect();
            let found = app.hub().catalogue().find_codes(wholesaler, codes).await?;
            Ok(GoodsAnswer::Known(found.iter().map(Option::is_some).collect()))
        }
        GoodsRequest::Page { wholesaler, after } => {
            let currency = find(app, wholesaler).await?.currency;
            let products = app.hub().catalogue().products(wholesaler, after, None, PAGE).await?;
            let sizes = products.iter().flat_map(|product| &product.sizes).map(|size| size.id.clone()).collect();
            let stocks = levels(app, wholesaler, sizes).await?;
            let stock = |variant: &VariantId| stocks.get(variant).cloned().unwrap_or_default();
            Ok(GoodsAnswer::Items(products.iter().map(|product| Item::of(product, currency, stock)).collect()))
        }
        GoodsRequest::Order(order) => place(app, *order).await,
        GoodsRequest::OrderFile { wholesaler, order, form } => order_file(app, wholesaler, order, form).await,
        GoodsRequest::TokenAdd { wholesaler, account, note } => {
            let account = account_id(app, wholesaler, &account).await?;
            let token = app.hub().feeds().add_token(wholesaler, account, &note).await?;
            Ok(GoodsAnswer::Token(Secret(token.expose_secret().to_owned())))
        }
        GoodsRequest::TokenList { wholesaler, account } => {
            let account = account_id(app, wholesaler, &account).await?;
            let tokens = app.hub().feeds().tokens(wholesaler, account).await?;
            let view = |row: crossdock_app::hub::catalogue::feed::FeedTokenRow| TokenView {
                id: row.id,
                note: row.note,
                created_at: row.created_at.to_rfc3339(),
            };
            Ok(GoodsAnswer::Tokens(tokens.into_iter().map(view).collect()))
        }
        GoodsRequest::TokenRevoke { wholesaler, account, id } => {
            let account = account_id(app, wholesaler, &account).await?;
            app.hub().feeds().revoke_token(wholesaler, account, &id).await?;
            Ok(GoodsAnswer::Done)
        }
    }
}

async fn find(app: &App, id: WholesalerId) -> Result<Wholesaler, Failure> {
    Ok(app.hub().wholesalers().get(id).await?)
}

async fn facts(app: &App, wholesaler: Option<i64>) -> Result<GoodsAnswer, Failure> {
    let wholesaler = if let Some(id) = wholesaler {
        let bad = || Failure::new(End::Usage, format!("{id} is no number of a wholesaler"));
        find(app, WholesalerId::new(id).ok_or_else(bad)?).await?
    } else {
        let mut all = app.hub().wholesalers().list().await?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => only,
            (None, _) => return Err(Failure::refused("there is no wholesaler yet")),
            (Some(_), false) => {
                return Err(Failure::new(End::Usage, "there are several wholesalers; name one with --wholesaler"));
            }
        }
    };
    let warehouses = warehouses(app, wholesaler.id).await?;
    Ok(GoodsAnswer::Facts(Facts { wholesaler: wholesaler.id, currency: wholesaler.currency, warehouses }))
}

type Levels = std::collections::HashMap<VariantId, Vec<crossdock_domain::wholesale::stock::StockLevel>>;

async fn levels(app: &App, wholesaler: WholesalerId, sizes: Vec<VariantId>) -> Result<Levels, Failure> {
    let mut out = Levels::new();
    for chunk in sizes.chunks(500) {
        let views = app.hub().stock().get(wholesaler, chunk.to_vec()).await?;
        out.extend(views.into_iter().map(|view| (view.variant, view.levels)));
    }
    Ok(out)
}

async fn batch(app: &App, wholesaler: WholesalerId, items: &[Item], write: bool) -> Result<GoodsAnswer, Failure> {
    let goods = goods(app, wholesaler, items).await?;
    let report = if write {
        app.hub().catalogue().store_batch(wholesaler, goods).await?
    } else {
        app.hub().catalogue().check_batch(wholesaler, goods).await?
    };
    let outcomes = report.outcomes.into_iter().zip(report.stocks).map(|(outcome, stocks)| {
        let (fate, id, problem) = match outcome {
            ProductOutcome::Added(id) => (Fate::Added, Some(id), None),
            ProductOutcome::Changed(id) => (Fate::Changed, Some(id), None),
            ProductOutcome::Unchanged(id) => (Fate::Unchanged, Some(id), None),
            ProductOutcome::Refused(reason) => (Fate::Refused, None, Some(reason)),
        };
        Outcome { fate, id, stocks, problem }
    });
    Ok(GoodsAnswer::Outcomes(outcomes.collect()))
}

/// A batch as the catalogue takes it.
async fn goods(app: &App, wholesaler: WholesalerId, items: &[Item]) -> Result<Vec<CatalogueItem>, Failure> {
    let currency = find(app, wholesaler).await?.currency;
    let warehouses = warehouses(app, wholesaler).await?;
    let refused = |rejected: Rejected| Failure::refused(rejected.reason);
    items.iter().map(|item| item.catalogue_item(currency, &warehouses).map_err(refused)).collect()
}

async fn warehouses(app: &App, wholesaler: WholesalerId) -> Result<Vec<i64>, Failure> {
    Ok(app.hub().stock().warehouses(wholesaler).await?.into_iter().map(|warehouse| warehouse.id.0).collect())
}

async fn stock(app: &App, wholesaler: WholesalerId, lines: &[StockLine], write: bool) -> Result<GoodsAnswer, Failure> {
    let changes = lines.iter().map(StockLine::change).collect();
    let outcomes = if write {
        app.hub().stock().change(wholesaler, changes).await?
    } else {
        app.hub().stock().check(wholesaler, changes).await?
    };
    let fate = |outcome: StockOutcome| StockFate {
        changed: outcome.changed,
        problem: outcome.result.err().map(|problem| problem.to_string()),
    };
    Ok(GoodsAnswer::Stocks(outcomes.into_iter().map(fate).collect()))
}

/// A spool file as the use cases read it. Whoever takes it away wants it no more.
struct Spooled<S, F> {
    file: PathBuf,
    read: F,
    kind: PhantomData<fn() -> S>,
}

impl<S, T, F> Batches<T> for Spooled<S, F>
where
    S: serde::de::DeserializeOwned + Send + 'static,
    F: Fn(&S) -> Result<T, String> + Clone + Send + Sync + 'static,
{
    fn open(&self) -> Result<BatchIter<T>, String> {
        let read = self.read.clone();
        let batches = crate::spool::batches::<S>(&self.file)?;
        Ok(Box::new(batches.map(move |batch| batch?.iter().map(&read).collect())))
    }

    fn is_wanted(&self) -> bool {
        self.file.exists()
    }
}

async fn whole(app: &App, wholesaler: WholesalerId, what: Whole, file: PathBuf) -> Result<GoodsAnswer, Failure> {
    let done = match what {
        Whole::Catalogue => {
            let currency = find(app, wholesaler).await?.currency;
            let warehouses = warehouses(app, wholesaler).await?;
            let read = move |item: &Item| {
                item.catalogue_item(currency, &warehouses)
                    .map_err(|rejected| format!("{}: {}; nothing was changed", rejected.code, rejected.reason))
            };
            app.hub().catalogue().store_whole(wholesaler, Spooled { file, read, kind: PhantomData }).await?
        }
        Whole::Stock => {
            let read = |line: &StockLine| Ok(line.change());
            app.hub().catalogue().store_whole_stock(wholesaler, Spooled { file, read, kind: PhantomData }).await?
        }
    };
    Ok(GoodsAnswer::Stored(Stored { added: done.added, changed: done.changed, stocks: done.stocks }))
}

async fn account_id(app: &App, wholesaler: WholesalerId, account: &AccountRef) -> Result<AccountId, Failure> {
    match account.0.parse() {
        Ok(number) => Ok(app.hub().accounts().get(wholesaler, AccountId(number)).await?.id),
        Err(_) => Ok(app.hub().accounts().by_login(wholesaler, &account.0).await?.id),
    }
}

async fn place(app: &App, order: NewOrder) -> Result<GoodsAnswer, Failure> {
    let lines =
        icdf::read(order.file.as_bytes()).map_err(|error| Failure::refused(format!("the ICDF file: {error}")))?;
    let account = account_id(app, order.wholesaler, &order.account).await?;
    let caller = app.hub().access().caller_for_staff(order.wholesaler, account, "pol").await?;
    let deliver_to = match (order.recipient, order.address) {
        (Some(id), None) => DeliveryTo::Stored(id),
        (None, Some(address)) => DeliveryTo::Inline(Box::new(address)),
        _ => return Err(Failure::new(End::Usage, "name either --recipient or the parts of an address")),
    };
    let command = PlaceSupplyOrder {
        products: Some(lines.iter().map(icdf::Line::reference).collect()),
        deliver_to,
        courier: order.courier,
        pickup_point: order.pickup_point,
        preferred_date: None,
        payment: order.payment,
        payment_form: None,
        cash_on_delivery: None,
        billing: None,
        note_to_order: order.note,
        note_to_courier: order.note_to_courier,
        invoice: InvoiceWish::default(),
        external_id: order.external_id,
        currency: None,
        webhook_url: None,
    };
    let placed = match Box::pin(app.hub().ordering().place(&caller, command)).await {
        Ok(placed) => placed,
        Err(error) => return Err(refused(error, &lines)),
    };
    let amounts = &placed.order.document.amounts;
    let total = amounts.total().map_or_else(|_| String::new(), |total| total.to_string());
    Ok(GoodsAnswer::Order { order: placed.order.serial, repeated: placed.repeated, total })
}

/// What is wrong with a line, in words.
pub(super) fn line_fault(fault: LineFault) -> String {
    match fault {
        LineFault::UnknownCode => "no product has this code".to_owned(),
        LineFault::NotEnough => "there is not enough of it".to_owned(),
        LineFault::NotSold => "it is not sold to this account".to_owned(),
        LineFault::BadQuantity => "the quantity is not allowed".to_owned(),
        LineFault::OtherParts => "the parts named are not those of this set, for one set".to_owned(),
        LineFault::UnknownPosition => "no line has this position".to_owned(),
        LineFault::Attachment(problem) => format!("an attachment {problem}"),
        LineFault::CommentTooLong => "the comment is too long".to_owned(),
        LineFault::BadPrice => "the price is no amount of the currency".to_owned(),
        LineFault::OtherVat => "the product has another VAT rate".to_owned(),
        LineFault::Ambiguous => "several lines have this code; name the position".to_owned(),
    }
}

/// A refusal with the lines of the file that are why.
fn refused(error: OrderingError, lines: &[icdf::Line]) -> Failure {
    let OrderingError::LinesRefused(outcomes) = &error else { return error.into() };
    let mut text = error.to_string();
    for outcome in outcomes {
        let Some(fault) = outcome.fault else { continue };
        let reason = line_fault(fault);
        let at = lines.iter().find(|line| line.code == outcome.code).map_or(0, |line| line.at);
        text = format!("{text}\nline {at}: {}: {reason}", outcome.code);
    }
    Failure::refused(text)
}

async fn order_file(
    app: &App,
    wholesaler: WholesalerId,
    order: OrderSerial,
    form: IcdfForm,
) -> Result<GoodsAnswer, Failure> {
    let order = app.hub().orders().get(wholesaler, order).await?;
    let mut lines = Vec::new();
    for line in &order.document.lines {
        let mut attachments = Vec::new();
        for (index, file) in line.attachments.iter().enumerate() {
            let contents = app.hub().orders().attachment(wholesaler, order.serial, line.position, index).await?;
            attachments.push(AttachmentInput { name: file.name.clone(), contents });
        }
        let part = |part: &crossdock_domain::wholesale::Component| icdf::Line {
            at: 0,
            code: part.variant.to_string(),
            kind: Some(CodeKind::Internal),
            quantity: part.quantity.to_decimal(),
            comment: String::new(),
            attachments: Vec::new(),
            products: Vec::new(),
        };
        let told = icdf::Line {
            at: 0,
            code: line.variant.to_string(),
            kind: Some(CodeKind::Internal),
            quantity: line.quantity.to_decimal(),
            comment: line.comment.clone(),
            attachments,
            products: line.components.iter().map(part).collect(),
        };
        lines.push(icdf::Extended {
            line: told,
            product_code: line.producer_code.clone().unwrap_or_default(),
            external_code: line.external_code.clone().unwrap_or_default(),
            display_code: line.product_code.clone(),
            size: line.size_name.clone(),
            name: line.name.clone(),
        });
    }
    let file = match form {
        IcdfForm::Xml => Ok(icdf::write_xml(&lines.into_iter().map(|line| line.line).collect::<Vec<_>>())),
        IcdfForm::Csv => icdf::write_simple(lines.iter().map(|line| &line.line)),
        IcdfForm::CsvExtended => icdf::write_extended(&lines),
    };
    Ok(GoodsAnswer::File(file.map_err(|error| Failure::refused(error.reason))?))
}
