//! The crates that read heads, with arrays for the headers that are not initialised.

#![allow(unsafe_code, reason = "a parser in C is called, which writes to what it is pointed to")]

use std::mem::MaybeUninit;
use std::ptr;

use picohttpparser_sys::{phr_header, phr_parse_request};

use super::{Read, header_weight, request_weight};

/// The most headers that a head may have.
const MOST_HEADERS: usize = 64;

pub(super) fn httparse(bytes: &[u8]) -> Read {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut request = ::httparse::Request::new(&mut []);
    let status = request.parse_with_uninit_headers(bytes, &mut headers).ok()?;
    let ::httparse::Status::Complete(len) = status else { return None };
    let mut weight = request_weight(request.method?.len(), request.path?.len(), request.version?);
    for (index, header) in request.headers.iter().enumerate() {
        weight += header_weight(index, header.name.len(), header.value.len());
    }
    Some((weight, len))
}

pub(super) fn picohttpparser(bytes: &[u8]) -> Read {
    let mut headers = [const { MaybeUninit::<phr_header>::uninit() }; MOST_HEADERS];
    let (mut method, mut method_len) = (ptr::null(), 0);
    let (mut target, mut target_len) = (ptr::null(), 0);
    let (mut minor, mut count) = (0, headers.len());
    // SAFETY: the function reads `bytes.len()` bytes from the first pointer, which are those of a
    // slice, and writes to the others: each is to a local variable of the type that it writes, or
    // to an array of as many headers as `count` says.
    let len = unsafe {
        phr_parse_request(
            bytes.as_ptr().cast(),
            bytes.len(),
            &raw mut method,
            &raw mut method_len,
            &raw mut target,
            &raw mut target_len,
            &raw mut minor,
            headers.as_mut_ptr().cast(),
            &raw mut count,
            0,
        )
    };
    // It is negative for a head that is bad or has no end.
    let len = usize::try_from(len).ok()?;
    let mut weight = request_weight(method_len, target_len, minor.try_into().ok()?);
    for (index, header) in headers[..count].iter().enumerate() {
        // SAFETY: the call succeeded, so that it wrote the first `count` headers.
        let header = unsafe { header.assume_init_ref() };
        weight += header_weight(index, header.name_len, header.value_len);
    }
    Some((weight, len))
}
