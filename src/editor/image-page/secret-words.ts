import type { SecretFinding } from '../../inspection/index.ts';

/** Where a secret is, in words. Paths and names are the image's: plain text where they are shown. */
export function secretPlace(finding: SecretFinding): string {
  if (finding.where !== 'file') {
    const name = finding.name === undefined ? '' : ` ${finding.name}`;
    return `${finding.where}${name}${finding.step === undefined ? '' : `, step ${finding.step + 1} of the history`}`;
  }
  const { layer, path, hidden } = finding;
  const line = layer.line === undefined ? '' : `: ${layer.line}`;
  const later = hidden ? `, ${hidden.how} by layer ${hidden.by.index + 1}, and in the image all the same` : '';
  return `${path} in layer ${layer.index + 1}${line}${later}`;
}

/** What helps, as deleting does not. */
export function secretRemedy(finding: SecretFinding): string {
  if (finding.where === 'file' && finding.layer.line !== undefined && /^(?:COPY|ADD)\s/u.test(finding.layer.line))
    return 'Name it in .dockerignore.';
  return 'Hand it to the build with RUN --mount=type=secret, or to the container when it is started.';
}
