//! Tickets like another, and what is known about it already.

use super::app::Desk;
use super::cached::About;
use super::error::DeskError;
use super::text::fold;
use crate::policy::evidence::{Known, Similar};
use crate::store::Snapshot;
use crate::store::cache::{CacheError, Column, Condition, Hit, OrderBy, Select, Test, View};
use crate::ticket::value::Value as _;
use crate::ticket::{Header, Kind, Status, Ticket, TicketId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// So many similar tickets are looked at, the best first.
const MOST: usize = 20;

/// So many words of a text are looked for, the longest first.
const WORDS: usize = 8;

/// So many articles are looked at.
const ARTICLES: usize = 1_000;

impl Desk {
    /// Resolved tickets like this one (of its category, or with half of its
    /// words), and what is known about it: problems that are not solved for
    /// good, and articles.
    ///
    /// # Errors
    /// The tickets can't be read.
    pub fn similar(
        &self,
        snapshot: &Snapshot<'_>,
        header: &Header,
        own: Option<&TicketId>,
    ) -> Result<(Vec<Similar>, Vec<Known>), DeskError> {
        let title = header.title.as_ref().map_or("", |title| title.as_str());
        let words = words(title);
        let question = |view: &View| {
            let mut like = Like::default();
            like.gather(view, header, &words, own)?;
            Ok(like)
        };
        let like = match self.cache(snapshot, About::Words).ask(question) {
            Some(like) => like,
            None => {
                let view = self
                    .store
                    .cache_in_memory(snapshot, self.wanted(About::Words));
                view.and_then(|view| question(&view))?
            }
        };
        let mut known = like.problems;
        known.extend(articles(snapshot, &words)?);
        Ok((like.resolved, known))
    }
}

/// The words of a text that tell it from others.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let all = folded.split(|c: char| !c.is_alphanumeric());
    let mut words: Vec<String> = all
        .filter(|word| Test::can_say(word) && word.chars().count() > 3)
        .map(str::to_owned)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(WORDS);
    words
}

#[derive(Default)]
struct Like {
    resolved: Vec<Similar>,
    problems: Vec<Known>,
}

impl Like {
    fn gather(
        &mut self,
        view: &View,
        header: &Header,
        words: &[String],
        own: Option<&TicketId>,
    ) -> Result<(), CacheError> {
        let (Some(status), Some(kind), Some(category), Some(updated)) = (
            Column::named("status"),
            Column::named("kind"),
            Column::named("category"),
            Column::named("updated"),
        ) else {
            return Ok(());
        };
        let is = |column, word: &str| Test::Is(column, word.to_owned());
        let any = |any_of| Condition {
            any_of,
            negated: false,
        };
        let resolved = any(vec![
            is(status, Status::Resolved.word()),
            is(status, Status::Closed.word()),
        ]);
        let problem = vec![
            any(vec![is(kind, Kind::Problem.word())]),
            Condition {
                any_of: vec![is(status, Status::Cancelled.word())],
                negated: true,
            },
        ];
        let mut found: BTreeMap<TicketId, (usize, Ticket)> = BTreeMap::new();
        let mut problems: BTreeMap<TicketId, (usize, Ticket)> = BTreeMap::new();
        for word in words {
            let word = std::slice::from_ref(word);
            for (conditions, into) in [
                (std::slice::from_ref(&resolved), &mut found),
                (&problem[..], &mut problems),
            ] {
                view.search(word, conditions, &mut |Hit { ticket, .. }| {
                    let entry = into.entry(ticket.id().clone());
                    entry.or_insert((0, ticket)).0 += 1;
                    // A word that most have tells nothing.
                    if into.len() < MOST * 20 {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                })?;
            }
        }
        let enough = words.len().div_ceil(2).max(1);
        found.retain(|_, (shared, _)| *shared >= enough);
        problems.retain(|_, (shared, _)| *shared >= enough);
        if let Some(own) = &header.category {
            let under = any(vec![Test::Under(category, fold(own.as_str()))]);
            let newest = OrderBy::Column {
                column: updated,
                descending: true,
            };
            let both = [vec![resolved.clone(), under.clone()], {
                let mut all = problem.clone();
                all.push(under);
                all
            }];
            for (conditions, into) in both.into_iter().zip([&mut found, &mut problems]) {
                let select = Select {
                    conditions,
                    order: vec![newest.clone()],
                };
                view.select(&select, Some(MOST), &mut |ticket| {
                    into.entry(ticket.id().clone()).or_insert((0, ticket));
                    ControlFlow::Continue(())
                })?;
            }
        }
        let best = |all: BTreeMap<TicketId, (usize, Ticket)>| {
            let mut all: Vec<_> = all.into_values().collect();
            all.retain(|(_, ticket)| Some(ticket.id()) != own);
            all.sort_by(|a, b| (b.0, b.1.id()).cmp(&(a.0, a.1.id())));
            all.truncate(MOST);
            all.into_iter().map(|(_, ticket)| ticket)
        };
        let like = |ticket: Ticket| Similar {
            id: ticket.id().clone(),
            level: ticket.header().level,
            could_be: ticket.header().could_be,
        };
        let incidents = best(found).filter(|one| one.header().kind != Some(Kind::Problem));
        self.resolved = incidents.map(like).collect();
        let about = |ticket: Ticket| Known {
            what: format!("problem {}", ticket.id().text()),
            title: ticket.title().to_owned(),
        };
        self.problems = best(problems).map(about).collect();
        Ok(())
    }
}

/// Articles whose title has half of the words.
fn articles(snapshot: &Snapshot<'_>, words: &[String]) -> Result<Vec<Known>, DeskError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    snapshot.walk("kb", |path, blob| {
        if path.ends_with(".md") && paths.len() < ARTICLES {
            paths.push((path.to_owned(), blob));
        }
        Ok::<_, DeskError>(())
    })?;
    let mut known = Vec::new();
    for (path, blob) in paths {
        let bytes = snapshot.read_blob(blob)?;
        let text = String::from_utf8_lossy(&bytes);
        let title = text.lines().take(30).find_map(|line| {
            let title = line
                .strip_prefix("title:")
                .or_else(|| line.strip_prefix("# "))?;
            Some(title.trim().trim_matches(['"', '\'']).to_owned())
        });
        let title = title.unwrap_or_else(|| path.clone());
        let where_to_look = fold(&format!("{title} {path}"));
        let shared = words
            .iter()
            .filter(|word| where_to_look.contains(*word))
            .count();
        if shared >= words.len().div_ceil(2) {
            known.push(Known { what: path, title });
        }
    }
    Ok(known)
}
