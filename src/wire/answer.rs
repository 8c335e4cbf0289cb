//! How a tool answers ([`crate::tools`]): its output as JSON, or `{"fault":…}` where it refuses.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wire::json;

/// Reads the input, does the work and tells its result. `None`: the input is not what the work takes.
pub fn answer<I: DeserializeOwned, O: Serialize, E: Serialize>(
    input: &str,
    work: impl FnOnce(I) -> Result<O, E>,
) -> Option<String> {
    told(work(json::from_str(input).ok()?))
}

/// A result as JSON, or why there is none.
pub fn told<O: Serialize, E: Serialize>(result: Result<O, E>) -> Option<String> {
    #[derive(Serialize)]
    struct Refused<E> {
        fault: E,
    }
    match result {
        Ok(output) => serde_json::to_string(&output),
        Err(fault) => serde_json::to_string(&Refused { fault }),
    }
    .ok()
}
