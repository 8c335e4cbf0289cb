//! A rough word on a passphrase. It only advises: the background's minimum length decides.

/// Fewest characters that a vault passphrase may have.
pub const SHORTEST: usize = 12;

/// How hard a passphrase is to guess, by length and variety alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Under the minimum length.
    Short,
    /// Few different characters or little length.
    Weak,
    /// Good enough for most people.
    Fair,
    /// Long and varied.
    Strong,
}

impl Strength {
    /// The word for a number of bits.
    #[must_use]
    pub fn of_bits(bits: f64) -> Self {
        match bits {
            bits if bits < 45.0 => Self::Weak,
            bits if bits < 75.0 => Self::Fair,
            _ => Self::Strong,
        }
    }

    /// Number for the meter, 0 to 3.
    #[must_use]
    pub fn level(self) -> u8 {
        self as u8
    }

    /// Code (`strength_<code>`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Weak => "weak",
            Self::Fair => "fair",
            Self::Strong => "strong",
        }
    }
}

/// Estimates a passphrase: bits per character from the kinds of characters, counted only for
/// characters that do not just repeat or continue the one before (`aaaa`, `1234`).
#[must_use]
pub fn estimate(passphrase: &str) -> Strength {
    if passphrase.chars().count() < SHORTEST {
        return Strength::Short;
    }
    let mut pool: u32 = 0;
    for (size, is_kind) in KINDS {
        if passphrase.chars().any(is_kind) {
            pool += size;
        }
    }
    let bits_each = f64::from(pool.max(2)).log2();
    Strength::of_bits(surprising(passphrase) * bits_each)
}

type Kind = (u32, fn(char) -> bool);

// ASCII on purpose: Unicode's tables would weigh more than this whole estimate.
const KINDS: [Kind; 5] = [
    (26, |c| c.is_ascii_lowercase()),
    (26, |c| c.is_ascii_uppercase()),
    (10, |c| c.is_ascii_digit()),
    (20, |c| c.is_ascii() && !c.is_ascii_alphanumeric()),
    (40, |c| !c.is_ascii()),
];

/// How many characters are no mere repetition or continuation of the one before.
fn surprising(passphrase: &str) -> f64 {
    let mut last: Option<u32> = None;
    let mut count: u32 = 0;
    for c in passphrase.chars() {
        let code = u32::from(c);
        if last.is_none_or(|last| code.abs_diff(last) > 1) {
            count += 1;
        }
        last = Some(code);
    }
    f64::from(count)
}
