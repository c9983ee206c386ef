//! The examples print what they should.

#[path = "../examples/server_errors.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod server_errors;

use zc_io::Input;

#[test]
fn server_errors_are_counted_without_a_copy() {
    let mut out = Vec::new();
    server_errors::count(Input::from_reader(Box::new(server_errors::SAMPLE)), &mut out)
        .expect("a vector takes everything");
    assert_eq!(
        String::from_utf8_lossy(&out),
        "2 records, 1 bad, 1 server errors\n\
         copied: read 172, decode 0, encode 0, write 0 bytes\n"
    );
}
