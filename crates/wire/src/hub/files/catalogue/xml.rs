//! Catalogues as XML in the style of IOF. Elements that are not known are passed over, so that a foreign IOF file can be
//! read as far as it tells what the catalogue holds.

use std::collections::VecDeque;
use std::io::BufRead;

use crossdock_domain::country::{self, Origin};
use crossdock_domain::notation::Notation;
use crossdock_domain::wholesale::{EVERY_GROUP, Product, ProductDetails, Quantity, StockMode, Unit, Vat};
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::code::article_code;
use super::item::UNNAMED_WAREHOUSE;
use super::language::language_code;
use super::{Item, ItemComponent, ItemPrice, ItemSize, ItemStep, ONE_SIZE, ReadError, RejectedRow};
use crate::markup::{Element, Markup, MarkupError, Node, Tag, close};

/// Longest tag or text.
const MAX_TOKEN: usize = 1024 * 1024;
/// Most of anything that repeats within a product: pictures, prices, languages.
const MAX_REPEATS: usize = 10_000;

/// Most bytes of one product: a compressed file may promise a text without end.
const MAX_PRODUCT: u64 = 16 * 1024 * 1024;
/// Most prices of one product, those counted that its sizes take over from it.
const MAX_PRICES: usize = 100_000;

/// Reads products.
#[derive(Debug)]
pub struct Reader<R> {
    markup: Markup<R>,
    inside: bool,
    /// What the file says of all its products.
    file: FileFacts,
    /// What was read and not yet given.
    ready: VecDeque<Result<Item, ReadError>>,
}

/// What a file says once for all its products.
#[derive(Debug, Clone, Default)]
struct FileFacts {
    currency: Option<String>,
    language: Option<String>,
}

fn broken(error: MarkupError) -> ReadError {
    ReadError::Broken { line: error.line, reason: error.reason }
}

impl<R: BufRead> Reader<R> {
    /// Reads a file.
    pub fn new(input: R) -> Self {
        Self {
            markup: Markup::with_longest_token(input, MAX_TOKEN),
            inside: false,
            file: FileFacts::default(),
            ready: VecDeque::new(),
        }
    }

    fn next_item(&mut self) -> Result<Option<Item>, ReadError> {
        loop {
            match self.markup.next_node().map_err(broken)? {
                Node::End => {
                    if self.inside {
                        return Ok(None);
                    }
                    let reason = "there is no element <products>".to_owned();
                    return Err(ReadError::Broken { line: self.markup.line(), reason });
                }
                Node::Open(element) if element.name == "product" && self.inside => {
                    let mut builder = Builder::new(self.markup.line(), self.markup.position(), self.file.clone());
                    let item = builder.product(&mut self.markup, &element).map_err(broken)?;
                    self.ready.extend(builder.remarks.into_iter().map(|remark| Err(ReadError::Remark(remark))));
                    self.ready.push_back(if builder.rejected.is_empty() {
                        Ok(item)
                    } else {
                        Err(ReadError::Rejected(builder.rejected))
                    });
                    return self.ready.pop_front().transpose();
                }
                Node::Open(element) => match element.name.as_str() {
                    "products" | "offer" => {
                        self.inside |= element.name == "products";
                        let said = |name: &str| element.filled(name).map(str::to_owned);
                        self.file.currency = said("currency").or_else(|| self.file.currency.take());
                        let language = said("language").or_else(|| said("xml:lang")).as_deref().and_then(language_code);
                        self.file.language = language.or_else(|| self.file.language.take());
                    }
                    _ => self.markup.skip().map_err(broken)?,
                },
                Node::Close | Node::Text(_) => {}
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Item, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.ready.pop_front().or_else(|| self.next_item().transpose())
    }
}

struct Builder {
    line: u64,
    /// Where the product begins, in bytes.
    begun: u64,
    code: String,
    repeats: usize,
    rejected: Vec<RejectedRow>,
    remarks: Vec<RejectedRow>,
    file: FileFacts,
}

impl Builder {
    fn new(line: u64, begun: u64, file: FileFacts) -> Self {
        Self { line, begun, code: String::new(), repeats: 0, rejected: Vec::new(), remarks: Vec::new(), file }
    }

    /// A code of the producer or of another system, of the format itself or of its extensions.
    fn article_code(&mut self, line: u64, element: &Element, name: &str) -> Option<String> {
        match article_code(element.filled(name)?) {
            Ok(code) => code,
            Err(reason) => {
                self.reject(line, &format!("{}/{name}", element.name), reason);
                None
            }
        }
    }

    fn reject(&mut self, line: u64, field: &str, reason: impl Into<String>) {
        if self.rejected.len() < 100 {
            let (code, field, reason) = (self.code.clone(), field.to_owned(), reason.into());
            self.rejected.push(RejectedRow { line, code, field, reason });
        }
    }

    fn value<T>(
        &mut self,
        line: u64,
        element: &Element,
        name: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = element.attribute(name)?.trim();
        if text.is_empty() {
            return None;
        }
        let value = read(text);
        if value.is_none() {
            self.reject(line, &format!("{}/{name}", element.name), format!("{text:?} cannot be read"));
        }
        value
    }

    fn repeat<R: BufRead>(&mut self, markup: &Markup<R>) -> Result<(), MarkupError> {
        self.repeats += 1;
        if self.repeats > MAX_REPEATS {
            return Err(markup.error("the product has too many parts"));
        }
        if markup.position() - self.begun > MAX_PRODUCT {
            return Err(markup.error(format!("the product is longer than {MAX_PRODUCT} bytes")));
        }
        Ok(())
    }

    fn product<R: BufRead>(&mut self, markup: &mut Markup<R>, element: &Element) -> Result<Item, MarkupError> {
        let line = self.line;
        let code = element.attribute("code").or_else(|| element.attribute("code_on_card")).map_or("", str::trim);
        // IOF knows a product by its number; `code_on_card` is the wholesaler's own code.
        self.code = if code.is_empty() { element.attribute("id").unwrap_or("").to_owned() } else { code.to_owned() };
        let vat = self.value(line, element, "vat", |text| match text {
            "free" => Some(Vat { rate: Decimal::ZERO, free: true }),
            rate => decimal(rate).map(Vat::percent),
        });
        let mut item = Item {
            line,
            code: self.code.clone(),
            currency: element.filled("currency").map(str::to_owned).or_else(|| self.file.currency.clone()),
            id: self.value(line, element, "id", |text| text.parse().ok()),
            active: self.value(line, element, "active", yes_or_no).unwrap_or(true),
            details: ProductDetails {
                prepare_days: self.value(line, element, "prepare_days", |text| text.parse().ok()),
                ..ProductDetails::new(vat.unwrap_or(Vat::percent(Decimal::ZERO)))
            },
            sizes: Vec::new(),
        };
        if item.code.is_empty() {
            self.reject(line, "product/code", "is missing");
        }
        if element.attribute("vat").is_none() {
            self.reject(line, "product/vat", "is missing");
        }
        let mut price = Vec::new();
        while let Some(child) = markup.child()? {
            self.repeat(markup)?;
            let line = markup.line();
            let named = |name: &str| child.attribute(name).unwrap_or("").to_owned();
            match child.name.as_str() {
                "producer" => item.details.producer = named("name"),
                "category" => item.details.category = named("name"),
                "customs" => item.details.hs_code = named("code"),
                "country_of_origin" => {
                    item.details.origin = self.value(line, &child, "code", |text| country::origin(text).ok());
                }
                "weight" => {
                    item.details.weight_grams = self.value(line, &child, "g", grams).unwrap_or(0);
                }
                "dimensions" => {
                    let sides = ["length", "width", "height"];
                    let sides = sides.map(|side| self.value(line, &child, side, grams));
                    if let [Some(length), Some(width), Some(height)] = sides {
                        item.details.dimensions_mm = Some([length, width, height]);
                    } else {
                        self.reject(line, "dimensions", "needs length, width and height");
                    }
                }
                "unit" => {
                    let default = Unit::default();
                    let step = self.value(line, &child, "step", quantity).unwrap_or(default.step);
                    item.details.unit = Unit {
                        name: child.attribute("name").map_or(default.name, str::to_owned),
                        step,
                        minimum: self.value(line, &child, "minimum", quantity).unwrap_or(step),
                    };
                }
                "price" => {
                    self.price(line, &child, &mut price);
                }
                "description" => {
                    self.description(markup, &mut item.details)?;
                    continue;
                }
                "images" => {
                    self.images(markup, &mut item.details.pictures)?;
                    continue;
                }
                "sizes" => {
                    self.sizes(markup, &mut item.sizes)?;
                    continue;
                }
                _ => {}
            }
            markup.skip()?;
        }
        // IOF gives products a price, and sizes one where it differs.
        let steps: usize = price.iter().map(|price| price.steps.len()).sum();
        if steps * item.sizes.iter().filter(|size| size.prices.is_empty()).count() > MAX_PRICES {
            return Err(markup.error(format!("the product has more than {MAX_PRICES} prices")));
        }
        for size in item.sizes.iter_mut().filter(|size| size.prices.is_empty()) {
            size.prices.clone_from(&price);
        }
        Ok(item)
    }

    fn description<R: BufRead>(
        &mut self,
        markup: &mut Markup<R>,
        details: &mut ProductDetails,
    ) -> Result<(), MarkupError> {
        while let Some(child) = markup.child()? {
            self.repeat(markup)?;
            let line = markup.line();
            let (texts, text) = match child.name.as_str() {
                "name" => (&mut details.names, markup.words()?),
                "long_desc" => (&mut details.descriptions, markup.html()?),
                _ => {
                    markup.skip()?;
                    continue;
                }
            };
            if text.trim().is_empty() {
                continue;
            }
            let written = child.attribute("xml:lang").or_else(|| child.attribute("lang")).map(str::trim);
            let language = match written.filter(|written| !written.is_empty()) {
                None => Some(self.file.language.clone().unwrap_or_else(|| "pol".to_owned())),
                Some(written) => language_code(written),
            };
            if let Some(language) = language {
                // Of en-GB and en-US the first one.
                texts.entry(language).or_insert(text);
            } else {
                let written = written.unwrap_or("");
                let reason = format!("{written:?} is not a valid language; write pol or pl, eng or en");
                self.reject(line, &format!("{}/xml:lang", child.name), reason);
            }
        }
        Ok(())
    }

    fn images<R: BufRead>(&mut self, markup: &mut Markup<R>, pictures: &mut Vec<String>) -> Result<(), MarkupError> {
        while let Some(group) = markup.child()? {
            if group.name != "large" {
                markup.skip()?;
                continue;
            }
            while let Some(image) = markup.child()? {
                self.repeat(markup)?;
                if let Some(url) = image.attribute("url").filter(|_| image.name == "image") {
                    pictures.push(url.to_owned());
                }
                markup.skip()?;
            }
        }
        Ok(())
    }

    /// A price of a group from a quantity on; steps of one group may stand apart.
    fn price(&mut self, line: u64, element: &Element, prices: &mut Vec<ItemPrice>) {
        let from = self.value(line, element, "from", quantity).unwrap_or(Quantity::pieces(1));
        let Some(net) = self.value(line, element, "net", decimal) else {
            if element.attribute("net").is_none() {
                self.reject(line, "price/net", "is missing");
            }
            return;
        };
        let group = element.attribute("group").unwrap_or(EVERY_GROUP);
        let currency = element.filled("currency").map(str::to_owned);
        match prices.iter_mut().find(|price| price.group == group && price.currency == currency) {
            Some(price) => price.steps.push(ItemStep { from, net }),
            None => {
                prices.push(ItemPrice { group: group.to_owned(), currency, steps: vec![ItemStep { from, net }] });
            }
        }
    }

    fn sizes<R: BufRead>(&mut self, markup: &mut Markup<R>, sizes: &mut Vec<ItemSize>) -> Result<(), MarkupError> {
        while let Some(element) = markup.child()? {
            self.repeat(markup)?;
            let line = markup.line();
            if element.name != "size" {
                markup.skip()?;
                continue;
            }
            if sizes.len() > Product::MAX_SIZES {
                return Err(markup.error(format!("the product has more than {} sizes", Product::MAX_SIZES)));
            }
            let text =
                |name: &str| element.attribute(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            let mut size = ItemSize {
                size: text("id").unwrap_or_else(|| ONE_SIZE.to_owned()),
                name: element.attribute("name").unwrap_or("").to_owned(),
                producer_code: self.article_code(line, &element, "code_producer"),
                external_code: self.article_code(line, &element, "code_external"),
                stock_mode: self
                    .value(line, &element, "stock_mode", StockMode::from_code)
                    .unwrap_or(StockMode::Counted),
                weight_grams: self.value(line, &element, "weight", grams),
                prices: Vec::new(),
                components: Vec::new(),
                stock: std::collections::BTreeMap::new(),
            };
            let mut undisclosed = false;
            while let Some(child) = markup.child()? {
                self.repeat(markup)?;
                let line = markup.line();
                match child.name.as_str() {
                    "price" => self.price(line, &child, &mut size.prices),
                    "stock" => {
                        let id = self.value(line, &child, "id", |text| text.parse::<i64>().ok());
                        let warehouse = id.unwrap_or(UNNAMED_WAREHOUSE);
                        let rejected = self.rejected.len();
                        match self.value(line, &child, "quantity", decimal) {
                            // IOF: there is some, and nobody is told how much.
                            Some(quantity) if quantity == Decimal::NEGATIVE_ONE => undisclosed = true,
                            Some(quantity) if size.stock.insert(warehouse, quantity).is_some() => {
                                let reason = "two stocks are of the same warehouse, or of none that is named";
                                self.reject(line, "stock/id", reason);
                            }
                            None if self.rejected.len() == rejected => {
                                self.reject(line, "stock/quantity", "is missing");
                            }
                            Some(_) | None => {}
                        }
                    }
                    "component" => {
                        let code = child.attribute("code").unwrap_or("").to_owned();
                        let quantity = self.value(line, &child, "quantity", quantity).unwrap_or(Quantity::pieces(1));
                        size.components.push(ItemComponent { code, quantity });
                    }
                    _ => {}
                }
                markup.skip()?;
            }
            if undisclosed {
                let reason = if element.filled("stock_mode").is_some() {
                    "-1 tells no quantity; the stock stays as it is"
                } else if size.stock.is_empty() {
                    size.stock_mode = StockMode::Uncounted;
                    "-1 tells no quantity; the size is sold without being counted"
                } else {
                    "-1 tells no quantity; only the other warehouses of the size are set"
                };
                let (code, field) = (self.code.clone(), "stock/quantity".to_owned());
                self.remarks.push(RejectedRow { line, code, field, reason: format!("size {}: {reason}", size.size) });
            }
            sizes.push(size);
        }
        Ok(())
    }
}

fn quantity(text: &str) -> Option<Quantity> {
    decimal(text).and_then(Quantity::from_decimal)
}

/// Grams, or millimetres: files tell them with decimals.
fn grams(text: &str) -> Option<i64> {
    let number = decimal(text)?.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    number.to_i64()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    Notation::Xml.read(text).ok()
}

/// Begins a file.
pub fn write_head(out: &mut String, currency: &str) {
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    Tag::begin(out, 0, "offer").with("file_format", "IOF").with("version", "3.0").with("currency", currency).open();
    Tag::begin(out, 1, "products").open();
}

/// Ends a file.
pub fn write_foot(out: &mut String) {
    close(out, 1, "products");
    close(out, 0, "offer");
}

/// Writes the elements that tell what a product is, all but its prices and sizes.
pub(crate) fn write_details(out: &mut String, details: &ProductDetails) {
    let filled = |out: &mut String, name: &'static str, attribute: &str, value: &str| {
        if !value.is_empty() {
            Tag::begin(out, 3, name).with(attribute, value).empty();
        }
    };
    filled(out, "producer", "name", &details.producer);
    filled(out, "category", "name", &details.category);
    let unit = &details.unit;
    Tag::begin(out, 3, "unit")
        .with("name", &unit.name)
        .number("step", unit.step)
        .number("minimum", unit.minimum)
        .empty();
    filled(out, "customs", "code", &details.hs_code);
    filled(out, "country_of_origin", "code", details.origin.map_or("", Origin::code));
    Tag::begin(out, 3, "weight").number("g", details.weight_grams).empty();
    if let Some([length, width, height]) = details.dimensions_mm {
        let tag = Tag::begin(out, 3, "dimensions").number("length", length);
        tag.number("width", width).number("height", height).empty();
    }
    Tag::begin(out, 3, "description").open();
    for (language, name) in &details.names {
        Tag::begin(out, 4, "name").with("xml:lang", language).text(name);
    }
    for (language, text) in &details.descriptions {
        Tag::begin(out, 4, "long_desc").with("xml:lang", language).text(text);
    }
    close(out, 3, "description");
    if !details.pictures.is_empty() {
        Tag::begin(out, 3, "images").open();
        Tag::begin(out, 4, "large").open();
        for url in &details.pictures {
            Tag::begin(out, 5, "image").with("url", url).empty();
        }
        close(out, 4, "large");
        close(out, 3, "images");
    }
}

/// How tax is written: `23`, or `free`.
pub(crate) fn vat(vat: Vat) -> String {
    if vat.free { "free".to_owned() } else { vat.rate.to_string() }
}

/// Writes a product.
pub fn write(out: &mut String, item: &Item) {
    let details = &item.details;
    let tag =
        Tag::begin(out, 2, "product").maybe("id", item.id).with("code", &item.code).with("vat", &vat(details.vat));
    tag.with("active", if item.active { "yes" } else { "no" }).maybe("prepare_days", details.prepare_days).open();
    write_details(out, details);
    Tag::begin(out, 3, "sizes").open();
    for size in &item.sizes {
        let tag = Tag::begin(out, 4, "size").with("id", &size.size);
        let code = item.id.map(|id| format!("{id}-{}", size.size));
        let tag = tag.maybe("code", code).maybe("name", Some(&size.name).filter(|name| !name.is_empty()));
        let tag = tag.maybe("code_producer", size.producer_code.as_ref());
        let tag = tag.maybe("code_external", size.external_code.as_ref()).maybe("weight", size.weight_grams);
        tag.with("stock_mode", size.stock_mode.code()).open();
        for price in &size.prices {
            for step in &price.steps {
                let tag = Tag::begin(out, 5, "price").with("group", &price.group);
                tag.number("from", step.from).number("net", step.net).empty();
            }
        }
        for part in &size.components {
            Tag::begin(out, 5, "component").with("code", &part.code).number("quantity", part.quantity).empty();
        }
        for (warehouse, quantity) in &size.stock {
            Tag::begin(out, 5, "stock").number("id", warehouse).number("quantity", quantity).empty();
        }
        close(out, 4, "size");
    }
    close(out, 3, "sizes");
    close(out, 2, "product");
}
