import type { HiddenFile, LayerName } from '../finding.ts';

/**
 * A secret that whoever can pull the image can read. It says what it is and where, never the secret or a part of it.
 * Paths and names are the image's: plain text where they are shown.
 */
export type SecretFinding = SecretInFile | SecretInConfig;

export interface SecretInFile {
  readonly kind: 'secret';
  readonly where: 'file';
  /** In plain words, as `private key`. */
  readonly what: string;
  /** Its line is shortened where the secret stands in it. */
  readonly layer: LayerName;
  readonly path: string;
  /** The later layer that hides the file from containers, and from nobody who has the image. */
  readonly hidden?: Pick<HiddenFile, 'by' | 'how'>;
}

export interface SecretInConfig {
  readonly kind: 'secret';
  readonly where: 'environment' | 'label' | 'build argument' | 'history';
  readonly what: string;
  /** Of the variable, the label or the build argument; absent where it stands in a command. */
  readonly name?: string;
  /** Of the history's step, from the lowest, which is 0; absent for what the configuration itself has. */
  readonly step?: number;
}
