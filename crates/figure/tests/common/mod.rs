//! What every figure must satisfy, and labels that break careless ones.

use oligomet_figure::inspect::{crossed_texts, outside_page, overlapping_texts};
use oligomet_figure::scene::Scene;
use oligomet_figure::size::SMALLEST_SIZE;
use proptest::prelude::*;

/// No text touches another, none is crossed by a line, and everything is on the page.
pub(crate) fn check_scene(scene: &Scene) -> Result<(), TestCaseError> {
    prop_assert_eq!(overlapping_texts(scene), vec![], "texts overlap");
    prop_assert_eq!(outside_page(scene), Vec::<String>::new(), "outside the page");
    // A ribbon is a pale filling without an outline: text on it is legible.
    prop_assert_eq!(crossed_texts(scene, &["ribbon"]), vec![], "texts are crossed");
    let least = scene.texts().iter().map(|text| text.size).fold(f64::INFINITY, f64::min);
    prop_assert!(least >= SMALLEST_SIZE, "type of {} pt", least);
    prop_assert_eq!(&scene.to_svg(), &scene.to_svg());
    Ok(())
}

/// Labels: usual ones, long ones, and any printable characters.
pub(crate) fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z0-9≥<]{1,8}( [a-z/-]{1,12}){0,3}",
        1 => "[A-Za-z]{1,14}( [a-z]{1,14}){8,16}",
        1 => "\\PC{0,40}",
        1 => "[a-z]{60,200}",
        1 => Just("<b>&\"'</b> 乳癌 🎗 مرحبا é\u{301}\u{0}".to_owned()),
    ]
}
