//! `newlines FILE`: how many newlines it holds.

use std::fs::File;
use std::io::{self, Read};

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut newlines = 0;
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        newlines += buffer[..count].iter().filter(|byte| **byte == b'\n').count();
    }
    println!("{newlines}");
    Ok(())
}
