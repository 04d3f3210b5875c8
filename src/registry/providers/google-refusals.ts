import { formatReference, type TaggedReference } from '../../reference/index.ts';
import { locationOf } from './google-api.ts';
import type { Explanation } from './provider.ts';

/**
 * What Artifact Registry says of a push. Wordings: https://cloud.google.com/artifact-registry/docs/docker/troubleshoot
 * (immutable), GoogleCloudPlatform/developer-journey-app#117 (no repository), docker/build-push-action#171 (no image
 * name), google-github-actions/auth#50 and GoogleCloudPlatform/generative-ai#693 (permissions),
 * GoogleCloudPlatform/cloud-run-button#247 (gcr.io).
 */
export function explainGoogle(words: string, target: TaggedReference): Explanation | undefined {
  const { registry, path } = target.repository;
  const [project = '', repository = ''] = path.split('/');
  if (/enabled tag immutability/iu.test(words))
    return {
      code: 'tag-immutable',
      message: `${project}/${repository} does not let the tag ${target.tag} be moved: its tags are immutable. Choose another tag.`,
    };
  if (/repository \S+ not found/iu.test(words))
    return {
      code: 'repository-missing',
      message: `${project} has no repository ${repository} in ${locationOf(registry) ?? registry}, and a push does not make one. Create it, then push again.`,
    };
  if (/missing image name/iu.test(words))
    return {
      code: 'reference-invalid',
      message: `${formatReference(target)} is too short for Artifact Registry. Name it ${registry}/PROJECT/REPOSITORY/IMAGE.`,
    };
  if (/unauthenticated request|may have invalid credentials/iu.test(words))
    return {
      code: 'unauthorized',
      message: `${registry} did not accept the sign-in. Sign in again: an access token lasts an hour.`,
    };
  if (/permission "?artifactregistry\.\S+ denied/iu.test(words))
    return {
      code: 'denied',
      message: `Google refused the push to ${path}. Check that ${project}/${repository} exists, and that the account has the role Artifact Registry Writer there.`,
    };
  return undefined;
}
