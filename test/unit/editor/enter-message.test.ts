import assert from 'node:assert/strict';
import { EnterMessage } from '../../../src/editor/flow/enter-message.ts';
import { until } from '../../support/until.ts';
import type { Repository } from '../../../src/reference/index.ts';

const at = (path: string): Repository => ({ registry: 'registry.example', path });
const mira = 'mira (stored here)';

describe('what Enter does', () => {
  let shown: string[];
  /** The questions who pushes, by path, that wait for their answer. */
  let asked: Map<string, (who: string) => void>;
  let message: EnterMessage;
  beforeEach(() => {
    shown = [];
    asked = new Map();
    message = new EnterMessage(
      (text) => void shown.push(text),
      ({ path }) => new Promise((resolve) => asked.set(path, resolve)),
    );
  });
  const answer = async (path: string, who: string): Promise<void> => {
    asked.get(path)?.(who);
    await new Promise(setImmediate);
  };

  it('is said at once, and as whom once that is known', async () => {
    message.say('Enter pushes it', [at('api')]);
    assert.deepEqual(shown, ['Enter pushes it']);
    await answer('api', mira);
    assert.equal(shown.at(-1), `Enter pushes it as ${mira}`);
  });

  it('is said of nobody without a word more', async () => {
    message.say('Enter pushes it', [at('api')]);
    await answer('api', '');
    assert.equal(shown.at(-1), 'Enter pushes it');
  });

  it('is never that of a repository that was typed before, however late its answer comes', async () => {
    message.say('to api', [at('api')]);
    message.say('to web', [at('web')]);
    await answer('web', 'build (stored here)');
    await answer('api', mira);
    assert.equal(shown.at(-1), 'to web as build (stored here)');
  });

  it('stays untold when what is typed became wrong meanwhile', async () => {
    message.say('to api', [at('api')]);
    message.silence();
    await answer('api', mira);
    assert.deepEqual(shown, ['to api']);
  });

  it('is known at once for another tag of the same repository', async () => {
    message.say('to api:1', [at('api')]);
    await answer('api', mira);
    message.say('to api:2', [at('api')]);
    assert.equal(shown.at(-1), `to api:2 as ${mira}`);
  });

  it('names for several repositories who pushes them all, and nobody where they differ', async () => {
    const both = [at('api'), at('web')];
    message.say('both', both);
    await answer('api', mira);
    await answer('web', mira);
    assert.equal(shown.at(-1), `both as ${mira}`);
    message.say('others', [at('api'), at('tools')]);
    await answer('api', mira);
    await answer('tools', '');
    assert.equal(shown.at(-1), 'others');
  });

  describe('and what it would do there', () => {
    const look = () => {
      const answers: ((words: string) => void)[] = [];
      const signals: AbortSignal[] = [];
      const ask = (signal: AbortSignal): Promise<string> => {
        signals.push(signal);
        return new Promise((resolve) => answers.push(resolve));
      };
      return { answers, signals, ask };
    };

    it('is asked for when the typing pauses, and told behind as whom', async () => {
      const { answers, ask } = look();
      for (const tag of ['1', '1.', '1.4']) message.say(`to api:${tag}`, [at('api')], ask);
      await until('it is asked for', () => answers.length > 0);
      assert.equal(answers.length, 1);
      answers[0]?.('new tag');
      await answer('api', mira);
      assert.equal(shown.at(-1), `to api:1.4 as ${mira} · new tag`);
    });

    it('is never that of what was typed before', async () => {
      const { answers, ask, signals } = look();
      message.say('to api:1', [at('api')], ask);
      await until('it is asked for', () => answers.length > 0);
      message.say('to api:2', [at('api')], ask);
      assert.ok(signals[0]?.aborted);
      answers[0]?.('replaces something');
      await new Promise(setImmediate);
      assert.equal(shown.at(-1), 'to api:2');
      await until('it is asked for again', () => answers.length > 1);
      answers[1]?.('');
      await answer('api', '');
      assert.equal(shown.at(-1), 'to api:2');
      message.silence();
      assert.ok(signals[1]?.aborted);
    });
  });
});
