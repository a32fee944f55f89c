/**
 * Why an archive could not be unpacked to its end.
 *
 * Thrown by the unpackers after everything before the damage was handed over; caught where a file becomes an input, which turns it into a
 * sentence. The message is a predicate ("ends in the middle of its gzip data"), so that the file's name can stand before it.
 */

/**
 * - `truncated`: the end is missing (a copy that stopped, or an archive that is still being written).
 * - `corrupt`: the bytes are wrong.
 * - `trailing`: the archive is whole, but something that belongs to no archive follows it.
 * - `unsupported`: the archive may be whole, but uses something that our decoder cannot do.
 */
export type DamageKind = 'truncated' | 'corrupt' | 'trailing' | 'unsupported';
export type Format = 'gzip' | 'zstd' | 'bzip2' | 'xz';

const PREDICATE: Record<DamageKind, (format: Format, detail: string) => string> = {
  truncated: (format) => `ends in the middle of its ${format} data`,
  corrupt: (format, detail) => `is damaged (${format}: ${detail})`,
  trailing: (format) => `goes on after the end of its ${format} data with something that is not ${format}`,
  unsupported: (format, detail) => `is ${format} data of a kind that cannot be unpacked here (${detail})`,
};

export class Damage extends Error {
  readonly kind: DamageKind;
  readonly format: Format;

  constructor(kind: DamageKind, format: Format, detail = '', options?: ErrorOptions) {
    super(PREDICATE[kind](format, detail), options);
    this.kind = kind;
    this.format = format;
  }
}
