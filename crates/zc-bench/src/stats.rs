//! [`Summary`]: several measurements of one thing in three numbers.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
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
    fn a_ratio_is_taken_in_each_round_and_not_of_the_medians() {
        // In the second and third round everything took ten times as long.
        let (ours, theirs) = ([1.0, 10.0, 30.0], [2.0, 20.0, 20.0]);
        assert_eq!(Summary::of_ratios(ours, theirs), Summary { median: 0.5, min: 0.5, max: 1.5 });
    }
}
