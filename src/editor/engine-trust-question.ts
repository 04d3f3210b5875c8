import * as vscode from 'vscode';

/** Asks whether a password may go to an engine over a way that is not encrypted. Escape and Cancel say no. */
export async function maySendPassword(address: string): Promise<boolean> {
  const send = 'Send';
  const detail = `The way to ${address} is not encrypted: whoever is on it can read the password. Without it, the push goes on with nobody signed in.`;
  const message = 'Send the registry’s password to this engine?';
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, send)) === send;
}
