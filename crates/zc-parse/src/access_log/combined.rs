//! The Combined Log Format: Common, then `"referer" "user_agent"`.

use zc_core::Mismatch;
use zc_core::mask::{Find, Scanner, StopSet};

use super::common::common;
use super::{Common, STOPS, dash_is_none, quoted};
use crate::framing::Newline;
use crate::{Fields, Grammar, Value};

/// The grammar of the Combined Log Format.
#[derive(Debug, Clone, Copy, Default)]
pub struct CombinedLog;

/// A line of the Combined Log Format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Combined<S> {
    /// What it shares with the Common Log Format.
    pub common: Common<S>,
    /// Where the client says that it came from (`%{Referer}i`).
    pub referer: Option<S>,
    /// What the client says that it is (`%{User-agent}i`).
    pub user_agent: Option<S>,
}

impl Grammar for CombinedLog {
    type Record<'i> = Combined<&'i [u8]>;
    type Framer = Newline;

    fn framer(&self) -> Newline {
        Newline::new()
    }

    fn stops(&self) -> &[StopSet] {
        STOPS
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        line: &mut Scanner<'i, F>,
        record: &mut Combined<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        let common = common(line)?;
        line.literal(b" ")?;
        let referer = dash_is_none(quoted(line)?);
        line.literal(b" ")?;
        let user_agent = dash_is_none(quoted(line)?);
        *record = Combined { common, referer, user_agent };
        Ok(())
    }
}

impl<S> Combined<S> {
    /// The same line with every slice turned into something else.
    #[must_use]
    pub fn map<T>(self, mut f: impl FnMut(S) -> T) -> Combined<T> {
        Combined {
            common: self.common.map(&mut f),
            referer: self.referer.map(&mut f),
            user_agent: self.user_agent.map(&mut f),
        }
    }
}

impl<'i> Fields<'i> for Combined<&'i [u8]> {
    const NAMES: &'static [&'static str] = &[
        "host",
        "ident",
        "user",
        "time",
        "method",
        "target",
        "protocol",
        "status",
        "bytes",
        "referer",
        "user_agent",
        "request",
    ];

    #[inline(always)]
    fn field(&self, index: usize) -> Value<'i> {
        match index {
            9 => Value::text_or_null(self.referer),
            10 => Value::text_or_null(self.user_agent),
            11 => self.common.request.whole(),
            _ => self.common.field(index),
        }
    }
}
