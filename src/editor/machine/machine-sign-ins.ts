import type { MachineSignIn } from '../../credentials/index.ts';
import { awsSignIn } from './aws.ts';
import type { AwsParts } from './aws-apis.ts';
import { githubSignIn } from './github.ts';

/** The sign-ins of this machine of which a registry's credential can be made. Nothing is asked by building them. */
export function machineSignIns(parts: AwsParts): readonly MachineSignIn[] {
  return [githubSignIn, awsSignIn(parts)];
}
