import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openEcr, openEcrPublic } from '../../../src/aws/index.ts';
import { ecrCredential } from '../../../src/registry/index.ts';
import { tokenOf } from '../../support/aws-server.ts';
import { selfSigned } from '../../support/certificate.ts';
import { proxyAsInVsCode } from '../../support/forward-proxy.ts';
import { until } from '../../support/until.ts';
import { HeldClock } from '../registry/held-clock.ts';
import { failure } from '../registry/scenario.ts';
import { awsSurroundings, ecrOptions, registry, signedIn, type Surroundings } from './surroundings.ts';

const answer = tokenOf('planted', new Date('2026-01-05T12:00:00Z'));
const call = 'ecr GetAuthorizationToken';
const certificate = selfSigned(['127.0.0.1', 'aws.test']);

describe('requests to AWS', () => {
  let around: Surroundings | undefined;
  afterEach(async () => {
    await around?.finish();
    around = undefined;
  });
  const ask = () => ecrCredential(openEcr(ecrOptions), registry);
  /** The server under a name that leads nowhere but at a proxy. */
  const named = ({ aws }: Surroundings): string => `aws.test:${aws.host.slice(aws.host.indexOf(':') + 1)}`;

  it('go through the user’s proxy', async () => {
    around = await awsSurroundings(signedIn);
    const proxy = await proxyAsInVsCode();
    try {
      process.env.AWS_ENDPOINT_URL_ECR = `http://${named(around)}`;
      around.aws.expect({ call, answer });
      await ask();
      assert.deepEqual(proxy.seen, [`POST http://${named(around)}/`]);
    } finally {
      await proxy.stop();
    }
  });

  it('go through it over HTTPS, where an authority that is not known is named as the fault', async () => {
    around = await awsSurroundings(signedIn, certificate);
    const proxy = await proxyAsInVsCode();
    try {
      process.env.AWS_ENDPOINT_URL_ECR = `https://${named(around)}`;
      const { code, message } = await failure(ask());
      assert.equal(code, 'certificate-untrusted');
      assert.match(message, /^The certificate of AWS is not trusted here\..*proxy/u);
      assert.deepEqual(new Set(proxy.seen), new Set([`CONNECT ${named(around)}`]));
    } finally {
      await proxy.stop();
    }
  });

  it('go to the endpoint of the region, and of its partition', async () => {
    around = await awsSurroundings(signedIn);
    for (const name of ['AWS_ENDPOINT_URL_ECR', 'AWS_ENDPOINT_URL_ECR_PUBLIC'])
      Reflect.deleteProperty(process.env, name);
    // Every tunnel leads to this machine, where none of them ends.
    const proxy = await proxyAsInVsCode();
    try {
      await Promise.allSettled([
        openEcr(ecrOptions).getAuthorizationToken(),
        openEcr({ ...ecrOptions, region: 'us-gov-west-1', fips: true }).getAuthorizationToken(),
        openEcr({ ...ecrOptions, region: 'cn-north-1' }).getAuthorizationToken(),
        openEcrPublic(ecrOptions).getAuthorizationToken(),
      ]);
    } finally {
      await proxy.stop();
    }
    assert.deepEqual([...new Set(proxy.seen)].sort(), [
      'CONNECT api.ecr-fips.us-gov-west-1.amazonaws.com:443',
      'CONNECT api.ecr-public.us-east-1.amazonaws.com:443',
      'CONNECT api.ecr.cn-north-1.amazonaws.com.cn:443',
      'CONNECT api.ecr.eu-central-1.amazonaws.com:443',
    ]);
  });

  it('trust the authorities that NODE_EXTRA_CA_CERTS adds', async function () {
    // Another Node is started for it: what Node trusts is settled when it starts.
    this.timeout(60_000);
    around = await awsSurroundings(signedIn, certificate);
    const file = path.join(around.home, 'ca.pem');
    await writeFile(file, certificate.cert);
    around.aws.expect({ call, answer });
    const room = new URL('../../../src/aws/index.ts', import.meta.url).href;
    const script = `
      const { openEcr } = await import(${JSON.stringify(room)});
      const none = () => undefined;
      const log = { trace: none, debug: none, info: none, warn: none, error: none };
      await openEcr({ userAgent: 'docker-push/9', log, region: 'eu-central-1', fips: false }).getAuthorizationToken();
    `;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    const cwd = fileURLToPath(new URL('../../../', import.meta.url));
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env, cwd });
  });

  it('are given up when there is no answer in time, after three of them', async () => {
    around = await awsSurroundings(signedIn);
    const silent = { call, answer: 'silence' } as const;
    around.aws.expect(silent, silent, silent);
    const clock = new HeldClock();
    const { aws } = around;
    const failed = failure(ecrCredential(openEcr({ ...ecrOptions, clock }), registry));
    for (const count of [1, 2, 3]) {
      await until(`AWS is asked for the time ${count}`, () => aws.count() === count);
      clock.advance(10_000);
    }
    const error = await failed;
    assert.equal(error.code, 'registry-unreachable');
    assert.equal(error.temporary, true);
    assert.match(error.message, /^AWS cannot be reached\..* did not answer within 10 seconds/u);
  });

  it('say that the network is not there', async () => {
    around = await awsSurroundings({ ...signedIn, AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:9' });
    const error = await failure(ask());
    assert.equal(error.code, 'registry-unreachable');
    assert.match(error.message, /^AWS cannot be reached\. .*ECONNREFUSED 127\.0\.0\.1:9/u);
  });
});
