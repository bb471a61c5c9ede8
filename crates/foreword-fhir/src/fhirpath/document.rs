//! A FHIR resource as a tree of elements that know their place: a child its parent, an answer its item.
//!
//! Reads JSON without losing a digit, and refuses what FHIR's JSON can't be: members that stand twice,
//! lists in lists, nesting beyond [`MAX_NESTING`](super::MAX_NESTING).

use std::{collections::HashMap, fmt, ops::Range, sync::Arc};

use serde_json::value::RawValue;

use super::{
    Error, MAX_NESTING,
    json::{self, Json},
    model,
};

/// A JSON object with what FHIR says of it. Cheap to clone.
#[derive(Clone)]
pub struct Document(Arc<Tree>);

/// An element of a document. Cheap to clone.
#[derive(Clone)]
pub struct Element {
    tree: Arc<Tree>,
    index: usize,
}

struct Tree {
    text: Box<str>,
    nodes: Vec<Node>,
}

struct Node {
    /// The name in JSON: `valueQuantity`.
    key: Box<str>,
    /// How much of it is the element's name: `value`.
    stem: usize,
    /// Its type; empty when it is not known.
    kind: &'static str,
    parent: Option<usize>,
    scalar: Option<Scalar>,
    children: Vec<usize>,
    /// Where its JSON stands in the text.
    place: Range<usize>,
}

/// A value that has no parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Boolean(bool),
    /// As it is written.
    Number(Box<str>),
    Text(Arc<str>),
}

impl Document {
    /// Reads a resource, or any other JSON object.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text: Box<str> = text.strip_prefix('\u{feff}').unwrap_or(text).trim().into();
        let root: &RawValue =
            serde_json::from_str(&text).map_err(|fault| Error::Document(fault.to_string()))?;
        let mut builder = Builder { nodes: Vec::new(), start: text.as_ptr() as usize };
        let Json::Object(members) = json::open(root)? else {
            return Err(Error::Document("a resource is a JSON object, this is none".to_owned()));
        };
        let kind = resource_type(&members)?.unwrap_or_default();
        let index = builder.node(String::new(), 0, kind, None, Some(root));
        builder.members(index, &members, 1)?;
        let nodes = builder.nodes;
        Ok(Self(Arc::new(Tree { text, nodes })))
    }

    /// Takes a resource that was read before. Decimals are as exact as they are in it.
    pub fn from_json(value: &serde_json::Value) -> Result<Self, Error> {
        Self::parse(&value.to_string())
    }

    /// The resource itself.
    pub fn root(&self) -> Element {
        Element { tree: self.0.clone(), index: 0 }
    }
}

impl Element {
    fn node(&self) -> &Node {
        &self.tree.nodes[self.index]
    }

    fn at(&self, index: usize) -> Self {
        Self { tree: self.tree.clone(), index }
    }

    /// Its name: `value` for `valueQuantity`; empty for the resource itself.
    pub fn name(&self) -> &str {
        let node = self.node();
        node.key.get(..node.stem).unwrap_or(&node.key)
    }

    /// Its name in JSON: `valueQuantity`; empty for the resource itself.
    pub fn key(&self) -> &str {
        &self.node().key
    }

    /// Its type as FHIR calls it; `Element` when that is not known.
    pub fn type_name(&self) -> &'static str {
        let node = self.node();
        match (node.kind, &node.scalar) {
            ("", Some(Scalar::Text(_))) => "string",
            ("", _) => "Element",
            (kind, _) => model::public_name(kind),
        }
    }

    /// Its type, or its path where the type has no name; empty when it is not known.
    pub(crate) fn kind(&self) -> &'static str {
        self.node().kind
    }

    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        self.node().scalar.as_ref()
    }

    /// How many children it has.
    pub(crate) fn width(&self) -> usize {
        self.node().children.len()
    }

    /// All its children, in the order of the document.
    pub(crate) fn children(&self) -> impl Iterator<Item = Self> {
        self.node().children.iter().map(|index| self.at(*index))
    }

    /// Its children of a name; `valueCoding` is another name of a `value` that is a `Coding`.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.name() == name || &*child.node().key == name)
    }

    /// Its first child of a name.
    pub(crate) fn first(&self, name: &str) -> Option<Self> {
        self.named(name).next()
    }

    /// The text of its first child of a name.
    pub(crate) fn text(&self, name: &str) -> Option<Arc<str>> {
        match self.first(name)?.scalar()? {
            Scalar::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    pub(crate) fn parent(&self) -> Option<Self> {
        self.node().parent.map(|index| self.at(index))
    }

    /// The resource it is part of.
    pub(crate) fn root(&self) -> Self {
        self.at(0)
    }

    /// What tells it from every other element.
    pub(crate) fn identity(&self) -> (usize, usize) {
        (Arc::as_ptr(&self.tree) as usize, self.index)
    }

    /// Its JSON with every digit it was written with, on one line. What stands beside a primitive value
    /// (`_given`) is not in it.
    pub fn json(&self) -> String {
        let written = self.tree.text.get(self.node().place.clone()).filter(|json| !json.is_empty());
        compact(written.unwrap_or("null"))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A resource may be a patient's: its content is not for logs.
        write!(f, "Document({} elements)", self.0.nodes.len())
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({} {})", self.name(), self.type_name())
    }
}

struct Builder {
    nodes: Vec<Node>,
    /// Where the text begins in memory.
    start: usize,
}

impl Builder {
    fn node(
        &mut self,
        key: String,
        stem: usize,
        kind: &'static str,
        parent: Option<usize>,
        raw: Option<&RawValue>,
    ) -> usize {
        let index = self.nodes.len();
        let place = raw.map_or(0..0, |raw| {
            let from = (raw.get().as_ptr() as usize).saturating_sub(self.start);
            from..from + raw.get().len()
        });
        let key = key.into();
        self.nodes.push(Node { key, stem, kind, parent, scalar: None, children: Vec::new(), place });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        index
    }

    /// Adds the members of an object as children of an element.
    fn members(&mut self, of: usize, members: &[(String, &RawValue)], depth: usize) -> Result<(), Error> {
        if depth > MAX_NESTING {
            return Err(Error::Document(format!("nested more than {MAX_NESTING} deep")));
        }
        let mut by_name = HashMap::with_capacity(members.len());
        for (name, raw) in members {
            if by_name.insert(name.as_str(), *raw).is_some() {
                return Err(Error::Document(format!("the member {name:?} stands twice in one object")));
            }
        }
        for (name, raw) in members {
            let (key, value, beside) = match name.strip_prefix('_') {
                None => (name.as_str(), Some(*raw), by_name.get(format!("_{name}").as_str()).copied()),
                Some(plain) if by_name.contains_key(plain) => continue,
                Some(plain) => (plain, None, Some(*raw)),
            };
            if !matches!(key, "resourceType" | "fhir_comments") {
                self.member(of, key, value, beside, depth)?;
            }
        }
        Ok(())
    }

    /// Adds what a member and the one beside it (`_given`) say: an element, or a list of them.
    fn member(
        &mut self,
        of: usize,
        key: &str,
        value: Option<&RawValue>,
        beside: Option<&RawValue>,
        depth: usize,
    ) -> Result<(), Error> {
        let values = many(key, value)?;
        let besides = many(key, beside)?;
        let child = model::child(self.nodes[of].kind, key);
        for n in 0..values.len().max(besides.len()) {
            let raw = values.get(n).copied();
            let value = raw.map_or(Ok(Json::Null), json::open)?;
            let beside = besides.get(n).map_or(Ok(Json::Null), |raw| json::open(raw))?;
            if matches!((&value, &beside), (Json::Null, Json::Null)) {
                continue;
            }
            let index = self.node(key.to_owned(), child.stem, child.kind, Some(of), raw);
            match value {
                Json::Null => {}
                Json::Array(_) => return Err(Error::Document(format!("{key:?} holds a list in a list"))),
                Json::Scalar(scalar) => {
                    if child.kind.is_empty() {
                        self.nodes[index].kind = shape(&scalar);
                    }
                    self.nodes[index].scalar = Some(scalar);
                }
                Json::Object(members) => {
                    if matches!(child.kind, "" | "Resource") {
                        self.nodes[index].kind = resource_type(&members)?.unwrap_or(child.kind);
                    }
                    self.members(index, &members, depth + 1)?;
                }
            }
            match beside {
                Json::Null => {}
                Json::Object(members) => self.members(index, &members, depth + 1)?,
                _ => return Err(Error::Document(format!("\"_{key}\" holds no object"))),
            }
        }
        Ok(())
    }
}

/// Without the blanks between tokens.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    json.chars()
        .filter(|c| {
            if in_string {
                in_string = *c != '"' || escaped;
                escaped = *c == '\\' && !escaped;
                return true;
            }
            in_string = *c == '"';
            !c.is_ascii_whitespace()
        })
        .collect()
}

/// What JSON alone tells of a type.
fn shape(scalar: &Scalar) -> &'static str {
    match scalar {
        Scalar::Boolean(_) => "boolean",
        Scalar::Number(number) if number.contains(['.', 'e', 'E']) => "decimal",
        Scalar::Number(_) => "integer",
        Scalar::Text(_) => "",
    }
}

fn resource_type(members: &[(String, &RawValue)]) -> Result<Option<&'static str>, Error> {
    let Some((_, raw)) = members.iter().find(|(name, _)| name == "resourceType") else { return Ok(None) };
    match json::open(raw)? {
        Json::Scalar(Scalar::Text(name)) => Ok(model::find(&name)),
        _ => Err(Error::Document("resourceType is no string".to_owned())),
    }
}

/// The elements of a list; anything else is a list of one.
fn many<'t>(key: &str, raw: Option<&'t RawValue>) -> Result<Vec<&'t RawValue>, Error> {
    match raw {
        None => Ok(Vec::new()),
        Some(raw) if raw.get().starts_with('[') => match json::open(raw)? {
            Json::Array(list) => Ok(list),
            _ => Err(Error::Document(format!("{key:?} holds no list"))),
        },
        Some(raw) => Ok(vec![raw]),
    }
}
