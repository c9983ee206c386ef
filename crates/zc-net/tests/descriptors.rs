//! No descriptor stays open when a server has run; they are counted in a binary of its own.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::time::Duration;

use support::{MODES, Running, close, connections, descriptors, reset, round_trip};
use zc_net::echo::Options;

#[test]
fn every_descriptor_is_closed_however_a_connection_ends() {
    let before = descriptors();
    for mode in MODES {
        let options = Options { grace: Duration::from_millis(100), ..Options::default() };
        let running = Running::start(mode, options);
        let streams: Vec<_> = (0..60).map(|_| running.connect()).collect();
        streams.iter().for_each(|stream| round_trip(stream, b"hello"));
        // The two ends of each connection, and no copies of them.
        let most = before + 2 * streams.len() + 16;
        assert!(descriptors() <= most, "{mode:?}");
        let mut open = Vec::new();
        for (index, stream) in streams.into_iter().enumerate() {
            match index % 3 {
                0 => close(stream),
                1 => reset(stream),
                _ => open.push(stream),
            }
        }
        running.wait_until(|counts| counts.failed == 20);
        assert_eq!(connections(running.stop()), (60, 20, 20), "{mode:?}");
        drop(open);
        assert_eq!(descriptors(), before, "{mode:?}");
    }
}
