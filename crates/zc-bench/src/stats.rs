//! [`Summary`]: several measurements of one thing in three numbers.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    #[serde(with = "five_digits")]
    pub(crate) median: f64,
    #[serde(with = "five_digits")]
    pub(crate) min: f64,
    #[serde(with = "five_digits")]
    pub(crate) max: f64,
}

/// Numbers in files: five digits that count; no number where nothing was measured.
pub(crate) mod five_digits {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(number: &f64, to: S) -> Result<S::Ok, S::Error> {
        let finite = number.is_finite().then_some(number);
        let short = finite.and_then(|it| format!("{it:.4e}").parse::<f64>().ok());
        short.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        Ok(Option::deserialize(from)?.unwrap_or(f64::NAN))
    }
}

impl Summary {
    /// Of an even number of values, the median is the mean of the two in the middle.
    ///
    /// # Panics
    ///
    /// If there are no values.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (Some(&min), Some(&max)) = (values.first(), values.last()) else {
            panic!("no values to summarise");
        };
        let middle = values.len() / 2;
        let median = if values.len().is_multiple_of(2) {
            f64::midpoint(values[middle - 1], values[middle])
        } else {
            values[middle]
        };
        Self { median, min, max }
    }

    /// The ratios of `ours` to `theirs`, pair by pair, in which both were measured.
    pub(crate) fn of_ratios(
        ours: impl IntoIterator<Item = f64>,
        theirs: impl IntoIterator<Item = f64>,
    ) -> Self {
        Self::of(ours.into_iter().zip(theirs).map(|(ours, theirs)| ours / theirs))
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[track_caller]
    fn check(values: &[f64], median: f64, min: f64, max: f64) {
        assert_eq!(Summary::of(values.iter().copied()), Summary { median, min, max });
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        check(&[3.0, 1.0, 100.0], 3.0, 1.0, 100.0);
        check(&[4.0, 1.0, 100.0, 2.0], 3.0, 1.0, 100.0);
        check(&[7.0], 7.0, 7.0, 7.0);
    }

    #[test]
    fn numbers_in_files_have_five_digits_or_are_none() {
        let summary = Summary { median: 1.234_567, min: 1e-9 / 3.0, max: f64::INFINITY };
        let text = serde_json::to_string(&summary).unwrap();
        assert_eq!(text, r#"{"median":1.2346,"min":3.3333e-10,"max":null}"#);
        let again: Summary = serde_json::from_str(&text).unwrap();
        assert!(again.median == 1.2346 && again.max.is_nan());
    }

    #[test]
    fn a_ratio_is_taken_in_each_round_and_not_of_the_medians() {
        // In the second and third round everything took ten times as long.
        let (ours, theirs) = ([1.0, 10.0, 30.0], [2.0, 20.0, 20.0]);
        assert_eq!(Summary::of_ratios(ours, theirs), Summary { median: 0.5, min: 0.5, max: 1.5 });
    }
}
