//! The ways into a vault: adding and removing them, changing the passphrase, and a new vault key.
//!
//! Each change is a new [`Header`], one generation later and signed by the vault key. It lies under one
//! storage name, so it is there whole or not at all: a crash leaves the old header or the new one.
//!
//! Taking a way out stops whoever comes later. It does not stop whoever opened the vault with it before
//! and kept the vault key, nor whoever has an old copy of the header and that way's secret: after a
//! passphrase or a device was lost, [`rotate`](Header::rotate) as well.

use crate::vault::envelope::{self, Binding, Namespace};
use crate::vault::kdf::Params;
use crate::vault::keyring::KeyRing;
use crate::vault::keys::{Header, MAX_SLOTS, PREVIOUS, UnlockError, affordable};
use crate::vault::secret::{Key, SecretText};
use crate::vault::slot::{NewWay, Opening, Random, Slot, SlotError, Way, drawn};

/// Why a header cannot be made or changed. The one there is stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The slot could not be made.
    #[error(transparent)]
    Slot(#[from] SlotError),
    /// The key is not the key of this vault; changing the header would lock everything away.
    #[error("the key is not the key of this vault")]
    WrongKey,
    /// The secret in hand opens no slot.
    #[error("the passphrase opens no way into this vault")]
    WrongPassphrase,
    /// There is no such slot.
    #[error("there is no such way into this vault")]
    NoSuchWay,
    /// It is the last slot.
    #[error("the last way into a vault cannot be taken away")]
    LastWay,
    /// [`MAX_SLOTS`] are there already, or together they would cost too much to try.
    #[error("there are as many ways into this vault as there can be")]
    TooManyWays,
    /// This passkey, or the key of this device, opens the vault already.
    #[error("this way into the vault is there already")]
    WayExists,
    /// The last rotation has not come to its end.
    #[error("the last rotation of the vault key has not ended")]
    Rotating,
}

impl ChangeError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Slot(SlotError::Kdf(error)) => error.code(),
            Self::Slot(SlotError::Seal(error)) => error.code(),
            Self::Slot(SlotError::BadPasskey) => "passkey_malformed",
            Self::WrongKey => "wrong_key",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::NoSuchWay => "way_gone",
            Self::LastWay => "last_way",
            Self::TooManyWays => "too_many_ways",
            Self::WayExists => "way_exists",
            Self::Rotating => "rotation_unfinished",
        }
    }
}

/// A vault with a new key.
#[derive(Debug)]
pub struct Rotated {
    /// The new header: opens with the old secrets and gives the new key.
    pub header: Header,
    /// The new key and the one before.
    pub ring: KeyRing,
    /// Places, in the **old** header, of the slots whose secrets were not in hand. They are gone; the
    /// person must add them anew.
    pub dropped: Vec<usize>,
}

impl Header {
    /// The header as other machines may have it: without what only this device opens. `None` if nothing is left.
    #[must_use]
    pub fn shared(&self, key: &Key) -> Option<Self> {
        let is_shared = |slot: &Slot| !matches!(slot, Slot::Device { .. });
        if self.slots.iter().all(is_shared) {
            return Some(self.clone());
        }
        let mut draft = self.next();
        draft.generation = self.generation;
        draft.slots.retain(is_shared);
        (!draft.slots.is_empty()).then(|| Self::signed(draft, key))
    }

    /// Another machine's [`Header::shared`], with the ways that only this device opens.
    ///
    /// # Errors
    /// [`ChangeError::TooManyWays`].
    pub fn adopting(&self, key: &Key, other: &Self) -> Result<Self, ChangeError> {
        let own = |slot: &&Slot| matches!(slot, Slot::Device { .. });
        let own: Vec<Slot> = self.slots.iter().filter(own).cloned().collect();
        if own.is_empty() {
            return Ok(other.clone());
        }
        let mut draft = other.next();
        draft.generation = other.generation;
        draft.slots.extend(own);
        if draft.slots.len() > MAX_SLOTS {
            return Err(ChangeError::TooManyWays);
        }
        Ok(Self::signed(draft, key))
    }

    /// One way in more.
    ///
    /// # Errors
    /// [`ChangeError::WrongKey`], [`ChangeError::TooManyWays`], [`ChangeError::WayExists`], or
    /// whatever keeps the slot from being made.
    pub fn add(&self, key: &Key, way: NewWay, random: Random) -> Result<Self, ChangeError> {
        self.demand(key)?;
        let known = match &way {
            // Two passphrases that are one would cost a stretch to find, and do no harm.
            NewWay::Passphrase(..) => false,
            NewWay::Passkey(passkey, _) => self.slots.iter().any(|slot| {
                matches!(slot, Slot::Passkey { passkey: other, .. } if other.credential == passkey.credential)
            }),
            NewWay::Device(secret, _) => self.unlock_with(&Way::Device(secret)).is_ok(),
        };
        if known {
            return Err(ChangeError::WayExists);
        }
        let mut draft = self.next();
        let slot = Slot::make(way, (&draft.vault_id, draft.generation), key, random)?;
        draft.slots.push(slot);
        if draft.slots.len() > MAX_SLOTS || !affordable(&draft.slots) {
            return Err(ChangeError::TooManyWays);
        }
        Ok(Self::signed(draft, key))
    }

    /// One way in less: the slot at this place. Never the last one.
    ///
    /// # Errors
    /// [`ChangeError::WrongKey`], [`ChangeError::NoSuchWay`], [`ChangeError::LastWay`].
    pub fn remove(&self, key: &Key, place: usize) -> Result<Self, ChangeError> {
        self.demand(key)?;
        if place >= self.slots.len() {
            return Err(ChangeError::NoSuchWay);
        }
        if self.slots.len() == 1 {
            return Err(ChangeError::LastWay);
        }
        let mut draft = self.next();
        draft.slots.remove(place);
        Ok(Self::signed(draft, key))
    }

    /// A new passphrase in the place of an old one. Nothing else is sealed anew; other ways stay.
    ///
    /// # Errors
    /// [`ChangeError::WrongPassphrase`] if the old one opens nothing, [`ChangeError::WrongKey`], or
    /// whatever keeps the new slot from being made.
    pub fn change_passphrase(
        &self,
        key: &Key,
        old: &SecretText,
        new: &SecretText,
        params: Params,
        random: Random,
    ) -> Result<Self, ChangeError> {
        self.demand(key)?;
        let (_, place) = self.unlock_with(&Way::Passphrase(old))?;
        self.replaced(key, place, |vault| {
            Slot::make(NewWay::Passphrase(new, params), vault, key, random)
        })
    }

    /// The vault key and, if the slot that opened was made with lower costs than `present`, the header
    /// to write: the same passphrase, stretched at today's costs. Nobody is left at yesterday's
    /// (`facts/security.md` §5). If the dearer stretch fails (no memory), the vault opens all the same.
    ///
    /// # Errors
    /// As [`Header::unlock`].
    pub fn unlock_raising(
        &self,
        passphrase: &SecretText,
        present: Params,
        random: Random,
    ) -> Result<(Key, Option<Self>), UnlockError> {
        let way = Way::Passphrase(passphrase);
        let (key, place) = self.unlock_with(&way)?;
        let slot = self.slots.get(place);
        let low = slot.filter(|slot| slot.params().is_some_and(|params| params.below(present)));
        let raised = low.and_then(|slot| {
            self.replaced(&key, place, |vault| {
                slot.renewed(&way, vault, &key, present, random)
            })
            .ok()
        });
        Ok((key, raised))
    }

    /// A new vault key. Every slot that one of `ways` opens is kept, with its wrap made anew and its
    /// costs raised to `least`; the others cannot be kept.
    ///
    /// The header is all that has to be written at once: it holds the old key under the new one, so
    /// from then on both read, whatever happens. The records follow, in any number of steps: see
    /// [`rotation`](crate::vault::rotation).
    ///
    /// # Errors
    /// [`ChangeError::WrongKey`], [`ChangeError::Rotating`], [`ChangeError::WrongPassphrase`] if no
    /// slot would be left, or whatever keeps a slot from being made.
    pub fn rotate(
        &self,
        key: &Key,
        ways: &[Way],
        least: Params,
        random: Random,
    ) -> Result<Rotated, ChangeError> {
        self.demand(key)?;
        if self.is_rotating() {
            return Err(ChangeError::Rotating);
        }
        let mut draft = self.next();
        let (vault_id, generation) = (draft.vault_id, draft.generation);
        let vault = (&vault_id, generation);
        let new_key = Key::new(drawn(random));
        draft.slots.clear();
        let mut dropped = Vec::new();
        for (place, slot) in self.slots.iter().enumerate() {
            match opener(slot, ways, &vault_id, key)? {
                Some(way) => draft
                    .slots
                    .push(slot.renewed(way, vault, &new_key, least, random)?),
                None => dropped.push(place),
            }
        }
        if draft.slots.is_empty() {
            return Err(ChangeError::WrongPassphrase);
        }
        let binding = Binding {
            namespace: Namespace::KeyWrap,
            id: vault_id,
            generation,
        };
        let wrapped =
            envelope::seal_beside(&new_key, &binding, PREVIOUS, key.expose(), drawn(random))
                .map_err(SlotError::Seal)?;
        draft.previous = Some(wrapped);
        Ok(Rotated {
            header: Self::signed(draft, &new_key),
            ring: KeyRing::new(new_key, Some(key.duplicate())),
            dropped,
        })
    }

    /// The header without the previous key. Only [`rotation`](crate::vault::rotation) knows when
    /// nothing lies under that key any more.
    pub(crate) fn rotated(&self, key: &Key) -> Self {
        let mut draft = self.next();
        draft.previous = None;
        Self::signed(draft, key)
    }

    fn demand(&self, key: &Key) -> Result<(), ChangeError> {
        if self.belongs_to(key) {
            Ok(())
        } else {
            Err(ChangeError::WrongKey)
        }
    }

    fn replaced(
        &self,
        key: &Key,
        place: usize,
        make: impl FnOnce((&[u8; 16], u64)) -> Result<Slot, SlotError>,
    ) -> Result<Self, ChangeError> {
        let mut draft = self.next();
        let slot = make((&draft.vault_id, draft.generation))?;
        *draft.slots.get_mut(place).ok_or(ChangeError::NoSuchWay)? = slot;
        if !affordable(&draft.slots) {
            return Err(ChangeError::TooManyWays);
        }
        Ok(Self::signed(draft, key))
    }
}

impl From<UnlockError> for ChangeError {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::WrongPassphrase => Self::WrongPassphrase,
            UnlockError::WrongKey | UnlockError::Damaged => Self::WrongKey,
            UnlockError::Kdf(error) => Self::Slot(error.into()),
        }
    }
}

/// Which of these ways opens the slot? A stretch that fails is an error: the slot must not go for that.
fn opener<'w>(
    slot: &Slot,
    ways: &'w [Way<'w>],
    vault_id: &[u8; 16],
    key: &Key,
) -> Result<Option<&'w Way<'w>>, ChangeError> {
    for way in ways {
        match slot.open(way, vault_id) {
            Ok(found) if found == *key => return Ok(Some(way)),
            Err(Opening::Kdf(error)) => return Err(SlotError::Kdf(error).into()),
            _ => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::keys::CreateRandom;
    use crate::vault::slot::Passkey;

    const OTHER: &str = "battery staple";

    /// Counts up: every draw differs.
    fn counting() -> impl FnMut(&mut [u8]) {
        let mut next = 100_u8;
        move |into: &mut [u8]| {
            next = next.wrapping_add(1);
            into.fill(next);
        }
    }

    fn made() -> (Header, Key) {
        let random = CreateRandom {
            vault_key: [1; 32],
            vault_id: [2; 16],
            salt: [3; 16],
            nonce: [4; 24],
        };
        Header::create(&"correct horse".into(), Params::FLOOR, &random).unwrap()
    }

    fn passkey() -> Passkey {
        Passkey {
            credential: vec![7; 64],
            rp_id: "abcdefghijklmnopabcdefghijklmnop".into(),
            salt: [8; 32],
            added_at: 1_700_000_000_000,
        }
    }

    /// A passphrase, a passkey and a device, and a header that all three open.
    fn three() -> (Header, Key, Key, Key) {
        let (header, key) = made();
        let (prf, device) = (Key::new([0x70; 32]), Key::new([0xde; 32]));
        let header = header
            .add(&key, NewWay::Passkey(passkey(), &prf), &mut counting())
            .unwrap();
        let header = header
            .add(&key, NewWay::Device(&device, 5), &mut counting())
            .unwrap();
        (header, key, prf, device)
    }

    #[test]
    fn each_way_opens_the_same_vault() {
        let (header, key, prf, device) = three();
        let stored = Header::from_text(&header.to_text()).unwrap();
        assert_eq!(stored, header);
        assert_eq!((stored.generation, stored.slots.len()), (3, 3));
        let right = SecretText::from("correct horse");
        let credential = [7; 64];
        let ways = [
            Way::Passphrase(&right),
            Way::Passkey {
                credential: &credential,
                secret: &prf,
            },
            Way::Device(&device),
        ];
        for (place, way) in ways.iter().enumerate() {
            let (found, at) = stored.unlock_with(way).unwrap();
            assert!(found == key);
            assert_eq!(at, place);
        }
        let other = SecretText::from("wrong");
        let refused: [(Way, UnlockError); 5] = [
            (Way::Passphrase(&other), UnlockError::WrongPassphrase),
            (Way::Device(&prf), UnlockError::WrongKey),
            (Way::Device(&key), UnlockError::WrongKey),
            (
                Way::Passkey {
                    credential: &credential,
                    secret: &device,
                },
                UnlockError::WrongKey,
            ),
            (
                Way::Passkey {
                    credential: &[7; 63],
                    secret: &prf,
                },
                UnlockError::WrongKey,
            ),
        ];
        for (way, expected) in refused {
            assert_eq!(stored.unlock_with(&way), Err(expected), "{way:?}");
        }
    }

    #[test]
    fn a_vault_may_begin_with_any_way() {
        let secret = Key::new([9; 32]);
        let ways = [
            NewWay::Device(&secret, 1),
            NewWay::Passkey(passkey(), &secret),
        ];
        for way in ways {
            let (header, key) =
                Header::create_with(way, Key::new([1; 32]), [2; 16], &mut counting()).unwrap();
            let stored = Header::from_text(&header.to_text()).unwrap();
            assert!(stored.belongs_to(&key));
            assert_eq!(
                stored.unlock(&"x".into()),
                Err(UnlockError::WrongPassphrase)
            );
        }
    }

    #[test]
    fn a_way_that_is_removed_opens_nothing_and_the_others_do() {
        let (header, key, prf, device) = three();
        let less = header.remove(&key, 1).unwrap();
        assert_eq!((less.generation, less.slots.len()), (4, 2));
        let way = Way::Passkey {
            credential: &[7; 64],
            secret: &prf,
        };
        assert_eq!(less.unlock_with(&way), Err(UnlockError::WrongKey));
        assert!(less.unlock(&"correct horse".into()).is_ok());
        let least = less.remove(&key, 0).unwrap();
        assert!(least.unlock_with(&Way::Device(&device)).is_ok());
        assert_eq!(least.remove(&key, 0), Err(ChangeError::LastWay));
        assert_eq!(least.remove(&key, 1), Err(ChangeError::NoSuchWay));
        assert_eq!(least.remove(&prf, 0), Err(ChangeError::WrongKey));
    }

    #[test]
    fn a_way_is_there_once_and_there_is_an_end_to_them() {
        let (header, key, prf, device) = three();
        let add = |header: &Header, way| header.add(&key, way, &mut counting());
        for way in [
            NewWay::Passkey(passkey(), &device),
            NewWay::Device(&device, 9),
        ] {
            assert_eq!(add(&header, way), Err(ChangeError::WayExists));
        }
        for spoil in [
            |p: &mut Passkey| p.credential.clear(),
            |p: &mut Passkey| p.credential = vec![1; 1024],
            |p: &mut Passkey| p.rp_id.clear(),
            |p: &mut Passkey| p.rp_id = "Upper.example".into(),
            |p: &mut Passkey| p.rp_id = "a".repeat(254),
        ] {
            let mut odd = passkey();
            odd.credential[0] = 9;
            spoil(&mut odd);
            let refused = add(&header, NewWay::Passkey(odd, &prf));
            assert_eq!(refused, Err(ChangeError::Slot(SlotError::BadPasskey)));
        }
        // The largest of each fits and reads.
        let mut full = header;
        for more in 0..5 {
            let largest = Passkey {
                credential: vec![more; 1023],
                rp_id: "a".repeat(253),
                ..passkey()
            };
            full = add(&full, NewWay::Passkey(largest, &prf)).unwrap();
        }
        assert_eq!(Header::from_text(&full.to_text()), Ok(full.clone()));
        let one_more = NewWay::Device(&prf, 1);
        assert_eq!(add(&full, one_more), Err(ChangeError::TooManyWays));
    }

    /// Eight slots at the ceiling would take a wrong passphrase through 20 GiB·passes.
    #[test]
    fn all_passphrases_together_cost_no_more_than_the_dearest() {
        let (header, key) = made();
        let half = Params {
            passes: 5,
            ..Params::CEILING
        };
        let work = |slots: &[Slot]| {
            slots
                .iter()
                .filter_map(Slot::params)
                .map(Params::work)
                .sum::<u64>()
        };
        let mut draft = header.next();
        let Slot::Passphrase { params, .. } = &mut draft.slots[0] else {
            panic!()
        };
        *params = half;
        let slot = draft.slots[0].clone();
        draft.slots.push(slot.clone());
        let two = Header::signed(draft, &key);
        assert_eq!(work(&two.slots), Params::CEILING.work());
        assert!(Header::decode(&two.encode()).is_ok());
        let mut draft = two.next();
        draft.slots.push(made().0.slots[0].clone());
        let three = Header::signed(draft, &key);
        let refused = Header::decode(&three.encode()).unwrap_err();
        assert_eq!(refused.code(), "kdf_too_costly");
    }

    #[test]
    fn a_new_passphrase_replaces_the_old_one_and_nothing_else() {
        let (header, key, _, device) = three();
        let header = header
            .add(
                &key,
                NewWay::Passphrase(&OTHER.into(), Params::FLOOR),
                &mut counting(),
            )
            .unwrap();
        let change = |old: &str| {
            let new = "brand new".into();
            header.change_passphrase(&key, &old.into(), &new, Params::FLOOR, &mut counting())
        };
        let new = change("correct horse").unwrap();
        assert_eq!(new.generation, header.generation + 1);
        assert_eq!(new.public_key, header.public_key);
        for (passphrase, opens) in [("brand new", true), (OTHER, true), ("correct horse", false)] {
            assert_eq!(
                new.unlock(&passphrase.into()).is_ok(),
                opens,
                "{passphrase}"
            );
        }
        assert!(new.unlock_with(&Way::Device(&device)).is_ok());
        assert_eq!(change("wrong"), Err(ChangeError::WrongPassphrase));
        let stranger = header.change_passphrase(
            &device,
            &OTHER.into(),
            &"x".into(),
            Params::FLOOR,
            &mut counting(),
        );
        assert_eq!(stranger, Err(ChangeError::WrongKey));
    }

    #[test]
    fn low_costs_are_raised_at_unlock_and_never_lowered() {
        let (header, key) = made();
        let right = SecretText::from("correct horse");
        let dearer = Params {
            passes: 3,
            ..Params::FLOOR
        };
        let (found, raised) = header
            .unlock_raising(&right, dearer, &mut counting())
            .unwrap();
        let raised = raised.unwrap();
        assert!(found == key);
        assert_eq!(raised.slots[0].params(), Some(dearer));
        assert_eq!(raised.generation, 2);
        assert!(raised.unlock(&right).unwrap() == key);
        let again = raised.unlock_raising(&right, dearer, &mut counting());
        assert_eq!(again.unwrap().1, None);
        // One cost is higher than today's, another is lower: neither goes down.
        let mixed = Params {
            memory_kib: 20 * 1024,
            passes: 2,
            lanes: 1,
        };
        let (_, both) = raised
            .unlock_raising(&right, mixed, &mut counting())
            .unwrap();
        assert_eq!(
            both.unwrap().slots[0].params(),
            Some(Params { passes: 3, ..mixed })
        );
        let refused = header.unlock_raising(&"x".into(), dearer, &mut counting());
        assert_eq!(refused.unwrap_err(), UnlockError::WrongPassphrase);
    }

    #[test]
    fn a_new_key_keeps_the_ways_that_are_in_hand() {
        let (header, key, _, device) = three();
        let right = SecretText::from("correct horse");
        let ways = [Way::Passphrase(&right), Way::Device(&device)];
        let Rotated {
            header: new,
            ring,
            dropped,
        } = header
            .rotate(&key, &ways, Params::FLOOR, &mut counting())
            .unwrap();
        assert_eq!(dropped, [1]);
        assert!(new.is_rotating() && !header.is_rotating());
        assert_ne!(new.public_key, header.public_key);
        assert!(*ring.present() != key && ring.previous() == Some(&key));
        let stored = Header::from_text(&new.to_text()).unwrap();
        for way in ways {
            let (found, _) = stored.unlock_with(&way).unwrap();
            let found = stored.key_ring(found).unwrap();
            assert!(found.present() == ring.present() && found.previous() == Some(&key));
        }
        // The salt of the stretch is a new one, too: an old wrapping key opens nothing.
        assert_ne!(stored.slots[0], header.slots[0]);
        assert!(stored.key_ring(key.duplicate()).is_err());
        let again = new.rotate(ring.present(), &ways, Params::FLOOR, &mut counting());
        assert_eq!(again.unwrap_err(), ChangeError::Rotating);
        let end = new.rotated(ring.present());
        assert!(!end.is_rotating() && end.unlock(&right).is_ok());
        let wrong = SecretText::from("wrong");
        let none = header.rotate(
            &key,
            &[Way::Passphrase(&wrong)],
            Params::FLOOR,
            &mut counting(),
        );
        assert_eq!(none.unwrap_err(), ChangeError::WrongPassphrase);
        // A stretch that fails drops no slot.
        let empty = SecretText::default();
        let failed = header.rotate(
            &key,
            &[Way::Passphrase(&empty), Way::Device(&device)],
            Params::FLOOR,
            &mut counting(),
        );
        assert_eq!(failed.unwrap_err().code(), "passphrase_empty");
    }

    /// The sealed previous key cannot be taken for a slot's wrap, nor the other way round.
    #[test]
    fn a_forged_previous_key_is_noticed() {
        let (header, key, _, device) = three();
        let new = header
            .rotate(
                &key,
                &[Way::Device(&device)],
                Params::FLOOR,
                &mut counting(),
            )
            .unwrap();
        let mut draft = new.header.next();
        if let Some(wrapped) = &mut draft.previous {
            wrapped[100] ^= 1;
        }
        let forged = Header::signed(draft, new.ring.present());
        let refused = forged.key_ring(new.ring.present().duplicate());
        assert_eq!(refused.unwrap_err(), UnlockError::Damaged);
    }
}
