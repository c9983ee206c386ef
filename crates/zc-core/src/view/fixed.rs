//! Views of what has one size: a record, and a run of records.

use zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned};

use super::{ViewError, ViewErrorKind};

/// A type that any bytes of its size are a value of, at any address.
///
/// Every type that derives [`FromBytes`], [`Immutable`], [`KnownLayout`] and [`Unaligned`] is one;
/// so are bytes, arrays of bytes, and [`zerocopy`]'s integers with a byte order.
///
/// ```
/// use zc_core::view::zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, little_endian::U32};
/// use zc_core::view::view;
///
/// #[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
/// #[zerocopy(crate = "zc_core::view::zerocopy")]
/// #[repr(C)]
/// struct Pixel {
///     rgb: [u8; 3],
///     depth: U32,
/// }
///
/// let input = b"\xff\x80\0\x2a\0\0\0";
/// let pixel = view::<Pixel>(input, 0)?;
/// assert_eq!((pixel.rgb[0], pixel.depth.get()), (255, 42));
/// zc_core::assert_borrows!(input, &pixel.rgb[..]);
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
pub trait Record: FromBytes + Immutable + KnownLayout + Unaligned {}

impl<T: FromBytes + Immutable + KnownLayout + Unaligned> Record for T {}

/// The record at `offset` in `input`.
///
/// ```
/// use zc_core::view::{view, zerocopy::big_endian::U16};
///
/// let input = b"abc\x01\x02";
/// assert_eq!(view::<U16>(input, 3)?.get(), 0x0102);
///
/// let error = view::<U16>(input, 4).unwrap_err();
/// assert_eq!(error.to_string(), "expected 2 bytes, found 1 at byte 4");
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
///
/// # Errors
///
/// [`ViewErrorKind::Short`] if the input ends before the record, or before `offset`.
///
/// # Copies
///
/// Never.
#[inline]
pub fn view<T: Record>(input: &[u8], offset: usize) -> Result<&T, ViewError> {
    let (record, _) = view_with_rest(input, offset)?;
    Ok(record)
}

/// The record at `offset` in `input`, and the bytes behind it.
///
/// ```
/// use zc_core::view::view_with_rest;
/// use zc_core::view::zerocopy::big_endian::U16;
///
/// let (len, rest) = view_with_rest::<U16>(b"\x00\x05hello", 0)?;
/// assert_eq!((len.get(), rest), (5, &b"hello"[..]));
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
///
/// # Errors
///
/// [`ViewErrorKind::Short`] if the input ends before the record, or before `offset`.
///
/// # Copies
///
/// Never.
#[inline]
pub fn view_with_rest<T: Record>(input: &[u8], offset: usize) -> Result<(&T, &[u8]), ViewError> {
    let part = input.get(offset..).unwrap_or_default();
    T::ref_from_prefix(part).map_err(|_| {
        let kind = ViewErrorKind::Short { needed: size_of::<T>(), found: part.len() };
        ViewError { kind, offset }
    })
}

/// All of `input` as records, of which it must hold a whole number.
///
/// ```
/// use zc_core::view::records;
///
/// assert_eq!(records::<[u8; 2]>(b"abcd")?, [*b"ab", *b"cd"]);
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
///
/// A type without bytes does not compile, since any number of it would fit.
///
/// ```compile_fail,E0080
/// # use zc_core::view::records;
/// let nothing = records::<[u8; 0]>(b"");
/// ```
///
/// # Errors
///
/// [`ViewErrorKind::Torn`] if a piece of a record follows the last whole one.
///
/// # Copies
///
/// Never.
#[inline]
pub fn records<T: Record>(input: &[u8]) -> Result<&[T], ViewError> {
    let (records, rest) = records_with_rest(input);
    if !rest.is_empty() {
        let kind = ViewErrorKind::Torn { needed: size_of::<T>(), found: rest.len() };
        return Err(ViewError { kind, offset: input.len() - rest.len() });
    }
    Ok(records)
}

/// As many records as `input` holds, and the bytes behind them, which are fewer than one has.
///
/// ```
/// use zc_core::view::records_with_rest;
///
/// let (pairs, rest) = records_with_rest::<[u8; 2]>(b"abcde");
/// assert_eq!((pairs, rest), (&[*b"ab", *b"cd"][..], &b"e"[..]));
/// ```
///
/// A type without bytes does not compile, since any number of it would fit.
///
/// # Copies
///
/// Never.
#[must_use]
#[inline]
pub fn records_with_rest<T: Record>(input: &[u8]) -> (&[T], &[u8]) {
    const { assert!(size_of::<T>() > 0, "a record has at least one byte") };
    let count = input.len() / size_of::<T>();
    <[T]>::ref_from_prefix_with_elems(input, count)
        .expect("so many records fit, and they begin anywhere")
}
