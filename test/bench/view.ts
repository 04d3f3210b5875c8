import type { Page } from 'playwright-core';
import { startEngine } from '../support/engine.ts';
import { buildImage, engineRequest, tagImage } from '../support/images.ts';
import { startServer } from '../support/vscode-server.ts';
import type { Figure } from './figure.ts';
import { interleaved, timed } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';
import { openWindows, type Windows } from './windows.ts';

const sizes = [100, 1_000, 10_000];

export const view: Part = {
  name: 'view',
  methods: [
    '**View**: the first look at the view Images in a window that has been loaded and come to rest (two seconds cost its extension host less than half a per cent of one core), as a person has it: from the press on the icon in the activity bar until the first row is drawn. That includes loading the engine’s room, finding and asking the engine, listing, and drawing. Each run has a fresh window with a fresh extension host; the tags are names of one image, ten in each repository. The reference is one `GET /images/json` over the socket from plain Node, its body read and not parsed.',
  ],
  measure,
};

async function measure({ vsix, say }: Bench): Promise<Measured> {
  // The classic store: the other needs 20 ms and more for each tag.
  const engine = await startEngine({ kind: 'classic' });
  const server = await startServer({ mode: 'workbench', vsix, env: { DOCKER_HOST: engine.endpoint } });
  try {
    const source = 'registry.example.com/team-0/service-0:1.0.0';
    await buildImage(engine.socketPath, source, [{ path: '/one', content: Buffer.from('one') }]);
    const windows = await openWindows(server, 'slipway.docker-push');
    const figures: Figure[] = [];
    let tags = 1;
    for (const size of sizes) {
      say(`tagging ${size}`);
      await addTags(engine.socketPath, source, tags, size);
      tags = size;
      const samples = await interleaved(
        () => firstRow(windows),
        () => timed(() => engineRequest(engine.socketPath, 'GET', '/images/json')),
      );
      figures.push({
        what: `view to first row, ${size.toLocaleString('en')} tags`,
        against: 'bare API call',
        unit: 'ms',
        samples,
        ...(size === 10_000 && { budget: { factor: 1, plus: 500 } }),
      });
    }
    await windows.close();
    return { figures, versions: { 'Docker (classic image store)': engine.version } };
  } finally {
    await server.stop();
    await engine.stop();
  }
}

/** Gives an image its names from one number up to another. */
async function addTags(socketPath: string, source: string, from: number, to: number): Promise<void> {
  let next = from;
  const tagger = async (): Promise<void> => {
    while (next < to) {
      const [repository, tag] = [Math.floor(next / 10), next++ % 10];
      const name = `registry.example.com/team-${repository % 20}/service-${repository}:1.${tag}.0`;
      await tagImage(socketPath, source, name);
    }
  };
  await Promise.all(Array.from({ length: 8 }, tagger));
}

async function firstRow(windows: Windows): Promise<number> {
  const workbench = await windows.open();
  const { page } = workbench;
  const shown = watchForFirstRow(page);
  await page.locator('.activitybar .action-item a.action-label[aria-label^="Docker Push"]').click();
  const milliseconds = await shown;
  await workbench.close();
  return milliseconds;
}

/** From the press of the mouse until a frame that has a row; both by the page's own clock. */
function watchForFirstRow(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const look = (pressed) => {
      if (document.querySelector('[id="workbench.view.extension.dockerPush"] [role="treeitem"]'))
        resolve(performance.now() - pressed);
      else requestAnimationFrame(() => look(pressed));
    };
    addEventListener('mousedown', ({ timeStamp }) => look(timeStamp), { capture: true, once: true });
  })`);
}
