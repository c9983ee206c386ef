//! [`Target`]: what a ratio should be, and whether it is.

use serde::{Deserialize, Serialize};

use crate::stats::Summary;

/// A bound for the ratio of our figure to that of another engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// The name of the other engine.
    pub(crate) of: &'static str,
    pub(crate) bound: Bound,
    /// Printed where the target is missed, and nowhere else.
    pub(crate) why_missed: Option<&'static str>,
    /// What would be tried next, printed likewise.
    pub(crate) next: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    pub(crate) const fn at_least(bound: f64, of: &'static str) -> Self {
        Self { of, bound: Bound::AtLeast(bound), why_missed: None, next: None }
    }

    pub(crate) const fn at_most(bound: f64, of: &'static str) -> Self {
        Self { of, bound: Bound::AtMost(bound), why_missed: None, next: None }
    }

    pub(crate) const fn why_missed(mut self, why: &'static str) -> Self {
        self.why_missed = Some(why);
        self
    }

    /// What would be tried next where the target is missed.
    pub(crate) const fn next(mut self, next: &'static str) -> Self {
        self.next = Some(next);
        self
    }

    /// Holds the target against the ratio that was measured; `None` where it was not.
    pub(crate) fn judge(&self, ratio: Option<Summary>) -> Verdict {
        let is_met = ratio.map(|ratio| self.bound.admits(ratio.median));
        let of_missed =
            |text: Option<&str>| text.filter(|_| is_met == Some(false)).map(ToOwned::to_owned);
        Verdict {
            of: self.of.to_owned(),
            bound: self.bound,
            ratio,
            is_met,
            why_missed: of_missed(self.why_missed),
            next: of_missed(self.next),
        }
    }
}

impl Bound {
    fn admits(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(bound) => ratio >= bound,
            Self::AtMost(bound) => ratio <= bound,
        }
    }
}

/// A target and the figure beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Verdict {
    pub(crate) of: String,
    pub(crate) bound: Bound,
    pub(crate) ratio: Option<Summary>,
    pub(crate) is_met: Option<bool>,
    pub(crate) why_missed: Option<String>,
    pub(crate) next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::stats::Summary;

    #[track_caller]
    fn check(target: &Target, median: f64, is_met: bool, why_missed: Option<&str>) {
        let verdict = target.judge(Some(Summary { median, min: 0.0, max: 99.0 }));
        assert_eq!((verdict.is_met, verdict.why_missed.as_deref()), (Some(is_met), why_missed));
    }

    #[test]
    fn a_bound_itself_is_met() {
        check(&Target::at_least(1.35, "rival"), 1.35, true, None);
        check(&Target::at_most(0.95, "rival"), 0.95, true, None);
    }

    #[test]
    fn the_reason_is_told_only_where_the_target_is_missed() {
        let target = Target::at_least(2.0, "rival").why_missed("it is raining");
        check(&target, 1.99, false, Some("it is raining"));
        check(&target, 2.01, true, None);
        check(&Target::at_most(0.5, "rival"), 0.51, false, None);
    }

    #[test]
    fn what_was_not_measured_is_neither_met_nor_missed() {
        let verdict = Target::at_least(2.0, "rival").why_missed("it is raining").judge(None);
        assert_eq!((verdict.is_met, verdict.why_missed), (None, None));
    }
}
