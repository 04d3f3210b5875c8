import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { CancelledError } from '../../../src/base/index.ts';
import { openEcr } from '../../../src/aws/index.ts';
import { ecrCredential, type RegistryError } from '../../../src/registry/index.ts';
import { AwsRefusal, tokenOf } from '../../support/aws-server.ts';
import type { AwsKeys } from '../../support/aws-signature.ts';
import { proxyAsInVsCode } from '../../support/forward-proxy.ts';
import { type ScriptedServer, startScripted } from '../../support/registry-server.ts';
import { until } from '../../support/until.ts';
import { failure } from '../registry/scenario.ts';
import { awsSurroundings, ecrOptions, keptLog, registry, signedIn, type Surroundings } from './surroundings.ts';

const keys: AwsKeys = { accessKeyId: 'AKIDFILE', secretAccessKey: 'planted-of-file' };
const answer = tokenOf('planted', new Date('2026-01-05T12:00:00Z'));
const call = 'ecr GetAuthorizationToken';

describe('who is signed in to AWS on this machine', () => {
  let around: Surroundings;
  beforeEach(async () => {
    around = await awsSurroundings();
  });
  afterEach(() => around.finish());
  const ask = () => ecrCredential(openEcr(ecrOptions), registry);
  const failed = (): Promise<RegistryError> => failure(ask());
  const textOf = ({ accessKeyId, secretAccessKey, sessionToken }: AwsKeys): string =>
    [
      `aws_access_key_id=${accessKeyId}`,
      `aws_secret_access_key=${secretAccessKey}`,
      ...(sessionToken === undefined ? [] : [`aws_session_token=${sessionToken}`]),
    ].join('\n');

  it('is nobody: what to do is said, and AWS is not asked', async () => {
    const { code, message } = await failed();
    assert.equal(code, 'unauthorized');
    assert.equal(
      message,
      'This machine has no AWS credentials. Sign in to AWS, as with "aws sso login", or set AWS_PROFILE.',
    );
  });

  it('is told by the environment, with a session’s token', async () => {
    Object.assign(process.env, signedIn, { AWS_SESSION_TOKEN: 'planted-session' });
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = signedIn;
    around.aws.expect({ call, keys: { accessKeyId, secretAccessKey, sessionToken: 'planted-session' }, answer });
    await ask();
  });

  it('is told by the shared file, which is read anew when it has changed', async () => {
    await around.write('.aws/credentials', `[default]\n${textOf(keys)}\n`);
    const api = openEcr(ecrOptions);
    around.aws.expect({ call, keys, answer });
    await ecrCredential(api, registry);
    const others = { accessKeyId: 'AKIDNEXT', secretAccessKey: 'planted-next', sessionToken: 'planted-session' };
    await around.write('.aws/credentials', `[default]\n${textOf(others)}\n`);
    around.aws.expect({ call, keys: others, answer });
    await ask();
    assert.equal(around.aws.received().includes(keys.secretAccessKey), false);
  });

  it('is told by the profile that AWS_PROFILE names, in the files that AWS_… names, with its account', async () => {
    const file = path.join(around.home, 'elsewhere');
    const account = 'aws_account_id=210987654321';
    await writeFile(
      file,
      `[default]\n${textOf({ ...keys, accessKeyId: 'AKIDOTHER' })}\n[work]\n${textOf(keys)}\n${account}\n`,
    );
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: file, AWS_PROFILE: 'work' });
    around.aws.expect({ call, keys, answer });
    const api = openEcr(ecrOptions);
    await ecrCredential(api, registry);
    assert.equal(await api.accountId(), '210987654321');
  });

  it('keeps no credentials after AWS refused them', async () => {
    await around.write('.aws/credentials', `[default]\n${textOf({ ...keys, accessKeyId: 'AKIDOVER' })}\n`);
    const api = openEcr(ecrOptions);
    const over = new AwsRefusal('ExpiredTokenException', 'The security token included in the request is expired');
    around.aws.expect({ call, keys: { ...keys, accessKeyId: 'AKIDOVER' }, answer: over });
    await failure(ecrCredential(api, registry));
    await around.write('.aws/credentials', `[default]\n${textOf(keys)}\n`);
    around.aws.expect({ call, keys, answer });
    await ecrCredential(api, registry);
  });

  describe('by a program of the profile', () => {
    it('which runs at home, wherever the editor was started', async () => {
      await around.write('.aws/config', '[default]\ncredential_process = sh ./give-credentials\n');
      const given = { Version: 1, AccessKeyId: keys.accessKeyId, SecretAccessKey: keys.secretAccessKey };
      await around.write('give-credentials', `echo '${JSON.stringify(given)}'\n`);
      // What a workspace brings along under the same name.
      const workspace = path.join(around.home, 'workspace');
      await mkdir(workspace);
      await writeFile(path.join(workspace, 'give-credentials'), 'touch ran; exit 1\n');
      around.aws.expect({ call, keys, answer });
      const before = process.cwd();
      process.chdir(workspace);
      try {
        await ask();
      } finally {
        process.chdir(before);
      }
    });

    it('which failed', async () => {
      await around.write('.aws/config', '[default]\ncredential_process = sh -c "echo planted-words >&2; exit 3"\n');
      const { code, message } = await failed();
      assert.equal(code, 'unauthorized');
      assert.match(message, /^The program that the AWS profile names \(credential_process\) failed/u);
      assert.doesNotMatch(message, /planted/u);
    });
  });

  describe('by single sign-on', () => {
    let portal: ScriptedServer;
    beforeEach(async () => {
      portal = await startScripted();
      process.env.AWS_ENDPOINT_URL_SSO = portal.url;
      await around.write(
        '.aws/config',
        '[profile work]\nsso_session = acme\nsso_account_id = 123456789012\nsso_role_name = pusher\n' +
          '[sso-session acme]\nsso_start_url = https://acme.awsapps.test/start\nsso_region = eu-west-1\n',
      );
      process.env.AWS_PROFILE = 'work';
    });
    afterEach(() => portal.finish());
    /** As `aws sso login` leaves it. */
    const login = (expiresAt: number): Promise<void> =>
      around.write(
        `.aws/sso/cache/${createHash('sha1').update('acme').digest('hex')}.json`,
        JSON.stringify({ accessToken: 'planted-sso', expiresAt: new Date(expiresAt).toISOString() }),
      );
    const request = 'GET /federation/credentials?account_id=123456789012&role_name=pusher';

    it('whose role signs', async () => {
      await login(Date.now() + 3_600_000);
      const expiration = Date.now() + 3_600_000;
      const roleCredentials = { ...keys, sessionToken: 'planted-role', expiration };
      const headers = { 'x-amz-sso_bearer_token': 'planted-sso' };
      portal.expect({ request, headers, answer: { status: 200, body: { roleCredentials } } });
      around.aws.expect({ call, keys: { ...keys, sessionToken: 'planted-role' }, answer });
      await ask();
      assert.equal(around.aws.received().includes('planted-sso'), false);
    });

    it('which is over: by its time, by its portal, or by not being there', async () => {
      const over = /^The AWS sign-in on this machine has expired\. .*"aws sso login"/u;
      assert.match((await failed()).message, over);
      await login(Date.now() - 1_000);
      assert.match((await failed()).message, over);
      await login(Date.now() + 3_600_000);
      const body = { message: 'Session token not found or invalid' };
      portal.expect({
        request,
        answer: { status: 401, headers: { 'x-amzn-errortype': 'UnauthorizedException' }, body },
      });
      assert.match((await failed()).message, over);
    });

    it('whose portal is asked through the user’s proxy, too', async () => {
      const proxy = await proxyAsInVsCode();
      try {
        process.env.AWS_ENDPOINT_URL_SSO = `http://sso.test:${portal.port}`;
        await login(Date.now() + 3_600_000);
        portal.expect({
          request,
          answer: {
            status: 200,
            body: { roleCredentials: { ...keys, sessionToken: 'x', expiration: Date.now() + 3_600_000 } },
          },
        });
        around.aws.expect({ call, keys: { ...keys, sessionToken: 'x' }, answer });
        await ask();
        assert.match(proxy.seen[0] ?? '', /^GET http:\/\/sso\.test:\d+\/federation\/credentials/u);
      } finally {
        await proxy.stop();
      }
    });

    it('which is given up while its portal is silent', async () => {
      await login(Date.now() + 3_600_000);
      let silent: ServerResponse | undefined;
      portal.expect({ request, answer: (response) => (silent = response) });
      const stop = new AbortController();
      const given = assert.rejects(ecrCredential(openEcr(ecrOptions), registry, stop.signal), CancelledError);
      await until('the portal is asked', () => silent);
      stop.abort();
      await given;
    });

    it('whose portal is not reached', async () => {
      await login(Date.now() + 3_600_000);
      process.env.AWS_ENDPOINT_URL_SSO = 'http://127.0.0.1:9';
      const { code, message } = await failed();
      assert.equal(code, 'registry-unreachable');
      assert.match(message, /^AWS cannot be reached\. Check the network.*127\.0\.0\.1:9/u);
    });
  });

  it('is not written to the log, nor is what AWS gave', async () => {
    const log = keptLog();
    Object.assign(process.env, signedIn, { AWS_PROFILE: 'work' });
    await around.write('.aws/credentials', `[work]\n${textOf(keys)}\n`);
    around.aws.expect({ call, keys, answer });
    await ecrCredential(openEcr({ ...ecrOptions, log }), registry);
    // The SDK's one warning: that the profile goes before the environment.
    assert.match(log.lines.join('\n'), /Multiple credential sources/u);
    assert.doesNotMatch(log.lines.join('\n'), /planted/u);
  });
});
