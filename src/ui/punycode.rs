//! What a host name with `xn--` labels shows in a browser that decodes it (RFC 3492).

/// The host with its encoded labels decoded; `None` if there are none, or none that can be read.
#[must_use]
pub fn decoded(host: &str) -> Option<String> {
    let mut some = false;
    let labels: Vec<String> = host
        .split('.')
        .map(|label| {
            let found = label
                .strip_prefix("xn--")
                .and_then(idna::punycode::decode_to_string);
            some |= found.is_some();
            found.unwrap_or_else(|| label.to_owned())
        })
        .collect();
    some.then(|| labels.join("."))
}
