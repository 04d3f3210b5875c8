import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  familiarReference,
  formatReference,
  formatRepository,
  InvalidReferenceError,
  parseDigest,
  parseReference,
  readCanonical,
  referenceReader,
  parseRegistry,
  parseRepository,
  parseTag,
  parseTarget,
  type Reference,
  type Repository,
} from '../../../src/reference/index.ts';

// What the grammar allows.
const pathPart = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/u);
const path = fc.array(pathPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,6}[a-z0-9])?$/u);
const port = fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`);
const optionalPort = fc.oneof(fc.constant(''), port);
const registry = fc.oneof(
  fc.constantFrom('docker.io', 'ghcr.io', 'localhost'),
  fc.tuple(label, label, optionalPort).map(([a, b, end]) => `${a}.${b}${end}`),
  fc.tuple(label, port).map((parts) => parts.join('')),
  fc.tuple(fc.ipV4(), optionalPort).map((parts) => parts.join('')),
  fc
    .tuple(
      fc.ipV6().filter((address) => !address.includes('.')),
      optionalPort,
    )
    .map(([address, end]) => `[${address}]${end}`),
);
const repository: fc.Arbitrary<Repository> = fc
  .record({ registry, path })
  // What Docker Hub's and the index's names stand for is not canonical.
  .filter((candidate) => candidate.registry !== 'index.docker.io' && candidate.registry !== 'registry-1.docker.io')
  .map(({ registry, path }) => ({
    registry,
    path: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path,
  }));
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/u);
const digest = fc.oneof(
  fc.stringMatching(/^[0-9a-f]{64}$/u).map((hex) => `sha256:${hex}`),
  fc.stringMatching(/^[0-9a-f]{128}$/u).map((hex) => `sha512:${hex}`),
);
// Without prototypes that the compared objects do not have.
const plain = { noNullPrototype: true };
const tagged = fc.record({ kind: fc.constant('tagged' as const), repository, tag }, plain);
const reference: fc.Arbitrary<Reference> = fc.oneof(
  tagged,
  fc.record({ kind: fc.constant('digest' as const), repository, digest }, plain),
  fc.record({ kind: fc.constant('digest' as const), repository, tag, digest }, plain),
);

/** Anything, and what nearly is a reference: the grammar's own characters in any order. */
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom(...'aA0._-:/@[]%'.split(''), 'sha256:', 'localhost', '://', '\u0000', ' '),
    maxLength: 60,
  }),
  reference
    .map(formatReference)
    .chain((text) =>
      fc
        .tuple(fc.nat(text.length), fc.string({ maxLength: 2 }))
        .map(([at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
    ),
);
const readers = { parseReference, parseTarget, parseRepository, parseRegistry, parseTag, parseDigest };

describe('references, by their properties', () => {
  it('print after parse: a canonical text comes back as it was', () => {
    fc.assert(
      fc.property(reference, (value) => {
        const text = formatReference(value);
        assert.equal(formatReference(parseReference(text)), text);
      }),
    );
  });

  it('parse after print: a reference comes back as it was', () => {
    fc.assert(fc.property(reference, (value) => assert.deepEqual(parseReference(formatReference(value)), value)));
  });

  it('a reader of lists reads each as it is read alone', () => {
    const result = (read: (text: string) => Reference, text: string): unknown => {
      try {
        return read(text);
      } catch (error) {
        return String(error);
      }
    };
    // Short ones out of few letters, so that names come again.
    const few = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.', '@', '1', ' ', 'sha256'), maxLength: 6 });
    const digest = 'ab'.repeat(32);
    fc.assert(
      fc.property(fc.array(fc.oneof(few, anything)), (texts) => {
        const read = referenceReader();
        const all = [
          ...texts,
          ...texts.flatMap((text) => [`${text}:1`, `${text}:${digest}`, `${text}@sha256:${digest}`]),
        ];
        for (const text of all) assert.deepEqual(result(read, text), result(parseReference, text));
      }),
    );
  });

  it('the canonical form of a tag is taken apart as it was put together', () => {
    const tagged = reference.filter(({ kind }) => kind === 'tagged');
    fc.assert(fc.property(tagged, (value) => assert.deepEqual(readCanonical(formatReference(value)), value)));
  });

  it('the familiar form means the same', () => {
    fc.assert(fc.property(reference, (value) => assert.deepEqual(parseReference(familiarReference(value)), value)));
  });

  it('a target in canonical form is read as Docker reads it', () => {
    fc.assert(
      fc.property(tagged, (value) => {
        const { registry, path } = value.repository;
        fc.pre(registry.includes('.') || registry.includes(':') || registry === 'localhost');
        fc.pre(`${registry}/${path}` !== 'docker.io/library/sha256');
        const target = parseTarget(formatReference(value));
        assert.deepEqual(parseReference(formatReference(target)), target);
        assert.deepEqual(parseRepository(formatRepository(target.repository)), target.repository);
        assert.equal(parseRegistry(target.repository.registry), target.repository.registry);
      }),
    );
  });

  it('whatever parses prints as something that parses to the same', () => {
    fc.assert(
      fc.property(anything, (text) => {
        let value: Reference;
        try {
          value = parseReference(text);
        } catch {
          return;
        }
        assert.deepEqual(parseReference(formatReference(value)), value);
        assert.deepEqual(parseReference(familiarReference(value)), value);
      }),
      { numRuns: 2_000 },
    );
  });

  for (const [name, read] of Object.entries(readers))
    it(`${name} throws nothing but its own error`, () => {
      fc.assert(
        fc.property(anything, (text) => {
          try {
            read(text);
          } catch (error) {
            assert.ok(error instanceof InvalidReferenceError, String(error));
            assert.equal(error.side, 'reference');
            assert.ok(error.message.length < 1_000);
            if (error.suggestion !== undefined) assert.equal(/\s/u.test(error.suggestion), false);
          }
        }),
        { numRuns: 1_000 },
      );
    });

  for (const [name, read] of Object.entries(readers))
    it(`${name} comes to an end on hostile texts`, function () {
      // A backtracking expression would need years for one of these; Mocha's own limit is the assertion.
      this.timeout(5_000);
      const pieces = ['a', '-', '_', '__', '.', 'a-', 'a.', 'a__', '0:', '/', 'a/', ':', '[', '@', 'sha256:', 'a+'];
      for (const piece of pieces)
        for (const length of [250, 4_000, 1_000_000])
          for (const end of ['', '!', '/', ':x', '@x']) {
            const text = piece.repeat(length / piece.length) + end;
            for (const candidate of [text, `ghcr.io/${text}`, `a:${text}`, `a@${text}`])
              try {
                read(candidate);
              } catch (error) {
                assert.ok(error instanceof InvalidReferenceError);
              }
          }
    });
});
