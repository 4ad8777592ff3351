//! An id as it is said on the phone: digits as words, letters in the
//! international (NATO) spelling alphabet.

use crate::ticket::TicketId;

/// The random part, said as two groups of three: `261123-k7f3q2` is "kilo seven
/// foxtrot, three quebec two". Enough where both sides know the day, and
/// nearly always otherwise.
#[must_use]
pub fn say(id: &TicketId) -> String {
    groups(id.tail(), 3)
}

/// The whole id, the date first as year, month, day: "two six, one one, two
/// three, kilo seven foxtrot, three quebec two".
#[must_use]
pub fn say_in_full(id: &TicketId) -> String {
    let day = id.as_str().split('-').next().unwrap_or_default();
    format!("{}, {}", groups(day, 2), say(id))
}

fn groups(text: &str, size: usize) -> String {
    let words: Vec<&str> = text.chars().filter_map(word).collect();
    let groups: Vec<String> = words.chunks(size).map(|group| group.join(" ")).collect();
    groups.join(", ")
}

fn word(c: char) -> Option<&'static str> {
    Some(match c.to_ascii_lowercase() {
        '0' => "zero",
        '1' => "one",
        '2' => "two",
        '3' => "three",
        '4' => "four",
        '5' => "five",
        '6' => "six",
        '7' => "seven",
        '8' => "eight",
        '9' => "nine",
        'a' => "alfa",
        'b' => "bravo",
        'c' => "charlie",
        'd' => "delta",
        'e' => "echo",
        'f' => "foxtrot",
        'g' => "golf",
        'h' => "hotel",
        'i' => "india",
        'j' => "juliett",
        'k' => "kilo",
        'l' => "lima",
        'm' => "mike",
        'n' => "november",
        'o' => "oscar",
        'p' => "papa",
        'q' => "quebec",
        'r' => "romeo",
        's' => "sierra",
        't' => "tango",
        'u' => "uniform",
        'v' => "victor",
        'w' => "whiskey",
        'x' => "x-ray",
        'y' => "yankee",
        'z' => "zulu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::value::Value;

    #[test]
    fn ids_are_said_in_groups() {
        let id = TicketId::parse("261123-k7f3q2").unwrap();
        assert_eq!(say(&id), "kilo seven foxtrot, three quebec two");
        assert_eq!(
            say_in_full(&id),
            "two six, one one, two three, kilo seven foxtrot, three quebec two"
        );
    }

    #[test]
    fn every_character_of_an_id_has_its_own_word() {
        let mut words: Vec<&str> = ('0'..='9').chain('a'..='z').filter_map(word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 36);
    }
}
