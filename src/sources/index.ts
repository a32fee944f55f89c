/** The inputs, for the commands. */
export { beginningSince, type LineTime } from './beginning.ts';
export { Doorbell } from './doorbell.ts';
export type { Beginning } from './follow.ts';
export { fits, isGlob, liveLogs } from './live-logs.ts';
export { openArchives, openPart, type ArchiveOptions } from './archive.ts';
export type { ArchiveInput, ArchiveLog } from './input.ts';
export type { Part } from './part.ts';
export type { Input, InputLog } from './source.ts';
