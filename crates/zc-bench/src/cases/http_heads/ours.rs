//! The grammar of `zc_parse`, in the three ways to run it.

use zc_core::mask::{Level, MaskBuffer};
use zc_parse::http1::{Request, RequestHead};

use super::super::{single, ways};
use super::{Read, header_weight, request_weight};
use crate::answer::Done;

/// On masks, window by window.
pub(in super::super) fn bulk(bytes: &[u8], level: Level) -> Done {
    ways::bulk(RequestHead::new(), bytes, level, |answer, head| answer.add(weight(head)))
}

/// On the masks of what it is given: a head, and nothing behind it.
pub(super) fn on_masks<'i>() -> impl FnMut(&'i [u8]) -> Read {
    let (grammar, mut masks, mut head) =
        (RequestHead::new(), MaskBuffer::new(), Request::default());
    move |bytes| {
        let rest = single::on_masks(&grammar, &mut masks, bytes, &mut head)?;
        Some((weight(&head), bytes.len() - rest.len()))
    }
}

/// On the bytes of a head, whatever stands behind it.
pub(super) fn on_slices<'i>() -> impl FnMut(&'i [u8]) -> Read {
    let (grammar, mut head) = (RequestHead::new(), Request::default());
    move |bytes| {
        let rest = single::on_slice(&grammar, bytes, &mut head)?;
        Some((weight(&head), bytes.len() - rest.len()))
    }
}

#[inline(always)]
pub(in super::super) fn weight(head: &Request<&[u8]>) -> u64 {
    let mut weight = request_weight(head.method.len(), head.target.len(), head.version.minor);
    for (index, header) in head.headers.iter().enumerate() {
        weight += header_weight(index, header.name.len(), header.value.len());
    }
    weight
}
