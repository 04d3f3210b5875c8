import { settingIn } from '../settings-text.ts';
import { profilesSetting } from './profile.ts';

/**
 * Whether the text of a settings.json has push profiles, right or wrong; where `within` is given, the text of a
 * .code-workspace, whose settings are the value of that key. What is no JSON counts as having none.
 */
export function hasProfiles(text: string, within?: 'settings'): boolean {
  const [section = '', key = ''] = profilesSetting.split('.');
  const at = (name: string): unknown =>
    within === undefined ? settingIn(text, name) : fieldOf(settingIn(text, within), name);
  try {
    // The editor knows `"dockerPush": { "profiles": … }` as well.
    const value = at(profilesSetting) ?? fieldOf(at(section), key);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
  } catch {
    return false;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
