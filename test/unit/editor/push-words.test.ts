import assert from 'node:assert/strict';
import {
  layerWords,
  outlookWords,
  planWords,
  progressWords,
  resultLine,
  resultWords,
  thereFacts,
} from '../../../src/editor/push-words.ts';
import type { PushFacts } from '../../../src/push/index.ts';
import type { Platform } from '../../../src/registry/index.ts';
import { pushedRecord } from '../push/parts.ts';

const facts: PushFacts = { id: 'p-1', target: 'registry.acme.dev/team/api:1.4.2', durationMs: 4_100, warnings: [] };
const digest = `sha256:${'9'.repeat(64)}`;

describe('the words for a push', () => {
  it('tell progress in one line, and leave out what is not known', () => {
    assert.equal(
      progressWords({
        phase: 'sending',
        percent: 42,
        bytes: { sent: 16_000_000, total: 38_000_000 },
        bytesPerSecond: 11_000_000,
        layers: { total: 7, done: 4, reused: 0 },
      }),
      '42 % · 16 of 38 MB · 11 MB/s · layer 5 of 7',
    );
    assert.equal(progressWords({ phase: 'starting' }), 'the engine is at work…');
    assert.equal(
      progressWords({ phase: 'sending', percent: 3, bytes: { sent: 900_000, total: 38_000_000 }, retryInSeconds: 5 }),
      '3 % · 900 kB of 38 MB · the engine tries again in 5 s',
    );
  });

  it('tell what was sent and what was reused', () => {
    assert.equal(
      layerWords({ ...facts, layers: { total: 3, sent: 0, reused: 3 } }),
      'nothing to send: all 3 layers were there',
    );
    assert.equal(
      layerWords({
        ...facts,
        layers: { total: 4, sent: 1, reused: 3 },
        bytes: { sent: 31_200_000, unit: 'compressed' },
      }),
      '1 layer sent (31.2 MB), 3 reused',
    );
    assert.equal(layerWords(facts), undefined);
  });

  it('tell the end with reference, digest and who confirmed it', () => {
    assert.equal(
      resultWords({ ...facts, outcome: 'pushed', digest, verification: 'confirmed' }),
      `Pushed registry.acme.dev/team/api:1.4.2 — ${digest} · confirmed by the registry · 4.1 s.`,
    );
    assert.match(
      resultWords({ ...facts, outcome: 'pushed', digest, verification: 'unavailable', warnings: ['It is away.'] }),
      /engine’s word.*It is away\.$/u,
    );
    assert.equal(
      resultWords({ ...facts, outcome: 'cancelled', layers: { total: 7, sent: 5, reused: 0 } }),
      'Cancelled. Nothing was published; 5 finished layers stay at the registry and will not be sent again.',
    );
    assert.doesNotMatch(
      resultWords({ ...facts, outcome: 'cancelled', warnings: ['Not confirmed.'] }),
      /Nothing was published/u,
    );
    assert.equal(
      resultLine({ ...facts, outcome: 'failed', error: { code: 'denied', side: 'registry', message: 'No.' } }),
      'failed (registry, denied): No.; 4.1 s',
    );
  });

  it('tell what a push would do at its target', () => {
    const replaced = { kind: 'replaces', digest } as const;
    const ours = pushedRecord('p-1', Date.now() - 180_000, digest);
    assert.equal(outlookWords({ tag: { kind: 'new' } }), 'new tag');
    assert.equal(
      outlookWords({ tag: { kind: 'new' }, layers: { total: 7, held: 3, missingBytes: 38_000_000 } }),
      'new tag · 3 of 7 layers already there · up to 38 MB to send',
    );
    assert.equal(
      outlookWords({ tag: replaced, layers: { total: 2, held: 2, missingBytes: 0 } }),
      `replaces ${digest.slice(0, 15)}, which was not pushed from here · all layers already there`,
    );
    assert.equal(
      outlookWords({ tag: { ...replaced, ours }, mutability: { kind: 'immutable', reason: 'its tags are immutable' } }),
      `replaces your push of 3 minutes ago (${digest.slice(0, 15)}) · cannot be replaced: its tags are immutable`,
    );
    const [arm, amd] = ['arm64', 'amd64'].map((architecture) => ({ os: 'linux', architecture })) as [
      Platform,
      Platform,
    ];
    const two = { createdAt: new Date(Date.now() - 7_300_000), platforms: [amd, arm] };
    assert.equal(
      outlookWords({ tag: { ...replaced, there: two } }),
      `replaces ${digest.slice(0, 15)} (built 2 hours ago, linux/amd64, linux/arm64), which was not pushed from here`,
    );
    assert.equal(
      outlookWords({ tag: { ...replaced, ours, there: two } }),
      `replaces your push of 3 minutes ago (${digest.slice(0, 15)}, linux/amd64, linux/arm64)`,
    );
    assert.equal(
      outlookWords({ tag: { ...replaced, ours, there: { ...two, platforms: [arm] } } }),
      `replaces your push of 3 minutes ago (${digest.slice(0, 15)})`,
    );
    assert.deepEqual(thereFacts({ createdAt: new Date(0), platforms: [arm] }), ['linux/arm64']);
    assert.equal(
      planWords({ tag: { kind: 'new' }, layers: { total: 7, held: 3, missingBytes: 38_000_000 } }),
      'plan: new tag; 3 of 7 layers already there; up to 38 MB to send',
    );
    assert.equal(outlookWords({ tag: { kind: 'same', digest }, layers: { total: 2, held: 2 } }), 'same image');
    assert.equal(outlookWords({ tag: { kind: 'unknown', reason: 'no' } }), 'what the tag holds is not known');
  });
});
