//! The example `echo_std` gets back what it sent.

#[path = "../examples/echo_std.rs"]
mod echo_std;

#[test]
fn the_example_prints_one_line() {
    let expected = "hello: read 5, decode 0, encode 0, write 5 bytes";
    assert_eq!(echo_std::run().unwrap(), expected);
    echo_std::main().unwrap();
}
