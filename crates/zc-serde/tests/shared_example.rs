//! The example `shared_records` prints what it says.

#[path = "../examples/shared_records.rs"]
mod shared_records;

#[test]
fn records_cross_tasks_without_a_copy() {
    let expected = [
        "48 bytes shared, 0 copied",
        "ada read /engines/analytical",
        "grace read /compilers",
        "ada read /notes/g",
    ];
    assert_eq!(shared_records::lines().unwrap(), expected);
    shared_records::main().unwrap();
}
