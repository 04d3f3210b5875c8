import type { MachineSignIn } from '../../credentials/index.ts';
import type { RegistryContact } from '../registry-contact.ts';
import { awsSignIn } from './aws.ts';
import type { AwsParts } from './aws-apis.ts';
import { githubSignIn } from './github.ts';
import { microsoftSignIn } from './microsoft.ts';

/** The sign-ins of this machine that are asked here and not by a program of theirs. Nothing is asked by building them. */
export function editorSignIns(contact: Pick<RegistryContact, 'optionsFor'>, aws: AwsParts): readonly MachineSignIn[] {
  return [githubSignIn, microsoftSignIn(contact), awsSignIn(aws)];
}
