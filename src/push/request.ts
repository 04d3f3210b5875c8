import type { Side } from '../base/index.ts';

/** What becomes of a target that holds another image: the user is asked, it is replaced, or nothing is sent. */
export type Overwrite = 'ask' | 'allow' | 'refuse';

/** What a caller asks for. Everything but the image is asked of the user when absent. */
export interface PushRequest {
  /** A local reference or an image ID. */
  readonly image: string;
  /** Full references with a registry and a tag; each gives one result, in this order. */
  readonly targets?: readonly string[];
  /** Instead of targets: the name of a profile of the setting `dockerPush.profiles` that is for the image. */
  readonly profile?: string;
  /** What `dockerPush.confirm` says when absent. With `refuse`, a registry that cannot be asked stops the push. */
  readonly overwrite?: Overwrite;
  /** `os/arch[/variant]`: of an image with several platforms, push this one. */
  readonly platform?: string;
}

/** What went wrong, in one plain sentence or two, and who failed. The codes are listed in docs/scripting.md. */
export interface PushError {
  readonly code: string;
  readonly message: string;
  readonly side: Side;
}

/** What every result says, whatever its outcome. */
export interface PushFacts {
  readonly id: string;
  /** The canonical reference pushed to. */
  readonly target: string;
  readonly durationMs: number;
  /** Absent when the engine does not say. */
  readonly layers?: { readonly total: number; readonly sent: number; readonly reused: number };
  /** In bytes; absent when the engine does not say the size of every layer that it sent. */
  readonly bytes?: { readonly sent: number; readonly reused?: number; readonly unit: 'compressed' | 'uncompressed' };
  readonly warnings: readonly string[];
}

/** How a push ended; the rules are in docs/scripting.md. */
export type PushResult = PushFacts &
  (
    | { readonly outcome: 'pushed'; readonly digest: string; readonly verification: 'confirmed' | 'unavailable' }
    | { readonly outcome: 'failed'; readonly error: PushError }
    | { readonly outcome: 'cancelled' }
    | {
        readonly outcome: 'unknown';
        readonly error: PushError;
        readonly engineDigest?: string;
        readonly registryDigest?: string;
      }
  );
