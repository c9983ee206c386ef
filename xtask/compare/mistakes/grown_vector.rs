//! An iterator into a vector that grows under it.

fn main() {
    let mut numbers = vec![1, 2, 3];
    for number in &numbers {
        if *number == 2 {
            numbers.push(4);
        }
    }
    println!("{}", numbers.len());
}
