//! A value that follows others and tells only real changes.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use leptos::prelude::*;

/// A memo of a `T`. Under it lies one type of memo for all `T`: each type of its own would bring 1 KB of program, and
/// this app has some twenty.
pub struct Part<T> {
    memo: Memo<Slot>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T: Clone + Default + PartialEq + Send + Sync + 'static> Part<T> {
    /// Follows whatever `value` reads.
    #[must_use]
    pub fn new(value: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self {
            memo: memo(Box::new(move || Slot(Arc::new(value())))),
            of: PhantomData,
        }
    }

    /// The value, followed by whoever asks.
    #[must_use]
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// Looks at the value, and follows it.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.memo.with(|slot| match slot.0.any().downcast_ref() {
            Some(value) => look(value),
            // Never: a slot of a part holds the part's type and no other.
            None => look(&T::default()),
        })
    }

    /// The value as it is now.
    #[must_use]
    pub fn get_untracked(self) -> T {
        untrack(|| self.get())
    }
}

#[inline(never)]
fn memo(value: Box<dyn Fn() -> Slot + Send + Sync>) -> Memo<Slot> {
    Memo::new(move |_| value())
}

#[derive(Clone)]
struct Slot(Arc<dyn Held>);

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(other.0.any())
    }
}

trait Held: Send + Sync {
    fn any(&self) -> &dyn Any;
    fn is(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Held for T {
    fn any(&self) -> &dyn Any {
        self
    }

    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}
