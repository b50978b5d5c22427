//! Whether two JSON values hold the same numbers.

use serde_json::{Map, Value};

/// Relative difference within which two reference values are the same: another machine's linear algebra moves the
/// last digits, and the tests themselves ask for 1e-9.
const TOLERANCE: f64 = 1e-9;
/// P values far in the tail multiply the relative error of their statistic.
const P_TOLERANCE: f64 = 1e-6;
/// Two numbers this small, P values apart, are rounding errors of 0.
const NOISE: f64 = 1e-12;

/// Where `new` differs from `old`: the path of each place and both values. The key `versions` is not compared.
pub(crate) fn differences(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(old, new, &Place { path: String::new(), key: String::new(), scale: 0.0 }, &mut found);
    found
}

/// Where in the value we are.
struct Place {
    path: String,
    /// The nearest key above.
    key: String,
    /// Largest size among the numbers of the same array: an element is as exact as its array.
    scale: f64,
}

impl Place {
    fn key(&self, key: &str) -> Self {
        Self { path: format!("{}/{key}", self.path), key: key.to_owned(), scale: 0.0 }
    }

    fn index(&self, i: usize, scale: f64) -> Self {
        Self { path: format!("{}/{i}", self.path), key: self.key.clone(), scale }
    }

    fn is_p_value(&self) -> bool {
        self.key.split(['_', '.']).any(|word| word == "p")
    }
}

fn compare(old: &Value, new: &Value, place: &Place, found: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => compare_objects(a, b, place, found),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let scale = if place.is_p_value() { 0.0 } else { largest(a).max(largest(b)) };
            for (i, (x, y)) in a.iter().zip(b).enumerate() {
                compare(x, y, &place.index(i, scale), found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            found.push(format!("{}: {} values, now {}", place.path, a.len(), b.len()));
        }
        _ if same(old, new, place) => {}
        _ => found.push(format!("{}: {old}, now {new}", place.path)),
    }
}

fn compare_objects(a: &Map<String, Value>, b: &Map<String, Value>, place: &Place, found: &mut Vec<String>) {
    for (key, x) in a.iter().filter(|(key, _)| *key != "versions") {
        match b.get(key) {
            Some(y) => compare(x, y, &place.key(key), found),
            None => found.push(format!("{}/{key}: gone", place.path)),
        }
    }
    for key in b.keys().filter(|key| !a.contains_key(*key)) {
        found.push(format!("{}/{key}: new", place.path));
    }
}

fn same(old: &Value, new: &Value, place: &Place) -> bool {
    let (Some(a), Some(b)) = (old.as_f64(), new.as_f64()) else { return old == new };
    let is_p = place.is_p_value();
    let tolerance = if is_p { P_TOLERANCE } else { TOLERANCE };
    let largest = a.abs().max(b.abs());
    (a - b).abs() <= tolerance * largest.max(place.scale) || (!is_p && largest < NOISE)
}

fn largest(values: &[Value]) -> f64 {
    values.iter().filter_map(Value::as_f64).fold(0.0, |most, value| most.max(value.abs()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_digits_may_differ_and_no_more() {
        let old = json!({"cases": [{"estimate": 1.475_284_9}]});
        assert!(differences(&old, &json!({"cases": [{"estimate": 1.475_284_900_1}]})).is_empty());
        let found = differences(&old, &json!({"cases": [{"estimate": 1.475_285_0}]}));
        assert_eq!(found, ["/cases/0/estimate: 1.4752849, now 1.475285"]);
    }

    #[test]
    fn an_element_is_as_exact_as_its_array() {
        let old = json!({"score": [1000.0, 0.0]});
        assert!(differences(&old, &json!({"score": [1000.0, 1e-8]})).is_empty());
        assert_eq!(differences(&old, &json!({"score": [1000.0, 1e-5]})).len(), 1);
    }

    #[test]
    fn small_p_values_are_compared_relatively() {
        let old = json!({"p": 1e-200, "zph_p": [0.5, 1e-30]});
        assert!(differences(&old, &json!({"p": 1.000_000_1e-200, "zph_p": [0.5, 1e-30]})).is_empty());
        assert_eq!(differences(&old, &json!({"p": 2e-200, "zph_p": [0.5, 2e-30]})).len(), 2);
    }

    #[test]
    fn rounding_errors_of_zero_are_equal() {
        assert!(differences(&json!({"score": 3e-14}), &json!({"score": -1e-15})).is_empty());
    }

    #[test]
    fn texts_keys_and_counts_are_compared_exactly() {
        let old = json!({"a": "x", "b": [1, 2], "c": null, "versions": {"R": "4.2.2"}});
        let new = json!({"a": "y", "b": [1], "c": 0.0, "d": 1, "versions": {"R": "4.5.0"}});
        let found = differences(&old, &new);
        assert_eq!(found, ["/a: \"x\", now \"y\"", "/b: 2 values, now 1", "/c: null, now 0.0", "/d: new"]);
        assert_eq!(differences(&json!({"a": 1}), &json!({})), ["/a: gone"]);
    }
}
