//! The example `relay` sends a message on without a copy of its payload.

#![forbid(unsafe_code)]
#![cfg(feature = "parse")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

#[path = "../examples/relay.rs"]
mod relay;

use relay::Message;
use tokio::runtime::Runtime;
use zc_core::Copies;

/// Sends a payload through the relay, and checks what arrives and how much was copied.
#[track_caller]
fn check(payload: &[u8], (encode, referenced): (u64, u64)) {
    let message = Message { id: 300, hops: 0, payload: payload.to_vec().into() };
    let whole = 4 + rmp_serde::to_vec(&message).unwrap().len() as u64;
    let (arrived, ledger) = Runtime::new().unwrap().block_on(relay::run(message)).unwrap();
    assert_eq!((arrived.id, arrived.hops), (300, 1));
    assert_eq!(arrived.payload, *payload);
    let expected = Copies { read: whole, decode: 0, encode, write: whole };
    assert_eq!((ledger.copies, ledger.referenced), (expected, referenced));
}

#[test]
fn a_payload_of_a_mebibyte_is_never_copied_in_user_space() {
    let payload: Vec<u8> = (0..=250).cycle().take(1 << 20).collect();
    // An array's marker, 3 bytes of the id, 1 of the hops, 5 of the payload's length; once into the
    // rope, and with the frame's length of 4 bytes once more into what is sent.
    check(&payload, (10 + 14, 1 << 20));
}

#[test]
fn a_short_payload_is_copied_since_that_is_faster() {
    check(&[7; 100], (107 + 111, 0));
}

#[test]
fn the_example_prints_its_ledger() {
    let message = Message { id: 7, hops: 0, payload: vec![b'x'; 1 << 20].into() };
    let (arrived, ledger) = Runtime::new().unwrap().block_on(relay::run(message)).unwrap();
    assert_eq!(
        relay::report(&arrived, &ledger),
        "1048576 bytes of payload arrived after 1 relay\n\
         read 1048588, decode 0, encode 20, write 1048588 bytes\n\
         in user space 20 bytes were copied; 1048576 of the payload were not"
    );
    relay::main().unwrap();
}
