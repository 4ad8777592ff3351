//! Nearest-rank percentiles (DOMAIN.md section 6): the answer is always one of
//! the values, never a mean of two.

/// The smallest of `values` that at least `percent` of them do not exceed.
/// `percent` is 1 to 100 and clamped to that; 50 is the median. `None` of
/// nothing. The values are in order.
///
/// ```
/// use tierdesk::report::percentile::nearest_rank;
/// assert_eq!(nearest_rank(&[15, 20, 35, 40, 50], 40), Some(20));
/// assert_eq!(nearest_rank::<i64>(&[], 50), None);
/// ```
#[must_use]
pub fn nearest_rank<T: Copy>(values: &[T], percent: u8) -> Option<T> {
    let rank = (values.len() * usize::from(percent.clamp(1, 100))).div_ceil(100);
    values.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_is_rounded_up() {
        let ten: Vec<i64> = (1..=10).collect();
        for (percent, expected) in [
            (1, 1),
            (10, 1),
            (11, 2),
            (50, 5),
            (51, 6),
            (90, 9),
            (91, 10),
        ] {
            assert_eq!(nearest_rank(&ten, percent), Some(expected), "{percent}");
        }
        assert_eq!(nearest_rank(&ten, 100), Some(10));
        assert_eq!(nearest_rank(&ten, 0), Some(1));
        assert_eq!(nearest_rank(&[7], 90), Some(7));
        assert_eq!(nearest_rank(&[1, 2, 3, 4], 50), Some(2));
    }
}
