//! One connection of a proxy, from when it was accepted until it is reported.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time;

use super::Options;
use super::report::{Connection, End, Totals, Traffic};
use super::upstreams::Upstreams;
use crate::gate::{Gate, Pass};
use crate::splice::{Error, Meters, Party, Resources, copy_bidirectional};
use crate::tasks::Serve;

/// What the server, its stoppers and its connections have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: Options,
    pub(super) gate: Arc<Gate>,
    pub(super) upstreams: Upstreams,
    pub(super) totals: Totals,
}

/// Serves connections by passing them on, and tells `on_end` of each.
pub(super) struct Passing<E> {
    pub(super) shared: Arc<Shared>,
    pub(super) resources: Resources,
    pub(super) on_end: E,
}

impl<E: Fn(&Connection) + Send + Sync + 'static> Serve for Passing<E> {
    async fn serve(self: Arc<Self>, client: TcpStream, peer: SocketAddr, pass: Pass) {
        let mut record = Record {
            pass,
            passing: &*self,
            peer,
            upstream: None,
            meters: Meters::default(),
            start: Instant::now(),
            end: End::Stopped,
        };
        let shared = &self.shared;
        let end = match shared.upstreams.connect(shared.options.connect_timeout).await {
            Err(error) => End::Unreached(error),
            Ok((upstream, address)) => {
                record.upstream = Some(address);
                // As for the client: where it fails, short messages only come later.
                let _ = upstream.set_nodelay(true);
                let end = self.pass_on(&client, &upstream, &record.meters).await;
                if matches!(end, End::Client(_)) {
                    let _ = upstream.set_zero_linger();
                }
                end
            }
        };
        if matches!(end, End::Upstream(_)) {
            // So that what was cut short does not look complete.
            let _ = client.set_zero_linger();
        }
        drop(client);
        record.end = end;
    }
}

impl<E> Passing<E> {
    async fn pass_on(&self, client: &TcpStream, upstream: &TcpStream, meters: &Meters) -> End {
        let Options { half_close, idle_timeout, .. } = self.shared.options;
        let copying = copy_bidirectional(client, upstream, half_close, &self.resources, meters);
        match unless_idle(idle_timeout, copying, || meters.activity()).await {
            None => End::Idle,
            Some(Ok(())) => End::Closed,
            Some(Err(Error { party: Party::First, error })) => End::Client(error),
            Some(Err(Error { party: Party::Second, error })) => End::Upstream(error),
        }
    }
}

/// What comes of `work`, or `None` if `activity` has not changed for as long as `limit`.
async fn unless_idle<F: Future>(
    limit: Duration,
    work: F,
    activity: impl Fn() -> u64,
) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut timer = pin!(time::sleep(limit));
    let (mut seen, mut last) = (activity(), time::Instant::now());
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let now_seen = activity();
        if now_seen != seen {
            (seen, last) = (now_seen, time::Instant::now());
        }
        while timer.as_mut().poll(context).is_ready() {
            // The timer is not set anew for each byte, but only when it has rung too early.
            match last.checked_add(limit).filter(|end| *end > time::Instant::now()) {
                Some(end) => timer.as_mut().reset(end),
                None => return Poll::Ready(None),
            }
        }
        Poll::Pending
    })
    .await
}

/// What is known of a connection; when this is dropped, at the latest with its task, it has ended.
///
/// Both streams are closed before that, and the gate is told after it.
struct Record<'p, E: Fn(&Connection)> {
    passing: &'p Passing<E>,
    peer: SocketAddr,
    upstream: Option<SocketAddr>,
    meters: Meters,
    start: Instant,
    end: End,
    pass: Pass,
}

impl<E: Fn(&Connection)> Drop for Record<'_, E> {
    fn drop(&mut self) {
        let connection = Connection {
            peer: self.peer,
            upstream: self.upstream,
            to_upstream: Traffic::of(&self.meters.a_to_b),
            to_client: Traffic::of(&self.meters.b_to_a),
            duration: self.start.elapsed(),
            end: std::mem::replace(&mut self.end, End::Stopped),
        };
        if matches!(connection.end, End::Client(_) | End::Upstream(_) | End::Unreached(_)) {
            self.pass.fail();
        }
        self.passing.shared.totals.add(&connection);
        (self.passing.on_end)(&connection);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;
    use std::time::Duration;

    use tokio::time::{Instant, sleep_until};

    use super::unless_idle;

    const SECOND: Duration = Duration::from_secs(1);

    /// Asserts when a connection is found idle, or else has ended, whose bytes pass at these
    /// seconds; on a clock that goes on when nobody has anything else to do.
    #[track_caller]
    fn check(limit: Duration, bytes_at: &[u64], end: Option<u64>, expected: (bool, u64)) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build().unwrap();
        let found = runtime.block_on(async {
            let (start, bytes) = (Instant::now(), Cell::new(0));
            let work = async {
                for &second in bytes_at {
                    sleep_until(start + Duration::from_secs(second)).await;
                    bytes.set(bytes.get() + 1);
                }
                match end {
                    Some(second) => sleep_until(start + Duration::from_secs(second)).await,
                    None => pending().await,
                }
            };
            let is_idle = unless_idle(limit, work, || bytes.get()).await.is_none();
            (is_idle, start.elapsed().as_secs())
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn a_connection_is_idle_when_nothing_has_moved_for_as_long_as_the_limit() {
        check(10 * SECOND, &[], None, (true, 10));
        check(10 * SECOND, &[3], None, (true, 13));
        check(10 * SECOND, &[3, 12, 21], None, (true, 31));
    }

    #[test]
    fn a_connection_that_ends_or_goes_on_is_not_idle() {
        check(10 * SECOND, &[], Some(9), (false, 9));
        check(10 * SECOND, &[9, 18, 27], Some(36), (false, 36));
        check(Duration::MAX, &[1], Some(1_000_000), (false, 1_000_000));
    }
}
