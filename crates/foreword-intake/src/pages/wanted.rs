//! Addresses of the same page with something else chosen.

/// A path with what is chosen, some of it otherwise; what is empty is left out.
pub(super) fn address(path: &str, chosen: &[(&str, &str)], other: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in chosen {
        let value = other.iter().find(|(changed, _)| changed == name).map_or(*value, |(_, value)| *value);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}
