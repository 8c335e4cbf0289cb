//! A scan reads every frame of a tab that we may look into; one reading comes out of it.

use crate::wire::messages::{LINKS_LIMIT, MailReading, TEXT_LIMIT};

/// The message that one of the frames shows, the top frame's before others; else the texts of all, in
/// their order, as far as there is room for them. Each comes with the id of its frame, 0 for the top one:
/// only that is the document whose host is known, so no other proves a sender. `None`: no frame was read.
pub fn one_of(readings: impl Iterator<Item = (i64, MailReading)>) -> Option<MailReading> {
    let mut readings: Vec<(i64, MailReading)> = readings.collect();
    let rank = |(frame, reading): &(i64, MailReading)| {
        2 * u8::from(reading.provider.is_some()) + u8::from(*frame == 0)
    };
    let mut best = 0;
    let mut highest = 0;
    for (at, one) in readings.iter().enumerate() {
        if rank(one) > highest {
            (best, highest) = (at, rank(one));
        }
    }
    if readings.is_empty() {
        return None;
    }
    let (frame, mut first) = readings.remove(best);
    if frame != 0 {
        first.sender = None;
    }
    if first.provider.is_none() {
        for (_, other) in readings {
            append(&mut first, other);
        }
    }
    Some(first)
}

fn append(to: &mut MailReading, other: MailReading) {
    let room = to.text.full.len() + other.text.full.len() < TEXT_LIMIT;
    if room {
        for (to, other) in [
            (&mut to.text.visible, &other.text.visible),
            (&mut to.text.full, &other.text.full),
        ] {
            to.push('\n');
            to.push_str(other);
        }
        to.links.extend(other.links);
        to.links.truncate(LINKS_LIMIT);
    }
    to.text.cut |= other.text.cut || !room;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::messages::ShownText;

    fn page(text: &str) -> MailReading {
        MailReading {
            text: ShownText {
                visible: text.to_owned(),
                full: text.to_owned(),
                cut: false,
            },
            ..MailReading::default()
        }
    }

    fn message(text: &str) -> MailReading {
        MailReading {
            provider: Some("gmx".to_owned()),
            sender: Some("support@salesforce.com".to_owned()),
            ..page(text)
        }
    }

    #[test]
    fn a_message_goes_before_the_page_around_it_and_only_the_top_one_has_a_sender() {
        let table = [
            (vec![], None),
            (vec![(0, page("a"))], Some(("a", false))),
            (vec![(0, page("a")), (7, page("b"))], Some(("a\nb", false))),
            (vec![(7, page("b")), (0, page("a"))], Some(("a\nb", false))),
            (vec![(0, page("a")), (7, message("b"))], Some(("b", false))),
            (
                vec![(7, message("b")), (8, page("c")), (0, message("a"))],
                Some(("a", true)),
            ),
        ];
        for (readings, expected) in table {
            let read = one_of(readings.into_iter());
            let read = read
                .as_ref()
                .map(|one| (one.text.visible.as_str(), one.sender.is_some()));
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn what_there_is_no_room_for_is_told() {
        let long = "x".repeat(TEXT_LIMIT);
        let readings = [(0, page("a")), (7, page(&long)), (8, page("b"))];
        let read = one_of(readings.into_iter()).unwrap_or_default();
        assert_eq!((read.text.full.as_str(), read.text.cut), ("a\nb", true));
    }
}
