import { locationOf } from './google-api.ts';
import { explainBy } from './refusals.ts';

/**
 * What Artifact Registry says of a push. Wordings: https://cloud.google.com/artifact-registry/docs/docker/troubleshoot
 * (immutable), GoogleCloudPlatform/developer-journey-app#117 (no repository), docker/build-push-action#171 (no image
 * name), google-github-actions/auth#50 and GoogleCloudPlatform/generative-ai#693 (permissions),
 * GoogleCloudPlatform/cloud-run-button#247 (gcr.io).
 */
export const explainGoogle = explainBy([
  {
    words: /enabled tag immutability/iu,
    code: 'tag-immutable',
    message: ({ path, tag }) =>
      `${repositoryOf(path)} does not let the tag ${tag} be moved: its tags are immutable. Choose another tag.`,
  },
  {
    words: /repository \S+ not found/iu,
    code: 'repository-missing',
    message: ({ registry, path }) =>
      `There is no repository ${repositoryOf(path)} in ${locationOf(registry) ?? registry}, and a push does not make one. Create it, then push again.`,
  },
  {
    words: /missing image name/iu,
    code: 'reference-invalid',
    message: ({ registry, path }) =>
      `${registry}/${path} is too short for Artifact Registry. Name it ${registry}/PROJECT/REPOSITORY/IMAGE.`,
  },
  {
    words: /unauthenticated request|may have invalid credentials/iu,
    code: 'unauthorized',
    message: ({ registry }) => `${registry} did not accept the sign-in. Sign in again: an access token lasts an hour.`,
  },
  {
    words: /permission "?artifactregistry\.\S+ denied/iu,
    code: 'denied',
    message: ({ path }) =>
      `Google refused the push to ${path}. Check that ${repositoryOf(path)} exists, and that the account has the role Artifact Registry Writer there.`,
  },
]);

/** `PROJECT/REPOSITORY`: what follows is the image. */
export function repositoryOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}
