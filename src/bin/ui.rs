//! The program behind `app.html`.

fn main() {
    #[cfg(target_arch = "wasm32")]
    token_keeper::ui::run();
}
