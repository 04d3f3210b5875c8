import { Transform } from 'node:stream';
import { InspectionError } from './errors.ts';

type Done = (error?: Error | null) => void;

/**
 * Cuts zstd where one frame ends and the next begins (RFC 8878, 3.1), and leaves out those that are to be skipped: Node's
 * decompressor goes on to another frame with the next piece, but drops what follows a frame in the same piece. Builders
 * that let single files be fetched (zstd:chunked, eStargz) write a frame a file.
 */
export class ZstdFrames extends Transform {
  /** What comes next, and the bytes of it that came so far. */
  #next: 'magic' | 'descriptor' | 'block' | 'skipped-size' = 'magic';
  #some = Buffer.alloc(0);
  /** Bytes to pass on, or to leave out, before that. */
  #body = 0;
  #isSkipped = false;
  #hasChecksum = false;

  constructor() {
    super({ readableObjectMode: true });
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: Done): void {
    try {
      let rest = chunk;
      while (rest.length > 0) rest = this.#body > 0 ? this.#pass(rest) : this.#read(rest);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  #pass(bytes: Buffer): Buffer {
    const length = Math.min(this.#body, bytes.length);
    this.#body -= length;
    if (!this.#isSkipped) this.push(bytes.subarray(0, length));
    if (this.#body === 0) this.#isSkipped = false;
    return bytes.subarray(length);
  }

  #read(bytes: Buffer): Buffer {
    const length = { magic: 4, descriptor: 1, block: 3, 'skipped-size': 4 }[this.#next];
    const missing = length - this.#some.length;
    this.#some = Buffer.concat([this.#some, bytes.subarray(0, missing)]);
    if (this.#some.length === length) {
      const read = this.#some;
      this.#some = Buffer.alloc(0);
      this.#understand(read);
    }
    return bytes.subarray(missing);
  }

  #understand(bytes: Buffer): void {
    switch (this.#next) {
      case 'magic': {
        const magic = bytes.readUInt32LE();
        if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) this.#next = 'skipped-size';
        else if (magic === 0xfd2fb528) {
          this.push(bytes);
          this.#next = 'descriptor';
        } else throw damaged();
        return;
      }
      case 'skipped-size':
        this.#body = bytes.readUInt32LE();
        this.#isSkipped = this.#body > 0;
        this.#next = 'magic';
        return;
      case 'descriptor': {
        this.push(bytes);
        const flags = bytes.readUInt8();
        const isSingle = (flags & 0x20) !== 0;
        this.#hasChecksum = (flags & 0x04) !== 0;
        const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
        const contentSize = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
        this.#body = (isSingle ? 0 : 1) + dictionary + contentSize;
        this.#next = 'block';
        return;
      }
      case 'block': {
        this.push(bytes);
        const head = bytes.readUIntLE(0, 3);
        const [type, size] = [(head >> 1) & 3, head >> 3];
        if (type === 3) throw damaged();
        const isLast = (head & 1) !== 0;
        // A block that repeats one byte is that byte.
        this.#body = (type === 1 ? 1 : size) + (isLast && this.#hasChecksum ? 4 : 0);
        this.#next = isLast ? 'magic' : 'block';
      }
    }
  }
}

function damaged(): InspectionError {
  return new InspectionError('layer-damaged', 'The layer is damaged: it is not the zstd that it begins as.');
}
