//! What comes next? A pure state machine: a [`flow::Flow`] and an [`flow::Event`] give a new flow and
//! [`flow::Effect`]s, which the runner in `browser` carries out. Everything a flow knows is data, so
//! it is rebuilt from storage after the worker died.
//!
//! ```text
//! way Forgot:    login ▶ username ▶ check_mail ▶ link ▶ verify ▶ password ▶ reset ▶ token ▶ done
//!                              person: opens the mail │        │ press    │ press │
//! way SignedIn:  sign_in ▶ reset ▶ token ▶ done
//!      person: signs in │   press │
//! ```
//! Harmless steps go by themselves. The two that break things (a new password, a reset) happen only on
//! [`flow::Event::ChangePassword`] and [`flow::Event::PressReset`], which only the app can send.

pub mod flow;
pub mod password;
pub mod plan;
pub mod policy;
