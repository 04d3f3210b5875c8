import * as v from 'valibot';
import { RegistryError } from '../errors.ts';
import { readBody } from './body.ts';
import { browseGoogle } from './google-browse.ts';
import { createGoogleRepository } from './google-create.ts';
import { explainGoogle, repositoryOf } from './google-refusals.ts';
import { askGoogle, hasApi, isGoogleHost, locationOf, repositoryPath } from './google-api.ts';
import { scanOfGoogle } from './google-scan.ts';
import type { Provider } from './provider.ts';

const settingsBody = v.object({
  dockerConfig: v.optional(v.object({ immutableTags: v.optional(v.boolean(), false) }), {}),
});

/** Google Artifact Registry: lists through its own API, which takes an access token and no key. */
export const google: Provider = {
  id: 'google',
  name: 'Google Artifact Registry',
  host: 'europe-west1-docker.pkg.dev',
  place: {
    prompt: 'Its host, which names the location, and the project',
    example: 'europe-west1-docker.pkg.dev/PROJECT',
  },
  owns: isGoogleHost,
  signIns: () => ['gcloud', 'service-account-key'],
  credential: {
    username: 'oauth2accesstoken, _json_key or _json_key_base64',
    secret:
      'Access token from "gcloud auth print-access-token", or a service account’s key, with Artifact Registry Writer',
  },
  browse: (parts) => (hasApi(parts) ? browseGoogle(parts) : parts.lists),
  webPage: ({ repository: { registry, path } }) => {
    const location = locationOf(registry);
    const [project, repository, ...image] = path.split('/');
    if (location === undefined || project === undefined || repository === undefined) return undefined;
    const name = encodeURIComponent(image.join('/'));
    return `https://console.cloud.google.com/artifacts/docker/${project}/${location}/${repository}/${name}?project=${project}`;
  },
  explain: explainGoogle,
  mutability: async (parts, { repository: { path }, tag }, signal) => {
    if (!hasApi(parts)) return { kind: 'unknown' };
    const [project = '', repository = ''] = path.split('/');
    try {
      const json = await askGoogle(parts, { path: repositoryPath(parts, project, repository) }, signal);
      const { dockerConfig } = readBody(settingsBody, json, parts.registry);
      if (!dockerConfig.immutableTags) return { kind: 'mutable' };
      return { kind: 'immutable', reason: `${project}/${repository} makes the tag ${tag} immutable` };
    } catch (error) {
      if (error instanceof RegistryError && error.status === 404) return { kind: 'mutable' };
      throw error;
    }
  },
  scan: scanOfGoogle,
  createRepository: createGoogleRepository,
  creation: ({ registry, path }) =>
    locationOf(registry) === undefined ? undefined : { what: `the repository ${repositoryOf(path)}` },
};
