import assert from 'node:assert/strict';

/** What the process that started the editor has made ready; scripts/test.ts sets it. */
export const surroundings = {
  /** The project's folder. */
  root: given('TESTS_ROOT'),
  /** The socket of an engine that has the image `api:1`. */
  engineSocket: given('TESTS_ENGINE_SOCKET'),
  /** A registry on plain HTTP, `host:port`. */
  registry: given('TESTS_REGISTRY'),
  /** Tells how often somebody came to the address in DOCKER_HOST. */
  lookout: given('TESTS_LOOKOUT'),
};

function given(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: these tests are started by "npm test -- integration"`);
  return value;
}
