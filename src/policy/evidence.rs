//! Which level is this? (DOMAIN.md section 3, question 3): what speaks for
//! which. Advice: nothing is refused by it.

use super::rules::Policy;
use super::who::named;
use crate::ticket::{Grade, Header, Level, TicketId};

/// A ticket like it that was resolved.
#[derive(Debug, Clone)]
pub struct Similar {
    /// Which.
    pub id: TicketId,
    /// The level that resolved it.
    pub level: Option<Level>,
    /// The lowest level that could have.
    pub could_be: Option<Level>,
}

/// Something that is known about it already.
#[derive(Debug, Clone)]
pub struct Known {
    /// `problem 261123-k7f3q2` or `kb/vpn-drops.md`.
    pub what: String,
    /// Its title.
    pub title: String,
}

/// Where a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// It is documented: any level may solve it.
    Known,
    /// Similar tickets.
    Similar,
    /// A rule of the policy.
    Rule,
    /// Impact and urgency.
    Impact,
    /// Where every ticket starts.
    Usual,
}

impl Source {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Similar => "similar",
            Self::Rule => "rule",
            Self::Impact => "impact",
            Self::Usual => "usual",
        }
    }
}

/// A piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Where it comes from.
    pub source: Source,
    /// The level that it speaks for.
    pub level: Level,
    /// What it says.
    pub says: String,
}

/// What the evidence comes to.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// The level; none on a desk without levels.
    pub level: Option<Level>,
    /// The evidence, the weightiest first: the first one decides.
    pub evidence: Vec<Evidence>,
}

/// So many similar tickets, of which most were resolved at one level, weigh
/// more than a rule.
const ENOUGH: usize = 3;

/// Weighs what is known of a ticket. What is documented weighs most, since
/// level 1 may solve it whatever it is; then what happened to enough tickets
/// like it, what the policy says, what happened to a few, impact and urgency.
#[must_use]
pub fn judge(policy: &Policy, header: &Header, similar: &[Similar], known: &[Known]) -> Verdict {
    let mut evidence = Vec::new();
    let first = policy.first_level;
    for one in known.iter().take(3) {
        if let Some(level) = first {
            let says = format!("{} is about it: {}", one.what, one.title);
            evidence.push(Evidence {
                source: Source::Known,
                level,
                says,
            });
        }
    }
    let rule = by_rule(policy, header);
    match by_similar(policy, similar) {
        Some((told, true)) => {
            evidence.push(told);
            evidence.extend(rule);
        }
        told => {
            evidence.extend(rule);
            evidence.extend(told.map(|(told, _)| told));
        }
    }
    evidence.extend(by_impact(policy, header));
    if let (true, Some(level)) = (evidence.is_empty(), first) {
        let says = format!("every ticket starts at {}", named(policy, level));
        evidence.push(Evidence {
            source: Source::Usual,
            level,
            says,
        });
    }
    Verdict {
        level: evidence.first().map(|first| first.level),
        evidence,
    }
}

fn by_rule(policy: &Policy, header: &Header) -> Vec<Evidence> {
    let mut found = Vec::new();
    let new = Header {
        level: None,
        team: None,
        ..header.clone()
    };
    if let Some(route) = policy.route(&new)
        && let Some(level) = route.level
    {
        let says = format!(
            "{route} ({}) sends it to {}",
            route.at(),
            named(policy, level)
        );
        found.push(Evidence {
            source: Source::Rule,
            level,
            says,
        });
    }
    let category = header
        .category
        .as_ref()
        .and_then(|own| policy.category(own));
    if let Some((category, rule)) = category
        && let Some(level) = rule.level
    {
        let says = format!("tickets of {category} start at {}", named(policy, level));
        found.push(Evidence {
            source: Source::Rule,
            level,
            says,
        });
    }
    found
}

/// The level that most similar tickets needed, the lowest of equals; and
/// whether they are enough to weigh more than a rule.
fn by_similar(policy: &Policy, similar: &[Similar]) -> Option<(Evidence, bool)> {
    // Below where tickets start nobody is asked.
    let needed = |one: &Similar| one.could_be.or(one.level).max(policy.first_level);
    let levels: Vec<Level> = similar.iter().filter_map(needed).collect();
    let count = |level: Level| levels.iter().filter(|own| **own == level).count();
    let level = policy
        .levels
        .keys()
        .copied()
        .rev()
        .max_by_key(|level| count(*level))?;
    let most = count(level);
    if most == 0 {
        return None;
    }
    let lower = similar
        .iter()
        .filter(|one| one.could_be.is_some() && one.could_be < one.level)
        .count();
    let lower = match lower {
        0 => String::new(),
        n => format!(" ({n} could have been lower than where they were)"),
    };
    let (all, name) = (levels.len(), named(policy, level));
    let says = match all {
        1 => format!("the one like it that is resolved needed {name}{lower}"),
        all => format!("{most} of {all} like it needed {name}{lower}"),
    };
    let enough = all >= ENOUGH && most * 2 > all;
    let evidence = Evidence {
        source: Source::Similar,
        level,
        says,
    };
    Some((evidence, enough))
}

/// High impact or urgency is the last internal line's (DOMAIN.md section 1).
fn by_impact(policy: &Policy, header: &Header) -> Option<Evidence> {
    let last = policy
        .levels
        .keys()
        .copied()
        .rfind(|level| !policy.is_vendor(*level))?;
    let high = |grade: Option<Grade>| grade == Some(Grade::High);
    let what = match (high(header.impact), high(header.urgency)) {
        (true, true) => "impact and urgency are",
        (true, false) => "the impact is",
        (false, true) => "the urgency is",
        (false, false) => return None,
    };
    Some(Evidence {
        source: Source::Impact,
        level: last,
        says: format!("{what} high, which is for {}", named(policy, last)),
    })
}
