import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseTarget } from '../src/reference/index.ts';
import { openRegistry } from '../src/registry/index.ts';
import { pushImage } from '../test/support/main-job.ts';
import type { VSCodeServer } from '../test/support/vscode-server.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import { sample } from './sample.ts';

export interface MainJobOptions {
  readonly server: VSCodeServer;
  /** `host:port` */
  readonly registry: string;
  readonly workspace: string;
  /** The folder for a picture of each step. */
  readonly pictures: string;
}

/**
 * Pushes the sample image in the workbench as a person would, prints its reference and digest, and asks the registry
 * whether it has that digest.
 *
 * @throws Error when it does not, or a step fails
 */
export async function doMainJob({ server, registry, workspace, pictures }: MainJobOptions): Promise<void> {
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  const workbench = await openWorkbench(server, { folder: workspace });
  let step = 0;
  const picture = (name: string): Promise<void> =>
    workbench.screenshot(path.join(pictures, `${(step += 1)}-${name}.png`));
  try {
    await workbench.openDockerPush();
    const name = `team/${sample.reference}`;
    const end = await pushImage(workbench, { image: sample.reference, destination: registry, name, picture });
    const digest = /sha256:[0-9a-f]{64}/u.exec(end.text)?.[0];
    if (digest === undefined) throw new Error(`The push did not end well: ${end.text}`);
    const target = `${registry}/${name}`;
    console.log(`Pushed ${target}\n${digest}`);
    const held = await openRegistry(registry, {}).resolve(parseTarget(target));
    if (held?.digest !== digest) throw new Error(`The registry has ${held?.digest ?? 'nothing'} under that tag.`);
    console.log(`The registry confirms it. A picture of each step is in ${pictures}`);
  } finally {
    await workbench.close();
  }
}
