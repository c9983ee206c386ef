//! The example `person` prints what it says, and borrows.

#[path = "../examples/person.rs"]
mod person;

#[test]
fn the_name_is_borrowed_from_the_text() {
    let person = person::read(person::JSON).unwrap();
    zc_core::assert_borrows!(person::JSON, person.name);
    assert_eq!(person.age, 36);
}

#[test]
fn the_example_prints_one_line() {
    let expected = "Ada Lovelace is 36 years old; the name is borrowed from the text";
    assert_eq!(person::describe(person::JSON).unwrap(), expected);
    person::main().unwrap();
}

#[test]
fn a_person_without_an_age_is_an_error_that_says_where() {
    let error = person::describe(br#"{"name": "Ada"}"#).unwrap_err();
    assert_eq!(error.to_string(), "line 1, column 15 (byte 14): missing field `age`");
}
