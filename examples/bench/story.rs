//! The tickets of a generated desk: the same for the same number, every time.

use crate::Fallible;
use crate::words::{CATEGORIES, RARE, SUBJECTS, WORDS};
use tierdesk::ticket::value::Value as _;
use tierdesk::ticket::{Details, Draw, Event, EventId, Handle, Header, Lists, Patch};
use tierdesk::ticket::{Ticket, TicketId, Timestamp, Verb};

/// The present of every generated desk, as `DESK_NOW` has it.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// Tickets a day, and days a desk is old at most: ten years of a busy one.
const A_DAY: u64 = 27;
const MOST_DAYS: u64 = 3650;

/// So many tickets have the rare word.
pub(crate) const RARE_TICKETS: u64 = 20;

/// SplitMix64: small, well mixed, and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.draw() % limit.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }

    /// `count` words of support desks.
    pub(crate) fn sentence(&mut self, count: u64) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.pick(WORDS)).collect();
        words.join(" ")
    }
}

impl Draw for Random {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The same bits, every time it is asked.
struct Fixed(u64);

impl Draw for Fixed {
    fn draw(&mut self) -> u64 {
        self.0
    }
}

/// A ticket's life: its events, in order of time.
pub(crate) struct Story {
    pub(crate) id: TicketId,
    pub(crate) events: Vec<Event>,
}

impl Story {
    /// The ticket after its first `count` events.
    pub(crate) fn ticket(&self, count: usize) -> Ticket {
        let events = self.events.iter().take(count);
        Ticket::fold(self.id.clone(), events.cloned().collect())
    }
}

/// The tickets of a desk of some size, by number from the oldest.
#[derive(Clone, Copy)]
pub(crate) struct Stories {
    size: u64,
    now: Timestamp,
}

/// What happens next: who, what, to which fields, and whether words go with it.
type Scene = (
    &'static str,
    Verb,
    &'static [(&'static str, Option<&'static str>)],
    bool,
);

const TAKE: Scene = (
    "lena",
    Verb::Take,
    &[("status", Some("in-progress")), ("assignee", Some("lena"))],
    false,
);
const NOTE: Scene = ("lena", Verb::Note, &[], true);
const HOLD: Scene = (
    "lena",
    Verb::Hold,
    &[("status", Some("pending")), ("cause", Some("requester"))],
    true,
);
const RESUME: Scene = (
    "lena",
    Verb::Resume,
    &[("status", Some("in-progress")), ("cause", None)],
    false,
);
const ESCALATE: Scene = (
    "lena",
    Verb::Escalate,
    &[
        ("status", Some("queued")),
        ("level", Some("2")),
        ("team", Some("technical")),
        ("assignee", None),
    ],
    true,
);
const ACCEPT: Scene = (
    "marco",
    Verb::Accept,
    &[("status", Some("in-progress")), ("assignee", Some("marco"))],
    false,
);
const TO_EXPERTS: Scene = (
    "marco",
    Verb::Escalate,
    &[
        ("status", Some("queued")),
        ("level", Some("3")),
        ("team", Some("expert")),
        ("assignee", None),
    ],
    true,
);
const EXPERT: Scene = (
    "yuki",
    Verb::Accept,
    &[("status", Some("in-progress")), ("assignee", Some("yuki"))],
    false,
);
const REPLY: Scene = ("marco", Verb::Reply, &[], true);
const RESOLVE: Scene = (
    "lena",
    Verb::Resolve,
    &[("status", Some("resolved")), ("code", Some("fixed"))],
    true,
);
const CLOSE: Scene = ("lena", Verb::Close, &[("status", Some("closed"))], false);

/// How tickets go, each as often as it stands here: 5.6 events on average.
const CAREERS: &[&[Scene]] = &[
    &[TAKE, RESOLVE, CLOSE],
    &[TAKE, RESOLVE, CLOSE],
    &[TAKE, RESOLVE, CLOSE],
    &[TAKE, NOTE, RESOLVE, CLOSE],
    &[TAKE, NOTE, RESOLVE, CLOSE],
    &[TAKE, HOLD, RESUME, RESOLVE, CLOSE],
    &[TAKE, NOTE, ESCALATE, ACCEPT, RESOLVE, CLOSE],
    &[TAKE, ESCALATE, ACCEPT, REPLY, RESOLVE, CLOSE],
    &[
        TAKE, ESCALATE, ACCEPT, NOTE, TO_EXPERTS, EXPERT, RESOLVE, CLOSE,
    ],
];

impl Stories {
    /// # Errors
    /// None in practice: the present is fixed.
    pub(crate) fn new(size: u64) -> Fallible<Self> {
        let now = Timestamp::parse(NOW)?;
        Ok(Self { size, now })
    }

    /// The story of ticket `number`. Those from `size` on are opened today.
    ///
    /// # Errors
    /// None in practice: every value is one of its field.
    pub(crate) fn story(&self, number: u64) -> Fallible<Story> {
        let mut random = Random::new(number.wrapping_mul(0xa076_1d64_78bd_642f) ^ self.size);
        let opened = self.opened(number);
        let opening = self.opening(number, &mut random)?;
        // An odd factor turns 30 bits round without a collision.
        let tail = number.wrapping_mul(0x2545_f491) & ((1 << 30) - 1);
        let id = TicketId::new(opened, &mut Fixed(tail));
        let mut events = Vec::new();
        let mut header = Header::default();
        let mut at = opened;
        let career = CAREERS[random.below(CAREERS.len() as u64) as usize];
        // One in forty is left lying before it is resolved.
        let scenes = match random.below(40) {
            0 => random.below(career.len() as u64 - 1) as usize,
            _ => career.len(),
        };
        let words = random.sentence(12 + number % 20);
        self.happen(&mut events, &mut header, at, "lena", Verb::Open, opening);
        if let Some(open) = events.last_mut() {
            open.e = EventId::new(&mut random);
            open.text = Some(words);
        }
        for (by, verb, fields, with_words) in career.iter().take(scenes) {
            let wait = if *verb == Verb::Close { 2 * 86_400 } else { 0 };
            at = at.plus(wait + 300 + random.below(4 * 3600) as i64);
            if at >= self.now {
                break;
            }
            let mut set = Patch::default();
            for (field, value) in *fields {
                set.put(field, *value)?;
            }
            self.happen(&mut events, &mut header, at, by, *verb, set);
            if let Some(event) = events.last_mut() {
                event.e = EventId::new(&mut random);
                event.text = with_words.then(|| random.sentence(8 + number % 10));
            }
        }
        Ok(Story { id, events })
    }

    /// When ticket `number` was opened: evenly, up to the present.
    fn opened(&self, number: u64) -> Timestamp {
        let days = (self.size / A_DAY).clamp(1, MOST_DAYS);
        let back = days * 86_400 * self.size.saturating_sub(number) / self.size.max(1);
        self.now.plus(-(back as i64) - 60)
    }

    fn opening(&self, number: u64, random: &mut Random) -> Fallible<Patch> {
        let mut set = Patch::default();
        let every = (self.size / RARE_TICKETS).max(1);
        let rare = if number % every == every / 2 {
            RARE
        } else {
            ""
        };
        let subject = random.pick(SUBJECTS);
        let title = format!("{subject}, room {} {rare}", 100 + random.below(800));
        let requester = format!("caller{}@example.com", random.below(5000));
        let priority = ["P1", "P2", "P3", "P3", "P3", "P4"][random.below(6) as usize];
        for (field, value) in [
            ("kind", "incident"),
            ("title", title.trim_end()),
            ("status", "new"),
            ("priority", priority),
            ("level", "1"),
            ("team", "frontline"),
            ("category", random.pick(CATEGORIES)),
            ("requester", &requester),
            ("via", "phone"),
            ("owner", "lena"),
        ] {
            set.put(field, Some(value))?;
        }
        Ok(set)
    }

    fn happen(
        &self,
        events: &mut Vec<Event>,
        header: &mut Header,
        at: Timestamp,
        by: &str,
        did: Verb,
        set: Patch,
    ) {
        let (set, was) = set.against(header);
        header.apply(&set, &Lists::default(), &Lists::default());
        let n = events.len() as u32 + 1;
        if let Some(event) = event(n, at, by, did) {
            events.push(Event { set, was, ..event });
        }
    }
}

/// An event that changes nothing yet.
pub(crate) fn event(n: u32, at: Timestamp, by: &str, did: Verb) -> Option<Event> {
    Some(Event {
        e: EventId::of_cause(&format!("{n} {at}")),
        n,
        at,
        recorded: None,
        by: Handle::parse(by).ok()?,
        did,
        of: None,
        set: Patch::default(),
        was: Patch::default(),
        add: Lists::default(),
        del: Lists::default(),
        text: None,
        details: Details::default(),
    })
}
