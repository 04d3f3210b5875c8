import type { EntryKind, LayerEntry } from './entry.ts';
import { InspectionError } from './errors.ts';
import { fingerprintFlag, kindOrder, LayerListing } from './layer-listing.ts';
import { limits } from './limits.ts';
import { keyTextOf, listedKinds } from './listed-entry.ts';
import { ListingEncoder, pieceBytes } from './listing-encoder.ts';
import { longestNumber, putNumber } from './varint.ts';

/** Of a record: the length of its path, and that of the rest. */
const headBytes = 4;
/** The kind, the mode, the size, the fingerprint. */
const restBytes = 2 + 3 * longestNumber;

/** Records in the order in which they came, in pieces of memory: each the path's key, then the rest as it will be listed. */
export class CollectedEntries {
  readonly #pieces: Buffer[] = [];
  /** Where each record begins: its piece times the size of one, and the place in that. */
  #places: number[] = [];
  #end = pieceBytes;
  #pathBytes = 0;
  /** Engines and builders write most layers in order. */
  #sorted = true;

  add(entry: LayerEntry): void {
    const path = keyTextOf(entry.path);
    // A character has three bytes at most.
    const [piece, start] = this.#room(headBytes + 3 * path.length + restBytes);
    const pathBytes = piece.write(path, start + headBytes);
    this.#pathBytes += pathBytes;
    if (this.#pathBytes > limits.layerPathBytes)
      throw new InspectionError('layer-limit', 'The paths of the layer are too long together.');
    const rest = start + headBytes + pathBytes;
    const end = putRest(piece, rest, entry);
    piece.writeUInt16LE(pathBytes, start);
    piece.writeUInt16LE(end - rest, start + 2);
    this.#end = end;
    const place = (this.#pieces.length - 1) * pieceBytes + start;
    const last = this.#places.at(-1);
    this.#places.push(place);
    if (last !== undefined && this.#compare(last, place) >= 0) this.#sorted = false;
  }

  listing(): LayerListing {
    if (!this.#sorted) this.#places.sort((a, b) => this.#compare(a, b));
    const encoder = new ListingEncoder();
    for (const [index, place] of this.#places.entries()) {
      const next = this.#places[index + 1];
      // The order of equals is that in which they came.
      if (next === undefined || this.#compare(place, next) !== 0) encoder.add(this.#record(place));
    }
    this.#places = [];
    return LayerListing.read(encoder.encoded());
  }

  #room(bytes: number): [piece: Buffer, start: number] {
    let piece = this.#pieces.at(-1);
    if (!piece || this.#end + bytes > pieceBytes) {
      piece = Buffer.allocUnsafeSlow(pieceBytes);
      this.#pieces.push(piece);
      this.#end = 0;
    }
    return [piece, this.#end];
  }

  #record(place: number): { path: Buffer; rest: Buffer } {
    const piece = this.#piece(place);
    const start = place % pieceBytes;
    const middle = start + headBytes + piece.readUInt16LE(start);
    return {
      path: piece.subarray(start + headBytes, middle),
      rest: piece.subarray(middle, middle + piece.readUInt16LE(start + 2)),
    };
  }

  #compare(a: number, b: number): number {
    const [first, second] = [this.#piece(a), this.#piece(b)];
    const [start, other] = [a % pieceBytes, b % pieceBytes];
    const end = start + headBytes + first.readUInt16LE(start);
    const otherEnd = other + headBytes + second.readUInt16LE(other);
    return (
      first.compare(second, other + headBytes, otherEnd, start + headBytes, end) ||
      kindOrder(kindAt(first, end)) - kindOrder(kindAt(second, otherEnd))
    );
  }

  #piece(place: number): Buffer {
    return this.#pieces[Math.floor(place / pieceBytes)] as Buffer;
  }
}

function kindAt(bytes: Buffer, at: number): EntryKind {
  return listedKinds[(bytes[at] ?? 0) & ~fingerprintFlag] ?? 'other';
}

/** @returns where it ends */
function putRest(bytes: Buffer, at: number, entry: LayerEntry): number {
  const fingerprint = entry.kind === 'file' ? entry.fingerprint : undefined;
  bytes[at] = listedKinds.indexOf(entry.kind) | (fingerprint === undefined ? 0 : fingerprintFlag);
  let end = putNumber(bytes, at + 1, 'mode' in entry ? entry.mode : 0);
  end = putNumber(bytes, end, entry.kind === 'file' ? entry.size : 0);
  return fingerprint === undefined ? end : end + bytes.write(fingerprint, end, 'hex');
}
