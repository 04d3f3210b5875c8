import assert from 'node:assert/strict';
import { liveAccounts } from '../../live/accounts.ts';

describe('live accounts', () => {
  it('are none where nothing is set', () => {
    assert.deepEqual(liveAccounts({}), []);
  });

  it('are those that the environment names', () => {
    const [quay, ecr] = liveAccounts({
      DOCKER_PUSH_LIVE_QUAY_REPOSITORY: 'quay.io/acme/probe',
      DOCKER_PUSH_LIVE_QUAY_USERNAME: 'acme+ci',
      DOCKER_PUSH_LIVE_QUAY_SECRET: 'planted',
      DOCKER_PUSH_LIVE_ECR_PUBLIC_REPOSITORY: 'public.ecr.aws/acme/probe',
      DOCKER_PUSH_LIVE_ECR_PUBLIC_SECRET: 'planted',
    }).toSorted((a, b) => b.provider.id.localeCompare(a.provider.id));
    assert.equal(quay?.target.repository.path, 'acme/probe');
    assert.equal(quay.username, 'acme+ci');
    assert.equal(ecr?.provider.id, 'ecr-public');
  });

  it('are not named by half, and a secret is not shown', () => {
    const half = {
      DOCKER_PUSH_LIVE_GITHUB_REPOSITORY: 'ghcr.io/mira/probe',
      DOCKER_PUSH_LIVE_GITHUB_SECRET: 'planted',
    };
    assert.throws(
      () => liveAccounts(half),
      /^Error: DOCKER_PUSH_LIVE_GITHUB_REPOSITORY, .*_USERNAME and .*_SECRET are/u,
    );
  });
});
