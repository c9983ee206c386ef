//! Which file a path names, and which paths name none.

#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, FileType, Mode, makedev, mknodat};
use rustix::process::geteuid;
use support::{Reply, Site, get};
use zc_http::{DotFiles, Options, Symlinks};

/// A site with a secret beside its root, and some ways that might lead there.
fn site(options: Options) -> Site {
    let site = Site::start(options);
    fs::write(site.path("../secret"), "secret").unwrap();
    fs::create_dir(site.path("../beside")).unwrap();
    fs::write(site.path("../beside/secret"), "secret").unwrap();
    site.write("index.html", "start");
    site.write("a/file.txt", "file");
    site.write("a/index.html", "a");
    site.write("empty/file", "");
    site
}

#[track_caller]
fn check(site: &Site, target: &str, expected: Result<&str, u16>) {
    let reply = site.get(target);
    let found = if reply.status == 200 { Ok(&*reply.body) } else { Err(reply.status) };
    assert_eq!(found, expected.map(str::as_bytes), "{target}");
}

#[test]
fn a_directory_is_answered_with_its_index_or_with_the_slash_it_lacks() {
    let site = site(Options::default());
    check(&site, "/", Ok("start"));
    check(&site, "/?query", Ok("start"));
    check(&site, "/a/", Ok("a"));
    check(&site, "/a/index.html", Ok("a"));
    check(&site, "/empty/", Err(404));
    check(&site, "/a/file.txt/", Err(404));
    check(&site, "/a/file.txt/x", Err(404));
    let location = |target| {
        let reply = site.get(target);
        assert_eq!(reply.status, 301, "{target}");
        reply.header("location").unwrap().to_owned()
    };
    assert_eq!(location("/a"), "/a/");
    assert_eq!(location("/a?b=c&d"), "/a/?b=c&d");
    assert_eq!(location("/%61"), "/%61/");
    assert_eq!(location("http://elsewhere/a"), "/a/");
}

#[test]
fn a_redirect_leads_to_no_other_host_and_adds_no_header() {
    let site = site(Options::default());
    // Browsers take a backslash for a slash.
    for name in ["\\elsewhere", "a\\b", "c\r\nX: y", "\u{7f}"] {
        fs::create_dir(site.path(name)).unwrap();
    }
    for (target, expected) in [
        ("/\\elsewhere", "/%5Celsewhere/"),
        ("/%5celsewhere", "/%5celsewhere/"),
        ("/a\\b?c\\d", "/a%5Cb/?c\\d"),
        ("/c%0d%0aX:%20y", "/c%0d%0aX:%20y/"),
        ("/%7f", "/%7f/"),
        ("/a?b=%0d%0aX:%20y", "/a/?b=%0d%0aX:%20y"),
        ("/a?//elsewhere", "/a/?//elsewhere"),
    ] {
        let reply = site.get(target);
        assert_eq!((reply.status, reply.header("location")), (301, Some(expected)), "{target}");
        assert_eq!(reply.header("x"), None);
    }
    for target in ["//a", "//elsewhere", "http://elsewhere//a", "/./a", "/a/..", "//elsewhere/.."] {
        assert_ne!(site.get(target).status, 301, "{target}");
    }
}

#[test]
fn another_name_can_be_the_index() {
    let site = Site::start(Options { index: "start.txt".to_owned(), ..Options::default() });
    site.write("start.txt", "hello");
    let reply = site.get("/");
    assert_eq!((&*reply.body, reply.header("content-type")), (&b"hello"[..], Some("text/plain")));
}

#[test]
fn the_ending_of_a_name_says_the_type() {
    let site = Site::start(Options::default());
    for (name, expected) in [
        ("a.html", "text/html"),
        ("a.css", "text/css"),
        ("a.js", "text/javascript"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.PNG", "image/png"),
        ("a.webp", "image/webp"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.mp4", "video/mp4"),
        ("a.tar.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ] {
        site.write(name, "");
        let reply = site.get(&format!("/{name}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(expected)), "{name}");
    }
}

#[test]
fn headers_are_added_to_every_answer_with_a_file() {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![header("Cache-Control", "max-age=60"), header("X-Empty", "")];
    let site = site(Options { headers, ..Options::default() });
    let has_them = |reply: &Reply| reply.header("cache-control") == Some("max-age=60");
    let reply = site.get("/");
    assert!(has_them(&reply) && reply.header("x-empty") == Some(""), "{reply:?}");
    let etag = reply.header("etag").unwrap();
    let reply = site.ask(&format!("{}\nIf-None-Match: {etag}", get("/")));
    assert!(reply.status == 304 && has_them(&reply), "{reply:?}");
    let reply = site.ask(&format!("{}\nRange: bytes=0-0", get("/")));
    assert!(reply.status == 206 && has_them(&reply), "{reply:?}");
    assert!(!has_them(&site.get("/none")));
}

/// Ways out of the root, in every encoding; `..` is 400, the rest is not found.
const WAYS_OUT: &[(&str, u16)] = &[
    ("/..", 400),
    ("/../secret", 400),
    ("/a/../../secret", 400),
    ("/a/../index.html", 400),
    ("/./index.html", 400),
    ("/%2e%2e/secret", 400),
    ("/.%2e/secret", 400),
    ("/%2E./secret", 400),
    ("/..%2fsecret", 400),
    ("/..%2Fsecret", 400),
    ("/a%2f..%2f..%2fsecret", 400),
    ("/%2e%2e%2fsecret", 400),
    ("/a%2Ffile.txt", 400),
    ("/%2fetc/passwd", 400),
    ("/a/file.txt%00", 400),
    ("/%00", 400),
    ("/%", 400),
    ("/%2", 400),
    ("/%g0", 400),
    ("/index.html#a", 400),
    // Decoded once and not twice.
    ("/%252e%252e/secret", 404),
    ("/..%252fsecret", 404),
    // Two overlong forms of a dot and a slash, which UTF-8 forbids; they are names of two bytes.
    ("/%c0%ae%c0%ae/secret", 404),
    ("/..%c0%afsecret", 404),
    ("/%uff0e%uff0e/secret", 400),
    // These mean something on other systems.
    ("/..\\secret", 404),
    ("/..%5csecret", 404),
    ("/C:/secret", 404),
    ("/.../secret", 404),
    ("/..;/secret", 404),
    ("//etc/passwd", 404),
    ("///", 404),
    ("/a//file.txt", 404),
    ("/a/file.txt//", 404),
    // What is no path at all.
    ("secret", 400),
    ("../secret", 400),
    ("*", 400),
    ("file:///etc/passwd", 400),
    ("http:///etc/passwd", 400),
    ("http://a/../secret", 400),
    ("ftp://a/b", 400),
];

#[test]
fn no_path_leads_out_of_the_root() {
    for symlinks in [Symlinks::WithinRoot, Symlinks::Refused] {
        for dot_files in [DotFiles::Hidden, DotFiles::Served] {
            let site = site(Options { symlinks, dot_files, ..Options::default() });
            for (target, status) in WAYS_OUT {
                check(&site, target, Err(*status));
            }
        }
    }
}

#[test]
fn no_link_leads_out_of_the_root() {
    for symlinks in [Symlinks::WithinRoot, Symlinks::Refused] {
        let site = site(Options { symlinks, ..Options::default() });
        let secret = site.path("../secret").canonicalize().unwrap();
        let link = |to: &str, name: &str| symlink(to, site.path(name)).unwrap();
        link("../secret", "up");
        link(secret.to_str().unwrap(), "absolute");
        link("..", "parent");
        link("../beside", "beside");
        link("loop", "loop");
        link("/proc/self/root", "magic");
        link("a/file.txt", "inner");
        link("a", "folder");
        link("../root/a/file.txt", "out-and-in");
        fs::create_dir(site.path("deep")).unwrap();
        link("../a/file.txt", "deep/inner");
        for target in
            ["/up", "/absolute", "/parent/secret", "/beside/secret", "/loop", "/magic/etc/passwd"]
        {
            check(&site, target, Err(404));
        }
        check(&site, "/out-and-in", Err(404));
        let inner = if symlinks == Symlinks::WithinRoot { Ok("file") } else { Err(404) };
        for target in ["/inner", "/folder/file.txt", "/deep/inner"] {
            check(&site, target, inner);
        }
    }
}

#[test]
fn names_that_begin_with_a_dot_are_hidden_unless_they_are_asked_for() {
    let names = ["/.env", "/.git/config", "/a/.htaccess", "/%2eenv", "/.a./b"];
    for dot_files in [DotFiles::Hidden, DotFiles::Served] {
        let site = site(Options { dot_files, ..Options::default() });
        for name in [".env", ".git/config", "a/.htaccess", ".a./b", ".well-known/a", "..b"] {
            site.write(name, "dot");
        }
        let expected = if dot_files == DotFiles::Served { Ok("dot") } else { Err(404) };
        for target in names.iter().chain(&["/..b"]) {
            check(&site, target, expected);
        }
        check(&site, "/.well-known/a", Ok("dot"));
        check(&site, "/.well-known/.env", Err(404));
    }
}

#[test]
fn names_of_any_bytes_are_served() {
    let site = Site::start(Options::default());
    for name in [
        &b"plain"[..],
        b"a b",
        b"100%",
        b"a?b",
        b"a#b",
        b"a\\b",
        b"caf\xc3\xa9",
        b"\xff\xfe",
        b"\x01\x7f\n\r",
        b"..a",
        b"~",
        b"a:b",
    ] {
        let path = site.path("").join(OsStr::from_bytes(name));
        fs::write(&path, name).unwrap();
        let encoded: String = name.iter().map(|byte| format!("%{byte:02x}")).collect();
        let reply = site.get(&format!("/{encoded}"));
        let expected = if name.starts_with(b".") { 404 } else { 200 };
        assert_eq!(reply.status, expected, "{}", name.escape_ascii());
        assert!(expected == 404 || reply.body == name);
    }
    // Bytes beyond ASCII may stand as they are.
    let mut client = site.client();
    client.send(b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply(true).body, b"caf\xc3\xa9");
    let long = "x".repeat(300);
    check(&site, &format!("/{long}"), Err(404));
    check(&site, &"/x".repeat(3000), Err(404));
}

#[test]
fn what_is_no_file_is_not_found_and_waits_for_nobody() {
    let site = Site::start(Options::default());
    let _socket = UnixListener::bind(site.path("socket")).unwrap();
    mknodat(CWD, site.path("fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    // Who may make no device has none there.
    let _ = mknodat(CWD, site.path("null"), FileType::CharacterDevice, Mode::RWXU, makedev(1, 3));
    for target in ["/socket", "/fifo", "/null", "/fifo/", "/null/a"] {
        check(&site, target, Err(404));
    }
    if geteuid().is_root() {
        return println!("skipped: root may read everything");
    }
    site.write("locked", "");
    fs::set_permissions(site.path("locked"), fs::Permissions::from_mode(0o000)).unwrap();
    check(&site, "/locked", Err(403));
}

#[test]
fn links_that_change_while_they_are_served_never_lead_out() {
    let site = site(Options::default());
    symlink("a", site.path("turn")).unwrap();
    let target = site.path("turn");
    let (outside, inside) = (site.path("../beside"), site.path("a"));
    fs::write(inside.join("secret"), "not secret").unwrap();
    let is_over = AtomicBool::new(false);
    let turn = || {
        let temporary = target.with_extension("new");
        for to in
            [&*outside, "a".as_ref(), &*inside, "../beside".as_ref()].iter().cycle().take(200_000)
        {
            symlink(to, &temporary).unwrap();
            fs::rename(&temporary, &target).unwrap();
            if is_over.load(Ordering::Relaxed) {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(turn);
        let mut client = site.client();
        let mut found = 0;
        for _ in 0..2000 {
            client.send(&support::crlf(&get("/turn/secret")));
            let reply = client.reply(true);
            assert!(matches!(reply.status, 200 | 404 | 503), "{reply:?}");
            assert_ne!(reply.body, b"secret");
            found += u32::from(reply.status == 200);
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(found > 0);
    });
}
