//! Writing a catalogue as separated values.

use std::collections::BTreeSet;

use crossdock_domain::country::Origin;
use crossdock_domain::notation::unmistakable;
use crossdock_domain::wholesale::Quantity;

use super::column::{Column, FIXED};
use crate::catalogue::{Item, ItemSize, ItemStep};
use crate::table::write_row;

/// Which columns a catalogue needs: found by looking at every product before the first row is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: BTreeSet<String>,
    descriptions: BTreeSet<String>,
    groups: BTreeSet<String>,
    warehouses: BTreeSet<i64>,
    /// How many products name their currency.
    currencies: usize,
}

impl Columns {
    /// Takes note of a product.
    pub fn see(&mut self, item: &Item) {
        let see = |set: &mut BTreeSet<String>, name: &String| {
            if !set.contains(name) {
                set.insert(name.clone());
            }
        };
        item.details.names.keys().for_each(|language| see(&mut self.names, language));
        item.details.descriptions.keys().for_each(|language| see(&mut self.descriptions, language));
        self.currencies += usize::from(item.currency.is_some());
        for size in &item.sizes {
            size.prices.iter().for_each(|price| see(&mut self.groups, &price.group));
            self.warehouses.extend(size.stock.keys());
        }
    }

    fn list(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = FIXED.iter().map(|(_, column)| column.clone()).collect();
        if self.currencies == 0 {
            columns.retain(|column| *column != Column::Currency);
        }
        columns.extend(self.names.iter().cloned().map(Column::Name));
        if self.names.is_empty() {
            columns.push(Column::Name("eng".to_owned()));
        }
        columns.extend(self.descriptions.iter().cloned().map(Column::Description));
        columns.extend(self.groups.iter().cloned().map(Column::Price));
        columns.extend(self.warehouses.iter().copied().map(Column::Stock));
        columns.sort();
        columns
    }

    /// Writes the first row.
    pub fn write_header(&self, out: &mut String) {
        let names: Vec<String> = self.list().iter().map(Column::name).collect();
        write_row(out, names.iter().map(String::as_str));
    }

    /// Writes the rows of a product.
    pub fn write(&self, out: &mut String, item: &Item) {
        let columns = self.list();
        for (at, size) in item.sizes.iter().enumerate() {
            let cells: Vec<String> = columns
                .iter()
                .map(|column| {
                    if at == 0 || !column.of_product() || *column == Column::Code {
                        cell(item, size, column)
                    } else {
                        String::new()
                    }
                })
                .collect();
            write_row(out, cells.iter().map(String::as_str));
        }
    }
}

fn cell(item: &Item, size: &ItemSize, column: &Column) -> String {
    let details = &item.details;
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    match column {
        Column::Code => item.code.clone(),
        Column::Id => number(item.id),
        Column::Active => if item.active { "yes" } else { "no" }.to_owned(),
        Column::Currency => text(item.currency.as_ref()),
        Column::Vat if details.vat.free => "free".to_owned(),
        Column::Vat => details.vat.rate.to_string(),
        Column::Name(language) => text(details.names.get(language)),
        Column::Description(language) => text(details.descriptions.get(language)),
        Column::Weight => details.weight_grams.to_string(),
        Column::Length => number(details.dimensions_mm.map(|sides| sides[0])),
        Column::Width => number(details.dimensions_mm.map(|sides| sides[1])),
        Column::Height => number(details.dimensions_mm.map(|sides| sides[2])),
        Column::HsCode => details.hs_code.clone(),
        Column::Origin => details.origin.map_or("", Origin::code).to_owned(),
        Column::Producer => details.producer.clone(),
        Column::Category => details.category.clone(),
        Column::Pictures => write_list(details.pictures.iter().cloned()),
        Column::Unit => details.unit.name.clone(),
        Column::UnitStep => unmistakable(details.unit.step.to_decimal()),
        Column::UnitMinimum => unmistakable(details.unit.minimum.to_decimal()),
        Column::PrepareDays => number(details.prepare_days),
        Column::Size => size.size.clone(),
        Column::SizeName => size.name.clone(),
        Column::ProducerCode => text(size.producer_code.as_ref()),
        Column::ExternalCode => text(size.external_code.as_ref()),
        Column::StockMode => size.stock_mode.code().to_owned(),
        Column::SizeWeight => number(size.weight_grams),
        Column::Components => write_list(
            size.components.iter().map(|part| format!("{}*{}", part.code, unmistakable(part.quantity.to_decimal()))),
        ),
        Column::Price(group) => {
            let steps = size.prices.iter().filter(|price| price.group == *group).flat_map(|price| &price.steps);
            let steps: Vec<&ItemStep> = steps.collect();
            match steps.as_slice() {
                [only] if only.from == Quantity::pieces(1) => unmistakable(only.net),
                steps => {
                    let step = |step: &&ItemStep| {
                        format!("{}:{}", unmistakable(step.from.to_decimal()), unmistakable(step.net))
                    };
                    steps.iter().map(step).collect::<Vec<_>>().join("|")
                }
            }
        }
        Column::Stock(warehouse) => {
            size.stock.get(warehouse).map_or_else(String::new, |quantity| unmistakable(*quantity))
        }
    }
}

fn write_list(elements: impl IntoIterator<Item = String>) -> String {
    let escaped = elements.into_iter().map(|element| element.replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join("|")
}
