import assert from 'node:assert/strict';
import type { EcrApi, EcrPublicApi } from '../../../../src/registry/providers/aws.ts';

/** A call that is expected: the verb, its input, and what it resolves with, or rejects with where that is an error. */
export type AwsStep = readonly [verb: string, input: unknown, answer: unknown];

export interface ScriptedAws {
  readonly ecr: EcrApi;
  readonly ecrPublic: EcrPublicApi;
  /** Fails if a call did not come. */
  readonly done: () => void;
}

/** Amazon's APIs, which answer these calls in this order, and fail on any other. */
export function scriptedAws(...steps: AwsStep[]): ScriptedAws {
  const answer = async (verb: string | symbol, given: readonly unknown[]): Promise<unknown> => {
    const input = given.filter((value) => value !== undefined && !(value instanceof AbortSignal));
    const step = steps.shift();
    assert.deepEqual([verb, ...input], step && [step[0], ...(step[1] === undefined ? [] : [step[1]])]);
    await Promise.resolve();
    if (step?.[2] instanceof Error) throw step[2];
    return step?.[2];
  };
  const api = new Proxy({} as EcrApi & EcrPublicApi, {
    get:
      (_, verb) =>
      (...given: readonly unknown[]) =>
        answer(verb, given),
  });
  return { ecr: api, ecrPublic: api, done: () => assert.deepEqual(steps, [], 'calls that did not come') };
}

/** As the SDK throws: known by its name. */
export function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
