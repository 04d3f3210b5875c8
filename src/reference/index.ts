export { InvalidReferenceError, type ReferenceErrorCode } from './errors.ts';
export { familiarName, familiarReference, formatReference, formatRepository, readCanonical } from './format.ts';
export { parseDigest, parseReference, parseTag, referenceReader } from './parse.ts';
export type { DigestReference, Reference, Repository, TaggedReference } from './reference.ts';
export { apiHost, isLoopback } from './registry-host.ts';
export { type ExpandedTag, expandTagTemplate, type TagFacts, type TagVariable, tagVariables } from './tag-template.ts';
export { parseRegistry, parseRepository, parseTarget } from './target.ts';
export { formatRegistryKey, parseRegistryKey, type RegistryKey } from './registry-key.ts';
export { checkTargetTemplate, expandTarget, type TemplateFacts } from './target-template.ts';
