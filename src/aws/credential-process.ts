import { exec } from 'node:child_process';
import { homedir } from 'node:os';
import { externalDataInterceptor } from '@smithy/core/config';
import { programEnvironment } from '../base/index.ts';

/** It may ask somebody, as for a code. */
const patienceMs = 60_000;

let failures = 0;

/** How often the program of a profile has failed so far. The SDK itself says only that there are no credentials then. */
export function processFailures(): number {
  return failures;
}

/**
 * Lets the SDK run what `credential_process` of the user's own AWS configuration names from the home folder, and for so
 * long. By itself the SDK would run it wherever the editor was started, which may be a folder that somebody else filled, and
 * wait without an end.
 */
export function runProcessAtHome(): void {
  // The SDK looks here for another `exec`: https://github.com/aws/aws-sdk-js-v3/blob/main/packages/credential-provider-process/src/resolveProcessCredentials.ts
  externalDataInterceptor.interceptToken('exec', runAtHome);
}

type Done = (error: Error | null, output?: { readonly stdout: string; readonly stderr: string }) => void;

function runAtHome(command: string, done: Done): void {
  const env = programEnvironment(process.env);
  const options = { cwd: homedir(), env, timeout: patienceMs, windowsHide: true };
  exec(command, options, (error, stdout, stderr) => {
    if (error) failures += 1;
    done(error, { stdout, stderr });
  });
}
