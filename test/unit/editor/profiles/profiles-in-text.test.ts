import assert from 'node:assert/strict';
import { hasProfiles } from '../../../../src/editor/profiles/profiles-in-text.ts';

const profiles = '[{ "name": "staging" }]';

describe('push profiles in the files of a workspace', () => {
  it('are found in a settings.json, however they are written', () => {
    for (const text of [
      `{ "dockerPush.profiles": ${profiles} }`,
      `// ours\n{ "editor.tabSize": 4, "dockerPush.profiles": ${profiles}, }`,
      `{ "dockerPush": { "profiles": ${profiles} } }`,
      '{ "dockerPush.profiles": "wrong" }',
    ])
      assert.equal(hasProfiles(text), true, text);
  });

  it('are not there where nothing is set', () => {
    for (const text of [
      '',
      '{}',
      '[]',
      '{ "dockerPush.profiles": [] }',
      `{ /* "dockerPush.profiles": ${profiles} */ }`,
      `{ "dockerPush": null }`,
      `{ "settings": { "dockerPush.profiles": ${profiles} } }`,
      'no JSON',
    ])
      assert.equal(hasProfiles(text), false, text);
  });

  it('are found among the settings of a .code-workspace', () => {
    assert.equal(
      hasProfiles(`{ "folders": [], "settings": { "dockerPush.profiles": ${profiles} } }`, 'settings'),
      true,
    );
    assert.equal(hasProfiles(`{ "settings": { "dockerPush": { "profiles": ${profiles} } } }`, 'settings'), true);
    assert.equal(hasProfiles(`{ "dockerPush.profiles": ${profiles} }`, 'settings'), false);
    assert.equal(hasProfiles('{ "folders": [] }', 'settings'), false);
  });
});
