//! On desks whose figures are computed by hand.

use super::*;
use crate::report::story::{Known, Story, november, resolve_with, rows, served};
use serde_json::json;

#[test]
fn rates_and_articles_in_use() {
    let known = served();
    let scope = known.scope(november());
    // a and z have an article; z, of seven that alice opened, solved itself.
    assert_eq!(
        rows(&rates(&scope)),
        ["knowledge-link-rate | 2/6 | 6", "deflection | 1/7 | 7"]
    );
    assert_eq!(
        rows(&articles(&scope)),
        ["reset | 1 | 1/6 | 0:05", "vpn | 1 | 1/6 | 0:40"]
    );
}

#[test]
fn the_largest_category_without_an_article_comes_first() {
    let ticket = |letter: &str, category: &str, hours: u32, articles: &[&str]| {
        Story::open(
            &format!("261102-{}", letter.repeat(6)),
            "2026-11-02T09:00:00Z",
            &[("category", category), ("level", "1")],
        )
        .then(
            &format!("2026-11-02T{:02}:00:00Z", 9 + hours),
            "lena",
            resolve_with(None, articles),
        )
        .end()
    };
    let known = Known::new(
        &json!({"format": 1}),
        &[
            ticket("a", "mail", 1, &["quota"]),
            ticket("b", "mail", 1, &[]),
            ticket("c", "hardware", 5, &[]),
            ticket("d", "network", 2, &[]),
            ticket("e", "network", 4, &[]),
        ],
    );
    let scope = known.scope(november());
    // Mail has an article, if only once.
    assert_eq!(
        rows(&gaps(&scope)),
        [
            "network | 2 | 2/5 | 2:00 | 2/2",
            "hardware | 1 | 1/5 | 5:00 | 1/1",
        ]
    );
}
