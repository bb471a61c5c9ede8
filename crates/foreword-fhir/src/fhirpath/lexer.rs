//! From characters to tokens.

use super::{
    Error,
    civil::{Date, DateTime, Time},
    value::Value,
};

#[derive(Clone, Debug)]
pub(super) enum Token {
    /// A name, or a word that may be an operator.
    Word(Box<str>),
    /// A name in back-ticks: never an operator.
    Quoted(Box<str>),
    Text(Box<str>),
    /// Digits, with a fraction or without.
    Number(Box<str>),
    /// A date or a time.
    Moment(Value),
    /// `$this`, `$index`, `$total`.
    Dollar(Box<str>),
    /// `%name`.
    Variable(Box<str>),
    Symbol(&'static str),
    End,
}

/// Longer ones first.
const SYMBOLS: [&str; 22] = [
    "<=", ">=", "!=", "!~", "(", ")", "[", "]", "{", "}", ".", ",", "+", "-", "*", "/", "&", "|", "=", "~",
    "<", ">",
];

/// All tokens with the character each begins at, from 1; the last is `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Error> {
    let mut lexer = Lexer { text, at: 1 };
    let mut found = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let at = lexer.at;
        let token = lexer.token()?;
        let last = matches!(token, Token::End);
        found.push((at, token));
        if last {
            return Ok(found);
        }
    }
}

struct Lexer<'t> {
    /// What is left.
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    fn error<T>(&self, what: impl Into<String>) -> Result<T, Error> {
        Err(Error::syntax(self.at, what))
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.text.split_at(bytes);
        self.at += taken.chars().count();
        self.text = rest;
        taken
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let end = self.text.find(|c| !belongs(c)).unwrap_or(self.text.len());
        self.take(end)
    }

    fn skip_blanks(&mut self) -> Result<(), Error> {
        loop {
            self.take_while(char::is_whitespace);
            if self.text.starts_with("//") {
                self.take_while(|c| c != '\n' && c != '\r');
            } else if self.text.starts_with("/*") {
                let Some(end) = self.text.find("*/") else { return self.error("the comment has no end") };
                self.take(end + 2);
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Token, Error> {
        let Some(first) = self.text.chars().next() else { return Ok(Token::End) };
        match first {
            'a'..='z' | 'A'..='Z' | '_' => Ok(Token::Word(self.take_while(is_word).into())),
            '0'..='9' => Ok(Token::Number(self.number().into())),
            '\'' => Ok(Token::Text(self.quoted('\'')?)),
            '`' => Ok(Token::Quoted(self.quoted('`')?)),
            '$' => {
                self.take(1);
                Ok(Token::Dollar(self.take_while(is_word).into()))
            }
            '%' => self.variable(),
            '@' => self.moment(),
            _ => match SYMBOLS.into_iter().find(|symbol| self.text.starts_with(symbol)) {
                Some(symbol) => {
                    self.take(symbol.len());
                    Ok(Token::Symbol(symbol))
                }
                None => self.error(format!("{first:?} has no meaning here")),
            },
        }
    }

    fn number(&mut self) -> String {
        let mut number = self.take_while(|c| c.is_ascii_digit()).to_owned();
        if let Some(fraction) = self.text.strip_prefix('.')
            && fraction.starts_with(|c: char| c.is_ascii_digit())
        {
            number += self.take(1);
            number += self.take_while(|c| c.is_ascii_digit());
        }
        number
    }

    fn variable(&mut self) -> Result<Token, Error> {
        self.take(1);
        let name: Box<str> = match self.text.chars().next() {
            Some(quote @ ('`' | '\'')) => self.quoted(quote)?,
            // Names of value sets and extensions hold hyphens.
            _ if self.text.starts_with("vs-") || self.text.starts_with("ext-") => {
                self.take_while(|c| is_word(c) || c == '-').into()
            }
            _ => self.take_while(is_word).into(),
        };
        if name.is_empty() { self.error("a name must follow the %") } else { Ok(Token::Variable(name)) }
    }

    fn quoted(&mut self, quote: char) -> Result<Box<str>, Error> {
        let begin = self.at;
        self.take(1);
        let mut out = String::new();
        loop {
            out.push_str(self.take_while(|c| c != quote && c != '\\'));
            let mut rest = self.text.chars();
            match (rest.next(), rest.next()) {
                (None, _) => return Err(Error::syntax(begin, format!("the closing {quote} is missing"))),
                (Some('\\'), Some('u')) => out.push(self.unicode()?),
                (Some('\\'), escaped) => {
                    out.push(match escaped {
                        Some('n') => '\n',
                        Some('r') => '\r',
                        Some('t') => '\t',
                        Some('f') => '\u{c}',
                        Some(same @ ('\\' | '/' | '\'' | '"' | '`')) => same,
                        _ => return self.error("this is no escape; a backslash is written \\\\"),
                    });
                    self.take(2);
                }
                _ => {
                    self.take(1);
                    return Ok(out.into());
                }
            }
        }
    }

    /// `\u` and four hexadecimal digits, twice for what lies beyond the first 65,536 characters.
    fn unicode(&mut self) -> Result<char, Error> {
        let unit = |text: &str| {
            let digits = text.strip_prefix("\\u")?.get(..4)?;
            digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
        };
        let Some(first) = unit(self.text) else {
            return self.error("four hexadecimal digits must follow \\u");
        };
        let second = unit(self.text.get(6..).unwrap_or_default());
        let units = [first, second.unwrap_or_default()];
        let length = if (0xD800..0xDC00).contains(&first) && second.is_some() { 2 } else { 1 };
        match char::decode_utf16(units[..length].iter().copied()).next() {
            Some(Ok(c)) => {
                self.take(6 * length);
                Ok(c)
            }
            _ => self.error("this is half of a character"),
        }
    }

    fn moment(&mut self) -> Result<Token, Error> {
        let length = moment_length(&self.text[1..]);
        let written = &self.text[1..=length];
        let value = if let Some(time) = written.strip_prefix('T') {
            Time::parse(time).map(Value::Time)
        } else if let Some((date, time)) = written.split_once('T') {
            let whole = if time.is_empty() { date } else { written };
            DateTime::parse(whole).map(Value::DateTime)
        } else {
            Date::parse(written).map(Value::Date)
        };
        match value {
            Some(value) => {
                self.take(1 + length);
                Ok(Token::Moment(value))
            }
            None => self.error(format!("@{written} is no date and no time")),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// How many bytes of the text belong to a date or time.
fn moment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let part = |at: usize, sign: u8| bytes.get(at) == Some(&sign) && digits(at + 1) > 0;
    let mut end = 0;
    let is_time = bytes.first() == Some(&b'T');
    if !is_time {
        end += digits(0);
        for _ in 0..2 {
            if part(end, b'-') {
                end += 1 + digits(end + 1);
            }
        }
    }
    if bytes.get(end) != Some(&b'T') {
        return end;
    }
    end += 1;
    end += digits(end);
    for sign in [b':', b':', b'.'] {
        if part(end, sign) {
            end += 1 + digits(end + 1);
        }
    }
    if !is_time {
        if bytes.get(end) == Some(&b'Z') {
            return end + 1;
        }
        let sign = bytes.get(end).is_some_and(|b| matches!(b, b'+' | b'-'));
        if sign && digits(end + 1) == 2 && bytes.get(end + 3) == Some(&b':') && digits(end + 4) == 2 {
            return end + 6;
        }
    }
    end
}
