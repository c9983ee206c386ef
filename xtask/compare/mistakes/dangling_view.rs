//! A view of a string that is gone when it is looked at.

fn protocol(url: &str) -> &str {
    url.split_once("://").map_or("http", |(protocol, _)| protocol)
}

fn main() {
    let view;
    {
        let url = String::from("a-protocol-of-some-length://example.org");
        view = protocol(&url);
    }
    println!("{view}");
}
