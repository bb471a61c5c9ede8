use super::*;

mod bank;
mod properties;
mod sitting;
mod vectors;

fn item(id: &str, slope: f64, thresholds: &[f64]) -> Item {
    Item { id: id.to_owned(), slope, thresholds: thresholds.to_vec(), area: None }
}

/// The items of the made-up bank the published examples were computed from.
fn items() -> Vec<Item> {
    rows(include_str!("../../../../tests/vectors/irt/synthetic_bank_30x5.csv"))
        .iter()
        .map(|row| item(row["item_id"], number(row["a"]), &["b1", "b2", "b3", "b4"].map(|b| number(row[b]))))
        .collect()
}

fn engine_of(items: Vec<Item>, model: Model) -> Engine {
    Engine::new(Bank::new(items).unwrap(), model).unwrap()
}

fn engine() -> Engine {
    engine_of(items(), Model::default())
}

/// The rows of a CSV file without commas in its cells, each by the names of the header.
fn rows(csv: &str) -> Vec<std::collections::BTreeMap<&str, &str>> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let header: Vec<&str> = cells(lines.next().expect("a header")).collect();
    lines.map(|line| header.iter().copied().zip(cells(line)).collect()).collect()
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|cell| cell.trim_matches('"'))
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is a number"))
}

fn list<T>(cell: &str, read: impl Fn(&str) -> T) -> Vec<T> {
    cell.split(';').filter(|part| !part.is_empty()).map(read).collect()
}

fn place(cell: &str) -> usize {
    cell.parse().unwrap_or_else(|_| panic!("{cell:?} is a place"))
}

/// Answers from "0=4 3=1": places and categories.
fn answers(engine: &Engine, written: &str) -> Vec<Answered> {
    written
        .split_whitespace()
        .map(|pair| {
            let (item, category) = pair.split_once('=').expect("place=category");
            engine.bank().answered_at(place(item), place(category)).unwrap()
        })
        .collect()
}
