import * as v from 'valibot';
import type { EngineInfo, ImageStore } from './engine.ts';

/** `GET /version`, as far as it is read. */
export const versionSchema = v.object({
  Version: v.string(),
  ApiVersion: v.pipe(v.string(), v.regex(/^\d+\.\d+$/u)),
  MinAPIVersion: v.optional(v.string(), ''),
  Os: v.optional(v.string(), ''),
  Arch: v.optional(v.string(), ''),
  Components: v.nullish(v.array(v.object({ Name: v.optional(v.string()) }))),
});
export type VersionAnswer = v.InferOutput<typeof versionSchema>;

/** `GET /info`, as far as it is read. */
export const infoSchema = v.object({
  Driver: v.optional(v.string(), ''),
  DriverStatus: v.nullish(v.array(v.array(v.string()))),
});
export type InfoAnswer = v.InferOutput<typeof infoSchema>;

/** The newest version of the Engine API whose answers were read when this was written. */
const newestKnown = '1.51';

/**
 * The version to ask for: the engine's, but none newer than is known here, because a path without a version gets the
 * engine's newest, whose answers may have changed. An engine that has given up that version is asked for its oldest.
 */
export function apiVersionFor({ ApiVersion, MinAPIVersion }: VersionAnswer): string {
  const version = isAtLeast(ApiVersion, newestKnown) ? newestKnown : ApiVersion;
  return isAtLeast(version, MinAPIVersion) ? version : MinAPIVersion;
}

/** Whether one API version (`1.46`) is at least another; an empty one is less than all. */
export function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

export function productOf({ Components }: VersionAnswer): EngineInfo['product'] {
  return Components?.some(({ Name }) => Name === 'Podman Engine') ? 'Podman' : 'Docker';
}

/** moby names the snapshotter as its driver's type when containerd keeps the images; the classic store names none. */
export function storeOf(product: EngineInfo['product'], { Driver, DriverStatus }: InfoAnswer): ImageStore {
  if (product === 'Podman') return 'podman';
  if (DriverStatus?.some(([key, value]) => key === 'driver-type' && value?.startsWith('io.containerd.snapshotter')))
    return 'containerd';
  return Driver !== '' && DriverStatus && DriverStatus.length > 0 ? 'classic' : 'unknown';
}
