import * as vscode from 'vscode';
import type { ScannerId } from '../inspection/index.ts';

const section = 'dockerPush';

/** What becomes of a local tag that was made for a push. */
export type TagAfterPush = 'offer' | 'remove' | 'keep';

/** When a dialog asks before a tag is replaced. */
export type Confirm = 'unexpected' | 'always' | 'never';

/** Reads the settings as they are now. */
export const settings = {
  endpoint: (): string => vscode.workspace.getConfiguration(section).get('engine.endpoint', '').trim(),

  async setEndpoint(endpoint: string): Promise<void> {
    // Removing the value, rather than writing an empty one, keeps settings.json free of what says nothing.
    const value = endpoint === '' ? undefined : endpoint;
    await vscode.workspace
      .getConfiguration(section)
      .update('engine.endpoint', value, vscode.ConfigurationTarget.Global);
  },

  /** Whether credentials of the Docker configuration serve where none is stored here. */
  useDockerConfig: (): boolean => vscode.workspace.getConfiguration(section).get('credentials.useDockerConfig', true),

  confirm: (): Confirm => {
    const set = vscode.workspace.getConfiguration(section).get('confirm');
    return set === 'always' || set === 'never' ? set : 'unexpected';
  },

  tagAfterPush: (): TagAfterPush => {
    const set = vscode.workspace.getConfiguration(section).get('tagAfterPush');
    return set === 'remove' || set === 'keep' ? set : 'offer';
  },

  scanner: (): 'auto' | 'off' | ScannerId => {
    const set = vscode.workspace.getConfiguration(section).get('scanner');
    return set === 'trivy' || set === 'grype' || set === 'docker-scout' || set === 'off' ? set : 'auto';
  },

  maxConcurrentPushes: (): number => {
    const set = vscode.workspace.getConfiguration(section).get('maxConcurrentPushes');
    return typeof set === 'number' && set >= 1 ? Math.min(16, Math.floor(set)) : 2;
  },

  /** As it stands there, right or wrong. */
  registryCertificates: (): unknown => vscode.workspace.getConfiguration(section).get('registryCertificates'),

  onRegistryCertificatesChange(listener: () => void): vscode.Disposable {
    return onChange('registryCertificates', listener);
  },

  showStatusBarItem: (): boolean => vscode.workspace.getConfiguration(section).get('showStatusBarItem', true),

  onStatusBarItemChange(listener: () => void): vscode.Disposable {
    return onChange('showStatusBarItem', listener);
  },

  onEndpointChange(listener: () => void): vscode.Disposable {
    return onChange('engine.endpoint', listener);
  },
};

function onChange(key: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${section}.${key}`)) listener();
  });
}
