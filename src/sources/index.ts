/** The inputs, for the commands. */
export { openArchives, type ArchiveOptions } from './archive.ts';
export type { ArchiveInput, ArchiveLog } from './input.ts';
export type { Problem } from './problem.ts';
export type { Block, Input, InputLog } from './source.ts';
