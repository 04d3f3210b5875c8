import { longestNumber, putNumber } from './varint.ts';

/** Memory is taken in pieces, so that nothing is copied while it grows. */
export const pieceBytes = 1024 * 1024;

/** Writes records in their order, of each path what differs from the one before. */
export class ListingEncoder {
  readonly #pieces: Buffer[] = [];
  readonly #head = Buffer.alloc(2 * longestNumber);
  #before: Buffer = Buffer.alloc(0);
  #piece = Buffer.alloc(pieceBytes);
  #end = 0;

  add({ path, rest }: { path: Buffer; rest: Buffer }): void {
    let shared = 0;
    while (shared < path.length && path[shared] === this.#before[shared]) shared++;
    const head = putNumber(this.#head, putNumber(this.#head, 0, shared), path.length - shared);
    for (const part of [this.#head.subarray(0, head), path.subarray(shared), rest]) this.#put(part);
    this.#before = path;
  }

  encoded(): Buffer {
    return Buffer.concat([...this.#pieces, this.#piece.subarray(0, this.#end)]);
  }

  #put(part: Buffer): void {
    if (this.#end + part.length > pieceBytes) {
      this.#pieces.push(this.#piece.subarray(0, this.#end));
      this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
      this.#end = 0;
    }
    this.#end += part.copy(this.#piece, this.#end);
  }
}
