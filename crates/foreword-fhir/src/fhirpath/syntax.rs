//! An expression as a tree. Chains of operators and of steps lie flat, so that only brackets make it deep.

use super::{functions::Function, value::Value};

/// A part of an expression, and the character it begins at.
#[derive(Debug)]
pub(super) struct Expr {
    pub at: usize,
    pub kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// A literal; nothing for `{}`.
    Literal(Option<Value>),
    /// `$this`.
    This,
    /// `$index`.
    Index,
    /// `$total`.
    Total,
    /// `%name`.
    Variable(Box<str>),
    /// `-x`.
    Negated(Box<Expr>),
    /// `+x`.
    Unsigned(Box<Expr>),
    /// `x + y - z`, evaluated from left to right.
    Chain(Box<Expr>, Vec<Link>),
    /// `x.name.first()[0]`.
    Path(Box<Expr>, Vec<Step>),
}

/// An operator and what stands to its right.
#[derive(Debug)]
pub(super) struct Link {
    pub at: usize,
    pub kind: LinkKind,
}

#[derive(Debug)]
pub(super) enum LinkKind {
    Operator(Operator, Expr),
    Is(TypeName),
    As(TypeName),
}

#[derive(Debug)]
pub(super) struct Step {
    pub at: usize,
    pub kind: StepKind,
}

#[derive(Debug)]
pub(super) enum StepKind {
    /// A child by its name.
    Member(Box<str>),
    /// A name an expression begins with: a child, or the type of what it is evaluated on.
    First(Box<str>),
    Call(&'static Function, Vec<Expr>),
    Indexer(Expr),
}

/// The name of a type, with or without `System` or `FHIR` before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TypeName {
    pub namespace: Option<Box<str>>,
    pub name: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Implies,
    Or,
    Xor,
    And,
    In,
    Contains,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Union,
    Plus,
    Minus,
    Concatenate,
    Times,
    Divide,
    Div,
    Mod,
}

/// How strongly `is` and `as` bind.
pub(super) const TYPE_LEVEL: u8 = 8;

impl Operator {
    /// How strongly it binds; more binds stronger.
    pub fn level(self) -> u8 {
        match self {
            Self::Implies => 1,
            Self::Or | Self::Xor => 2,
            Self::And => 3,
            Self::In | Self::Contains => 4,
            Self::Equal | Self::NotEqual | Self::Equivalent | Self::NotEquivalent => 5,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 6,
            Self::Union => 7,
            Self::Plus | Self::Minus | Self::Concatenate => 9,
            Self::Times | Self::Divide | Self::Div | Self::Mod => 10,
        }
    }
}

impl Expr {
    /// The type's name, when the expression is nothing but one.
    pub fn as_type(&self) -> Option<TypeName> {
        let Kind::Path(start, steps) = &self.kind else { return None };
        let mut names = steps.iter().map(|step| match &step.kind {
            StepKind::Member(name) | StepKind::First(name) => Some(name.clone()),
            StepKind::Call(..) | StepKind::Indexer(_) => None,
        });
        let (first, second) = (names.next()??, names.next());
        if !matches!(start.kind, Kind::This) || names.next().is_some() {
            return None;
        }
        Some(match second {
            None => TypeName { namespace: None, name: first },
            Some(second) => TypeName { namespace: Some(first), name: second? },
        })
    }
}
