/**
 * The environment for a program of the user's. The CLI hands its whole one on, and programs need it: D-Bus, displays, AWS
 * and Google settings, a GnuPG folder. What the editor has put there for processes of its own is left out; it would make
 * an Electron program plain Node.
 */
export function programEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:ELECTRON|VSCODE)_/iu.test(name)));
}
