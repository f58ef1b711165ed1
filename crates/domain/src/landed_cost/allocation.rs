//! Spreading an amount over shares by the largest-remainder method: nothing is lost, nobody is off by more than one unit.

/// Spreads `amount` over `weights` in proportion. The parts add up to `amount`; each is within one unit of its exact share.
///
/// What is left after rounding down goes, unit by unit, to the largest remainders; among equal ones to the heavier, then to
/// the smaller `rank`, so that the result does not depend on the order in which lines were written. With all weights zero
/// every line counts alike. `weights` must not be negative; an empty list takes nothing.
pub fn allocate(amount: i64, weights: &[(i128, u64)]) -> Vec<i64> {
    let count = weights.len();
    if count == 0 {
        return Vec::new();
    }
    let sum: i128 = weights.iter().map(|(weight, _)| *weight).sum();
    let weight = |i: usize| if sum == 0 { 1 } else { weights[i].0 };
    let whole = if sum == 0 { count as i128 } else { sum };
    let (sign, size) = (amount.signum(), i128::from(amount).abs());
    let mut parts: Vec<i128> = Vec::with_capacity(count);
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(count);
    for i in 0..count {
        let exact = size * weight(i);
        parts.push(exact / whole);
        remainders.push((exact % whole, i));
    }
    let left = size - parts.iter().sum::<i128>();
    remainders.sort_by(|(a, i), (b, j)| {
        b.cmp(a).then_with(|| weight(*j).cmp(&weight(*i))).then_with(|| weights[*i].1.cmp(&weights[*j].1))
    });
    for (_, i) in remainders.iter().take(usize::try_from(left).unwrap_or(count)) {
        parts[*i] += 1;
    }
    parts.into_iter().map(|part| sign * i64::try_from(part).unwrap_or(i64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranked(weights: &[i128]) -> Vec<(i128, u64)> {
        weights.iter().zip(0..).map(|(weight, rank)| (*weight, rank)).collect()
    }

    #[test]
    fn the_odd_cent_goes_to_the_largest_remainder() {
        assert_eq!(allocate(100, &ranked(&[1, 1, 1])), [34, 33, 33]);
        assert_eq!(allocate(10, &ranked(&[5, 3, 2])), [5, 3, 2]);
        assert_eq!(allocate(-7, &ranked(&[2, 1])), [-5, -2]);
        assert_eq!(allocate(3, &ranked(&[0, 0])), [2, 1]);
        assert!(allocate(3, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_is_off_by_a_unit(
            amount in -1_000_000_000_i64..1_000_000_000,
            weights in prop::collection::vec(0_i128..1_000_000_000, 1..40),
        ) {
            let parts = allocate(amount, &ranked(&weights));
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            let sum: i128 = weights.iter().sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let off = i128::from(*part) * sum - i128::from(amount) * weight;
                    prop_assert!(off.abs() < sum);
                }
            }
        }

        #[test]
        fn the_order_of_lines_does_not_matter(
            amount in 0_i64..100_000,
            weights in prop::collection::vec(0_i128..50, 1..12),
        ) {
            let lines = ranked(&weights);
            let turned: Vec<_> = lines.iter().rev().copied().collect();
            let mut parts = allocate(amount, &turned);
            parts.reverse();
            prop_assert_eq!(parts, allocate(amount, &lines));
        }
    }
}
