//! Any number of threads gives results, errors and panics in the order of the chunks.

#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails as they do")]

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use zc_core::for_each_ordered;

fn count(number: usize) -> NonZero<usize> {
    NonZero::new(number).unwrap()
}

#[test]
fn the_first_error_in_order_is_returned_and_nothing_behind_it_consumed() {
    for threads in 1..=8 {
        let mut consumed = Vec::new();
        let work = || |number: u32| if number % 10 == 7 { Err(number) } else { Ok(number) };
        let outcome = for_each_ordered(0..1000, count(threads), work, |number| {
            consumed.push(number);
            Ok(())
        });
        assert_eq!((outcome, consumed), (Err(7), (0..7).collect()));
        let outcome = for_each_ordered(
            0..1000,
            count(threads),
            || Ok,
            |number| {
                if number == 50 { Err(number) } else { Ok(()) }
            },
        );
        assert_eq!(outcome, Err(50));
    }
}

#[test]
fn a_panic_is_passed_on_unless_an_error_came_before_it() {
    for threads in 1..=4 {
        let work = || {
            |number: u32| match number {
                20 => panic!("number twenty"),
                10 => Err("number ten"),
                _ => Ok(()),
            }
        };
        assert_eq!(for_each_ordered(0..100, count(threads), work, |()| Ok(())), Err("number ten"));
        let run = || for_each_ordered(11..100, count(threads), work, |()| Ok(()));
        let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"number twenty"));
        let run = || {
            for_each_ordered(
                0..100,
                count(threads),
                || Ok::<u32, ()>,
                |number| {
                    assert!(number < 30, "consumed enough");
                    Ok(())
                },
            )
        };
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    }
}

#[test]
fn no_more_than_three_chunks_a_thread_are_under_way() {
    for threads in 1..=8 {
        let under_way = AtomicUsize::new(0);
        let chunks = (0..500).inspect(|_| {
            let now = under_way.fetch_add(1, Ordering::Relaxed) + 1;
            assert!(now <= 3 * threads, "{now} with {threads} threads");
        });
        for_each_ordered(
            chunks,
            count(threads),
            || Ok::<u32, ()>,
            |_| {
                under_way.fetch_sub(1, Ordering::Relaxed);
                Ok(())
            },
        )
        .unwrap();
    }
}

#[test]
fn each_thread_has_one_state_and_none_is_made_for_nothing() {
    let made = AtomicUsize::new(0);
    let worker = || {
        made.fetch_add(1, Ordering::Relaxed);
        Ok::<u32, ()>
    };
    for_each_ordered(0..2, count(8), worker, |_| Ok(())).unwrap();
    assert!(made.load(Ordering::Relaxed) <= 2);
}

/// Runs in a child, which has room for the stacks of `most` threads, about.
#[track_caller]
fn check_with_room_for(most: usize) {
    const CHILD: &str = "ZC_CORE_FEW_THREADS";
    const STACK: usize = 256 << 20;

    if std::env::var_os(CHILD).is_some() {
        let (states, mut sum) = (AtomicUsize::new(0), 0);
        let worker = || {
            states.fetch_add(1, Ordering::Relaxed);
            Ok::<u32, ()>
        };
        let add = |number| {
            sum += number;
            Ok(())
        };
        for_each_ordered(0..1000, count(64), worker, add).unwrap();
        println!("{sum} by {}", states.into_inner());
        return;
    }
    let test = std::thread::current().name().unwrap().to_owned();
    let script = format!("ulimit -v {} && exec \"$@\"", (most * STACK + STACK / 2) >> 10);
    let output = std::process::Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &test, "--nocapture", "--test-threads=1"])
        .env(CHILD, "")
        .env("RUST_MIN_STACK", STACK.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let states = text.split_once("499500 by ").and_then(|(_, rest)| rest.split('\n').next());
    let states: usize = states.unwrap_or_else(|| panic!("{output:?}")).parse().unwrap();
    assert!((1..=most.max(1)).contains(&states), "{states} threads with room for {most}");
    assert!(output.status.success(), "{output:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn where_only_some_threads_can_be_started_they_do_all_the_work() {
    check_with_room_for(3);
}

#[test]
#[cfg(target_os = "linux")]
fn where_no_thread_can_be_started_the_calling_one_works() {
    check_with_room_for(0);
}
