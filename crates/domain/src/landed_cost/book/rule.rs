//! One rule of each kind, as the engine reads it. The enums are those of rule files too, so their descriptions are what the JSON
//! Schema of a rule file says.

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::clock::Day;
use crate::country::Country;
use crate::landed_cost::hs::HsCode;
use crate::landed_cost::request::BuyerKind;
use crate::money::Currency;

/// A rule: what it says, and when it applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<R> {
    /// Id, dates, source, conditions.
    pub applies: RuleHeader,
    /// What it says.
    pub says: R,
}

/// What every rule has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleHeader {
    /// Unique id.
    pub id: String,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Option<Day>,
    /// Where it is written.
    pub source: String,
    /// When somebody looked.
    pub checked: Day,
    /// How sure it is.
    pub confidence: Confidence,
    /// Words for buyer and accountant.
    pub note: Option<String>,
    /// Conditions.
    pub when: Conditions,
}

impl RuleHeader {
    /// Whether the rule is valid on `day`.
    pub fn on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The law says exactly this.
    Exact,
    /// Typical or not verified: a quote that uses it is an estimate.
    Estimate,
}

/// A list of countries; empty: any.
pub type Countries = Vec<Country>;

/// Conditions; all that are given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// Only for these buyers.
    pub buyer: Option<BuyerKind>,
    /// Shipped from one of these.
    pub from: Countries,
    /// Not shipped from these.
    pub except_from: Countries,
    /// To one of these regions (normalised).
    pub regions: Vec<String>,
    /// HS prefixes that every line in question must have.
    pub hs: Vec<HsCode>,
    /// HS prefixes that no line in question may have.
    pub except_hs: Vec<HsCode>,
    /// Begins above this.
    pub over: Option<Decimal>,
    /// Holds up to this.
    pub up_to: Option<Decimal>,
    /// `up_to` itself is outside.
    pub up_to_exclusive: bool,
    /// What the two are compared with.
    pub compare: LimitBase,
    /// Their currency.
    pub currency: Currency,
}

impl Conditions {
    /// No condition at all.
    pub fn always(currency: Currency) -> Self {
        Self {
            buyer: None,
            from: Vec::new(),
            except_from: Vec::new(),
            regions: Vec::new(),
            hs: Vec::new(),
            except_hs: Vec::new(),
            over: None,
            up_to: None,
            up_to_exclusive: false,
            compare: LimitBase::Goods,
            currency,
        }
    }
}

/// A value of a consignment that limits are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitBase {
    /// Goods of the consignment, discounts taken off, without freight ("intrinsic value").
    #[default]
    Goods,
    /// The customs value of the consignment, as `basis` defines it.
    CustomsValue,
    /// The dearest single piece of the consignment.
    Item,
    /// The tax that would be due (only in `relief` of tax).
    Tax,
    /// The duty that would be due (only in `relief` of duty).
    Duty,
}

/// How a result is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundTo {
    /// To a multiple of this; `None`: the smallest unit of the currency.
    pub multiple: Option<Decimal>,
    /// Which way.
    pub mode: Rounding,
}

/// How a result is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest, halves away from zero.
    #[default]
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl RoundTo {
    /// To the smallest unit, halves away from zero.
    pub const CENT: Self = Self { multiple: None, mode: Rounding::HalfUp };

    /// `amount` of `currency`, rounded. `None` when it is out of range.
    pub fn apply(self, amount: Decimal, currency: Currency) -> Option<Decimal> {
        let strategy = match self.mode {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Down => RoundingStrategy::ToZero,
            Rounding::Up => RoundingStrategy::AwayFromZero,
        };
        let Some(multiple) = self.multiple else {
            return Some(amount.round_dp_with_strategy(currency.exponent(), strategy));
        };
        amount.checked_div(multiple)?.round_dp_with_strategy(0, strategy).checked_mul(multiple)
    }
}

/// What the customs value consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// CIF; otherwise FOB.
    pub includes_freight: bool,
    /// Rounding of a consignment's value; `None`: none.
    pub round: Option<RoundTo>,
}

/// What a specific rate is charged per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SpecificUnit {
    /// Kilogram of net weight.
    #[serde(rename = "kg")]
    Kilogram,
    /// 100 kilograms.
    #[serde(rename = "100kg")]
    HundredKilograms,
    /// Piece (also: pair).
    #[serde(rename = "item")]
    Item,
    /// Twelve pieces.
    #[serde(rename = "dozen")]
    Dozen,
    /// Litre; carts do not tell it, so a rate per litre makes an estimate without it.
    #[serde(rename = "litre")]
    Litre,
    /// Square metre; as for litres.
    #[serde(rename = "m2")]
    SquareMetre,
}

impl SpecificUnit {
    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kilogram => "kg",
            Self::HundredKilograms => "100 kg",
            Self::Item => "item",
            Self::Dozen => "dozen",
            Self::Litre => "litre",
            Self::SquareMetre => "m²",
        }
    }
}

/// An amount per unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecificRate {
    /// Amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Per what.
    pub per: SpecificUnit,
}

/// How an ad valorem and a specific part go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompoundRate {
    /// Both ("compound").
    #[default]
    Sum,
    /// The greater one.
    Greater,
    /// The lesser one.
    Lesser,
}

/// A bound of a duty; both parts are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyBound {
    /// Percent of the customs value.
    pub ad_valorem: Option<Decimal>,
    /// Per unit.
    pub specific: Option<SpecificRate>,
}

/// How much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRate {
    /// Percent of the customs value.
    pub ad_valorem: Option<Decimal>,
    /// Per unit.
    pub specific: Option<SpecificRate>,
    /// How the two go together.
    pub combine: CompoundRate,
    /// At least.
    pub minimum: Option<DutyBound>,
    /// At most.
    pub maximum: Option<DutyBound>,
    /// Rounding of a line's duty.
    pub round: RoundTo,
}

/// A duty rate for goods of some origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRule {
    /// HS prefixes; none: everything.
    pub hs: Vec<HsCode>,
    /// Origins; none: the general rate.
    pub origin: Countries,
    /// Holds only for goods that are shipped from one of `origin` too.
    pub preferential: bool,
    /// Duties of different stacks add up.
    pub stack: String,
    /// How much.
    pub rate: DutyRate,
}

/// What a flat amount is charged per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlatUnit {
    /// Once per consignment.
    Consignment,
    /// Once per parcel of it (one when unknown).
    Parcel,
    /// Once per line of the cart.
    Line,
    /// Once per different heading (`digits` of the HS code).
    Heading,
    /// Once per different heading and origin.
    HeadingOrigin,
    /// Per piece.
    Item,
}

impl FlatUnit {
    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consignment => "consignment",
            Self::Parcel => "parcel",
            Self::Line => "line",
            Self::Heading => "heading",
            Self::HeadingOrigin => "heading and origin",
            Self::Item => "item",
        }
    }
}

/// A flat duty that takes the place of every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatDuty {
    /// Amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Per what.
    pub per: FlatUnit,
    /// Digits of a heading.
    pub digits: u8,
}

/// What is relieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelievedCharge {
    /// Duty (also the flat one).
    Duty,
    /// Import taxes.
    Tax,
    /// Fees of customs.
    CustomsFees,
}

/// A threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relief {
    /// What is not collected.
    pub of: Vec<RelievedCharge>,
}

/// What a tax is charged on, beside the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxPart {
    /// Freight.
    Freight,
    /// Insurance.
    Insurance,
    /// Duty.
    Duty,
    /// Fees with `in_tax_base`.
    Fees,
}

/// Tax at the sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// `IOSS`.
    pub name: String,
    /// Only for registered sellers.
    pub optional: bool,
    /// Tax base beside the goods.
    pub base: Vec<TaxPart>,
    /// No duty.
    pub relieves_duty: bool,
    /// Skips the fees that say so.
    pub clears_fees: bool,
}

/// An import tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// Taxes of different codes add up.
    pub code: String,
    /// What buyers see.
    pub name: String,
    /// Percent.
    pub rate: Decimal,
    /// HS prefixes; none: everything.
    pub hs: Vec<HsCode>,
    /// Regions (normalised); none: all.
    pub regions: Vec<String>,
    /// Base beside the goods.
    pub base: Vec<TaxPart>,
    /// Taxes in the base.
    pub on_taxes: Vec<String>,
    /// Part of its own base.
    pub inside: bool,
    /// Rounding of a line's tax.
    pub round: RoundTo,
}

/// What a percentage is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PercentBase {
    /// Goods after discounts.
    Goods,
    /// The customs value.
    CustomsValue,
    /// Duty.
    Duty,
    /// All taxes.
    Tax,
    /// Duty and all taxes.
    DutyAndTax,
}

impl PercentBase {
    /// As people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Goods => "the goods",
            Self::CustomsValue => "the customs value",
            Self::Duty => "duty",
            Self::Tax => "taxes",
            Self::DutyAndTax => "duty and taxes",
        }
    }
}

/// A fee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fee {
    /// What buyers see.
    pub name: String,
    /// Flat amount and per what.
    pub flat: Option<(Decimal, FlatUnit)>,
    /// Percent and of what.
    pub percent: Option<(Decimal, PercentBase)>,
    /// Currency of amount and limits.
    pub currency: Currency,
    /// Digits of a heading.
    pub digits: u8,
    /// At least.
    pub minimum: Option<Decimal>,
    /// At most.
    pub maximum: Option<Decimal>,
    /// Belongs to the tax base.
    pub in_tax_base: bool,
    /// Not charged under a regime that clears fees.
    pub skip_under_regime: bool,
    /// The carrier takes it; otherwise customs.
    pub by_carrier: bool,
    /// In force.
    pub enabled: bool,
}

/// How hard a restriction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RestrictionLevel {
    /// Must not be sent.
    Prohibited,
    /// May be sent with a licence or certificate; the quote says so.
    Restricted,
}

/// A restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// HS prefixes.
    pub hs: Vec<HsCode>,
    /// How hard.
    pub level: RestrictionLevel,
    /// Why.
    pub reason: String,
}
