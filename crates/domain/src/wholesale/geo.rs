//! Places on the globe in integers: exact to a tenth of a metre, good for "the nearest pickup points".

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Latitude and longitude in millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coordinates {
    /// North of the equator.
    pub latitude_micro: i64,
    /// East of Greenwich.
    pub longitude_micro: i64,
}

impl Coordinates {
    /// From degrees, rounded to six decimals; `None` off the globe.
    pub fn from_degrees(latitude: Decimal, longitude: Decimal) -> Option<Self> {
        let micro = |degrees: Decimal, most: i64| {
            let scaled = degrees.checked_mul(Decimal::from(1_000_000))?;
            let micro = scaled.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()?;
            (micro.abs() <= most * 1_000_000).then_some(micro)
        };
        Some(Self { latitude_micro: micro(latitude, 90)?, longitude_micro: micro(longitude, 180)? })
    }

    /// Latitude in degrees.
    pub fn latitude(self) -> Decimal {
        Decimal::new(self.latitude_micro, 6)
    }

    /// Longitude in degrees.
    pub fn longitude(self) -> Decimal {
        Decimal::new(self.longitude_micro, 6)
    }
}

/// Cosine of 0, 5, …, 90 degrees, in millionths.
const COSINES: [i64; 19] = [
    1_000_000, 996_195, 984_808, 965_926, 939_693, 906_308, 866_025, 819_152, 766_044, 707_107, 642_788, 573_576,
    500_000, 422_618, 342_020, 258_819, 173_648, 87_156, 0,
];

/// Cosine of a latitude, in millionths; between the entries of the table on a straight line (at most 0.1 % off).
pub(crate) fn cosine(latitude_micro: i64) -> i64 {
    let step = 5_000_000;
    let at = latitude_micro.abs().min(90_000_000);
    let index = usize::try_from(at / step).unwrap_or(0);
    let from = COSINES[index];
    let to = COSINES.get(index + 1).copied().unwrap_or(0);
    from + (to - from) * (at % step) / step
}

/// Micrometres of a millionth of a degree along a meridian.
const MICROMETRES: i128 = 111_320;

/// Metres between two places, as on a map of the region; within half a percent up to a few hundred kilometres.
pub fn metres_between(a: Coordinates, b: Coordinates) -> i64 {
    let north = i128::from(a.latitude_micro - b.latitude_micro);
    let mut east = i128::from(a.longitude_micro - b.longitude_micro).abs();
    // The short way round.
    if east > 180_000_000 {
        east = 360_000_000 - east;
    }
    let middle = i64::midpoint(a.latitude_micro, b.latitude_micro);
    let east = east * i128::from(cosine(middle)) / 1_000_000;
    let square = north * north + east * east;
    let micro_degrees = square.unsigned_abs().isqrt();
    let metres = micro_degrees.saturating_mul(MICROMETRES.unsigned_abs()) / 1_000_000;
    i64::try_from(metres).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(latitude: &str, longitude: &str) -> Coordinates {
        Coordinates::from_degrees(latitude.parse().expect("number"), longitude.parse().expect("number"))
            .expect("a place")
    }

    #[test]
    fn known_distances_are_met_within_a_percent() {
        let warsaw = place("52.229676", "21.012229");
        for (name, other, km) in [
            ("Krakow", place("50.064650", "19.944980"), 252),
            ("Gdansk", place("54.352025", "18.646638"), 284),
            ("itself", warsaw, 0),
        ] {
            let metres = metres_between(warsaw, other);
            assert!((metres - km * 1000).abs() <= km * 10, "{name}: {metres}");
        }
        assert_eq!(metres_between(place("0", "179.5"), place("0", "-179.5")) / 1000, 111);
        assert_eq!(Coordinates::from_degrees(91.into(), 0.into()), None);
    }

    proptest! {
        #[test]
        fn distance_is_the_same_both_ways(a in -89_i64..89, b in -179_i64..179, c in -89_i64..89, d in -179_i64..179) {
            let (one, two) = (place(&a.to_string(), &b.to_string()), place(&c.to_string(), &d.to_string()));
            prop_assert_eq!(metres_between(one, two), metres_between(two, one));
            prop_assert!(metres_between(one, two) >= 0);
        }
    }
}
