//! The example `echo_tokio` gets back what it sent.

#[path = "../examples/echo_tokio.rs"]
mod echo_tokio;

#[test]
fn the_example_prints_one_line() {
    let expected = "hello: read 5, decode 0, encode 0, write 5 bytes";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(echo_tokio::run()).unwrap(), expected);
    echo_tokio::main().unwrap();
}
