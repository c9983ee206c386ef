//! One function over whatever owns bytes: it borrows from all of them and copies from none.

use std::io::{self, Write};

use zc_core::{SliceExt, Source};

/// What lies before the first space, whoever owns it.
fn first_word<T: AsRef<[u8]> + ?Sized>(owner: &T) -> &[u8] {
    let bytes = owner.as_ref();
    bytes.split_once_byte(b' ').map_or(bytes, |(word, _)| word)
}

fn report<T: AsRef<[u8]> + ?Sized>(out: &mut impl Write, name: &str, owner: &T) -> io::Result<()> {
    let word = first_word(owner);
    let how = if Source::new(owner.as_ref()).borrows(word) { "borrowed" } else { "copied" };
    writeln!(out, "{name}: `{}`, {how}", word.escape_ascii())
}

pub(crate) fn run(out: &mut impl Write) -> io::Result<()> {
    report(out, "Vec<u8>", &b"vector of bytes".to_vec())?;
    report(out, "String", &String::from("string of text"))?;
    report(out, "&str", "literal in the program")?;
    report(out, "[u8; 14]", b"array of bytes")?;
    report(out, "Box<[u8]>", &Box::<[u8]>::from(*b"boxed slice"))
}

pub(crate) fn main() -> io::Result<()> {
    run(&mut io::stdout().lock())
}
