//! [`Filter`]: one `--where`, a field compared with a value.

use std::borrow::Cow;
use std::cmp::Ordering;

use anyhow::{Context, bail};
use memchr::memmem::Finder;
use zc_core::Tally;

use crate::parse::cell::{Cell, Plain};
use crate::parse::name::Name;
use crate::parse::number::{self, Number};
use crate::parse::resp::described::Described;
use crate::parse::search::Search;
use crate::parse::target::Beginning;

/// A comparison with a value.
#[derive(Debug)]
pub(crate) struct Filter {
    operator: Operator,
    value: Vec<u8>,
    /// The value, if it is a short row of digits, as most numbers are.
    digits: Option<u64>,
    finder: Finder<'static>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

/// Each as it is typed; the longer ones first.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("~", Operator::Contains),
];

impl Filter {
    /// Reads `FIELD OP VALUE`.
    pub(crate) fn read(text: &str) -> anyhow::Result<(Name, Self)> {
        let (name, rest) = Name::read(text, &['=', '!', '<', '>', '~'])?;
        let (operator, value) = OPERATORS
            .iter()
            .find_map(|(typed, operator)| Some((*operator, rest.strip_prefix(typed)?)))
            .with_context(|| format!("`{text}` has no operator; use = != < <= > >= or ~"))?;
        let value = value.trim_ascii();
        if value.starts_with(['=', '!', '<', '>', '~']) {
            bail!(
                "`{text}` has two operators; use one of = != < <= > >= or ~, and put a value that \
                 begins with one in quotes"
            );
        }
        let value = unquote(value).as_bytes().to_vec();
        let (digits, finder) = (number::digits_only(&value), Finder::new(&value).into_owned());
        Ok((name, Self { operator, value, digits, finder }))
    }

    /// Whether the comparison holds for `cell`; where there is no value, only `!=` does. What must
    /// be unescaped for it is entered in the tally.
    #[inline]
    pub(crate) fn holds(&self, cell: Cell<'_>, tally: &mut Tally) -> bool {
        if let Cell::Resp(part) = cell
            && part.holds_others()
            && self.value.len() < Beginning::LEN
        {
            return self.holds_for(part);
        }
        let Some(plain) = cell.plain() else { return self.operator == Operator::NotEqual };
        if let Plain::Bytes(Cow::Owned(unescaped)) = &plain {
            tally.copied(unescaped);
        }
        let mut digits = itoa::Buffer::new();
        let bytes = match &plain {
            Plain::Number(number) => digits.format(*number).as_bytes(),
            Plain::Bytes(bytes) => &bytes[..],
            Plain::True => b"true",
        };
        if self.operator == Operator::Contains {
            return self.finder.find(bytes).is_some();
        }
        let order = match (self.digits, number::digits_only(bytes)) {
            (Some(value), Some(number)) => number.cmp(&value),
            _ => self.order(bytes),
        };
        self.accepts(order)
    }

    /// Whether the comparison holds for the JSON of a list or a map, which is not kept: its
    /// beginning says how it compares with what is shorter, and it is no number.
    #[cold]
    fn holds_for(&self, part: Described<'_>) -> bool {
        if self.operator == Operator::Contains {
            let mut search = Search::new(&self.finder);
            let Ok(_) = part.render(&mut search);
            return search.finish();
        }
        let mut json = Beginning::default();
        let Ok(_) = part.render(&mut json);
        self.accepts(json.finish().unwrap_or_else(|first| first).cmp(&self.value))
    }

    fn order(&self, bytes: &[u8]) -> Ordering {
        match (Number::read(bytes), Number::read(&self.value)) {
            (Some(number), Some(value)) => number.compare(value),
            _ => bytes.cmp(&self.value),
        }
    }

    fn accepts(&self, order: Ordering) -> bool {
        match self.operator {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
            Operator::Contains => false,
        }
    }
}

/// The text without one pair of the same quotes around it.
fn unquote(text: &str) -> &str {
    let inside = |quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use zc_core::Tally;

    use super::Filter;
    use crate::parse::cell::Cell;

    #[track_caller]
    fn check(filter: &str, cell: Cell<'_>, expected: bool) {
        let (name, filter) = Filter::read(filter).unwrap();
        assert_eq!(name.title(), "f");
        assert_eq!(filter.holds(cell, &mut Tally::default()), expected);
    }

    #[test]
    fn numbers_compare_as_numbers_and_everything_else_as_bytes() {
        check("f>=500", Cell::Number(502), true);
        check("f < 1000", Cell::Text(b"99"), true);
        check("f < 1000", Cell::Text(b"99a"), false);
        check("f = 200.0", Cell::Json("200"), true);
        check("f > abc", Cell::Text(b"abd"), true);
    }

    #[test]
    fn a_value_may_stand_in_quotes() {
        check("f = ' a '", Cell::Text(b" a "), true);
        check("f=\"=\"", Cell::Json("\"=\""), true);
        check("f ~ \"b\"", Cell::Text(b"abc"), true);
        check("f = \"", Cell::Text(b"\""), true);
    }

    #[test]
    fn no_value_fails_every_test_but_one() {
        for cell in [Cell::Absent, Cell::Null, Cell::Json("null")] {
            check("f != a", cell, true);
            for filter in ["f = a", "f < a", "f <= a", "f > a", "f >= a", "f ~ a", "f ="] {
                check(filter, cell, false);
            }
        }
    }

    #[test]
    fn escapes_of_json_are_undone_before_a_test() {
        check(r#"f = a"b"#, Cell::Json(r#""a\"b""#), true);
        check("f ~ ä", Cell::Json(r#""\u00e4""#), true);
        check("f = true", Cell::Json("true"), true);
        check("f ~ 2", Cell::Json("[1,2]"), true);
    }

    #[test]
    fn escapes_of_logfmt_are_undone_before_a_test() {
        check(r#"f = a"b"#, Cell::Escaped(br#"a\"b"#), true);
        check("f ~ ä", Cell::Escaped(br"\u00e4"), true);
        check("f = true", Cell::True, true);
        check("f != true", Cell::True, false);
    }

    #[test]
    fn what_is_no_comparison_is_refused() {
        for text in ["", "f", "= 1", "f == 1", "f ! 1", "f <> 1", "f =~ 1", "f > = 1"] {
            assert!(Filter::read(text).is_err(), "{text}");
        }
    }
}
