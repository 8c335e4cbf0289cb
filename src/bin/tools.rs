//! The tools program: the heavy, seldom used part of the core. `background.js` starts an instance for one task and
//! drops it afterwards, so nothing of it weighs on a wake of the worker and nothing secret stays in its memory.

#[cfg(target_arch = "wasm32")]
mod program {
    use wasm_bindgen::prelude::*;

    /// Runs one tool (see [`token_keeper::tools::run`]); `null` for a name or an input that it does not know.
    #[wasm_bindgen]
    pub fn run(name: &str, input: &str) -> Option<String> {
        token_keeper::tools::run(name, input)
    }
}

fn main() {}
