import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';

const root = path.resolve(import.meta.dirname, '../..');

/** An import, as if it stood in this file. */
async function complaints(file: string, source: string): Promise<string[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(source, { filePath: path.join(root, file) });
  const rules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax'];
  return (result?.messages ?? []).filter(({ ruleId }) => rules.includes(ruleId ?? '')).map(({ message }) => message);
}

describe('the walls between the rooms', function () {
  this.timeout(60_000);
  const forbidden: [file: string, source: string][] = [
    ['src/base/log.ts', "import { parseTag } from '../reference/index.ts'; parseTag('x');"],
    ['src/engine/image.ts', "import type { Descriptor } from '../registry/index.ts'; export type X = Descriptor;"],
    ['src/push/plan.ts', "import { openEngine } from '../engine/index.ts'; openEngine;"],
    ['src/push/plan.ts', "import { openEngine } from '../../src/engine/index.ts'; openEngine;"],
    ['src/push/plan.ts', "import type { LocalImage } from '../engine/image.ts'; export type X = LocalImage;"],
    ['src/push/plan.ts', "import { window } from 'vscode'; window;"],
    ['src/push/plan.ts', "export const x = import('vscode');"],
    ['src/push/plan.ts', "export const x = import('../engine/index.ts');"],
    ['src/push/plan.ts', "import { commandIds } from '../editor/ids.ts'; commandIds;"],
    ['src/registry/client.ts', "import { openEcr } from '../aws/index.ts'; openEcr;"],
    ['src/aws/open.ts', "import { ecrPlaceOf } from '../registry/index.ts'; ecrPlaceOf;"],
    ['src/editor/machine/aws.ts', "import { openEcr } from '../../aws/index.ts'; openEcr;"],
    ['src/editor/pusher.ts', "import { openEngine } from '../engine/index.ts'; openEngine;"],
    ['src/extension.ts', "import { openCommands } from './editor/commands/index.ts'; openCommands;"],
    ['src/editor/flow/step.ts', "import { systemClock } from '../../base/clock.ts'; systemClock;"],
  ];
  for (const [file, source] of forbidden)
    it(`keep out of ${file}: ${source.split(';')[0] ?? ''}`, async () => {
      assert.notDeepEqual(await complaints(file, source), []);
    });

  const allowed: [file: string, source: string][] = [
    ['src/push/plan.ts', "import type { LocalImage } from '../engine/index.ts'; export type X = LocalImage;"],
    ['src/push/plan.ts', "import { parseTag } from '../reference/index.ts'; parseTag('x');"],
    ['src/editor/pusher.ts', "export const x = import('../engine/index.ts');"],
    ['src/editor/pusher.ts', "import { window } from 'vscode'; window;"],
    ['src/extension.ts', "export const x = import('./editor/commands/index.ts');"],
  ];
  for (const [file, source] of allowed)
    it(`let into ${file}: ${source.split(';')[0] ?? ''}`, async () => {
      assert.deepEqual(await complaints(file, source), []);
    });
});
