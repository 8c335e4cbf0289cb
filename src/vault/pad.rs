//! Padding: a sealed record shows its length only in steps of [`BLOCK`] bytes, so that an empty
//! password and a long one look alike (`facts/security.md` §1.2).

/// Plaintexts grow to the next multiple of this many bytes (at least one byte is added).
pub const BLOCK: usize = 64;

/// First byte of the padding; zeros follow.
const MARK: u8 = 0x80;

/// The plaintext with its padding.
///
/// Allocated once in its final size: growing would leave a copy of the plaintext behind.
#[must_use]
pub fn padded(plaintext: &[u8]) -> Vec<u8> {
    let length = (plaintext.len() / BLOCK + 1) * BLOCK;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend_from_slice(plaintext);
    bytes.push(MARK);
    bytes.resize(length, 0);
    bytes
}

/// Length of the plaintext inside `bytes`, or `None` if the padding is not [`padded`]'s.
///
/// Not constant time: it runs only on bytes that were authenticated, so there is no oracle.
#[must_use]
pub fn unpadded_len(bytes: &[u8]) -> Option<usize> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    let at = bytes.iter().rposition(|&byte| byte != 0)?;
    (bytes.get(at) == Some(&MARK) && bytes.len() - at <= BLOCK).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_in_blocks() {
        for (length, whole) in [
            (0, 64),
            (1, 64),
            (63, 64),
            (64, 128),
            (127, 128),
            (128, 192),
        ] {
            let bytes = padded(&vec![0x80; length]);
            assert_eq!((bytes.len(), bytes.capacity()), (whole, whole));
            assert_eq!(unpadded_len(&bytes), Some(length));
        }
    }

    #[test]
    fn other_padding_is_refused() {
        let mut no_mark = padded(b"abc");
        no_mark[3] = 0;
        let mut after_mark = padded(b"abc");
        after_mark[10] = 1;
        let mut whole_block_more = padded(b"abc");
        whole_block_more.extend([0; BLOCK]);
        for bytes in [
            &no_mark[..],
            &after_mark,
            &whole_block_more,
            &[0; 64],
            &[0x80; 63],
            &[],
        ] {
            assert_eq!(unpadded_len(bytes), None);
        }
    }
}
