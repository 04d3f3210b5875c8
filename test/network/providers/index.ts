import { artifactory } from './artifactory.ts';
import { ecr, ecrPublic } from './aws.ts';
import { azure } from './azure.ts';
import { digitalOcean } from './digitalocean.ts';
import { dockerHub } from './docker-hub.ts';
import { generic } from './generic.ts';
import { gitea } from './gitea.ts';
import { github } from './github.ts';
import { gitlab, ownGitLab } from './gitlab.ts';
import { google } from './google.ts';
import { harbor } from './harbor.ts';
import type { ProviderCase } from './provider-case.ts';
import { quay } from './quay.ts';

export const cases: readonly ProviderCase[] = [
  ...[dockerHub, github, gitlab, ownGitLab, ecr, ecrPublic, google, azure],
  ...[quay, harbor, artifactory, gitea, digitalOcean, generic],
];

/** All names that lead to the tests' own server. */
export const names: readonly string[] = [...new Set(cases.flatMap(({ host, others = [] }) => [host, ...others]))];
