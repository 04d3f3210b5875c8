import type { MachineSignIn } from '../../credentials/index.ts';
import { githubSignIn } from './github.ts';

/** The sign-ins of this machine of which a registry's credential can be made. Nothing is asked by building them. */
export function machineSignIns(): readonly MachineSignIn[] {
  return [githubSignIn];
}
