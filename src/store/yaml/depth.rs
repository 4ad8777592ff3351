//! How deep brackets nest, told before a parser sees them.
//!
//! Exact for files that desk wrote, so that none is ever refused, however many
//! brackets its texts have. Elsewhere it may count too few, which costs time
//! and nothing else.

/// Deeper than anything a desk's file can mean.
const MOST: usize = 100;

/// Where brackets first nest too deeply, as a byte index.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest <= MOST {
        return None;
    }
    Walk {
        bytes: text.as_bytes(),
        at: 0,
    }
    .find()
}

/// A walk over the text, from line to line and through what spans lines.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn find(&mut self) -> Option<usize> {
        while self.at < self.bytes.len() {
            let indent = self.skip(|byte| byte == b' ');
            while self.rest().starts_with(b"- ") {
                self.at += 2;
                self.skip(|byte| byte == b' ');
            }
            self.skip_key();
            match self.bytes.get(self.at) {
                Some(b'[' | b'{') => {
                    if let Some(index) = self.flow() {
                        return Some(index);
                    }
                }
                Some(quote @ (b'"' | b'\'')) => self.quoted(*quote),
                Some(b'|' | b'>') => {
                    self.end_line();
                    self.skip_block(indent);
                    continue;
                }
                _ => {}
            }
            self.end_line();
        }
        None
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at.min(self.bytes.len())..]
    }

    /// Skips bytes that are wanted, and says how many.
    fn skip(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let count = self.rest().iter().take_while(|byte| wanted(**byte)).count();
        self.at += count;
        count
    }

    /// Skips `key: ` if that is what comes.
    fn skip_key(&mut self) {
        let key = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let length = self.rest().iter().take_while(|byte| key(byte)).count();
        if length > 0 && self.rest()[length..].starts_with(b": ") {
            self.at += length + 2;
            self.skip(|byte| byte == b' ');
        }
    }

    fn end_line(&mut self) {
        self.skip(|byte| byte != b'\n');
        self.at += 1;
    }

    /// Skips the lines of a block scalar: blank ones and those that are
    /// indented more than where it was announced.
    fn skip_block(&mut self, indent: usize) {
        while self.at < self.bytes.len() {
            let start = self.at;
            let spaces = self.skip(|byte| byte == b' ');
            let blank = matches!(self.bytes.get(self.at), None | Some(b'\n' | b'\r'));
            if spaces <= indent && !blank {
                self.at = start;
                return;
            }
            self.end_line();
        }
    }

    /// Skips a quoted scalar.
    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            if *byte == quote {
                return;
            }
            if *byte == b'\\' && quote == b'"' {
                self.at += 1;
            }
        }
    }

    /// Skips a flow collection, unless it nests too deeply.
    fn flow(&mut self) -> Option<usize> {
        let mut depth = 0;
        let mut last = b'[';
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'[' | b'{' => {
                    depth += 1;
                    if depth > MOST {
                        return Some(self.at);
                    }
                }
                b']' | b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        return None;
                    }
                }
                b'"' | b'\'' if b"[{,:".contains(&last) => {
                    self.quoted(byte);
                    last = byte;
                    continue;
                }
                b'#' if self.at > 0 && self.bytes[self.at - 1].is_ascii_whitespace() => {
                    self.skip(|byte| byte != b'\n');
                    continue;
                }
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                last = byte;
            }
            self.at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_do_not_nest() {
        let many = "[{".repeat(5_000);
        for text in [
            format!("title: a{many}\n"),
            format!("title: \"{many}\\\"{many}\"\n"),
            format!("- {{e: aaaa, text: \"{many}\", tried: [\"{many}\", '{many}']}}\n"),
            format!("- e: aaaa\n  text: |\n    {many}\n\n    {many}\n  tried: [a]\n"),
            format!("# {many}\na: b\n"),
        ] {
            assert_eq!(too_deep(&text), None, "{:.40}", text);
        }
    }

    #[test]
    fn nested_brackets_do() {
        for text in [
            "[".repeat(5_000),
            "a:\n  - {b: ".to_owned() + &"{c: ".repeat(5_000),
            "a: [".to_owned() + &"x, [".repeat(5_000),
        ] {
            assert!(too_deep(&text).is_some_and(|index| index < 1_000));
        }
    }
}
