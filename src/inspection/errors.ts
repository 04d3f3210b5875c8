/** What was wrong with what was read. */
export type InspectionErrorCode =
  /** It ends too early, or is not what it should be. */
  | 'layer-damaged'
  /** It is compressed in a way that this editor's Node does not know. */
  | 'layer-compression'
  /** A path leads out of the image. */
  | 'layer-path'
  /** It is larger than what is read at all: entries, paths, or bytes out of nearly none. */
  | 'layer-limit'
  /** The archive or the registry's answer does not describe an image. */
  | 'image-damaged'
  /** The archive has more parts than an image needs. */
  | 'image-limit'
  /** The engine's archive holds several images, and none was chosen. */
  | 'image-ambiguous'
  /** Reading it took more memory than is given to that. */
  | 'inspection-memory'
  /** The thread that reads images ended by a fault of its own. */
  | 'inspection-crashed';

/**
 * An image's bytes could not be understood. The message is plain text in whole sentences; the native error is the
 * `cause`. A failing engine or registry is not this: their own errors pass through as they are.
 */
export class InspectionError extends Error {
  override readonly name = 'InspectionError';
  readonly code: InspectionErrorCode;

  constructor(code: InspectionErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
