import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../../src/base/index.ts';
import { type AwsServer, startAws, testKeys } from '../../support/aws-server.ts';
import type { Certificate } from '../../support/certificate.ts';
import { makeRunFolder } from '../../support/run-folder.ts';

/** A machine's environment and home, of which this process's are made, and AWS on a server of the test's own. */
export interface Surroundings {
  readonly aws: AwsServer;
  readonly home: string;
  /** Writes below the home folder. */
  readonly write: (file: string, text: string) => Promise<void>;
  /** Puts the environment back and stops the server, as its `finish` says. */
  readonly finish: () => Promise<void>;
}

/** @param env added to a machine on which nobody is signed in to AWS; `signedIn` is one who is, by the environment */
export async function awsSurroundings(
  env: Record<string, string> = {},
  certificate?: Certificate,
): Promise<Surroundings> {
  const [aws, folder] = await Promise.all([startAws(certificate), makeRunFolder()]);
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    HOME: folder.path,
    // There is no instance here whose role could serve.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_ECR: aws.url,
    AWS_ENDPOINT_URL_ECR_PUBLIC: aws.url,
    ...env,
  });
  return {
    aws,
    home: folder.path,
    write: async (file, text) => {
      const target = path.join(folder.path, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, text);
    },
    finish: async () => {
      for (const name of Object.keys(process.env)) if (!(name in before)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
      await folder.remove();
      await aws.finish();
    },
  };
}

export const signedIn = {
  AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey,
};

export const registryId = '123456789012';
export const registry = `${registryId}.dkr.ecr.eu-central-1.amazonaws.com`;

/** A log that keeps the lines of every level. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  return { lines, trace: keep, debug: keep, info: keep, warn: keep, error: keep };
}

export const options = { userAgent: 'docker-push/9.9.9', log: keptLog() };
export const ecrOptions = { ...options, region: 'eu-central-1', fips: false };
