/** In milliseconds: half an hour, as a first scan fetches a database. */
export const scanLimitMs = 30 * 60_000;

/** Of a report, in bytes. */
export const outputLimit = 256 * 1024 * 1024;

/** In milliseconds, for the removal of temporary files, in which scanners unpack an image. */
export const graceMs = 5_000;
