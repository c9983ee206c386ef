//! Records that are read once and handed to other tasks, with no lifetime and no copy of a field.

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::mpsc;
use zc_serde::shared::{SharedStr, from_shared_counted};

#[derive(Debug, Deserialize)]
struct Event {
    user: SharedStr,
    path: SharedStr,
}

pub(crate) const JSON: &str = r#"[
    {"user": "ada", "path": "/engines/analytical"},
    {"user": "grace", "path": "/compilers"},
    {"user": "ada", "path": "/notes/g"}
]"#;

/// Reads the events of `json` in one task, and counts in others the bytes of each user's paths.
async fn run(json: Bytes) -> Result<Vec<String>, zc_serde::Error> {
    let events = from_shared_counted::<Vec<Event>>(json)?;
    let mut lines = vec![format!("{} bytes shared, {} copied", events.shared, events.copied)];
    let (sender, mut receiver) = mpsc::channel(1);
    for (index, event) in events.value.into_iter().enumerate() {
        let sender = sender.clone();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            // A receiver that is gone wants no more events.
            let _ = sender.send((index, Arc::new(event))).await;
        });
    }
    drop(sender);
    let mut received = Vec::new();
    while let Some(event) = receiver.recv().await {
        received.push(event);
    }
    received.sort_by_key(|(index, _)| *index);
    lines.extend(received.iter().map(|(_, event)| format!("{} read {}", event.user, event.path)));
    Ok(lines)
}

/// The lines that the example prints.
pub(crate) fn lines() -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?;
    Ok(runtime
        .block_on(async { tokio::spawn(run(Bytes::from_static(JSON.as_bytes()))).await })??)
}

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    for line in lines()? {
        println!("{line}");
    }
    Ok(())
}
