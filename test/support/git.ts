import { findProgram, installOnMachine } from './machine-packages.ts';

/** The path of this machine's git, which is installed where it is missing. */
export async function machineGit(): Promise<string> {
  const there = await findProgram('git');
  if (there) return there;
  await installOnMachine(['git'], 'for the tests with repositories');
  const installed = await findProgram('git');
  if (!installed) throw new Error('git is not on PATH.');
  return installed;
}
