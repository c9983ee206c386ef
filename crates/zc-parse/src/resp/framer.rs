//! [`RespFramer`]: where a value ends that is still arriving.

use zc_core::{Frame, FrameError, Framer};

use super::Resp;
use super::sink::Nothing;
use super::walk::Walk;

/// Finds where RESP values end; the payload is the whole value.
///
/// It is the framer of [`Resp`], with the same limits, and stops at the same place for the same
/// reason. Aggregates are counted, strings are passed over by their length, so that a value of
/// which one byte arrives at a time is still walked once. While a string arrives, `needed` is what
/// is missing of it.
///
/// ```
/// use zc_core::{Framer, Incomplete};
/// use zc_parse::resp::{Resp, RespFramer};
///
/// let mut framer = RespFramer::new(&Resp::new());
/// let input = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n+OK\r\n";
/// assert_eq!(framer.frame(&input[..19]), Err(Incomplete { needed: 3 }.into()));
/// assert_eq!(framer.frame(input)?.len, 22);
/// assert_eq!(framer.frame(&input[22..])?.payload, 0..5);
/// # Ok::<(), zc_core::FrameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct RespFramer {
    walk: Walk,
}

impl RespFramer {
    /// A framer at the beginning of a value, with the limits of `grammar`.
    #[must_use]
    pub const fn new(grammar: &Resp) -> Self {
        Self { walk: Walk::new(grammar.limits) }
    }
}

impl Framer for RespFramer {
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame, FrameError> {
        let len = self.walk.walk(buffer, &mut Nothing)?;
        self.walk.restart(0);
        Ok(Frame { len, payload: 0..len })
    }

    fn discard(&mut self, count: usize) {
        self.walk.discard(count);
    }
}
