//! A word of a message is kept, and the message is let go.

struct Message {
    text: String,
}

impl Message {
    fn word(&self) -> &str {
        self.text.split(' ').nth(1).unwrap_or_default()
    }
}

fn main() {
    let message = Message { text: String::from("zero copy") };
    let word = message.word();
    drop(message);
    println!("{word}");
}
