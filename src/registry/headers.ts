// As Node names them in an answer: in lower case.
export const accept = 'accept';
export const acceptEncoding = 'accept-encoding';
export const authorization = 'authorization';
export const connection = 'connection';
export const contentLength = 'content-length';
export const contentType = 'content-type';
export const host = 'host';
/** https://www.rfc-editor.org/rfc/rfc8288 */
export const link = 'link';
export const location = 'location';
export const retryAfter = 'retry-after';
export const userAgent = 'user-agent';
export const xRetryAfter = 'x-retry-after';
export const wwwAuthenticate = 'www-authenticate';
/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
export const dockerContentDigest = 'docker-content-digest';
/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers */
export const ociFiltersApplied = 'oci-filters-applied';
/** Of the Docker registries' API, which most registries still send: https://distribution.github.io/distribution/spec/api/#api-version-check */
export const dockerApiVersion = 'docker-distribution-api-version';
