//! The bridge to nom: grammars inside nom parsers, and nom parsers inside grammars.

use nom::error::{ErrorKind, ParseError};
use nom::{Err, IResult, Parser};
use zc_core::mask::{Find, Scanner, Slice};
use zc_core::{Expected, Mismatch};

use crate::Grammar;

/// A nom parser of one record of `grammar`; the rest is that of
/// [`parse_one`](Grammar::parse_one).
///
/// ```
/// use nom::character::complete::newline;
/// use nom::multi::separated_list1;
/// use nom::{IResult, Parser};
/// use zc_parse::{Kv, Pair};
///
/// fn pairs(input: &[u8]) -> IResult<&[u8], Vec<Pair<&[u8]>>> {
///     separated_list1(newline, zc_parse::nom::parser(Kv)).parse_complete(input)
/// }
///
/// let (rest, pairs) = pairs(b"a=1\nb=2").unwrap();
/// assert_eq!((pairs[1].key, rest), (&b"b"[..], &b""[..]));
/// ```
///
/// # Errors
///
/// The parser fails with [`nom::Err::Error`] and [`ErrorKind::Verify`] where the record does.
///
/// # Copies
///
/// Never.
pub fn parser<'i, G, E>(grammar: G) -> impl Parser<&'i [u8], Output = G::Record<'i>, Error = E>
where
    G: Grammar,
    E: ParseError<&'i [u8]>,
{
    move |input: &'i [u8]| -> IResult<&'i [u8], G::Record<'i>, E> {
        let mut scanner = Scanner::new(input, Slice::new(grammar.stops()));
        let mut record = G::Record::default();
        match grammar.parse(&mut scanner, &mut record) {
            Ok(()) => Ok((scanner.rest(), record)),
            Err(mismatch) => {
                let rest = &input[mismatch.offset.min(input.len())..];
                Err(Err::Error(E::from_error_kind(rest, ErrorKind::Verify)))
            }
        }
    }
}

/// Runs a nom parser on what lies after `input`, and moves past what it took.
///
/// ```
/// use nom::character::complete::u16;
/// use zc_core::mask::{Scanner, Slice, StopSet};
/// use zc_core::Mismatch;
///
/// const STOPS: &[StopSet] = &[StopSet::of(b"\n")];
///
/// let mut input = Scanner::new(b"8080/x", Slice::new(STOPS));
/// let port = zc_parse::nom::run(&mut input, u16, "a port")?;
/// assert_eq!((port, input.rest()), (8080, &b"/x"[..]));
/// # Ok::<(), Mismatch>(())
/// ```
///
/// # Errors
///
/// A [`Mismatch`] where the parser fails; `expected` names what it reads.
///
/// # Copies
///
/// What the parser copies.
pub fn run<'i, F: Find, O>(
    input: &mut Scanner<'i, F>,
    mut parser: impl Parser<&'i [u8], Output = O, Error = nom::error::Error<&'i [u8]>>,
    expected: &'static str,
) -> Result<O, Mismatch> {
    let rest = input.rest();
    let taken = |after: &[u8]| input.offset() + rest.len() - after.len();
    let place = match parser.parse_complete(rest) {
        Ok((after, output)) => {
            input.set_offset(taken(after));
            return Ok(output);
        }
        Err(Err::Error(error) | Err::Failure(error)) => taken(error.input),
        Err(Err::Incomplete(_)) => input.input().len(),
    };
    Err(Mismatch { offset: place, expected: Expected::Named(expected) })
}
