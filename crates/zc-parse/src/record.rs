//! [`Record`]: records are generic over their slice, and turn from slices into what you keep.

use alloc::vec::Vec;

#[cfg(feature = "bytes")]
use bytes::Bytes;
use zc_core::{Source, Span};

/// A record, or a part of one, that is generic over its slice: `Pair<S>` is one of slices `S`.
///
/// A grammar gives a record of slices that borrow from the input. It is turned into another one
/// by [`map`](Self::map), or by what is built on it:
///
/// | to | by | keeps | copies |
/// | --- | --- | --- | --- |
/// | [`Span`]s | [`to_spans`](Self::to_spans), back by [`resolve`](Self::resolve) | nothing | never |
/// | `Bytes` | `to_shared` | the whole buffer, by reference count | never |
/// | `Vec<u8>` | [`to_vecs`](Self::to_vecs) | what it needs | every slice |
/// | `&[u8]` | [`as_slices`](Self::as_slices) | nothing | never |
///
/// All of them take the record by reference, as [`Bulk`](crate::Bulk) lends it, and leave it its
/// storage. Only a [`List`](crate::List), of any number of parts, and a
/// [`Tree`](crate::resp::Tree) allocate for the new one, once.
///
/// ```
/// use zc_parse::{Grammar, Kv, Record};
///
/// let (pair, _) = Kv.parse_one(b"key=value")?;
/// let lengths = pair.map(|field| field.len());
/// assert_eq!((lengths.key, lengths.value), (3, 5));
/// # Ok::<(), zc_parse::Error>(())
/// ```
pub trait Record {
    /// What the record holds for each slice.
    type Slice;

    /// The same record of something else.
    type Of<T>: Record<Slice = T>;

    /// The same record with `f` of every slice, in their order.
    fn map<'r, T>(&'r self, f: impl FnMut(&'r Self::Slice) -> T) -> Self::Of<T>;

    /// The same record as [`Span`]s, 8 bytes for each slice, which outlive the borrow; `None` if
    /// a slice is no part of `source`, or lies past the 4 GiB that a span reaches.
    ///
    /// Addresses tell, as in [`Source`]: the bytes of a `const` may lie at another place each time
    /// that it is named.
    ///
    /// ```
    /// use zc_parse::{Grammar, Kv, Record};
    ///
    /// let mut buffer = b"key=value".to_vec();
    /// let (pair, _) = Kv.parse_one(&buffer)?;
    /// let spans = pair.to_spans(&buffer).unwrap();
    /// buffer.make_ascii_uppercase();
    /// assert_eq!(spans.resolve(&buffer).unwrap().key, b"KEY");
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn to_spans(&self, source: &[u8]) -> Option<Self::Of<Span>>
    where
        Self::Slice: AsRef<[u8]>,
    {
        let source = Source::new(source);
        try_map(self, |slice| source.span_of(slice.as_ref()))
    }

    /// A record of spans as slices of `source`, or of a copy of it; `None` if it is too short.
    ///
    /// ```compile_fail,E0505
    /// use zc_core::Span;
    /// use zc_parse::{Pair, Record};
    ///
    /// let spans = Pair { key: Span::new(0, 1), value: Span::new(2, 1) };
    /// let buffer = b"a=b".to_vec();
    /// let pair = spans.resolve(&buffer).unwrap();
    /// drop(buffer);
    /// assert_eq!(pair.value, b"b");
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    fn resolve<'s>(&self, source: &'s [u8]) -> Option<Self::Of<&'s [u8]>>
    where
        Self: Record<Slice = Span>,
    {
        try_map(self, |span| span.get(source))
    }

    /// The same record as reference-counted parts of `source`, which it then keeps alive; `None`
    /// if a slice is no part of `source`. An empty slice keeps nothing.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use zc_parse::{Grammar, Kv, Record};
    ///
    /// let buffer = Bytes::from(b"key=value".to_vec());
    /// let shared = Kv.parse_one(&buffer)?.0.to_shared(&buffer).unwrap();
    /// drop(buffer);
    /// std::thread::spawn(move || assert_eq!(shared.value, "value")).join().unwrap();
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Never.
    #[cfg(feature = "bytes")]
    fn to_shared(&self, source: &Bytes) -> Option<Self::Of<Bytes>>
    where
        Self::Slice: AsRef<[u8]>,
    {
        let place = Source::new(source);
        try_map(self, |slice| {
            let slice = slice.as_ref();
            let offset = place.offset_of(slice)?;
            Some(source.slice(offset..offset + slice.len()))
        })
    }

    /// The same record with slices of its own.
    ///
    /// ```
    /// use zc_parse::{Grammar, Kv, Record};
    ///
    /// let owned = Kv.parse_one(&b"key=value".to_vec())?.0.to_vecs();
    /// assert_eq!(owned.as_slices().value, b"value");
    /// # Ok::<(), zc_parse::Error>(())
    /// ```
    ///
    /// # Copies
    ///
    /// Every slice, into an allocation each.
    fn to_vecs(&self) -> Self::Of<Vec<u8>>
    where
        Self::Slice: AsRef<[u8]>,
    {
        self.map(|slice| slice.as_ref().to_vec())
    }

    /// The same record as slices that borrow from this one: what grammars give, and what
    /// [`Fields`](crate::Fields) and the methods of many records ask for.
    ///
    /// # Copies
    ///
    /// Never.
    fn as_slices(&self) -> Self::Of<&[u8]>
    where
        Self::Slice: AsRef<[u8]>,
    {
        self.map(AsRef::as_ref)
    }
}

/// The record with what `f` makes of every slice, if it makes something of each.
fn try_map<'r, R: Record + ?Sized, T: Default>(
    record: &'r R,
    mut f: impl FnMut(&'r R::Slice) -> Option<T>,
) -> Option<R::Of<T>> {
    let mut is_whole = true;
    let record = record.map(|slice| {
        f(slice).unwrap_or_else(|| {
            is_whole = false;
            T::default()
        })
    });
    is_whole.then_some(record)
}
