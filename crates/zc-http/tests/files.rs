//! The bytes of files of every length, and of files that change while they are served.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use support::{Client, Reply, Site, crlf, get, noise, settle, wait_until};
use zc_http::Options;

/// Around the page, the longest file in memory, and the length of a buffer.
const LENGTHS: [usize; 9] =
    [0, 1, 4095, 4096, 4097, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 10 << 20];

#[test]
fn files_of_every_length_arrive_as_they_are() {
    let site = Site::start(Options::default());
    for len in LENGTHS {
        site.write(&format!("{len}"), noise(len));
    }
    settle();
    // From the file system first, then from memory, and all of them on one connection.
    let mut client = site.client();
    for _ in 0..2 {
        for len in LENGTHS {
            client.send(&crlf(&get(&format!("/{len}"))));
            assert!(client.reply(true).body == noise(len), "{len}");
        }
    }
    let requests = LENGTHS.map(|len| crlf(&get(&format!("/{len}")))).concat();
    client.send(&requests);
    for len in LENGTHS {
        assert!(client.reply(true).body == noise(len), "{len}, pipelined");
    }
}

#[test]
fn parts_of_every_length_arrive_as_they_are() {
    let site = Site::start(Options::default());
    for len in [4097, (64 << 10) + 1, 10 << 20] {
        let bytes = noise(len);
        site.write("file", &bytes);
        settle();
        let mut client = site.client();
        for (start, end) in [
            (0, 1),
            (0, len),
            (1, len),
            (len - 1, len),
            (4095, 4097),
            (len / 2, len / 2 + 1),
            (len / 3, len - 1),
            (len.saturating_sub(65 << 10), len),
            (len.saturating_sub(64 << 10), len),
        ] {
            let range = format!("Range: bytes={start}-{}", end - 1);
            client.send(&crlf(&format!("{}\n{range}", get("/file"))));
            let reply = client.reply(true);
            assert_eq!(reply.status, 206);
            assert!(reply.body == bytes[start..end], "{range} of {len}");
        }
        drop(client);
        std::thread::sleep(Options::default().fresh_for);
    }
}

/// Beyond 4 GiB nothing is 32 bits long. A file of holes, of which the middle and the end are read.
#[test]
fn a_file_of_5_gib_has_its_last_byte() {
    const LEN: u64 = 5 << 30;
    let site = Site::start(Options::default());
    let file = File::create(site.path("holes")).unwrap();
    file.set_len(LEN).unwrap();
    file.write_all_at(b"middle", (4 << 30) - 3).unwrap();
    file.write_all_at(b"end", LEN - 3).unwrap();
    let head = site.ask("HEAD /holes HTTP/1.1\nHost: a");
    assert_eq!(head.header("content-length"), Some("5368709120"));
    let part = |range: &str| {
        let reply = site.ask(&format!("{}\nRange: bytes={range}", get("/holes")));
        (reply.header("content-range").map(str::to_owned), reply.body)
    };
    let middle = part("4294967293-4294967298");
    assert_eq!(
        middle,
        (Some("bytes 4294967293-4294967298/5368709120".to_owned()), b"middle".into())
    );
    assert_eq!(part("-3").1, b"end");
    assert!(part("5368709120-").1.starts_with(b"416"));
}

/// All of the 5 GiB, which takes seconds: `cargo test -- --ignored`.
#[test]
#[ignore = "it moves 5 GiB"]
fn all_of_a_file_of_5_gib_arrives() {
    const LEN: u64 = 5 << 30;
    let site = Site::start(Options::default());
    File::create(site.path("holes")).unwrap().set_len(LEN).unwrap();
    let mut client = site.client();
    client.send(&crlf(&get("/holes")));
    assert_eq!(client.head().unwrap().header("content-length"), Some("5368709120"));
    let mut buffer = vec![1; 1 << 20];
    let mut left = LEN;
    while left > 0 {
        let count = client.stream.read(&mut buffer).unwrap();
        assert!(count > 0 && buffer[..count].iter().all(|byte| *byte == 0), "{left}");
        left -= count as u64;
    }
}

/// The bodies of a file over time, of which each must be one of `states` as a whole.
#[track_caller]
fn check_whole(reply: &Reply, states: &[Vec<u8>]) -> usize {
    assert_eq!(reply.status, 200, "{reply:?}");
    let state = states.iter().position(|state| *state == reply.body);
    state.unwrap_or_else(|| panic!("{} bytes of no state", reply.body.len()))
}

#[test]
fn a_change_is_seen_in_time_and_answers_are_never_mixed() {
    for memory_up_to in [0, 64 << 10] {
        let fresh_for = Duration::from_millis(100);
        let site = Site::start(Options { memory_up_to, fresh_for, ..Options::default() });
        // Renamed over one another: whoever opens one has all of it.
        let states: Vec<_> = (0..6_usize).map(|state| noise(20_000 + 7000 * state)).collect();
        let mut client = site.client();
        let mut ask = || {
            client.send(&crlf(&get("/file")));
            client.reply(true)
        };
        for (state, bytes) in states.iter().enumerate() {
            site.write("new", bytes);
            fs::rename(site.path("new"), site.path("file")).unwrap();
            let replaced = std::time::Instant::now();
            loop {
                let asked = replaced.elapsed();
                let seen = check_whole(&ask(), &states);
                if seen == state {
                    break;
                }
                // Asked so late, nothing older may be sent; the clock of the cache is a coarse one.
                assert!(asked < fresh_for + Duration::from_millis(20), "{asked:?}");
            }
        }
    }
}

#[test]
fn a_short_file_that_is_written_over_is_sent_in_one_state() {
    let fresh_for = Duration::ZERO;
    let site = Site::start(Options { fresh_for, ..Options::default() });
    let states = [vec![b'a'; 30_000], vec![b'b'; 30_000]];
    site.write("file", &states[0]);
    let file = File::options().write(true).open(site.path("file")).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..20 {
                file.write_all_at(&states[round % 2], 0).unwrap();
                std::thread::sleep(Duration::from_millis(60));
            }
        });
        let mut client = site.client();
        for _ in 0..200 {
            client.send(&crlf(&get("/file")));
            check_whole(&client.reply(true), &states);
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// A large file, and a client that has read the head of an answer with it and nothing more.
fn begun() -> (Site, Client) {
    let site = Site::start(Options::default());
    site.write("file", noise(LARGE));
    settle();
    let mut client = site.client();
    client.send(&crlf(&get("/file")));
    let head = client.head().unwrap();
    assert_eq!(head.header("content-length"), Some(&*LARGE.to_string()));
    (site, client)
}

/// More than sockets take in without anybody who reads.
const LARGE: usize = 24 << 20;

/// Asserts that an answer breaks off before all of the file is there.
#[track_caller]
fn check_failed(site: Site, mut client: Client) {
    let mut body = Vec::new();
    let _ = client.stream.read_to_end(&mut body);
    assert!(body.len() < LARGE, "{}", body.len());
    drop(client);
    let stopper = site.stopper.clone();
    wait_until(|| stopper.counts().failed == 1);
    assert_eq!(site.stop().connections.failed, 1);
}

#[test]
fn a_file_that_is_cut_while_it_is_sent_ends_the_connection() {
    let (site, mut client) = begun();
    File::options().write(true).open(site.path("file")).unwrap().set_len(1000).unwrap();
    client.send(&crlf(&get("/none")));
    check_failed(site, client);
}

#[test]
fn a_file_that_is_written_to_while_it_is_sent_ends_the_connection() {
    let (site, client) = begun();
    let file = File::options().write(true).open(site.path("file")).unwrap();
    file.write_all_at(b"other", (LARGE - 5) as u64).unwrap();
    check_failed(site, client);
}

#[test]
fn a_file_that_is_replaced_or_deleted_while_it_is_sent_arrives_as_it_was() {
    for is_replaced in [true, false] {
        let (site, mut client) = begun();
        if is_replaced {
            site.write("new", "new");
            fs::rename(site.path("new"), site.path("file")).unwrap();
        } else {
            fs::remove_file(site.path("file")).unwrap();
        }
        let mut body = vec![0; LARGE];
        client.stream.read_exact(&mut body).unwrap();
        assert!(body == noise(LARGE));
        std::thread::sleep(Options::default().fresh_for + Duration::from_millis(20));
        client.send(&crlf(&get("/file")));
        let reply = client.reply(true);
        let expected =
            if is_replaced { (200, &b"new"[..]) } else { (404, &b"404 Not Found\n"[..]) };
        assert_eq!((reply.status, &*reply.body), expected);
        // Nobody holds its place on the disk any more.
        assert_eq!(open_and_deleted(&site), 0);
    }
}

/// How many descriptors of this process are of files of a site that have no name any more.
fn open_and_deleted(site: &Site) -> usize {
    let root = site.path("").into_os_string().into_string().unwrap();
    let descriptors = fs::read_dir("/proc/self/fd").unwrap();
    let targets = descriptors.filter_map(|it| fs::read_link(it.unwrap().path()).ok());
    let targets = targets.filter_map(|it| it.into_os_string().into_string().ok());
    targets.filter(|it| it.starts_with(&root) && it.ends_with(" (deleted)")).count()
}

#[test]
fn a_file_that_grows_is_sent_as_long_as_was_said() {
    let (site, mut client) = begun();
    let mut file = File::options().write(true).open(site.path("file")).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(b"more").unwrap();
    let mut body = vec![0; LARGE];
    client.stream.read_exact(&mut body).unwrap();
    assert!(body == noise(LARGE));
    client.send(&crlf(&format!("{}\nRange: bytes=-4", get("/file"))));
    assert_eq!(client.reply(true).body, b"more");
}
