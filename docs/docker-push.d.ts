/**
 * The API of the extension Docker Push (`slipway.docker-push`), to copy into an extension that uses it:
 *
 *     const api = (await vscode.extensions.getExtension('slipway.docker-push')?.activate())?.getAPI(1);
 *
 * It never gives out a credential.
 */
import type { Event } from 'vscode';

export interface DockerPushExports {
  /** @throws Error for a version that this extension does not have */
  getAPI(version: 1): DockerPushApi;
}

export interface DockerPushApi {
  /** One result for each target, in order. Rejects only when the request itself is wrong. */
  push(request: PushRequest, options?: PushOptions): Promise<PushResult[]>;
  /** Every result, whoever asked for the push. */
  readonly onDidPush: Event<PushResult>;
  /** The local images of the engine in use. */
  images(): Promise<LocalImage[]>;
  /** The registries that are configured. */
  registries(): Promise<RegistryConfig[]>;
}

export interface PushRequest {
  /** A local reference or an image ID. */
  readonly image: string;
  /** Full references with a registry and a tag; asked for when neither they nor a profile is given. */
  readonly targets?: readonly string[];
  /** Instead of targets: the name of a profile of the setting `dockerPush.profiles` that is for the image. */
  readonly profile?: string;
  /** When a target holds another image: what `dockerPush.confirm` says when absent. With `refuse`, a registry that cannot be asked stops it. */
  readonly overwrite?: 'ask' | 'allow' | 'refuse';
  /** `os/arch[/variant]` */
  readonly platform?: string;
}

export interface PushOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PushProgress) => void;
}

/** What the engine does not say is absent. Bytes are in the engine's unit. */
export interface PushProgress {
  readonly phase: 'starting' | 'sending' | 'confirming';
  /** 0 to 99, never less than before. */
  readonly percent?: number;
  readonly layers?: { readonly total: number; readonly done: number; readonly reused: number };
  readonly bytes?: { readonly sent: number; readonly total?: number };
  readonly bytesPerSecond?: number;
  readonly retryInSeconds?: number;
}

export interface PushFacts {
  readonly id: string;
  /** The canonical reference. */
  readonly target: string;
  readonly durationMs: number;
  readonly layers?: { readonly total: number; readonly sent: number; readonly reused: number };
  readonly bytes?: { readonly sent: number; readonly reused?: number; readonly unit: 'compressed' | 'uncompressed' };
  readonly warnings: readonly string[];
}

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

export interface PushError {
  readonly code: string;
  readonly message: string;
  readonly side: 'engine' | 'registry' | 'credentials' | 'reference' | 'policy';
}

export interface LocalImage {
  /** `sha256:…` */
  readonly id: string;
  /** Canonical names with a tag. */
  readonly references: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
  readonly createdAt: Date | undefined;
  readonly dangling: boolean;
}

export interface RegistryConfig {
  /** `host[:port][/namespace]` */
  readonly registry: string;
  readonly name?: string;
  readonly provider?: string;
  readonly transport?: 'https' | 'https-unverified' | 'http';
}
