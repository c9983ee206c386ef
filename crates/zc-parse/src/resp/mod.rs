//! RESP: the protocol that Redis speaks, versions 2 and 3.
//!
//! ```text
//! value     = *attribute ( simple / integer / string / null / boolean / double / big
//!                        / aggregate )
//! attribute = "|" count CRLF *( value value )
//! simple    = ( "+" / "-" ) *( any byte but CR and LF ) CRLF
//! integer   = ":" [sign] 1*DIGIT CRLF                      ; of 64 bits
//! string    = ( "$" / "!" ) length CRLF bytes CRLF
//!           / "=" length CRLF 3 bytes ":" bytes CRLF       ; verbatim, the length counts all
//!           / "$?" CRLF *( ";" length CRLF bytes CRLF ) ";0" CRLF
//! null      = ( "_" / "$-1" / "*-1" ) CRLF
//! boolean   = "#" ( "t" / "f" ) CRLF
//! double    = "," [sign] ( 1*DIGIT ["." 1*DIGIT] [("e" / "E") [sign] 1*DIGIT] / "inf" / "nan" ) CRLF
//! big       = "(" [sign] 1*DIGIT CRLF
//! aggregate = ( "*" / "~" / ">" ) count CRLF *value        ; array, set, push
//!           / "%" count CRLF *( value value )              ; map
//!           / ( "*?" / "~?" ) CRLF *value "." CRLF
//!           / "%?" CRLF *( value value ) "." CRLF
//! count, length = 1*DIGIT
//! sign      = "+" / "-"
//! ```
//!
//! Source: "Redis serialization protocol specification" of the Redis documentation, and for streamed
//! strings, streamed aggregates and attributes, which Redis does not send so far, the RESP3
//! specification in `redis/redis-specifications`. Both are read side by side: which version a
//! connection speaks is not asked.
//!
//! - Lines end with CRLF, strictly. Letters stand in the case of the grammar; `-nan`, which older
//!   versions of Redis send, is accepted as the older specification had it, and other names that
//!   libraries have for it, such as `nan(ind)`, are refused. So is a null other than the three
//!   above, such as `%-1`, which hiredis takes.
//! - A push stands on its own, never in another value.
//! - A value with its attributes is one record. Attributes are no values of the aggregate that they
//!   stand in.
//! - A value is limited in depth and in the number of its nodes, of which aggregates announce theirs:
//!   one that promises too many is refused before anything is made for it.
//! - Inline commands, such as `PING` on a line of its own, are a matter of servers and are left
//!   out, and so is the marker `$EOF:` of replication.
//!
//! Nothing is searched for but the end of a simple string, as everything else has a length or
//! is converted. So the grammar has no stops, and a long string costs nothing but its header.

mod framer;
mod level;
mod line;
mod part;
mod sink;
mod tree;
mod usual;
mod value;
mod walk;

pub use framer::RespFramer;
pub use tree::{Attributes, Entries, Item, Items, Node, Tree};
pub use value::{NullForm, Value};

use core::mem;

use zc_core::mask::{Find, Scanner, StopSet};
use zc_core::{FrameError, Mismatch};

use self::tree::Planter;
use self::walk::{Limits, Walk};
use crate::Grammar;

/// The grammar of RESP, versions 2 and 3.
///
/// ```
/// use zc_parse::Grammar;
/// use zc_parse::resp::{Resp, Value};
///
/// let (tree, rest) = Resp::new().parse_one(b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n+OK\r\n")?;
/// let command = tree.root().unwrap();
/// let words: Vec<_> = command.children().map(|word| word.value()).collect();
/// assert_eq!(words, [&Value::Bulk(&b"GET"[..]), &Value::Bulk(b"key")]);
/// assert_eq!(rest, b"+OK\r\n");
/// # Ok::<(), zc_parse::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Resp {
    limits: Limits,
}

impl Resp {
    /// How many aggregates may stand in one another, if nothing else is said.
    pub const DEFAULT_DEPTH: usize = 32;

    /// How many nodes one value may have, if nothing else is said: as many as Redis takes in one
    /// command.
    pub const DEFAULT_NODES: usize = 1 << 20;

    /// The grammar with the usual limits.
    #[must_use]
    pub const fn new() -> Self {
        Self { limits: Limits { depth: Self::DEFAULT_DEPTH, nodes: Self::DEFAULT_NODES } }
    }

    /// The same with at most `depth` aggregates in one another, attributes as well. Those without
    /// values, nulls and strings in chunks do not count.
    ///
    /// ```
    /// use zc_parse::Grammar;
    /// use zc_parse::resp::Resp;
    ///
    /// let nested = b"*1\r\n*1\r\n:1\r\n";
    /// assert!(Resp::new().with_depth(2).parse_one(nested).is_ok());
    /// assert!(Resp::new().with_depth(1).parse_one(nested).is_err());
    /// assert_eq!(Resp::DEFAULT_DEPTH, 32);
    /// ```
    #[must_use]
    pub const fn with_depth(mut self, depth: usize) -> Self {
        self.limits.depth = depth;
        self
    }

    /// The same with at most `nodes` nodes a value: each aggregate is one, and each value and chunk
    /// in it. One node is always allowed.
    ///
    /// ```
    /// use zc_parse::Grammar;
    /// use zc_parse::resp::Resp;
    ///
    /// // A few bytes may announce a billion values: they are refused, not waited for.
    /// assert!(Resp::new().parse_one(b"*1000000000\r\n").is_err());
    /// assert!(Resp::new().with_nodes(3).parse_one(b"*2\r\n:1\r\n:2\r\n").is_ok());
    /// assert_eq!(Resp::DEFAULT_NODES, 1 << 20);
    /// ```
    #[must_use]
    pub const fn with_nodes(mut self, nodes: usize) -> Self {
        self.limits.nodes = nodes;
        self
    }
}

impl Default for Resp {
    fn default() -> Self {
        Self::new()
    }
}

impl Grammar for Resp {
    type Record<'i> = Tree<&'i [u8]>;
    type Framer = RespFramer;
    const SPANS_LINES: bool = true;
    const HOLDS_ITS_END: bool = true;

    fn framer(&self) -> RespFramer {
        RespFramer::new(self)
    }

    fn stops(&self) -> &[StopSet] {
        &[]
    }

    #[inline(always)]
    fn parse<'i, F: Find>(
        &self,
        input: &mut Scanner<'i, F>,
        tree: &mut Tree<&'i [u8]>,
    ) -> Result<(), Mismatch> {
        tree.clear();
        let mut walk = Walk::new(self.limits);
        walk.open = mem::take(&mut tree.open);
        walk.restart(input.offset());
        let bytes = input.input();
        let walked = walk.walk(bytes, &mut Planter::new(bytes, tree));
        let outcome = match walked {
            Ok(end) => {
                input.set_offset(end);
                Ok(())
            }
            Err(FrameError::Malformed(mismatch)) => Err(mismatch),
            Err(_) => Err(Mismatch { offset: bytes.len(), expected: walk.expected(bytes.len()) }),
        };
        tree.open = walk.open;
        outcome
    }
}
