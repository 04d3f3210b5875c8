import { SidedError } from '../base/index.ts';
import type { EngineInfo } from '../engine/index.ts';
import type { EnginesObjection } from '../push/index.ts';
import { isLoopback, type RegistryKey } from '../reference/index.ts';
import type { Transport } from '../registry/index.ts';
import type { EngineSession } from './engine-session.ts';
import type { RegistryContact } from './registry-contact.ts';

export interface EngineObjectionParts {
  readonly session: Pick<EngineSession, 'connect'>;
  readonly contact: Pick<RegistryContact, 'optionsFor' | 'certificateFile'>;
}

/**
 * What the engine needs before it pushes to a registry that this machine reaches only because it was told to be lenient, in
 * a sentence; undefined where it needs nothing, as far as that can be known. Never rejects.
 *
 * @param transport by which this machine just reached it
 */
export async function engineObjection(
  key: RegistryKey,
  transport: Transport | undefined,
  { session, contact }: EngineObjectionParts,
): Promise<string | undefined> {
  const objection = await objectionNow(key, transport, contact);
  if (objection === undefined) return undefined;
  let product: EngineInfo['product'] | undefined;
  try {
    const { engine, info } = await session.connect();
    product = info.product;
    if (await engine.isInsecure(key.registry)) return undefined;
  } catch {
    // An engine that does not answer now is told of elsewhere; what most engines need is said all the same.
  }
  const { engineNeeds } = await import('../push/index.ts');
  return engineNeeds(objection, key.registry, product);
}

/**
 * What the engine will need where this transport is set, in a sentence; undefined where it needs nothing.
 *
 * @param product of the engine that was used last; nothing is contacted
 */
export async function objectionTo(
  { registry }: RegistryKey,
  transport: Transport | undefined,
  product: EngineInfo['product'] | undefined,
): Promise<string | undefined> {
  if (transport === undefined || transport === 'https') return undefined;
  // Podman trusts not even the loopback by itself.
  if (isLoopback(registry) && product !== 'Podman') return undefined;
  const { engineNeeds } = await import('../push/index.ts');
  return engineNeeds(transport === 'http' ? 'plain-http' : 'certificate', registry, product);
}

/** An engine is likely to trust a certificate that this machine trusts by itself. */
async function objectionNow(
  key: RegistryKey,
  transport: Transport | undefined,
  contact: EngineObjectionParts['contact'],
): Promise<EnginesObjection | undefined> {
  if (transport === 'http') return 'plain-http';
  if (transport !== 'https-unverified' && contact.certificateFile(key) === undefined) return undefined;
  const { openRegistry } = await import('../registry/index.ts');
  const strict = { ...contact.optionsFor(key), transport: 'https', ca: undefined } as const;
  const failure: unknown = await openRegistry(key.registry, strict)
    .ping()
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  if (!(failure instanceof SidedError) || failure.code !== 'certificate-untrusted') return undefined;
  const { code = '' } = (failure.cause ?? {}) as { readonly code?: string };
  return /EXPIRED|NOT_YET_VALID|ALTNAME|HOSTNAME/u.test(code) ? 'certificate-invalid' : 'certificate';
}
