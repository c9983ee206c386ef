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
