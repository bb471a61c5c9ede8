//! From tokens to a tree, by precedence climbing.

use rust_decimal::Decimal;

use super::{
    Error, MAX_DEPTH,
    functions::{self, Function},
    lexer::Token,
    quantity::{Calendar, Quantity, Unit},
    syntax::{Expr, Kind, Link, LinkKind, Operator, Step, StepKind, TYPE_LEVEL, TypeName},
    value::Value,
};

pub(super) fn parse(tokens: Vec<(usize, Token)>) -> Result<Expr, Error> {
    let mut parser = Parser { tokens, next: 0, depth: 0 };
    let expr = parser.expression(0)?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => parser.unexpected("the end or an operator"),
    }
}

struct Parser {
    /// Never empty: the last is `End`.
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.next).map_or(&Token::End, |(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).or(self.tokens.last()).map_or(1, |(at, _)| *at)
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn eat(&mut self, symbol: &'static str) -> bool {
        let found = self.is(symbol);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), Error> {
        if self.eat(symbol) { Ok(()) } else { self.unexpected(symbol) }
    }

    fn unexpected<T>(&self, wanted: &str) -> Result<T, Error> {
        let found = match self.peek() {
            Token::End => "the expression ends".to_owned(),
            Token::Word(word) | Token::Quoted(word) => format!("{word:?} stands"),
            Token::Text(text) => format!("the string {text:?} stands"),
            Token::Number(number) => format!("{number} stands"),
            Token::Symbol(symbol) => format!("{symbol:?} stands"),
            Token::Dollar(name) => format!("${name} stands"),
            Token::Variable(name) => format!("%{name} stands"),
            Token::Moment(_) => "a date or time stands".to_owned(),
        };
        Err(Error::syntax(self.at(), format!("{found} where {wanted} must follow")))
    }

    fn deeper(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::Limit { at: self.at(), what: "the expression is nested too deeply" });
        }
        Ok(())
    }

    // The four functions that follow call each other in a circle. They keep their frames small, so that
    // the deepest expression fits on a small stack: what needs space has a function of its own.

    /// Whatever binds at least as strongly as `least`.
    fn expression(&mut self, least: u8) -> Result<Expr, Error> {
        self.deeper()?;
        let first = self.path()?;
        let mut links = Vec::new();
        self.types(least, &mut links)?;
        while let Some(operator) = self.operator(least) {
            let at = self.at();
            self.next += 1;
            let right = self.expression(operator.level() + 1)?;
            links.push(Link { at, kind: LinkKind::Operator(operator, right) });
            self.types(least, &mut links)?;
        }
        self.depth -= 1;
        Ok(chain(first, links))
    }

    /// Signs, a term and all steps that follow it.
    fn path(&mut self) -> Result<Expr, Error> {
        let (at, depth) = (self.at(), self.depth);
        let signs = self.signs()?;
        let start = self.at();
        let mut steps = Vec::new();
        let first = if self.eat("(") {
            let inner = self.expression(0)?;
            self.expect(")")?;
            inner
        } else if let Some(kind) = self.literal()? {
            Expr { at: start, kind }
        } else {
            // A name or function begins at `$this` with a first step.
            self.step(true, &mut steps)?;
            Expr { at: start, kind: Kind::This }
        };
        loop {
            if self.eat(".") {
                self.step(false, &mut steps)?;
            } else if self.is("[") {
                self.index(&mut steps)?;
            } else {
                break;
            }
        }
        self.depth = depth;
        Ok(with_signs(at, follow(start, first, steps), &signs))
    }

    /// `[expression]`.
    fn index(&mut self, steps: &mut Vec<Step>) -> Result<(), Error> {
        let at = self.at();
        self.next += 1;
        let index = self.expression(0)?;
        self.expect("]")?;
        steps.push(Step { at, kind: StepKind::Indexer(index) });
        Ok(())
    }

    /// A name or a call.
    fn step(&mut self, first: bool, steps: &mut Vec<Step>) -> Result<(), Error> {
        let at = self.at();
        let name = self.name(if first { "a value, a name or a function" } else { "a name or a function" })?;
        if !self.eat("(") {
            let kind = if first { StepKind::First(name) } else { StepKind::Member(name) };
            steps.push(Step { at, kind });
            return Ok(());
        }
        let function = function(at, &name)?;
        let mut args = Vec::new();
        while !self.eat(")") {
            if !args.is_empty() {
                self.expect(",")?;
            }
            args.push(self.expression(0)?);
        }
        steps.push(call(at, function, args)?);
        Ok(())
    }

    /// The next token, if it is an operator that binds strongly enough.
    fn operator(&self, least: u8) -> Option<Operator> {
        operator(self.peek()).filter(|operator| operator.level() >= least)
    }

    /// `is` and `as`, with the names of types that follow them.
    fn types(&mut self, least: u8, links: &mut Vec<Link>) -> Result<(), Error> {
        while TYPE_LEVEL >= least
            && let Token::Word(word) = self.peek()
            && matches!(&**word, "is" | "as")
        {
            let (at, is) = (self.at(), &**word == "is");
            self.next += 1;
            let name = self.type_name()?;
            links.push(Link { at, kind: if is { LinkKind::Is(name) } else { LinkKind::As(name) } });
        }
        Ok(())
    }

    /// All signs; each counts as deeper, because each is a part of its own.
    fn signs(&mut self) -> Result<Vec<bool>, Error> {
        let mut signs = Vec::new();
        while self.is("+") || self.is("-") {
            signs.push(self.is("-"));
            self.next += 1;
            self.deeper()?;
        }
        Ok(signs)
    }

    /// A value that has no parts.
    fn literal(&mut self) -> Result<Option<Kind>, Error> {
        let at = self.at();
        let kind = match self.peek().clone() {
            Token::Symbol("{") => {
                self.next += 1;
                self.expect("}")?;
                return Ok(Some(Kind::Literal(None)));
            }
            Token::Number(number) => {
                self.next += 1;
                return self.number(at, &number).map(|number| Some(Kind::Literal(Some(number))));
            }
            Token::Text(text) => Kind::Literal(Some(Value::String(text.into()))),
            Token::Moment(value) => Kind::Literal(Some(value)),
            Token::Variable(name) => Kind::Variable(name),
            Token::Dollar(name) => match &*name {
                "this" => Kind::This,
                "index" => Kind::Index,
                "total" => Kind::Total,
                _ => {
                    let what = format!("${name} is unknown; there are $this, $index and $total");
                    return Err(Error::syntax(at, what));
                }
            },
            Token::Word(word) if matches!(&*word, "true" | "false") => {
                Kind::Literal(Some(Value::Boolean(&*word == "true")))
            }
            _ => return Ok(None),
        };
        self.next += 1;
        Ok(Some(kind))
    }

    fn name(&mut self, wanted: &str) -> Result<Box<str>, Error> {
        let name = match self.peek() {
            Token::Word(name) if !is_reserved(name) => name.clone(),
            Token::Quoted(name) => name.clone(),
            _ => return self.unexpected(wanted),
        };
        self.next += 1;
        Ok(name)
    }

    fn type_name(&mut self) -> Result<TypeName, Error> {
        let first = self.name("the name of a type")?;
        if self.is(".") && matches!(&*first, "System" | "FHIR") {
            self.next += 1;
            let name = self.name("the name of a type")?;
            return Ok(TypeName { namespace: Some(first), name });
        }
        Ok(TypeName { namespace: None, name: first })
    }

    /// A number, or with a unit behind it a quantity.
    fn number(&mut self, at: usize, digits: &str) -> Result<Value, Error> {
        let decimal: Decimal =
            digits.parse().map_err(|_| Error::syntax(at, format!("{digits} has too many digits")))?;
        let unit = match self.peek() {
            Token::Text(unit) => Some(Unit::Ucum(unit.clone().into())),
            Token::Word(word) => Calendar::parse(word).map(Unit::Calendar),
            _ => None,
        };
        if let Some(unit) = unit {
            self.next += 1;
            return Ok(Value::Quantity(Quantity { value: decimal, unit }));
        }
        if digits.contains('.') {
            return Ok(Value::Decimal(decimal));
        }
        digits.parse().map(Value::Integer).map_err(|_| {
            Error::syntax(at, format!("{digits} is too large for an integer; write it as {digits}.0"))
        })
    }
}

fn chain(first: Expr, links: Vec<Link>) -> Expr {
    if links.is_empty() {
        return first;
    }
    Expr { at: first.at, kind: Kind::Chain(Box::new(first), links) }
}

fn follow(at: usize, start: Expr, steps: Vec<Step>) -> Expr {
    if steps.is_empty() {
        return start;
    }
    Expr { at, kind: Kind::Path(Box::new(start), steps) }
}

fn with_signs(at: usize, expr: Expr, signs: &[bool]) -> Expr {
    signs.iter().rev().fold(expr, |expr, negative| {
        let inner = Box::new(expr);
        Expr { at, kind: if *negative { Kind::Negated(inner) } else { Kind::Unsigned(inner) } }
    })
}

fn function(at: usize, name: &str) -> Result<&'static Function, Error> {
    functions::find(name).ok_or_else(|| Error::syntax(at, format!("there is no function {name}()")))
}

fn call(at: usize, function: &'static Function, args: Vec<Expr>) -> Result<Step, Error> {
    let (name, least, most) = (function.name, function.least, function.most);
    let given = args.len();
    if (least..=most).contains(&given) {
        return Ok(Step { at, kind: StepKind::Call(function, args) });
    }
    let takes = match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (_, usize::MAX) => format!("at least {least} arguments"),
        _ if least == most => format!("{least} arguments"),
        _ => format!("{least} to {most} arguments"),
    };
    Err(Error::syntax(at, format!("{name}() takes {takes}, not {given}")))
}

/// Words that are operators and never names.
fn is_reserved(word: &str) -> bool {
    matches!(word, "and" | "or" | "xor" | "implies" | "div" | "mod" | "true" | "false")
}

fn operator(token: &Token) -> Option<Operator> {
    Some(match token {
        Token::Symbol(symbol) => match *symbol {
            "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "~" => Operator::Equivalent,
            "!~" => Operator::NotEquivalent,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "|" => Operator::Union,
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            "&" => Operator::Concatenate,
            "*" => Operator::Times,
            "/" => Operator::Divide,
            _ => return None,
        },
        Token::Word(word) => match &**word {
            "implies" => Operator::Implies,
            "or" => Operator::Or,
            "xor" => Operator::Xor,
            "and" => Operator::And,
            "in" => Operator::In,
            "contains" => Operator::Contains,
            "div" => Operator::Div,
            "mod" => Operator::Mod,
            _ => return None,
        },
        _ => return None,
    })
}
