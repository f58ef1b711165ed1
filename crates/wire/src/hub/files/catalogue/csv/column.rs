//! The columns of a catalogue as separated values.

use crossdock_domain::wholesale::EVERY_GROUP;

use super::super::language::language_code;

/// A column. Those of the product come first; its further rows may leave them empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Code,
    Id,
    Active,
    Currency,
    Vat,
    Name(String),
    Description(String),
    Weight,
    Length,
    Width,
    Height,
    HsCode,
    Origin,
    Producer,
    Category,
    Pictures,
    Unit,
    UnitStep,
    UnitMinimum,
    PrepareDays,
    Size,
    SizeName,
    ProducerCode,
    ExternalCode,
    StockMode,
    SizeWeight,
    Components,
    Price(String),
    Stock(i64),
}

/// Columns whose names are fixed.
pub(super) const FIXED: [(&str, Column); 25] = [
    ("code", Column::Code),
    ("id", Column::Id),
    ("active", Column::Active),
    ("currency", Column::Currency),
    ("vat", Column::Vat),
    ("weight_grams", Column::Weight),
    ("length_mm", Column::Length),
    ("width_mm", Column::Width),
    ("height_mm", Column::Height),
    ("hs_code", Column::HsCode),
    ("origin", Column::Origin),
    ("producer", Column::Producer),
    ("category", Column::Category),
    ("pictures", Column::Pictures),
    ("unit", Column::Unit),
    ("unit_step", Column::UnitStep),
    ("unit_minimum", Column::UnitMinimum),
    ("prepare_days", Column::PrepareDays),
    ("size", Column::Size),
    ("size_name", Column::SizeName),
    ("producer_code", Column::ProducerCode),
    ("external_code", Column::ExternalCode),
    ("stock_mode", Column::StockMode),
    ("size_weight_grams", Column::SizeWeight),
    ("components", Column::Components),
];

impl Column {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        if name == "price" {
            return Some(Self::Price(EVERY_GROUP.to_owned()));
        }
        if let Some((kind, rest)) = name.split_once(':').filter(|(_, rest)| !rest.trim().is_empty()) {
            let rest = rest.trim();
            return match kind {
                "name" => Some(Self::Name(language_code(rest).unwrap_or_else(|| rest.to_owned()))),
                "description" => Some(Self::Description(language_code(rest).unwrap_or_else(|| rest.to_owned()))),
                "price" => Some(Self::Price(rest.to_owned())),
                "stock" => rest.parse().ok().map(Self::Stock),
                _ => None,
            };
        }
        FIXED.iter().find(|(known, _)| *known == name).map(|(_, column)| column.clone())
    }

    pub(super) fn name(&self) -> String {
        match self {
            Self::Name(language) => format!("name:{language}"),
            Self::Description(language) => format!("description:{language}"),
            Self::Price(group) if group == EVERY_GROUP => "price".to_owned(),
            Self::Price(group) => format!("price:{group}"),
            Self::Stock(warehouse) => format!("stock:{warehouse}"),
            fixed => FIXED.iter().find(|(_, column)| column == fixed).map_or("", |(name, _)| name).to_owned(),
        }
    }

    /// Whether it tells of the product and not of one size.
    pub(super) fn of_product(&self) -> bool {
        *self < Self::Size
    }
}
