//! Who is next. Jobs of different lanes never wait for each other; within a lane, owners take turns, and neither an owner nor a
//! receiver takes all of it. So whoever hangs (a shop's receiver, the mail server, a source of rates) holds up its own jobs only.

use std::collections::BTreeMap;

use crossdock_db::jobs::QueueRow;
use crossdock_domain::clock::Timestamp;

/// Runs for one receiver at the same time, on all nodes together.
const PER_RECEIVER: i64 = 2;

/// A kind of work with runs of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Money is taken or given back.
    Payment,
    /// What became of a payment: a buyer waits for it.
    Check,
    /// Events are put on their way. Waits for nobody outside.
    Event,
    /// Receivers of webhooks are called.
    Webhook,
    /// The mail server is called.
    Mail,
    /// Exchange rates are fetched.
    Rates,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 6] = [Self::Payment, Self::Check, Self::Event, Self::Webhook, Self::Mail, Self::Rates];

    /// Its name, the first word of the names of its queues.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Check => "check",
            Self::Event => "event",
            Self::Webhook => "webhook",
            Self::Mail => "mail",
            Self::Rates => "rates",
        }
    }

    /// The lane of a queue. A name that this version does not know runs where nobody outside is waited for.
    pub fn of(queue: &str) -> Self {
        let name = queue.split(' ').next().unwrap_or_default();
        Self::ALL.into_iter().find(|lane| lane.name() == name).unwrap_or(Self::Event)
    }

    /// Runs at the same time in one process that may do `lanes` of a kind.
    pub fn width(self, lanes: usize) -> usize {
        match self {
            Self::Payment | Self::Check | Self::Event | Self::Webhook => lanes,
            Self::Mail => lanes.min(2),
            Self::Rates => 1,
        }
    }

    /// Runs on all nodes together: there is one mail server and one source of rates.
    const fn most_of_all(self) -> i64 {
        match self {
            Self::Payment | Self::Check | Self::Event | Self::Webhook => i64::MAX,
            Self::Mail => PER_RECEIVER,
            Self::Rates => 1,
        }
    }

    /// Runs of one queue, on all nodes together.
    const fn most_of_queue(self) -> i64 {
        match self {
            // A store's provider; more than for a receiver, because buyers wait. The owner's share bounds it.
            Self::Payment | Self::Check | Self::Event => i64::MAX,
            Self::Webhook | Self::Mail | Self::Rates => PER_RECEIVER,
        }
    }
}

/// Free runs of a process, by lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    lanes: usize,
    free: BTreeMap<Lane, usize>,
}

impl Room {
    /// All of a process that may do `lanes` jobs of a kind at the same time.
    pub fn of(lanes: usize) -> Self {
        Self { lanes, free: Lane::ALL.into_iter().map(|lane| (lane, lane.width(lanes))).collect() }
    }

    /// What is free in a lane.
    pub fn free(&self, lane: Lane) -> usize {
        self.free.get(&lane).copied().unwrap_or_default()
    }

    /// A run begins.
    pub fn take(&mut self, lane: Lane) {
        if let Some(free) = self.free.get_mut(&lane) {
            *free = free.saturating_sub(1);
        }
    }

    /// A run has ended.
    pub fn give_back(&mut self, lane: Lane) {
        if let Some(free) = self.free.get_mut(&lane) {
            *free = (*free + 1).min(lane.width(self.lanes));
        }
    }

    /// Whether half of some lane is free: one look for several jobs is one transaction instead of several.
    pub fn is_worth_a_look(&self) -> bool {
        Lane::ALL.into_iter().any(|lane| self.free(lane) * 2 >= lane.width(self.lanes).max(1))
    }

    /// Runs of one owner in a lane, on all nodes together: half of what one process can do, so that the other half is for
    /// others.
    fn share_of_owner(&self) -> i64 {
        i64::try_from(self.lanes / 2).unwrap_or(i64::MAX).max(PER_RECEIVER)
    }
}

/// Who may run what.
#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Shares<'a> {
    /// How many jobs of which queue.
    pub(super) of_queues: Vec<(&'a str, i64)>,
    /// Queues with due jobs got less than they may have wanted.
    pub(super) left_behind: bool,
}

/// Lane and owner of a queue: the first two words of its name.
fn owner(queue: &str) -> &str {
    let end = queue.match_indices(' ').nth(1).map_or(queue.len(), |(at, _)| at);
    &queue[..end]
}

/// Shares the room out, run by run: to the owner with the fewest runs, and of those to the job that is due longest.
pub(super) fn share<'a>(queues: &'a [QueueRow], now: Timestamp, room: &Room) -> Shares<'a> {
    let (mut of_lanes, mut of_owners) = (BTreeMap::<Lane, i64>::new(), BTreeMap::<&str, i64>::new());
    for row in queues {
        *of_lanes.entry(Lane::of(&row.queue)).or_default() += row.running;
        *of_owners.entry(owner(&row.queue)).or_default() += row.running;
    }
    let due: Vec<&QueueRow> = queues.iter().filter(|row| row.due_at <= now).collect();
    let mut given = vec![0; due.len()];
    let mut room = room.clone();
    loop {
        let may_run = |(index, row): &(usize, &&QueueRow)| {
            let lane = Lane::of(&row.queue);
            room.free(lane) > 0
                && of_lanes[&lane] < lane.most_of_all()
                && of_owners[owner(&row.queue)] < room.share_of_owner()
                && row.running + given[*index] < lane.most_of_queue()
        };
        let next = due.iter().enumerate().filter(may_run).min_by_key(|(index, row)| {
            // A queue that was given a run lets the others of its owner go first.
            (of_owners[owner(&row.queue)], given[*index], row.due_at, &row.queue)
        });
        let Some((index, row)) = next else { break };
        let lane = Lane::of(&row.queue);
        given[index] += 1;
        room.take(lane);
        *of_lanes.entry(lane).or_default() += 1;
        *of_owners.entry(owner(&row.queue)).or_default() += 1;
    }
    let of_queues: Vec<_> =
        due.iter().zip(given).filter(|(_, n)| *n > 0).map(|(row, n)| (row.queue.as_str(), n)).collect();
    Shares { left_behind: !due.is_empty(), of_queues }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(queue: &str, due: i64, running: i64) -> QueueRow {
        QueueRow { queue: queue.to_owned(), due_at: Timestamp(due), running }
    }

    fn shared(queues: &[QueueRow], room: &Room) -> Vec<(String, i64)> {
        share(queues, Timestamp(100), room).of_queues.into_iter().map(|(name, n)| (name.to_owned(), n)).collect()
    }

    fn given(queue: &str, n: i64) -> (String, i64) {
        (queue.to_owned(), n)
    }

    #[test]
    fn lanes_do_not_wait_for_each_other() {
        let queues = [
            row("check store:1", 9, 0),
            row("mail wholesaler:7", 1, 2),
            row("payment store:1", 9, 0),
            row("rates house", 1, 1),
            row("webhook wholesaler:7 a", 1, 2),
        ];
        assert_eq!(shared(&queues, &Room::of(8)), [given("check store:1", 4), given("payment store:1", 4)]);
    }

    #[test]
    fn a_receiver_has_two_runs_and_an_owner_half_of_the_lane() {
        let queues: Vec<_> = ["a", "b", "c"].map(|id| row(&format!("webhook wholesaler:7 {id}"), 1, 0)).into();
        let shares = shared(&queues, &Room::of(8));
        assert!(shares.iter().all(|(_, n)| *n <= 2), "{shares:?}");
        assert_eq!(shares.iter().map(|(_, n)| n).sum::<i64>(), 4);
    }

    #[test]
    fn the_owner_with_fewer_runs_goes_first_however_long_the_other_waits() {
        let queues = [row("mail store:1", 1, 1), row("mail store:2", 90, 0)];
        assert_eq!(shared(&queues, &Room::of(8)), [given("mail store:2", 1)]);
        let many: Vec<_> = ["x 1", "x 2", "x 3", "y 1"].map(|name| row(&format!("webhook {name}"), 1, 0)).into();
        assert!(shared(&many, &Room::of(2)).contains(&given("webhook y 1", 1)));
    }

    #[test]
    fn all_nodes_together_keep_two_connections_to_the_mail_server() {
        let queues = [row("mail store:1", 1, 0), row("mail store:2", 200, 2)];
        assert_eq!(shared(&queues, &Room::of(8)), []);
        assert!(share(&queues, Timestamp(100), &Room::of(8)).left_behind);
    }

    #[test]
    fn what_is_not_due_or_has_no_room_stays() {
        assert_eq!(shared(&[row("payment store:1", 101, 0)], &Room::of(8)), []);
        assert_eq!(shared(&[row("payment store:1", 1, 0)], &Room::of(0)), []);
        assert_eq!(shared(&[row("of a newer version", 1, 0)], &Room::of(1)), [given("of a newer version", 1)]);
    }
}
