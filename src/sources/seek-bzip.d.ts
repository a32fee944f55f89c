/** What we use of seek-bzip 2.0.0, which brings no types. The parts with an underscore are not in its documentation. */
declare module 'seek-bzip' {
  export interface Input {
    readByte(): number;
    read(into: Uint8Array, offset: number, length: number): number;
  }
  export interface Output {
    writeByte(byte: number): void;
  }
  export default class Bunzip {
    /** Reads the header of a stream. */
    constructor(input: Input, output: Output);
    readonly reader: { read(bits: number): number };
    readonly streamCRC: number;
    /** Reads and decodes a block; false where the stream ends. */
    _init_block(): boolean;
    /** Writes the decoded block to the output and checks its checksum. */
    _read_bunzip(): void;
  }
}
