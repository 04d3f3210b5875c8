import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../../fixtures/', import.meta.url);

/** One row of outcomes.json: what the recorded push came to. */
export interface RecordedPush {
  readonly engine: 'classic' | 'containerd' | 'podman';
  readonly case: string;
  readonly http: number;
  readonly lines: number;
  readonly outcome: 'proof' | 'error' | 'cut';
  /** Proof: one entry a tag, with the beginning of its digest. */
  readonly proofs?: readonly { readonly tag: string; readonly digestStart: string; readonly size: number }[];
  /** Each proof was also sent as an `aux` object. */
  readonly aux?: true;
  readonly warning?: string;
  /** The engine's claim was false: nothing was pushed. */
  readonly false?: true;
  readonly wordsStart?: string;
  readonly retrying?: true;
}

/** Every recorded push and what it came to. */
export const recordedPushes = JSON.parse(fixture('push-streams/outcomes.json').toString()) as readonly RecordedPush[];

export function streamOf(push: RecordedPush): Buffer {
  return fixture(`push-streams/${push.engine}-${push.case}.ndjson`);
}

export function fixture(path: string): Buffer {
  return readFileSync(new URL(path, folder));
}

export function fixtureNames(path: string): string[] {
  return readdirSync(new URL(path, folder));
}
