//! Tells the other tabs that the runs have changed.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use web_sys::BroadcastChannel;

/// A channel of the database's name. What is sent on it reaches every other tab, and not the sender.
pub(super) struct Notices {
    /// `None` in a browser without the API: then other tabs see the change on their next reload.
    channel: Option<BroadcastChannel>,
    listener: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Notices {
    pub(super) fn new(name: &str) -> Self {
        Self { channel: BroadcastChannel::new(name).ok(), listener: RefCell::new(None) }
    }

    /// Whether other tabs can be heard at all.
    pub(super) fn are_heard(&self) -> bool {
        self.channel.is_some()
    }

    /// Tells the others. A notice that cannot be sent is no reason to fail a write that has been done.
    pub(super) fn notify(&self) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&"runs".into());
        }
    }

    /// Calls `listener` at every notice of another tab, in place of the listener before.
    pub(super) fn subscribe(&self, listener: impl FnMut() + 'static) {
        if let Some(channel) = &self.channel {
            let listener = Closure::<dyn FnMut()>::new(listener);
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            self.listener.replace(Some(listener));
        }
    }
}

impl Drop for Notices {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}
