/** A named path at a registry, canonical: Docker Hub's `nginx` is `{registry: 'docker.io', path: 'library/nginx'}`. */
export interface Repository {
  /** `host[:port]`, an IPv6 address in brackets. */
  readonly registry: string;
  readonly path: string;
}

/** Names an image: by a tag, which can move, or by a digest, which cannot. */
export type Reference = TaggedReference | DigestReference;

export interface TaggedReference {
  readonly kind: 'tagged';
  readonly repository: Repository;
  readonly tag: string;
}

export interface DigestReference {
  readonly kind: 'digest';
  readonly repository: Repository;
  /** Only a remark when there is a digest: the digest decides. */
  readonly tag?: string;
  readonly digest: string;
}
