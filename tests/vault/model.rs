//! A vault in two copies, as the browser side keeps it, for tests: every write is a list of single
//! steps, and a step may be the last.

use token_keeper::vault::history::Source;
use token_keeper::vault::keyring::KeyRing;
use token_keeper::vault::keys::Header;
use token_keeper::vault::manifest::{self, Batch, Manifest, Seen};
use token_keeper::vault::records::Account;
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::NewWay;
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

/// The secret that opens every vault of these tests without a stretch.
pub const DEVICE: [u8; 32] = [0xde; 32];

/// Random bytes that are the same for the same seed.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn fill(&mut self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// Both copies, and what is remembered outside.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Disk {
    pub primary: StoreSnapshot,
    pub copy: StoreSnapshot,
    pub seen: Option<Seen>,
}

impl Disk {
    /// Writes a batch to the first copy, at once, then removes what goes.
    pub fn write_primary(&mut self, batch: &Batch) {
        batch.apply(&mut self.primary);
        assert!(batch.arrived(&self.primary));
    }

    /// Both copies and the memory, as it goes when nothing goes wrong.
    pub fn commit(&mut self, changes: &[Change]) {
        let batch = manifest::commit(&self.primary, changes).unwrap();
        self.write_primary(&batch);
        assert!(batch.fits(&self.copy));
        batch.apply(&mut self.copy);
        self.seen = Some(batch.seen);
        assert_eq!(self.primary, self.copy);
        assert!(
            Manifest::of(&self.primary)
                .unwrap()
                .describes(&self.primary)
        );
    }
}

/// A vault with these accounts, each with one token.
pub fn vault(names: &[&str]) -> (Disk, Header, KeyRing) {
    let mut draw = Draw::new(1);
    let device = Key::new(DEVICE);
    let (header, key) = Header::create_with(
        NewWay::Device(&device, 1),
        Key::new([7; 32]),
        [0x1d; 16],
        &mut |into: &mut [u8]| draw.fill(into),
    )
    .unwrap();
    let ring = header.key_ring(key).unwrap();
    let mut disk = Disk::default();
    disk.commit(&[Change::Put("vault".to_owned(), header.to_text())]);
    for name in names {
        capture(&mut disk, &ring, name, &format!("Token-of-{name}"), 1);
    }
    (disk, header, ring)
}

/// Adds a token to an account of the first copy, as the browser side does, in both copies.
pub fn capture(disk: &mut Disk, ring: &KeyRing, name: &str, token: &str, now: u64) {
    let changes = captured(&disk.primary, ring, name, token, now);
    disk.commit(&changes);
}

/// The changes that add a token to an account.
pub fn captured(
    snapshot: &StoreSnapshot,
    ring: &KeyRing,
    name: &str,
    token: &str,
    now: u64,
) -> Vec<Change> {
    let mut account = store::account(ring, snapshot, name, Realm::Live)
        .unwrap()
        .unwrap_or_else(|| Account::new(name, Realm::Live, Environment::Production).unwrap());
    account.capture(token.into(), Source::Page, now);
    let nonce = Draw::new(now + 1000).bytes();
    store::put_account(ring, snapshot, &account, nonce).unwrap()
}

/// The tokens of an account, oldest first.
pub fn tokens(snapshot: &StoreSnapshot, ring: &KeyRing, name: &str) -> Vec<String> {
    store::account(ring, snapshot, name, Realm::Live)
        .unwrap()
        .map(|account| {
            let tokens = account.tokens.iter();
            tokens.map(|one| one.token.expose().to_owned()).collect()
        })
        .unwrap_or_default()
}
