//! In which order tickets are listed. Every order is total: what is equal so
//! far goes by id.

use super::Clocks;
use super::fields::{self, UnknownColumn};
use super::text::fold;
use crate::store::cache::{self, OrderBy};
use crate::ticket::value::{Shape, Value};
use crate::ticket::words::Status;
use crate::ticket::{Facts, Priority, Ticket, TicketId, Timestamp};
use std::cmp::Reverse;

/// The columns that tickets are ordered by, the weightiest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(By);

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Burning,
    Urgent,
    Columns(Vec<SortColumn>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct SortColumn {
    name: String,
    shape: Shape,
    descending: bool,
}

/// An order that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// Nothing is named.
    #[error("an order names at least one column, such as priority,-opened")]
    Empty,
    /// A name is no column.
    #[error(transparent)]
    Column(#[from] UnknownColumn),
}

impl OrderError {
    /// What to do instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => "burning is what lists have by default".into(),
            Self::Column(unknown) => unknown.hint(),
        }
    }
}

/// What tickets compare by in an [`Order`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    cells: Vec<Cell>,
    id: TicketId,
}

/// One column of a key. What has no value comes last, in either direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Rising(Rank),
    Falling(Reverse<Rank>),
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Number(i64),
    Text(String),
}

impl Order {
    /// What should be looked at first: live before over, what can be worked on
    /// before what is pending, by priority (none last), unacknowledged before
    /// acknowledged, the oldest first.
    #[must_use]
    pub fn burning() -> Self {
        Self(By::Burning)
    }

    /// What must be done first: by the time to the first breach, what has no
    /// clock last; then what burns.
    #[must_use]
    pub fn urgent() -> Self {
        Self(By::Urgent)
    }

    /// Columns in commas, each with `-` before it to turn it round:
    /// `priority,-opened`. The word `burning` is [`Order::burning`].
    ///
    /// Numbers and times compare as such, words of a closed vocabulary
    /// (status, kind, impact, urgency) in the domain's order, text without
    /// case. Tickets without a value come last in either direction.
    ///
    /// # Errors
    /// [`OrderError`] names the column and the nearest one.
    pub fn parse(text: &str) -> Result<Self, OrderError> {
        let text = text.trim();
        if text == "burning" {
            return Ok(Self::burning());
        }
        if text.is_empty() {
            return Err(OrderError::Empty);
        }
        let columns = text.split(',').map(|word| {
            let word = word.trim();
            let (name, descending) = match word.strip_prefix('-') {
                Some(name) => (name, true),
                None => (word, false),
            };
            let name = fields::column(name)?;
            Ok(SortColumn {
                name: name.to_owned(),
                shape: fields::shape(name),
                descending,
            })
        });
        Ok(Self(By::Columns(
            columns.collect::<Result<_, OrderError>>()?,
        )))
    }

    /// The same for the cache; `None` where it does not have all columns.
    #[must_use]
    pub fn columns(&self) -> Option<Vec<OrderBy>> {
        match &self.0 {
            By::Burning => Some(vec![OrderBy::Burning]),
            By::Urgent => Some(vec![OrderBy::Due, OrderBy::Burning]),
            By::Columns(columns) => columns.iter().map(SortColumn::order_by).collect(),
        }
    }

    /// Puts tickets into this order.
    pub fn sort(&self, tickets: &mut [Ticket], clocks: &Clocks) {
        tickets.sort_by_cached_key(|ticket| self.key(ticket, &|| clocks.due(ticket)));
    }

    /// What a ticket compares by; `due` is asked where that is among it.
    #[must_use]
    pub fn key(&self, ticket: &dyn Facts, due: &dyn Fn() -> Option<Timestamp>) -> Key {
        let cells = match &self.0 {
            By::Burning => burning(ticket),
            By::Urgent => {
                let mut cells = vec![SortColumn::due().cell(ticket, due)];
                cells.extend(burning(ticket));
                cells
            }
            By::Columns(columns) => {
                let cells = columns.iter().map(|column| column.cell(ticket, due));
                cells.collect()
            }
        };
        Key {
            cells,
            id: ticket.id().clone(),
        }
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::burning()
    }
}

fn burning(ticket: &dyn Facts) -> Vec<Cell> {
    let status = ticket.status();
    let rank = |number: i64| Cell::Rising(Rank::Number(number));
    let yes_first = |yes: bool| rank(i64::from(!yes));
    let priority = ticket.header().priority.map(Priority::number);
    vec![
        yes_first(status.is_live()),
        yes_first(status != Status::Pending),
        priority.map_or(Cell::Missing, |number| rank(number.into())),
        yes_first(status.is_waiting()),
        rank(ticket.opened().unix()),
    ]
}

impl SortColumn {
    /// When the first clock is due.
    fn due() -> Self {
        Self {
            name: "due".to_owned(),
            shape: fields::shape("due"),
            descending: false,
        }
    }

    fn order_by(&self) -> Option<OrderBy> {
        let column = cache::Column::named(&self.name)?;
        let descending = self.descending;
        let words = fields::vocabulary(&self.name);
        Some(if words.is_empty() {
            OrderBy::Column { column, descending }
        } else {
            OrderBy::Words {
                column,
                words,
                descending,
            }
        })
    }

    fn cell(&self, ticket: &dyn Facts, due: &dyn Fn() -> Option<Timestamp>) -> Cell {
        match self.rank(ticket, due) {
            None => Cell::Missing,
            Some(rank) if self.descending => Cell::Falling(Reverse(rank)),
            Some(rank) => Cell::Rising(rank),
        }
    }

    fn rank(&self, ticket: &dyn Facts, due: &dyn Fn() -> Option<Timestamp>) -> Option<Rank> {
        let text = match &*self.name {
            "due" => due()?.text(),
            name => fields::field(ticket, name)?,
        };
        let number = match self.shape {
            Shape::Number => text.parse().ok(),
            Shape::Time => Timestamp::parse(&text).ok().map(Timestamp::unix),
            Shape::Text => fields::vocabulary(&self.name)
                .iter()
                .position(|word| *word == text)
                .and_then(|place| i64::try_from(place).ok()),
        };
        Some(number.map_or_else(|| Rank::Text(fold(&text)), Rank::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Story, hold, resolve};
    use crate::ticket::Action;

    fn open(name: &str, day: u32, fields: &[(&str, &str)]) -> Story {
        Story::open(
            &format!("2611{day:02}-{}", name.repeat(6)),
            &format!("2026-11-{day:02}T09:00:00Z"),
            fields,
        )
    }

    fn desk() -> Vec<Ticket> {
        let later = "2026-11-20T09:00:00Z";
        vec![
            open("r", 1, &[("priority", "P1")])
                .then(later, "lena", resolve())
                .end(),
            open("p", 2, &[("priority", "P1"), ("team", "Desktop")])
                .then(later, "lena", hold("parts", None))
                .end(),
            open("n", 3, &[("level", "2")]).end(),
            open("w", 6, &[("priority", "P2"), ("team", "network")]).end(),
            open("v", 5, &[("priority", "P2"), ("level", "1")]).end(),
            open("t", 4, &[("priority", "P2"), ("team", "alpha")])
                .then(later, "lena", Action::Take)
                .end(),
            open("a", 7, &[("priority", "P1"), ("level", "3")]).end(),
        ]
    }

    fn sorted(order: &str) -> String {
        let mut tickets = desk();
        Order::parse(order)
            .unwrap()
            .sort(&mut tickets, &Clocks::default());
        let names: Vec<&str> = tickets
            .iter()
            .map(|ticket| &ticket.id().tail()[..1])
            .collect();
        names.join("")
    }

    #[test]
    fn what_burns_comes_first() {
        // P1; P2 unacknowledged, the older first; P2 in work; none; pending; over.
        assert_eq!(sorted("burning"), "avwtnpr");
        assert_eq!(Order::default(), Order::parse("burning").unwrap());
    }

    #[test]
    fn columns_turn_round_and_the_missing_stay_last() {
        assert_eq!(sorted("opened"), "rpntvwa");
        assert_eq!(sorted("-opened"), "awvtnpr");
        assert_eq!(sorted("level"), "vnarptw");
        assert_eq!(sorted("-level"), "anvrptw");
        assert_eq!(sorted("team"), "tpwrnva");
        assert_eq!(sorted("priority,-opened"), "aprwvtn");
    }

    #[test]
    fn words_go_in_the_order_of_the_domain() {
        // New, in progress, pending, resolved; not by the alphabet.
        assert_eq!(sorted("status"), "nvwatpr");
    }

    #[test]
    fn ties_go_by_id_whatever_the_order_was() {
        let mut tickets = desk();
        tickets.reverse();
        let order = Order::parse("kind").unwrap();
        order.sort(&mut tickets, &Clocks::default());
        assert!(tickets.is_sorted_by_key(|ticket| ticket.id().clone()));
    }

    #[test]
    fn unknown_columns_are_refused() {
        let refused = Order::parse("priority,-openned").unwrap_err();
        assert_eq!(refused.to_string(), "there is no column \"openned\"");
        assert!(refused.hint().starts_with("did you mean opened?"));
        assert_eq!(Order::parse(" ").unwrap_err(), OrderError::Empty);
        assert!(Order::parse("priority,").is_err());
    }
}
