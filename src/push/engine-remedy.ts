import type { EngineInfo } from '../engine/index.ts';

/**
 * What an engine may refuse of a registry that this machine accepts. `certificate-invalid`: no authority makes it right, as
 * it is expired or another host's.
 */
export type EnginesObjection = 'certificate' | 'certificate-invalid' | 'plain-http';

/**
 * The one change on the engine's side that lets it push there, as the part of a sentence that begins in the imperative.
 * Every engine reads Docker's folder of certificates (Podman has others besides:
 * https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md).
 */
export function engineRemedy(
  objection: EnginesObjection,
  registry: string,
  product: EngineInfo['product'] = 'Docker',
): string {
  if (objection === 'certificate')
    return `put the certificate of its authority on the engine's machine, as /etc/docker/certs.d/${registry}/ca.crt`;
  if (product === 'Podman')
    return `add a [[registry]] with location = "${registry}" and insecure = true to /etc/containers/registries.conf on Podman's machine and restart it`;
  return `add "${registry}" to "insecure-registries" in the engine's configuration and restart it`;
}

/** The same as a sentence of its own, said before the engine is asked. */
export function engineNeeds(
  objection: EnginesObjection,
  registry: string,
  product: EngineInfo['product'] = 'Docker',
): string {
  const remedy = engineRemedy(objection, registry, product);
  if (objection === 'certificate')
    return `The engine decides for itself whom it trusts: unless it trusts ${registry} already, ${remedy}.`;
  const what = objection === 'plain-http' ? 'plain HTTP there' : 'its certificate, which is expired or another host’s';
  return `The engine refuses ${what}: ${remedy}.`;
}
