import assert from 'node:assert/strict';
import manifest from '../../../package.json' with { type: 'json' };
import { isLostRow } from '../../../src/editor/lost-row.ts';

const { menus } = manifest.contributes;
const nothing = [undefined, undefined];

describe('a menu that lost its row', () => {
  it('passes none to a command that is about one', () => {
    for (const command of ['push', 'pushAgain', 'deleteTag', 'signIn', 'showPushLog'])
      assert.ok(isLostRow(`dockerPush.${command}`, nothing, menus), command);
    assert.ok(isLostRow('dockerPush.push', [null, null], menus));
  });

  it('is not the title of a view, which passes as much where no row has the focus', () => {
    const titles = menus['view/title'].map(({ command }) => command);
    assert.ok(titles.length > 5);
    for (const command of titles) assert.ok(!isLostRow(command, nothing, menus), command);
  });

  it('is not the palette, a key, or a menu that has its row', () => {
    for (const args of [[], [undefined], [{ image: 'api:1' }], [{ kind: 'tag' }, undefined]])
      assert.ok(!isLostRow('dockerPush.push', args, menus));
  });
});
