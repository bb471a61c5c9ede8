//! The functions by their names, one file for each kind.

mod aggregate;
mod boundary;
mod convert;
mod encode;
mod existence;
mod extension;
mod filter;
mod math;
mod sets;
mod text;
mod tree;
pub(super) mod types;
mod weight;

pub(super) use weight::Items;

use std::sync::Arc;

use super::{
    Error,
    evaluate::{self, Collection, Evaluator, Scope},
    syntax::Expr,
    value::Value,
};

/// A function, and how many arguments it takes.
pub(super) struct Function {
    pub name: &'static str,
    pub least: usize,
    pub most: usize,
    run: Run,
}

enum Run {
    /// Nothing can go wrong.
    Sure(fn(&mut Evaluator<'_>, &mut Call<'_, '_>) -> Collection),
    Fallible(Fallible),
}

type Fallible = fn(&mut Evaluator<'_>, &mut Call<'_, '_>) -> Result<Collection, Error>;

/// Two strings, or nothing when one is missing.
type Texts = Option<(Arc<str>, Arc<str>)>;

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// One call: what a function is called on, and with what.
pub(super) struct Call<'a, 's> {
    pub at: usize,
    pub input: Collection,
    pub args: &'a [Expr],
    pub scope: &'a Scope<'s>,
}

const fn f(name: &'static str, least: usize, most: usize, run: Fallible) -> Function {
    Function { name, least, most, run: Run::Fallible(run) }
}

const fn sure(
    name: &'static str,
    least: usize,
    most: usize,
    run: fn(&mut Evaluator<'_>, &mut Call<'_, '_>) -> Collection,
) -> Function {
    Function { name, least, most, run: Run::Sure(run) }
}

static FUNCTIONS: &[Function] = &[
    sure("empty", 0, 0, existence::empty),
    f("exists", 0, 1, existence::exists),
    f("all", 1, 1, existence::all),
    f("allTrue", 0, 0, existence::all_true),
    f("anyTrue", 0, 0, existence::any_true),
    f("allFalse", 0, 0, existence::all_false),
    f("anyFalse", 0, 0, existence::any_false),
    f("not", 0, 0, existence::not),
    sure("count", 0, 0, existence::count),
    sure("hasValue", 0, 0, existence::has_value),
    sure("getValue", 0, 0, existence::get_value),
    f("iif", 2, 3, filter::iif),
    f("where", 1, 1, filter::r#where),
    f("select", 1, 1, filter::select),
    f("repeat", 1, 1, filter::repeat),
    f("single", 0, 0, filter::single),
    sure("first", 0, 0, filter::first),
    sure("last", 0, 0, filter::last),
    sure("tail", 0, 0, filter::tail),
    f("skip", 1, 1, filter::skip),
    f("take", 1, 1, filter::take),
    f("sort", 0, usize::MAX, filter::sort),
    f("coalesce", 1, usize::MAX, filter::coalesce),
    f("trace", 1, 2, filter::trace),
    // Walking a path defines the variable: it is seen by the steps that follow.
    sure("defineVariable", 1, 2, filter::unchanged),
    f("distinct", 0, 0, sets::distinct),
    f("isDistinct", 0, 0, sets::is_distinct),
    f("subsetOf", 1, 1, sets::subset_of),
    f("supersetOf", 1, 1, sets::superset_of),
    f("intersect", 1, 1, sets::intersect),
    f("exclude", 1, 1, sets::exclude),
    f("union", 1, 1, sets::union),
    f("combine", 1, 1, sets::combine),
    f("aggregate", 1, 2, aggregate::aggregate),
    f("sum", 0, 0, aggregate::sum),
    f("min", 0, 0, aggregate::min),
    f("max", 0, 0, aggregate::max),
    f("avg", 0, 0, aggregate::avg),
    f("toBoolean", 0, 0, convert::to_boolean),
    f("toInteger", 0, 0, convert::to_integer),
    f("toDecimal", 0, 0, convert::to_decimal),
    f("toString", 0, 0, convert::to_string),
    f("toDate", 0, 0, convert::to_date),
    f("toDateTime", 0, 0, convert::to_date_time),
    f("toTime", 0, 0, convert::to_time),
    f("toQuantity", 0, 1, convert::to_quantity),
    f("convertsToBoolean", 0, 0, convert::converts_to_boolean),
    f("convertsToInteger", 0, 0, convert::converts_to_integer),
    f("convertsToDecimal", 0, 0, convert::converts_to_decimal),
    f("convertsToString", 0, 0, convert::converts_to_string),
    f("convertsToDate", 0, 0, convert::converts_to_date),
    f("convertsToDateTime", 0, 0, convert::converts_to_date_time),
    f("convertsToTime", 0, 0, convert::converts_to_time),
    f("convertsToQuantity", 0, 1, convert::converts_to_quantity),
    f("length", 0, 0, text::length),
    f("indexOf", 1, 1, text::index_of),
    f("lastIndexOf", 1, 1, text::last_index_of),
    f("substring", 1, 2, text::substring),
    f("startsWith", 1, 1, text::starts_with),
    f("endsWith", 1, 1, text::ends_with),
    f("contains", 1, 1, text::contains),
    f("upper", 0, 0, text::upper),
    f("lower", 0, 0, text::lower),
    f("trim", 0, 0, text::trim),
    f("replace", 2, 2, text::replace),
    f("matches", 1, 2, text::matches),
    f("matchesFull", 1, 2, text::matches_full),
    f("replaceMatches", 2, 3, text::replace_matches),
    f("toChars", 0, 0, text::to_chars),
    f("split", 1, 1, text::split),
    f("join", 0, 1, text::join),
    f("encode", 1, 1, encode::encode),
    f("decode", 1, 1, encode::decode),
    f("escape", 1, 1, encode::escape),
    f("unescape", 1, 1, encode::unescape),
    f("abs", 0, 0, math::abs),
    f("ceiling", 0, 0, math::ceiling),
    f("floor", 0, 0, math::floor),
    f("truncate", 0, 0, math::truncate),
    f("round", 0, 1, math::round),
    f("sqrt", 0, 0, math::sqrt),
    f("exp", 0, 0, math::exp),
    f("ln", 0, 0, math::ln),
    f("log", 1, 1, math::log),
    f("power", 1, 1, math::power),
    f("lowBoundary", 0, 1, boundary::low),
    f("highBoundary", 0, 1, boundary::high),
    f("precision", 0, 0, boundary::precision),
    f("comparable", 1, 1, boundary::comparable),
    sure("now", 0, 0, tree::now),
    sure("today", 0, 0, tree::today),
    sure("timeOfDay", 0, 0, tree::time_of_day),
    f("children", 0, 0, tree::children),
    f("descendants", 0, 0, tree::descendants),
    f("extension", 1, 1, extension::extension),
    f("resolve", 0, 0, extension::resolve),
    f("conformsTo", 1, 1, extension::conforms_to),
    f("is", 1, 1, types::is_function),
    f("as", 1, 1, types::as_function),
    f("ofType", 1, 1, types::of_type),
    sure("type", 0, 0, types::type_of),
    f("weight", 0, 0, weight::weight),
    f("ordinal", 0, 0, weight::weight),
];

impl Function {
    pub fn call(&self, evaluator: &mut Evaluator<'_>, mut call: Call<'_, '_>) -> Result<Collection, Error> {
        match self.run {
            Run::Sure(run) => Ok(run(evaluator, &mut call)),
            Run::Fallible(run) => run(evaluator, &mut call),
        }
    }
}

/// The function of a name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

impl Call<'_, '_> {
    /// The argument's values, seen from where the function is called.
    fn argument(&self, evaluator: &mut Evaluator<'_>, n: usize) -> Result<Collection, Error> {
        match self.args.get(n) {
            Some(expr) => evaluator.evaluate(expr, self.scope),
            None => Ok(Vec::new()),
        }
    }

    fn text_argument(&self, evaluator: &mut Evaluator<'_>, n: usize) -> Result<Option<Arc<str>>, Error> {
        let value = self.argument(evaluator, n)?;
        let text = evaluate::text(self.at, &value)?;
        evaluator.spend(self.at, text.as_ref().map_or(0, |text| text.len() / 16))?;
        Ok(text)
    }

    fn integer_argument(&self, evaluator: &mut Evaluator<'_>, n: usize) -> Result<Option<i32>, Error> {
        let value = self.argument(evaluator, n)?;
        evaluate::integer(self.at, &value)
    }

    /// The first argument for one of the values: there it is `$this`.
    fn each(&self, evaluator: &mut Evaluator<'_>, value: &Value, index: usize) -> Result<Collection, Error> {
        let Some(expr) = self.args.first() else { return Ok(Vec::new()) };
        let scope = Scope { this: std::slice::from_ref(value), index: Some(index), ..self.scope.clone() };
        evaluator.evaluate(expr, &scope)
    }

    /// The values it is called on, taken away.
    fn take(&mut self) -> Collection {
        std::mem::take(&mut self.input)
    }

    /// The one value it is called on, as a value of `FHIRPath`.
    fn single(&self) -> Result<Option<Value>, Error> {
        Ok(evaluate::single(self.at, &self.input)?.map(Value::plain))
    }

    /// The one string it is called on, with reading it paid for.
    fn text(&self, evaluator: &mut Evaluator<'_>) -> Result<Option<Arc<str>>, Error> {
        let text = evaluate::text(self.at, &self.input)?;
        evaluator.spend(self.at, text.as_ref().map_or(0, |text| text.len() / 16))?;
        Ok(text)
    }

    fn error<T>(&self, what: impl Into<String>) -> Result<T, Error> {
        Err(Error::execution(self.at, what))
    }
}

/// One value or none as a collection.
fn some(value: Option<Value>) -> Collection {
    value.into_iter().collect()
}

fn truth(value: bool) -> Collection {
    vec![Value::Boolean(value)]
}
