//! Keep it: secrets, envelopes, keys, records.
