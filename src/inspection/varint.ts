/** Puts a whole number of up to 53 bits in seven bits a byte, the lowest first; gives the place after it. */
export function putNumber(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    bytes[place++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[place++] = rest;
  return place;
}

/** No number takes more bytes. */
export const longestNumber = 8;

/** Reads numbers one after another. */
export class NumberReader {
  readonly bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** @throws RangeError where there is none */
  next(): number {
    let value = 0;
    for (let shift = 1, count = 0; count < longestNumber; count++, shift *= 0x80) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('A number is cut off.');
  }

  /** @throws RangeError where there are fewer */
  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new RangeError('Bytes are missing.');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}
