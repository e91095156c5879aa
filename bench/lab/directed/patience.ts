/** For a request to get where it waits for something that is held back: there is no outside sign of that. */
export const LONG_ENOUGH_MS = 60
/** Longer than any reply of a poll takes to come from Redis through the proxy. */
export const REPLY_MS = 20
