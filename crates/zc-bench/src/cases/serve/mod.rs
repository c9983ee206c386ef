//! Static files over HTTP: the processor time of the server, and for one long download that of the
//! client as well.

mod download;
mod fleet;
mod servers;
mod wrk;

use self::download::download;
use self::fleet::{Fleet, fleet};
use self::wrk::{Load, load};
use crate::answer::{Answer, Input};
use crate::case::{Case, Figure};
use crate::corpus::Corpus;
use crate::engine::{Engine, Program, Run, Serve};
use crate::target::Target;

const NGINX: Program = Program::Installed("nginx");
const STATIC_WEB_SERVER: Program = Program::Crate("static-web-server");
const WRK: Program = Program::Installed("wrk");

/// Requests that the figures are for; how many there are in a second, the server decides.
const REQUESTS: u64 = 10_000;

const SHORT: Load = Load { len: 1 << 10, connections: 64, pipelined: 1, seconds: 1 };
const PIPELINED: Load = Load { pipelined: 16, ..SHORT };
const MIDDLE: Load = Load { len: 100 << 10, ..SHORT };
const LONG: Fleet = Fleet { len: 10 << 20, connections: 64, rounds: 2 };

const WHY_NO_SHORTER: &str = "three quarters of it are the kernel's, which sends as much for nginx; \
                              the call that is spared is the cheapest of three, and a runtime that \
                              tells connections apart spends a part of that again";
const WHY_NO_SHORTER_PIPELINED: &str = "half of it is the kernel's, which copies and delivers as much \
                                        for either; the other half is spread over reading heads, \
                                        finding the file and joining answers, and none of it stands out";
const WHY_NO_LESS: &str = "nine tenths of it are the kernel's, and there is one call more: the file is \
                           looked at for each answer, so that none begins that it cannot end";
const WHY_NO_FASTER: &str = "nearly all of it is the kernel's, which sends the same references to pages for \
                             either; which of the two is ahead by some hundredths changes from run to run";
const WHY_NO_CHEAPER: &str = "nginx is cheaper than the target supposed, with the settings that are best \
                              for it: both let the kernel send references to pages, so that what is left \
                              is its TCP and the copy at the client; writing from a map, by which the \
                              target was to be reached, copies each byte once more and costs more than that";

const ANSWER: fn(&Input) -> Answer = |_| Answer { items: REQUESTS, sum: 0 };

pub(super) const CASES: &[Case] = &[
    Case {
        row: Some(15),
        name: "serve-1KiB",
        what: "serve a file of 1 KiB on 64 connections, processor time of the server",
        corpus: Corpus::Stream { len: REQUESTS * SHORT.len },
        item: "request",
        figure: Figure::Cpu,
        engines: &[
            loaded("zc serve", Program::Zc, |path, _| load(path, servers::zc, SHORT)),
            loaded("nginx", NGINX, |path, _| load(path, servers::nginx, SHORT)),
            loaded("nginx, sendfile", NGINX, |path, _| load(path, servers::nginx_sendfile, SHORT)),
            #[cfg(feature = "rivals")]
            loaded("ServeDir", Program::Bench, |path, _| load(path, servers::serve_dir, SHORT)),
            loaded("static-web-server", STATIC_WEB_SERVER, |path, _| {
                load(path, servers::static_web_server, SHORT)
            }),
        ],
        expected: ANSWER,
        targets: &[
            Target::at_most(0.85, "nginx").why_missed(WHY_NO_SHORTER),
            Target::at_most(0.85, "nginx, sendfile"),
            Target::at_most(0.1, "ServeDir").why_missed(WHY_NO_SHORTER),
        ],
    },
    Case {
        row: Some(16),
        name: "serve-pipelined",
        what: "the same with 16 requests at a time on each connection",
        corpus: Corpus::Stream { len: REQUESTS * PIPELINED.len },
        item: "request",
        figure: Figure::Cpu,
        engines: &[
            loaded("zc serve", Program::Zc, |path, _| load(path, servers::zc, PIPELINED)),
            loaded("nginx", NGINX, |path, _| load(path, servers::nginx, PIPELINED)),
            loaded("nginx, sendfile", NGINX, |path, _| {
                load(path, servers::nginx_sendfile, PIPELINED)
            }),
        ],
        expected: ANSWER,
        targets: &[
            Target::at_most(0.15, "nginx").why_missed(WHY_NO_SHORTER_PIPELINED),
            Target::at_most(0.15, "nginx, sendfile"),
        ],
    },
    Case {
        row: Some(17),
        name: "serve-100KiB",
        what: "serve a file of 100 KiB on 64 connections, processor time of the server",
        corpus: Corpus::Stream { len: REQUESTS * MIDDLE.len },
        item: "request",
        figure: Figure::Cpu,
        engines: &[
            loaded("zc serve", Program::Zc, |path, _| load(path, servers::zc, MIDDLE)),
            loaded("nginx, sendfile", NGINX, |path, _| load(path, servers::nginx_sendfile, MIDDLE)),
            loaded("nginx, nopush", NGINX, |path, _| load(path, servers::nginx_nopush, MIDDLE)),
            #[cfg(feature = "rivals")]
            loaded("ServeDir", Program::Bench, |path, _| load(path, servers::serve_dir, MIDDLE)),
        ],
        expected: ANSWER,
        targets: &[
            Target::at_most(1.0, "nginx, sendfile").why_missed(WHY_NO_LESS),
            Target::at_most(1.0, "nginx, nopush"),
        ],
    },
    Case {
        row: Some(17),
        name: "serve-10MiB",
        what: "the same with a file of 10 MiB, twice for each connection",
        corpus: Corpus::Stream { len: LONG.requests() * LONG.len },
        item: "request",
        figure: Figure::Cpu,
        engines: &[
            served("zc serve", Program::Zc, |path, _| fleet(path, servers::zc, LONG)),
            served("nginx, sendfile", NGINX, |path, _| fleet(path, servers::nginx_sendfile, LONG)),
            served("nginx, nopush", NGINX, |path, _| fleet(path, servers::nginx_nopush, LONG)),
        ],
        expected: |_| Answer { items: LONG.requests(), sum: 0 },
        targets: &[
            Target::at_most(1.0, "nginx, sendfile").why_missed(WHY_NO_FASTER),
            Target::at_most(1.0, "nginx, nopush").why_missed(WHY_NO_FASTER),
        ],
    },
    Case {
        row: Some(18),
        name: "serve-download",
        what: "download one file, processor time of server and client",
        corpus: Corpus::Stream { len: 1 << 30 },
        item: "byte",
        figure: Figure::Cpu,
        engines: &[
            served("zc serve", Program::Zc, |path, input| download(path, servers::zc, input)),
            served("zc-net, from a map", Program::Bench, |path, input| {
                download(path, servers::mapped, input)
            }),
            served("nginx, sendfile", NGINX, |path, input| {
                download(path, servers::nginx_sendfile, input)
            }),
            served("nginx, nopush", NGINX, |path, input| {
                download(path, servers::nginx_nopush, input)
            }),
        ],
        expected: |input| Answer { items: input.len, sum: 0 },
        targets: &[
            Target::at_most(0.6, "nginx, sendfile").why_missed(WHY_NO_CHEAPER),
            Target::at_most(0.6, "nginx, nopush").why_missed(WHY_NO_CHEAPER),
        ],
    },
];

/// A server under the load of `wrk`.
const fn loaded(name: &'static str, program: Program, serve: Serve) -> Engine {
    Engine { name, run: Run::Loaded { program, client: WRK, serve } }
}

const fn served(name: &'static str, program: Program, serve: Serve) -> Engine {
    Engine { name, run: Run::Served { program, serve } }
}
