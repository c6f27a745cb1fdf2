//! "did you mean": the nearest of the names that exist.

/// The name that `wrong` most likely stands for, if one is near enough to be worth showing.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.6;
    let wrong = wrong.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let slips = strsim::normalized_damerau_levenshtein(&wrong, &name);
        // Among names that are as many slips away, the one with the same letters is meant.
        (slips >= NEAR).then(|| slips + strsim::jaro(&wrong, &name))
    };
    let near = names.into_iter().filter_map(|name| Some((likeness(name)?, name)));
    near.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        let names = ["port", "max-conns", "password", "prod", "staging"];
        for (wrong, near) in [
            ("prot", Some("port")),
            ("max_conns", Some("max-conns")),
            ("passwd", Some("password")),
            ("Prod", Some("prod")),
            ("service_host", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, names), near, "{wrong}");
        }
    }
}
