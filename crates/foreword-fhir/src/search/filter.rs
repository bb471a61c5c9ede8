//! One parameter of a query, with its modifier and its values.

use serde_json::Value;

use super::{
    element::at,
    reference::target,
    table::{Parameter, Type},
    text::fold,
    value::{Token, Wanted, words},
};

/// A parameter with what is asked of it: any of its values.
#[derive(Clone)]
pub(super) struct Filter {
    pub parameter: &'static Parameter,
    pub test: Test,
}

/// What is asked of a parameter.
#[derive(Clone)]
pub(super) enum Test {
    /// One of these.
    Any(Vec<Wanted>),
    /// None of these.
    Not(Vec<Wanted>),
    /// Whether there is none at all.
    Missing(bool),
    /// One of these words, letter by letter.
    Exact(Vec<String>),
    /// One of these somewhere in the words.
    Contains(Vec<String>),
    /// The identifier that a reference names.
    Identifier(Vec<Token>),
}

impl Filter {
    /// Whether a resource is as asked for.
    pub fn matches(&self, resource: &Value) -> bool {
        let mut elements = self.elements(resource);
        let any = |wanted: &[Wanted]| {
            elements.iter().any(|element| wanted.iter().any(|one| self.fits(one, element)))
        };
        match &self.test {
            Test::Any(wanted) => any(wanted),
            Test::Not(wanted) => !any(wanted),
            Test::Missing(is_missing) => elements.is_empty() == *is_missing,
            Test::Exact(texts) => {
                elements.iter().any(|element| words(element).iter().any(|found| texts.contains(found)))
            }
            Test::Contains(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
                let has = |found: &String| texts.iter().any(|text| fold(found).contains(text));
                elements.iter().any(|element| words(element).iter().any(has))
            }
            Test::Identifier(tokens) => {
                elements.retain(|element| element.get("identifier").is_some());
                let named = elements.iter().map(|element| &element["identifier"]);
                named.into_iter().any(|identifier| tokens.iter().any(|token| token.fits(identifier)))
            }
        }
    }

    /// The elements the parameter looks at.
    pub fn elements<'a>(&self, resource: &'a Value) -> Vec<&'a Value> {
        elements(self.parameter, resource)
    }

    fn fits(&self, wanted: &Wanted, element: &Value) -> bool {
        match wanted {
            Wanted::Token(token) if self.parameter.name == "_id" => token.is_id(element),
            wanted => wanted.fits(element),
        }
    }
}

/// The elements a parameter looks at; of references those to its type.
pub(super) fn elements<'a>(parameter: &Parameter, resource: &'a Value) -> Vec<&'a Value> {
    let mut found: Vec<&Value> = parameter.paths.iter().flat_map(|path| at(resource, path)).collect();
    if parameter.of == Type::Reference && !parameter.target.is_empty() {
        found.retain(|element| target(element).as_deref() == Some(parameter.target));
    }
    found
}
