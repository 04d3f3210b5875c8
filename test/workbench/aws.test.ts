import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AwsRefusal, type AwsServer, startAws, testKeys, tokenOf } from '../support/aws-server.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { type Scene, startScene } from './scene.ts';

const registryId = '123456789012';
// The name leads nowhere: what is shown comes from Amazon's API alone.
const host = `${registryId}.dkr.ecr.eu-central-1.amazonaws.com`;
const hourMs = 3_600_000;

describe('Amazon ECR, by the AWS sign-in of this machine', () => {
  let scene: Scene;
  let aws: AwsServer;
  let workbench: Workbench;

  before(async () => {
    const [server, folder] = await Promise.all([startAws(), makeRunFolder()]);
    aws = server;
    const file = path.join(folder.path, 'credentials');
    const { accessKeyId, secretAccessKey } = testKeys;
    await writeFile(file, `[work]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`);
    scene = await startScene(
      'containerd',
      {},
      {
        AWS_ENDPOINT_URL_ECR: aws.url,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_SHARED_CREDENTIALS_FILE: file,
        AWS_PROFILE: 'work',
      },
    );
    workbench = await scene.open();
    await workbench.runCommand('Docker Push: Add Registry…');
    await workbench.quickInput.waitForTitle('Add Registry');
    await workbench.quickInput.fill(host);
    await workbench.quickInput.accept();
    await workbench.row(host).waitFor();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await aws.finish();
  });

  it('is signed in to, and a refusal of AWS is said first', async () => {
    const { quickInput } = workbench;
    const call = 'ecr GetAuthorizationToken';
    const words = 'User: mira is not authorized to perform: ecr:GetAuthorizationToken';
    aws.expect({ call, answer: new AwsRefusal('AccessDeniedException', words) });
    await workbench.contextMenu(host, 'Sign In…');
    await quickInput.waitForTitle(`Sign in to ${host}`);
    await quickInput.pick('Use the AWS sign-in of this machine');
    await until('the refusal is said', async () => (await quickInput.prompt()).includes(words));
    const chooseIt = async (password: string): Promise<void> => {
      aws.expect({ call, answer: tokenOf(password, new Date(Date.now() + 12 * hourMs)) });
      await quickInput.pick('Use the AWS sign-in of this machine');
    };
    await chooseIt('planted-9c4e');
    // Nothing answers under that name here: who chooses it again keeps it unchecked.
    await until('the doubt is said', async () => (await quickInput.prompt()).includes('keep it unchecked'));
    await chooseIt('planted-1b7d');
    await quickInput.waitUntilClosed();
    await workbench.page.getByRole('treeitem', { name: `${host}, profile work (AWS on this machine)` }).waitFor();
  });

  it('shows repositories and tags as Amazon’s API tells them, without another sign-in', async () => {
    const password = tokenOf('planted-2c8f', new Date(Date.now() + 12 * hourMs));
    aws.expect({ call: 'ecr GetAuthorizationToken', answer: password });
    aws.expect({
      call: 'ecr DescribeRepositories',
      input: { registryId, maxResults: 100 },
      answer: { repositories: [{ repositoryName: 'team/api' }] },
    });
    await workbench.expand(host);
    await workbench.row(`${host}/team/api`).waitFor();
    const image = {
      imageDigest: `sha256:${'1'.repeat(64)}`,
      imageTags: ['1.0'],
      imageSizeInBytes: 7_000_000,
      imagePushedAt: Date.now() / 1_000 - 7_200,
    };
    aws.expect({
      call: 'ecr DescribeImages',
      input: { registryId, repositoryName: 'team/api', filter: { tagStatus: 'TAGGED' }, maxResults: 100 },
      answer: { imageDetails: [image] },
    });
    await workbench.expand(`${host}/team/api`);
    const tag = workbench.row(`${host}/team/api:1.0`);
    await tag.waitFor();
    assert.match((await tag.getAttribute('aria-label')) ?? '', /7(?:\.0)? MB.*2 hours/u);
  });

  it('leaves no secret in the log', async () => {
    const log = await scene.server.extensionLog();
    assert.match(log, /signed in to .*as profile work \(AWS on this machine\), unchecked/u);
    assert.doesNotMatch(log, /planted/u);
  });
});
