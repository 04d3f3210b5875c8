import assert from 'node:assert/strict';
import { CredentialsError, MachineSignIns } from '../../../src/credentials/index.ts';
import { awsSignIn } from '../../../src/editor/machine/aws.ts';
import { AwsRefusal, tokenOf } from '../../support/aws-server.ts';
import { awsSurroundings, options, registry, signedIn, type Surroundings } from '../aws/surroundings.ts';

const hourMs = 3_600_000;
const call = 'ecr GetAuthorizationToken';
const silently = { interactive: false };

describe('the AWS sign-in of this machine', () => {
  let around: Surroundings;
  let now: number;
  let signIns: MachineSignIns;
  const grant = (host = registry) => signIns.grant('aws', { registry: host }, silently);
  /** What AWS grants next, for twelve hours from now. */
  const expectGrant = (password: string): void =>
    around.aws.expect({ call, answer: tokenOf(password, new Date(now + 12 * hourMs)) });

  beforeEach(async () => {
    around = await awsSurroundings(signedIn);
    now = Date.UTC(2026, 0, 1);
    signIns = new MachineSignIns([awsSignIn(options)], () => now);
  });
  afterEach(() => around.finish());

  it('is asked again before the twelve hours end, and once a registry refused what it gave', async () => {
    expectGrant('planted-1');
    assert.equal((await grant()).credential.password, 'planted-1');
    now += 11 * hourMs;
    assert.equal((await grant()).credential.password, 'planted-1');
    now += hourMs - 10 * 60_000;
    expectGrant('planted-2');
    assert.equal((await grant()).credential.password, 'planted-2');
    assert.equal(signIns.forget({ registry }), true);
    assert.equal(signIns.forget({ registry }), false);
    expectGrant('planted-3');
    assert.equal((await grant()).credential.password, 'planted-3');
  });

  it('is named by its profile, else by the account that the credentials tell', async () => {
    const keys = `aws_access_key_id=${signedIn.AWS_ACCESS_KEY_ID}\naws_secret_access_key=${signedIn.AWS_SECRET_ACCESS_KEY}`;
    await around.write('.aws/credentials', `[work]\n${keys}\n`);
    expectGrant('planted-1');
    assert.equal((await grant()).account, undefined);
    process.env.AWS_ACCOUNT_ID = '210987654321';
    expectGrant('planted-2');
    signIns.forget({ registry });
    assert.equal((await grant()).account, 'account 210987654321');
    process.env.AWS_PROFILE = 'work';
    expectGrant('planted-3');
    signIns.forget({ registry });
    assert.equal((await grant()).account, 'profile work');
  });

  it('asks the region of the host, of ECR Public the only one', async () => {
    const { authorizationData } = tokenOf('planted', new Date(now + hourMs)) as { authorizationData: [object] };
    around.aws.expect(
      { call, region: 'us-gov-west-1', answer: { authorizationData } },
      { call: 'ecr-public GetAuthorizationToken', answer: { authorizationData: authorizationData[0] } },
    );
    await grant('123456789012.dkr.ecr.us-gov-west-1.amazonaws.com');
    await grant('public.ecr.aws');
  });

  it('says what AWS refused', async () => {
    around.aws.expect({ call, answer: new AwsRefusal('AccessDeniedException', 'User: mira is not authorized') });
    const failed: unknown = await grant().catch((error: unknown) => error);
    assert.ok(failed instanceof CredentialsError);
    assert.equal(failed.code, 'machine-sign-in-failed');
    assert.equal(failed.message, 'AWS does not allow this. User: mira is not authorized');
  });

  it('asks nobody for a host that only looks like Amazon’s', async () => {
    await assert.rejects(grant(`${registry}.evil.example`), /is no registry of Amazon's/u);
  });
});
