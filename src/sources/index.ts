/** The inputs, for the commands. */
export { openArchives, type ArchiveOptions } from './archive.ts';
export type { Input, InputLog } from './source.ts';
