import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type * as contract from '../../../docs/docker-push.d.ts';
import type { exportsOf } from '../../../src/editor/api.ts';
import type { PushOptions } from '../../../src/editor/commands/push.ts';
import type { RegistryConfig } from '../../../src/editor/registry-config.ts';
import type { LocalImage } from '../../../src/engine/index.ts';
import type { PushError, PushFacts, PushProgress, PushRequest, PushResult } from '../../../src/push/index.ts';

/** Whether two types are one and the same, `readonly` and `?` included: that both can be assigned says less. */
type Same<A, B> = (<T>(value: T) => T extends A ? 1 : 2) extends <T>(value: T) => T extends B ? 1 : 2 ? true : false;

/**
 * What other extensions copy, beside what the code has. The type check (`npm test -- types`) fails at the line whose
 * two types differ.
 */
export const agreed = {
  DockerPushExports: true satisfies Same<contract.DockerPushExports, ReturnType<typeof exportsOf>>,
  DockerPushApi: true satisfies Same<contract.DockerPushApi, ReturnType<ReturnType<typeof exportsOf>['getAPI']>>,
  PushRequest: true satisfies Same<contract.PushRequest, PushRequest>,
  PushOptions: true satisfies Same<contract.PushOptions, PushOptions>,
  PushProgress: true satisfies Same<contract.PushProgress, PushProgress>,
  PushFacts: true satisfies Same<contract.PushFacts, PushFacts>,
  PushResult: true satisfies Same<contract.PushResult, PushResult>,
  PushError: true satisfies Same<contract.PushError, PushError>,
  LocalImage: true satisfies Same<contract.LocalImage, LocalImage>,
  RegistryConfig: true satisfies Same<contract.RegistryConfig, RegistryConfig>,
};

/** The comparison itself, which would be worth nothing if it took these for the same. */
export const told = [
  false satisfies Same<{ readonly a: string }, { a: string }>,
  false satisfies Same<{ a?: string }, { a: string | undefined }>,
  false satisfies Same<{ a: string }, { a: string; b?: string }>,
  false satisfies Same<'a' | 'b', 'a' | 'b' | 'c'>,
  false satisfies Same<{ a: string } & ({ b: 1 } | { b: 2 }), { a: string } & ({ b: 1 } | { b: 2; c?: 3 })>,
];

describe('docs/docker-push.d.ts', () => {
  it('has no type that is not compared with the code', async () => {
    const file = path.resolve(import.meta.dirname, '../../../docs/docker-push.d.ts');
    const declared = [...(await readFile(file, 'utf8')).matchAll(/^export \w+ (\w+)/gmu)].map(([, name]) => name);
    assert.deepEqual(declared.sort(), Object.keys(agreed).sort());
  });
});
