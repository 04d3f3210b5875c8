import type { ShownScan } from './scan-html.ts';
import type { Finding, ImageConfig, Instruction, SecretFinding } from '../../inspection/index.ts';

/** What is shown of an image, and copied. Its texts are the builder's: plain text where they are shown. */
export interface ImageReport {
  readonly place: 'here' | 'registry';
  /** As a person writes it, as `api:1.4.2`. */
  readonly name: string;
  /** The image's ID at the engine, or its manifest's digest at the registry. */
  readonly id: string;
  readonly platform?: string;
  readonly createdAt?: Date;
  /** As the engine, or the registry, counts it. */
  readonly sizeBytes: number;
  /** Without the secrets that were found in it. */
  readonly config: ImageConfig;
  /** In the configuration, and in the layers once they are read. */
  readonly secrets: readonly SecretFinding[];
  /** The lowest first. */
  readonly layers: readonly ReportLayer[];
  readonly base?: BaseImage;
  /** The repository that was looked at for layers that are there already; absent where none was. */
  readonly target?: string;
  readonly contents: Contents;
  /** Absent where nobody scanned it. */
  readonly scan?: ShownScan;
}

export interface ReportLayer {
  readonly diffId: string;
  /** The line of the Dockerfile; absent where the history does not tell which is whose. */
  readonly line?: string;
  /** Before compression; absent where nobody told. */
  readonly bytes?: number;
  /** As the registry keeps it. */
  readonly packedBytes?: number;
  /** Absent before it is read. */
  readonly entries?: number;
  /** Absent where it is not known. */
  readonly isAtTarget?: boolean;
}

/** How it is known what an image stands on. */
export type BaseImage =
  /** The builder wrote it down. */
  | { readonly kind: 'named'; readonly name: string; readonly digest?: string }
  /** Another image here has the same lowest layers. */
  | { readonly kind: 'shared'; readonly name: string; readonly layers: number };

/** What reading the layers gave. */
export type Contents =
  | { readonly kind: 'unread' }
  | {
      readonly kind: 'read';
      readonly efficiencyPercent: number;
      readonly bytes: number;
      readonly hiddenBytes: number;
      readonly findings: readonly Finding[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Where an image says what it stands on (https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md). */
const baseName = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';

/** What the builder wrote down of the base. */
export function namedBase(labels: Readonly<Record<string, string>>): BaseImage | undefined {
  const name = labels[baseName];
  const digest = labels[baseDigest];
  if (name === undefined || name === '') return undefined;
  return { kind: 'named', name, ...(digest !== undefined && { digest }) };
}

/** The image whose layers are the lowest of this one's, and the most. */
export function sharedBase(
  layers: readonly string[],
  others: readonly { readonly name: string; readonly layers: readonly string[] }[],
): BaseImage | undefined {
  let base: BaseImage | undefined;
  for (const { name, layers: lower } of others) {
    if (lower.length === 0 || lower.length >= layers.length) continue;
    if (!lower.every((layer, index) => layer === layers[index])) continue;
    if (base?.kind !== 'shared' || base.layers < lower.length) base = { kind: 'shared', name, layers: lower.length };
  }
  return base;
}

/** How instructions are read: a room that is loaded when it is used. */
export interface InstructionReader {
  readonly readInstruction: (createdBy: string) => Instruction;
  readonly dockerfileLine: (instruction: Instruction) => string;
  readonly withoutSecret: (line: string) => string;
}

/** The layers by their configuration alone. */
export function reportLayers(
  config: ImageConfig,
  bytes: readonly number[] | undefined,
  held: ReadonlySet<string> | undefined,
  { dockerfileLine, readInstruction, withoutSecret }: InstructionReader,
): readonly ReportLayer[] {
  const steps = config.history.filter(({ madeLayer }) => madeLayer);
  const isTold = steps.length === config.diffIds.length;
  return config.diffIds.map((diffId, index) => {
    const createdBy = isTold ? steps[index]?.createdBy : undefined;
    const size = bytes?.[index];
    return {
      diffId,
      ...(createdBy && { line: withoutSecret(dockerfileLine(readInstruction(createdBy))) }),
      ...(size !== undefined && { bytes: size }),
      ...(held && { isAtTarget: held.has(diffId) }),
    };
  });
}
