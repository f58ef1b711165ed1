//! A rule file as it is written (TOML): the shapes, nothing else. Meaning is given by `compile`, mistakes are named by
//! `check`. The JSON Schema (`crossdock rules schema`) is derived from these types, and so are their descriptions.

use crossdock_domain::landed_cost::BuyerKind;
use crossdock_domain::landed_cost::book::{
    CompoundRate, Confidence, FlatUnit, LimitBase, PercentBase, RelievedCharge, RestrictionLevel, Rounding,
    SpecificUnit, TaxPart,
};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Deserialize;

/// One rule file: a destination, or a customs area that several destinations share.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// What the rules are for.
    pub territory: Territory,
    /// Named lists of countries for `origin` and `from`.
    #[serde(default)]
    pub group: Vec<Group>,
    /// What the customs value consists of.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Duty by HS prefix and origin. The longest prefix wins, then the narrower origin.
    #[serde(default)]
    pub duty: Vec<Duty>,
    /// A flat duty per heading, line or consignment that takes the place of every other duty.
    #[serde(default)]
    pub flat_duty: Vec<FlatDuty>,
    /// Thresholds below which duty or tax is not collected.
    #[serde(default)]
    pub relief: Vec<Relief>,
    /// Schemes by which the seller collects the tax at the sale.
    #[serde(default)]
    pub regime: Vec<Regime>,
    /// Import taxes: VAT, GST and the like.
    #[serde(default)]
    pub tax: Vec<Tax>,
    /// Charges of customs or of the carrier.
    #[serde(default)]
    pub fee: Vec<Fee>,
    /// Goods that may not come in, or only with papers.
    #[serde(default)]
    pub restriction: Vec<Restriction>,
}

/// The head of a rule file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Territory {
    /// Unique id; the file's name without `.toml`: `DE`, `ES-CN`, `EU`.
    pub id: String,
    /// English name.
    pub name: String,
    /// Currency of the territory's amounts (ISO 4217); customs computes in it.
    pub currency: String,
    /// Id of the customs area whose bases, duties, reliefs, regimes, fees and restrictions hold here too.
    pub area: Option<String>,
    /// Addresses that belong to this destination. Left out for a customs area.
    #[serde(default, rename = "match")]
    pub matches: Vec<AddressMatch>,
}

/// Addresses by country and, where it matters, by region or postal code. The narrowest match of all files wins.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressMatch {
    /// Country code of two letters.
    pub country: String,
    /// Regions (codes as in ISO 3166-2 without the country: `QC`), any of them.
    #[serde(default)]
    pub region: Vec<String>,
    /// Beginnings of postal codes, any of them: `35`, `BT`.
    #[serde(default)]
    pub postal: Vec<String>,
}

/// A named list of countries.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Name, used as `@name` in lists of countries.
    pub id: String,
    /// Country codes of two letters.
    pub countries: Vec<String>,
    /// Where the list is from.
    pub source: String,
}

/// Conditions; all that are given must hold.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// Only for these buyers.
    pub buyer: Option<BuyerKind>,
    /// Shipped from one of these countries or `@groups`.
    pub from: Vec<String>,
    /// Not shipped from any of these countries or `@groups`.
    pub except_from: Vec<String>,
    /// To one of these regions of the destination.
    pub region: Vec<String>,
    /// HS prefixes: for rules of a line, the line's code; for rules of a consignment, every line's code.
    pub hs: Vec<String>,
    /// HS prefixes that none of those lines may have.
    pub except_hs: Vec<String>,
    /// Value above which the rule begins (the value itself is outside).
    pub over: Option<Decimal>,
    /// Value up to which the rule holds (the value itself is inside).
    pub up_to: Option<Decimal>,
    /// The value itself is outside of `up_to`: "less than".
    pub up_to_exclusive: bool,
    /// What `over` and `up_to` are compared with.
    pub compare: LimitBase,
    /// Currency of `over` and `up_to`; the territory's own when left out.
    pub currency: Option<String>,
}

/// An amount per unit.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecificRate {
    /// Amount.
    pub amount: Decimal,
    /// Per what.
    pub per: SpecificUnit,
    /// Currency; the territory's own when left out.
    pub currency: Option<String>,
}

/// A lower or upper bound of a duty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyBound {
    /// Percent of the customs value.
    pub ad_valorem: Option<Decimal>,
    /// Amount per unit; both given are added.
    pub specific: Option<SpecificRate>,
}

/// Who takes a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CollectedBy {
    /// The authorities.
    #[default]
    Customs,
    /// The carrier.
    Carrier,
}

fn default_true() -> bool {
    true
}

/// Four digits: the heading of the Harmonized System.
fn default_digits() -> u8 {
    4
}

/// A rule kind with the fields that every rule has.
macro_rules! rules {
    ($($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Unique id that quotes cite for ever: `EU-DUTY-61`.
            pub id: String,
            $($(#[$field_meta])* pub $field: $type,)*
            /// Conditions.
            #[serde(default)]
            pub when: Conditions,
            /// First day (a TOML date), in the destination.
            #[schemars(with = "String")]
            pub valid_from: toml::value::Datetime,
            /// Last day; open when left out.
            #[schemars(with = "Option<String>")]
            pub valid_to: Option<toml::value::Datetime>,
            /// Where the rule is written: law, authority's page, or how it was estimated.
            pub source: String,
            /// The day on which somebody looked.
            #[schemars(with = "String")]
            pub checked: toml::value::Datetime,
            /// How sure it is.
            pub confidence: Confidence,
            /// One plain sentence for the buyer or the accountant.
            pub note: Option<String>,
        }
    )*};
}

rules! {
    /// What the customs value consists of.
    Basis {
        /// Goods, freight and insurance (`true`: CIF) or goods alone (`false`: FOB).
        includes_freight: bool,
        /// The customs value of a consignment is rounded to a multiple of this (Japan: 1000).
        round_to: Option<Decimal>,
        /// How.
        #[serde(default)]
        rounding: Rounding,
    }

    /// A duty rate.
    Duty {
        /// HS prefixes of 2 to 13 digits; empty: all goods without a better rule.
        #[serde(default)]
        hs: Vec<String>,
        /// Countries of origin or `@groups`; empty: the general rate.
        #[serde(default)]
        origin: Vec<String>,
        /// A preference: holds only for goods that are also shipped from one of `origin`.
        #[serde(default)]
        preferential: bool,
        /// Duties of different stacks add up (ordinary duty, additional duty); within a stack the best rule wins.
        #[serde(default)]
        stack: String,
        /// Percent of the customs value.
        ad_valorem: Option<Decimal>,
        /// Amount per unit.
        specific: Option<SpecificRate>,
        /// How the two go together.
        #[serde(default)]
        combine: CompoundRate,
        /// At least.
        minimum: Option<DutyBound>,
        /// At most.
        maximum: Option<DutyBound>,
        /// Multiple to which the duty of a line is rounded; the currency's smallest unit when left out.
        round_to: Option<Decimal>,
        /// How.
        #[serde(default)]
        rounding: Rounding,
    }

    /// A flat duty.
    FlatDuty {
        /// Amount.
        amount: Decimal,
        /// Currency; the territory's own when left out.
        currency: Option<String>,
        /// Per what.
        per: FlatUnit,
        /// Digits of the HS code that make a heading.
        #[serde(default = "default_digits")]
        digits: u8,
    }

    /// A threshold: under its conditions duty or tax is not collected.
    Relief {
        /// What is not collected.
        of: Vec<RelievedCharge>,
    }

    /// Tax at the sale.
    Regime {
        /// Its public name: `IOSS`, `VOEC`.
        name: String,
        /// Only sellers who are registered use it (otherwise every seller must).
        #[serde(default)]
        optional: bool,
        /// What the tax is charged on beside the goods while the regime holds.
        base: Vec<TaxPart>,
        /// Duty is not collected while the regime holds.
        #[serde(default)]
        relieves_duty: bool,
        /// Fees that `skip_under_regime` says are then not charged.
        #[serde(default = "default_true")]
        clears_fees: bool,
    }

    /// An import tax.
    Tax {
        /// Taxes of different codes add up; of one code the best rule wins: region first, then the longest HS prefix.
        code: String,
        /// What buyers see: `VAT`, `GST`.
        name: String,
        /// Percent.
        rate: Decimal,
        /// HS prefixes; empty: all goods without a better rule.
        #[serde(default)]
        hs: Vec<String>,
        /// Regions of the destination; empty: all without a better rule.
        #[serde(default)]
        region: Vec<String>,
        /// What it is charged on, beside the goods.
        base: Vec<TaxPart>,
        /// Codes of taxes that belong to the base too; they must not depend on this one.
        #[serde(default)]
        on_taxes: Vec<String>,
        /// The tax is part of its own base ("por dentro"): amount = base × rate ÷ (100 − rate).
        #[serde(default)]
        inside: bool,
        /// Multiple to which the tax of a line is rounded; the currency's smallest unit when left out.
        round_to: Option<Decimal>,
        /// How.
        #[serde(default)]
        rounding: Rounding,
    }

    /// A fee.
    Fee {
        /// What buyers see.
        name: String,
        /// A flat amount.
        amount: Option<Decimal>,
        /// Currency of `amount`, `minimum` and `maximum`; the territory's own when left out.
        currency: Option<String>,
        /// Per what the flat amount is charged.
        per: Option<FlatUnit>,
        /// Digits of the HS code that make a heading.
        #[serde(default = "default_digits")]
        digits: u8,
        /// Percent, instead of or beside `amount`.
        percent: Option<Decimal>,
        /// Of what.
        of: Option<PercentBase>,
        /// At least.
        minimum: Option<Decimal>,
        /// At most.
        maximum: Option<Decimal>,
        /// Belongs to the base of taxes that list `fees`; such a fee must not be a percentage of tax.
        #[serde(default)]
        in_tax_base: bool,
        /// Not charged when the tax was collected at the sale by a regime that clears fees.
        #[serde(default)]
        skip_under_regime: bool,
        /// Who takes it.
        #[serde(default)]
        collected_by: CollectedBy,
        /// `false`: written down but not in force (announced, not confirmed).
        #[serde(default = "default_true")]
        enabled: bool,
    }

    /// A restriction of goods.
    Restriction {
        /// HS prefixes it holds for.
        hs: Vec<String>,
        /// How hard.
        level: RestrictionLevel,
        /// Why, in words for the buyer.
        reason: String,
    }
}
