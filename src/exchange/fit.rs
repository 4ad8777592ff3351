//! Values of a log → values that the fields of a ticket can hold.

use crate::ticket::Line;

/// The nearest name to a text: lower case, and `-` for every run of what no
/// name may hold. `None` if nothing is left.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let mut name = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || "._+@".contains(c) {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name: String = name.trim_end_matches('-').chars().take(100).collect();
    let name = name.trim_start_matches(['-', '+', '.', '@']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether two texts of a log could become one name in this field.
#[must_use]
pub fn is_named(field: &str) -> bool {
    matches!(
        field,
        "team" | "vendor" | "code" | "actor" | "owner" | "assignee" | "category"
    )
}

/// The text that this field holds for a text of the log; `None` if nothing is
/// left of it. What the field can't hold comes back as it is, for the field to
/// refuse.
#[must_use]
pub fn fit(field: &str, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match field {
        "cause" | "team" | "vendor" | "language" | "via" | "code" | "actor" | "owner"
        | "assignee" => name(text),
        "category" => {
            let names: Option<Vec<String>> = text.split('/').map(name).collect();
            names.map(|names| names.join("/"))
        }
        "kind" | "impact" | "urgency" | "status" => Some(text.to_lowercase()),
        "title" | "requester" | "contact" | "customer" | "unit" | "service" | "site" | "asset"
        | "ref" => Line::nearest(text).map(|line| line.as_str().to_owned()),
        "key" => Some(text.split_whitespace().collect::<Vec<_>>().join("-")),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::value::{Category, Handle, Name, Value};
    use proptest::prelude::*;

    #[test]
    fn texts_become_names() {
        for (text, expected) in [
            ("Group 56", "group-56"),
            ("G199 3rd", "g199-3rd"),
            ("!DO NOT USE!", "do-not-use"),
            ("Marie-Luise.Öst@example.com", "marie-luise.öst@example.com"),
            ("  a  /  b ", "a-b"),
        ] {
            assert_eq!(name(text).unwrap(), expected);
        }
        assert_eq!(name("???"), None);
        let category = fit("category", "Category 55/Subcategory 170");
        assert_eq!(category.unwrap(), "category-55/subcategory-170");
    }

    proptest! {
        #[test]
        fn what_fits_is_a_name(text in "\\PC{0,130}") {
            if let Some(name) = name(&text) {
                prop_assert!(Name::parse(&name).is_ok(), "{name}");
                prop_assert!(Handle::parse(&name).is_ok(), "{name}");
            }
            if let Some(category) = fit("category", &text) {
                prop_assert!(Category::parse(&category).is_ok(), "{category}");
            }
        }
    }
}
