//! A header whose length field sizes the payload behind it.

use super::{Record, ViewError, ViewErrorKind, view_with_rest};

/// A record that says how many bytes follow it.
///
/// ```
/// use zc_core::view::zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, big_endian::U16};
/// use zc_core::view::{Header, with_payload};
///
/// /// The first field of a datagram's header counts the header too, as that of UDP does.
/// #[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
/// #[zerocopy(crate = "zc_core::view::zerocopy")]
/// #[repr(C)]
/// struct Datagram {
///     len: U16,
///     checksum: U16,
/// }
///
/// impl Header for Datagram {
///     fn payload_len(&self) -> Option<u64> {
///         self.len.get().checked_sub(4).map(u64::from)
///     }
/// }
///
/// let (_, payload, rest) = with_payload::<Datagram>(b"\0\x06\0\0hi!")?;
/// assert_eq!((payload, rest), (&b"hi"[..], &b"!"[..]));
/// assert!(with_payload::<Datagram>(b"\0\x03\0\0").is_err());
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
pub trait Header: Record {
    /// Bytes of the payload behind the header; `None` where the length field is wrong.
    ///
    /// Where the field counts the header too, this subtracts it; where the format or the receiver
    /// sets a limit, this is the place to hold it. Without a limit, a peer that announces much is
    /// waited for.
    fn payload_len(&self) -> Option<u64>;
}

/// The header at the beginning of `input`, its payload, and the rest behind that.
///
/// ```
/// use zc_core::view::zerocopy::{FromBytes, Immutable, KnownLayout, Unaligned, big_endian::U16};
/// use zc_core::view::{Header, with_payload};
///
/// /// A record of TLS: RFC 8446, section 5.1.
/// #[derive(FromBytes, Immutable, KnownLayout, Unaligned)]
/// #[zerocopy(crate = "zc_core::view::zerocopy")]
/// #[repr(C)]
/// struct TlsRecord {
///     kind: u8,
///     version: U16,
///     len: U16,
/// }
///
/// impl Header for TlsRecord {
///     fn payload_len(&self) -> Option<u64> {
///         let len = self.len.get();
///         (len <= (1 << 14) + 256).then_some(len.into())
///     }
/// }
///
/// let input = b"\x15\x03\x03\0\x02\x01\0\x16";
/// let (header, payload, rest) = with_payload::<TlsRecord>(input)?;
/// assert_eq!((header.kind, payload, rest), (0x15, &b"\x01\0"[..], &b"\x16"[..]));
///
/// let error = with_payload::<TlsRecord>(&input[..6]).err().unwrap();
/// assert_eq!(error.incomplete().unwrap().needed, 1);
/// assert!(!with_payload::<TlsRecord>(b"\x15\x03\x03\xff\xff").err().unwrap().is_incomplete());
/// # Ok::<(), zc_core::view::ViewError>(())
/// ```
///
/// # Errors
///
/// [`ViewErrorKind::Short`] if the input ends before the header, or before the end of the payload,
/// counted from the header; [`ViewErrorKind::Length`] if the header refuses its length field, or
/// header and payload together would pass `isize::MAX`, which no slice can.
///
/// # Copies
///
/// Never.
#[inline]
pub fn with_payload<H: Header>(input: &[u8]) -> Result<(&H, &[u8], &[u8]), ViewError> {
    let (header, behind) = view_with_rest::<H>(input, 0)?;
    let Some(needed) = whole_len(header) else {
        return Err(ViewError { kind: ViewErrorKind::Length, offset: 0 });
    };
    let Some((payload, rest)) = behind.split_at_checked(needed - size_of::<H>()) else {
        let kind = ViewErrorKind::Short { needed, found: input.len() };
        return Err(ViewError { kind, offset: 0 });
    };
    Ok((header, payload, rest))
}

/// Bytes of header and payload, where a slice can have so many.
fn whole_len<H: Header>(header: &H) -> Option<usize> {
    let len = usize::try_from(header.payload_len()?).ok()?;
    len.checked_add(size_of::<H>()).filter(|len| isize::try_from(*len).is_ok())
}
