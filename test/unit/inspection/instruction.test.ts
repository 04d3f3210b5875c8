import assert from 'node:assert/strict';
import { dockerfileLine, readInstruction } from '../../../src/inspection/index.ts';

describe('an instruction in the history of an image', () => {
  const lines: [createdBy: string, line: string][] = [
    ['/bin/sh -c apt-get update', 'RUN apt-get update'],
    ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
    ['/bin/sh -c #(nop) ADD file:01ab in / ', 'ADD … /'],
    ['RUN /bin/sh -c make all # buildkit', 'RUN make all'],
    ['RUN |2 A=1 B=two words /bin/sh -c make # buildkit', 'RUN make'],
    ['|1 A=1 /bin/bash -o pipefail -c make', 'RUN make'],
    ['RUN /app/tool --init # buildkit', 'RUN /app/tool --init'],
    ['COPY . . # buildkit', 'COPY . .'],
    ['USER app', 'USER app'],
    ['bazel build ...', 'bazel build ...'],
    ['', ''],
  ];
  for (const [createdBy, line] of lines)
    it(`is ${line || 'nothing'}, written as ${createdBy}`, () =>
      assert.equal(dockerfileLine(readInstruction(createdBy)), line));
  it('is read about once, however long', () => {
    const start = performance.now();
    readInstruction(`|1 ${'a /bin/sh '.repeat(100_000)}`);
    assert.ok(performance.now() - start < 1000);
  });
});
