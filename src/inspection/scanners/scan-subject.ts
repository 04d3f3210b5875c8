import { ScanError } from './errors.ts';

/** What to scan. */
export type ScanSubject =
  | {
      readonly kind: 'engine';
      /** An image ID, or a reference that the engine knows. */
      readonly image: string;
      /** How the engine is reached, in the Docker CLI's variables: DOCKER_HOST, and DOCKER_TLS_VERIFY with DOCKER_CERT_PATH. */
      readonly environment: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'archive';
      /** A file as `docker save` writes it; absolute. */
      readonly file: string;
    };

/**
 * The image's name as a scanner may be given it: it cannot be read as an option, and has no character that a name of an
 * image lacks. That it is of an engine's image and nothing else (`dir:/etc`) is said beside it.
 *
 * @throws ScanError `scanner-failed`
 */
export function nameOf(image: string): string {
  if (image.length <= 512 && /^[\w[][\w.:/@[\]-]*$/u.test(image)) return image;
  throw new ScanError('scanner-failed', 'A scanner is not given this name of an image. Choose the image by its ID.');
}

/**
 * The archive's path, which begins with neither a dash nor a kind of source since it is absolute.
 *
 * @throws ScanError `scanner-failed`
 */
export function fileOf(file: string): string {
  if (/^(?:\/|[a-z]:[\\/]|\\\\)/iu.test(file) && !file.includes('\0')) return file;
  throw new ScanError('scanner-failed', 'A scanner is given the absolute path of an archive alone.');
}
