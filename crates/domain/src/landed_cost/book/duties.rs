//! Duty rules with an index by HS prefix: of twenty rules or of a tariff's twenty thousand rows the right one is found in
//! as many steps as the code has digits.

use std::collections::HashMap;

use super::rule::{DutyRule, Rule};
use crate::landed_cost::hs::HsCode;

/// Duty rules of a territory, or a whole imported tariff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DutyTable {
    rules: Vec<Rule<DutyRule>>,
    /// Rules by exact prefix.
    by_prefix: HashMap<HsCode, Vec<u32>>,
    /// Rules for all goods.
    general: Vec<u32>,
    /// Every prefix with its rule, sorted: what lies below a short code.
    sorted: Vec<(u64, u8, u32)>,
    /// Names of the stacks, each once, in order.
    stacks: Vec<String>,
}

impl DutyTable {
    /// A table of these rules.
    pub fn new(rules: Vec<Rule<DutyRule>>) -> Self {
        let mut table = Self::default();
        for (index, rule) in (0_u32..).zip(&rules) {
            if rule.says.hs.is_empty() {
                table.general.push(index);
            }
            for code in &rule.says.hs {
                table.by_prefix.entry(*code).or_default().push(index);
                table.sorted.push((code.filled(), code.digits(), index));
            }
            if let Err(place) = table.stacks.binary_search(&rule.says.stack) {
                table.stacks.insert(place, rule.says.stack.clone());
            }
        }
        table.sorted.sort_unstable();
        table.rules = rules;
        table
    }

    /// All rules, in the order of the file.
    pub fn rules(&self) -> &[Rule<DutyRule>] {
        &self.rules
    }

    /// The stacks that occur.
    pub fn stacks(&self) -> &[String] {
        &self.stacks
    }

    /// Whether there is any rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn at(&self, indexes: &[u32]) -> impl Iterator<Item = &Rule<DutyRule>> {
        indexes.iter().map(|index| &self.rules[*index as usize])
    }

    /// Rules whose prefix `code` begins with, the longest prefix first, and last those for all goods. With the number of
    /// digits that matched.
    pub fn matching(&self, code: Option<HsCode>) -> impl Iterator<Item = (u8, &Rule<DutyRule>)> {
        let prefixes = code.into_iter().flat_map(|code| (2..=code.digits()).rev().map(move |n| code.prefix(n)));
        prefixes
            .filter_map(|prefix| Some((prefix.digits(), self.by_prefix.get(&prefix)?)))
            .chain(std::iter::once((0, &self.general)))
            .flat_map(|(digits, indexes)| self.at(indexes).map(move |rule| (digits, rule)))
    }

    /// Rules for goods that `code` only begins to name: their prefix is longer and begins with it.
    pub fn below(&self, code: HsCode) -> impl Iterator<Item = &Rule<DutyRule>> {
        let range = code.filled_range();
        let start = self.sorted.partition_point(|(filled, ..)| *filled < range.start);
        self.sorted[start..]
            .iter()
            .take_while(move |(filled, ..)| *filled < range.end)
            .filter(move |(_, digits, _)| *digits > code.digits())
            .map(|(.., index)| &self.rules[*index as usize])
    }
}
