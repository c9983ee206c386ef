//! The examples print what they say.

#[path = "../examples/zero_copy_buffer.rs"]
mod zero_copy_buffer;

#[test]
fn a_zero_copy_buffer_is_written_as_numbers_and_read_by_borrowing() {
    let mut out = Vec::new();
    zero_copy_buffer::run(&mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "[1,2,3,4,5]\n\
         5 bytes were encoded as 11\n\
         a string is borrowed: true\n\
         numbers are not: line 1, column 1 (byte 0): invalid type: sequence, expected bytes that \
         lie in the input as they are; for a sequence of numbers use `Vec<u8>`\n"
    );
    zero_copy_buffer::main().unwrap();
}
