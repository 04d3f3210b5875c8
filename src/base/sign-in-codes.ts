/** The registry wants a sign-in, or a newer one. */
const wanted = new Set(['unauthorized', 'token-expired']);

/** Whether a failed push says that who pushes must sign in first, or again. The code is that of its error. */
export function needsSignIn(code: string): boolean {
  return wanted.has(code);
}

/** Whether another sign-in may mend it: also where this one may not push, or its helper failed. */
export function isOfSignIn(code: string): boolean {
  return needsSignIn(code) || code === 'denied' || code === 'credential-helper-failed';
}
