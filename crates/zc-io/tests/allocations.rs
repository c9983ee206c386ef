//! Reading and writing allocate nothing per record: counted on this thread, in its own binary.

#![forbid(unsafe_code)]

use zc_core::SliceExt;
use zc_io::{Input, Output};

#[test]
fn after_the_first_window_nothing_is_allocated() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a line of some length\n".repeat(300_000)).unwrap();
    let mut input = Input::open(file.path()).unwrap();
    let mut output = Output::new(std::io::sink());
    input.window().unwrap();
    let counted = allocation_counter::measure(|| {
        loop {
            let window = input.window().unwrap();
            let is_last = window.is_last;
            let end = window.bytes.rfind_byte(b'\n').map_or(0, |newline| newline + 1);
            for line in window.bytes[..end].lines() {
                output.buffer().extend_from_slice(line);
                output.spill().unwrap();
            }
            input.advance(end);
            if is_last {
                break;
            }
        }
        output.flush().unwrap();
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(output.copies().write, 300_000 * 21);
}
