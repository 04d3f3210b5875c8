import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, selfSigned } from '../certificate.ts';
import { nameHere, outsideAddress } from '../own-network.ts';
import { makeRunFolder } from '../run-folder.ts';
import { type Front, startFront } from './front.ts';

/** Where hosts have the names of the world outside. */
export interface Stage extends Front {
  /** Where the names lead, in the form of /etc/hosts. */
  readonly hostsFile: string;
  /** The authority that signed the certificate of all of them (PEM). */
  readonly caFile: string;
  readonly ca: string;
}

/**
 * Lets all these names lead to one server of the tests' own at port 443, which has a certificate for them.
 *
 * @throws Error outside of a network of the tests' own
 */
export async function setStage(names: readonly string[]): Promise<Stage> {
  const certificate: Certificate = selfSigned(names);
  const hostsFile = await nameHere(names, outsideAddress);
  const caFile = join((await makeRunFolder()).path, 'ca.pem');
  await writeFile(caFile, certificate.cert);
  const front = await startFront(outsideAddress, certificate);
  return { ...front, hostsFile, caFile, ca: certificate.cert };
}
