/** Defaults and limits of the options that every operation has. */
export const DEFAULT_MAX_CONCURRENCY = 10;
export const DEFAULT_MAX_RETRIES = 3;
export const DEFAULT_TIMEOUT_MS = 30_000;
export const MAX_REQUESTS_PER_MINUTE = 100_000;
