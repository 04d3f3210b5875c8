import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { glob, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type AccountsExtension, accountsExtension } from '../support/accounts.ts';
import { Canary } from '../support/canary.ts';
import { type RunningEngine, startEngine } from '../support/engine.ts';
import { countRepositories } from '../support/images.ts';
import { chooseDestination, logEverything, startPush } from '../support/main-job.ts';
import { findProgram } from '../support/machine-packages.ts';
import { trustHere } from '../support/own-network.ts';
import { processExists } from '../support/process.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { type Place, places, Search } from '../support/search.ts';
import { send, type Site } from '../support/stage/front.ts';
import { type Gate, gateOf, type GateOptions } from '../support/stage/gate.ts';
import { setStage, type Stage } from '../support/stage/stage.ts';
import { until } from '../support/until.ts';
import { inviteVisitor, type Visitor } from '../support/visitor.ts';
import { startServer, type VSCodeServer } from '../support/vscode-server.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';
import { buildTestImage, endings } from '../workbench/scene.ts';

const hub = 'ghcr.io';
const azure = 'acme.azurecr.io';
const google = 'europe-west1-docker.pkg.dev';
const googleApi = 'artifactregistry.googleapis.com';
const nobody = '00000000-0000-0000-0000-000000000000';

const gitHubToken = 'gho_planted-GitHub-7f3a9c51';
const jwt = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.planted`;
const inHours = (hours: number): number => Math.floor(Date.now() / 1_000) + hours * 3_600;
const microsoftToken = jwt({ tid: 'contoso', exp: inHours(1), oid: 'planted-Microsoft-51c9a3f7' });
const azureToken = jwt({ exp: inHours(3), jti: 'planted-Azure-91c5a3f7' });
const googleToken = 'ya29.planted-Google-c3517f9a';
const email = 'pusher@acme.iam.gserviceaccount.com';
const key = JSON.stringify(
  {
    type: 'service_account',
    client_email: email,
    private_key: generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
  },
  undefined,
  2,
);

/** By whose they are. */
const secrets = {
  mira: gitHubToken,
  microsoft: microsoftToken,
  [nobody]: azureToken,
  oauth2accesstoken: googleToken,
  _json_key: key,
};

const useGitHub = 'Use the GitHub account of VS Code';
const useMicrosoft = 'Use the Microsoft account of VS Code';
const useGcloud = 'Use the gcloud sign-in of this machine';
const useKeyFile = 'Use a service account’s key file…';
const typeIt = 'Type a user name and a password or token';

const denied = (message: string) => ({
  status: 403,
  body: { errors: [{ code: 'DENIED', message, detail: null }] },
});
const unauthorized = { status: 401, body: { errors: [{ code: 'UNAUTHORIZED', message: 'unauthenticated' }] } };

describe('a sign-in that this machine has', () => {
  let stage: Stage;
  let engine: RunningEngine;
  let registry: RunningRegistry;
  let accounts: AccountsExtension;
  let server: VSCodeServer;
  let visitor: Visitor;
  let workbench: Workbench;
  let search: Search;
  let folder: string;
  let workspace: string;
  let keyGate: Gate;
  /** Takes away what serves at Google's host. */
  let stopGcloud: () => void;

  before(async () => {
    stage = await setStage([hub, azure, google, 'api.github.com', googleApi]);
    await trustHere(stage.caFile);
    folder = (await makeRunFolder()).path;
    workspace = path.join(folder, 'workspace');
    for (const name of ['workspace/bin', 'bin', 'tools', 'keys'])
      await mkdir(path.join(folder, name), { recursive: true });
    // What the editor is started with, and no more of the machine's: that may have gcloud.
    await symlink((await findProgram('setpriv')) ?? '', path.join(folder, 'tools/setpriv'));
    const { hostsFile, caFile } = stage;
    [engine, registry, accounts] = await Promise.all([
      startEngine({ kind: 'classic', hostsFile, caFile }),
      startRegistry(),
      accountsExtension(),
    ]);
    await buildTestImage(engine, 'api:1');
    const refused = { path: 'acme/others', at: 'upload', answer: denied('permission_denied: write_package') } as const;
    stage.open(gateAt(hub, '/token', 405, { username: 'mira', password: gitHubToken }, [refused]).sites);
    stage.open([exchange, ...apis]);
    stage.open(gateAt(azure, '/oauth2/token', 400, { username: nobody, password: azureToken }).sites);
    stopGcloud = stage.open(googleGate({ username: 'oauth2accesstoken', password: googleToken }).sites);
    keyGate = googleGate({ username: '_json_key', password: key });
    const vsix = process.env.DOCKER_PUSH_VSIX;
    assert.ok(vsix, 'DOCKER_PUSH_VSIX names the packaged extension: npm test sets it');
    server = await startServer({
      ...{ mode: 'workbench', vsix, ...accounts.options },
      userSettings: {
        'dockerPush.registries': [`${hub}/acme`, azure, `${google}/acme/apps`].map((one) => ({ registry: one })),
      },
      env: {
        ...{ DOCKER_HOST: engine.endpoint, ...accounts.env },
        PATH: ['workspace/bin', 'bin', 'tools'].map((name) => path.join(folder, name)).join(':'),
      },
    });
    visitor = await inviteVisitor(server);
    const repositories = (): Promise<number | undefined> => countRepositories(engine.socketPath);
    workbench = await openWorkbench(server, { folder: workspace, repositories });
    await visitor.arrived();
    search = new Search({ server, folder: workspace, workbench, visitor });
    await logEverything(workbench, 'api');
  });
  after(async () => {
    search.stop();
    await workbench.close();
    await server.stop();
    await Promise.all([engine.stop(), registry.stop(), stage.stop()]);
  });
  beforeEach(async () => {
    await workbench.reload();
    await workbench.openDockerPush();
    await visitor.arrived();
  });
  afterEach(async () => {
    assert.deepEqual(stage.faults, []);
    // They are gone with the page.
    await absent('notifications');
  });

  /** The real registry behind doors like those of the providers. */
  const gateAt = (
    host: string,
    realm: string,
    post: number,
    account: GateOptions['account'],
    refusals: GateOptions['refusals'] = [],
  ): Gate =>
    gateOf({
      ...{ host, account, refusals, backend: registry.url },
      gate: { kind: 'bearer', realm: `https://${host}${realm}`, service: host, refusal: unauthorized, post },
    });
  const googleGate = (account: GateOptions['account']): Gate => gateAt(google, '/v2/token', 404, account);

  /** https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md */
  const exchange: Site = {
    host: azure,
    serves: (method, { pathname }) => method === 'POST' && pathname === '/oauth2/exchange',
    answer: async (request, response) => {
      const form = new URLSearchParams(await request.text());
      const { access_token, tenant, ...rest } = Object.fromEntries(form);
      assert.deepEqual(rest, { grant_type: 'access_token', service: azure });
      const known = access_token === microsoftToken && tenant === 'contoso';
      send(response, 'POST', known ? { status: 200, body: { refresh_token: azureToken } } : unauthorized);
    },
  };

  /** Of a repository that is not there yet, neither knows anything. */
  const apis: readonly Site[] = [
    { host: azure, prefix: '/acr/v1/' },
    { host: googleApi, prefix: '/v1/projects/acme/', authorization: `Bearer ${googleToken}` },
  ].map(({ host, prefix, authorization }) => ({
    host,
    serves: (method, { pathname }) => method === 'GET' && pathname.startsWith(prefix),
    answer: ({ headers }, response) => {
      if (authorization !== undefined) assert.equal(headers.authorization, authorization);
      send(response, 'GET', { status: 404, body: {} });
    },
  }));

  const choice = async (host: string, words = 'How do you want to sign in?'): Promise<void> => {
    await workbench.quickInput.waitForTitle(`Sign in to ${host}`);
    await workbench.page.waitForFunction(
      `document.querySelector('.quick-input-widget input.input')?.placeholder === ${JSON.stringify(words)}`,
    );
  };
  /** Waits until the choice says so, above its list. */
  const said = (words: RegExp): Promise<boolean> =>
    until('it is said', async () => {
      assert.match(await workbench.quickInput.prompt(), words);
      return true;
    });
  const allow = async (name: string): Promise<void> => {
    assert.match((await workbench.dialog()).text, new RegExp(`Docker Push' wants to sign in using ${name}`, 'u'));
    await workbench.clickDialogButton('Allow');
  };
  /** The row of a registry, once it says this. */
  const row = (place: string, facts: string): Promise<void> =>
    workbench.page.getByRole('treeitem', { name: `${place}, ${facts}`, exact: true }).waitFor();
  const records = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const file of glob('**/slipway.docker-push/credentials/*.json', { cwd: server.dataDir }))
      found.push(JSON.parse(await readFile(path.join(server.dataDir, file), 'utf8')));
    return found;
  };
  const absent = async (place: Place): Promise<void> => {
    for (const [user, password] of Object.entries(secrets))
      assert.deepEqual(await search.find(new Canary({ user, password }), place), [], user);
  };
  /** Without the steps of the flow, as a keybinding or another extension does. */
  const pushAtOnce = (target: string): Promise<string[]> => visitor.push({ image: 'api:1', targets: [target] });
  const signOut = async (place: string): Promise<void> => {
    await workbench.contextMenu(place, 'Sign Out…');
    await row(place, 'not signed in');
  };

  describe('GitHub’s in VS Code', () => {
    const place = `${hub}/acme`;

    beforeEach(() => accounts.set('github', { account: 'mira', token: gitHubToken }));

    it('is offered on the way of a push, asked for in VS Code’s words, and pushes; no password is stored', async () => {
      const { quickInput } = workbench;
      await chooseDestination(workbench, { image: 'api:1', destination: place });
      await choice(place);
      assert.deepEqual(
        (await quickInput.items()).map(({ label }) => label),
        [useGitHub, typeIt],
      );
      await quickInput.accept();
      await workbench.dialog();
      await allow('GitHub');
      await quickInput.waitForTitle(`Push api:1 to ${hub} (2/2)`);
      await quickInput.waitForValidation(/as mira \(GitHub in VS Code\)(?: · |$)/u);
      await quickInput.accept();
      const { text } = await workbench.waitForNotification(/^(?!Pushing)/u);
      assert.match(text, /^Pushed ghcr\.io\/acme\/api:1 — .*confirmed by the registry/u);
      assert.equal((await endings(workbench)).length, 1);
      assert.deepEqual(await accounts.asked('github'), ['read:packages write:packages']);
      assert.deepEqual(await records(), [{ key: place, account: 'mira', machine: 'github' }]);
      await row(place, 'mira (GitHub in VS Code)');
    });

    it('that is gone is said once, on the way and in the middle; another sign-in mends it', async () => {
      const { quickInput } = workbench;
      const gone = 'VS Code has no GitHub session for this extension any more. Sign in again.';
      await accounts.set('github', { account: 'mira', token: gitHubToken });
      await chooseDestination(workbench, { image: 'api:1', destination: `${place}/api` });
      await choice(place);
      assert.equal(await quickInput.prompt(), gone);
      await quickInput.escape();
      assert.deepEqual(await endings(workbench), []);

      const pushing = pushAtOnce(`${place}/api:1`);
      await choice(place);
      assert.ok((await quickInput.prompt()).endsWith(gone), await quickInput.prompt());
      await quickInput.escape();
      const end = await workbench.waitForNotification(/^(?!Pushing)/u);
      assert.equal(end.severity, 'error');
      assert.ok(end.text.endsWith(gone), end.text);
      assert.deepEqual(end.buttons, ['Sign In', 'Show Log']);
      assert.equal((await endings(workbench)).length, 1);
      assert.deepEqual(await pushing, ['failed']);
      await row(place, 'mira (GitHub in VS Code), sign in again');

      await workbench.clickNotificationButton('Sign In');
      await choice(place);
      await quickInput.accept();
      await allow('GitHub');
      await workbench.waitForNotification(/^Pushed ghcr\.io\/acme\/api:1 — .*confirmed by the registry/u);
      await row(place, 'mira (GitHub in VS Code)');
    });

    it('that was chosen in the middle of a push lets that go on', async () => {
      const { quickInput } = workbench;
      await signOut(place);
      assert.deepEqual(await records(), []);
      const pushing = pushAtOnce(`${place}/api:1`);
      await choice(place);
      assert.match(await quickInput.prompt(), /^ghcr\.io asks for a sign-in before it takes/u);
      await quickInput.accept();
      await allow('GitHub');
      await workbench.waitForNotification(/^Pushed ghcr\.io\/acme\/api:1 — .*confirmed by the registry/u);
      assert.equal((await endings(workbench)).length, 1);
      assert.deepEqual(await pushing, ['pushed']);
    });

    it('that is declined leads back to the choice, and nothing is stored', async () => {
      const { quickInput } = workbench;
      await signOut(place);
      await workbench.contextMenu(place, 'Sign In…');
      await choice(place);
      await quickInput.accept();
      await workbench.dialog();
      await workbench.clickDialogButton('Cancel');
      await choice(place);
      await accounts.set('github');
      await quickInput.accept();
      await allow('GitHub');
      await choice(place);
      assert.equal(await quickInput.prompt(), '');
      await quickInput.escape();
      assert.deepEqual(await records(), []);
      await row(place, 'not signed in');
    });

    it('that may not push there is said at the choice, where a token can be typed', async () => {
      const { quickInput } = workbench;
      await chooseDestination(workbench, { image: 'api:1', destination: `${hub}/acme/others:1` });
      await choice(place);
      await quickInput.accept();
      await allow('GitHub');
      await said(/^ghcr\.io does not let you push to acme\/others\./u);
      assert.deepEqual(await records(), []);
      await quickInput.pick(typeIt);
      await quickInput.waitForTitle(`Sign in to ${place} (1/2)`);
      await quickInput.fill('mira');
      await quickInput.accept();
      await quickInput.waitForTitle(`Sign in to ${place} (2/2)`);
      await quickInput.back();
      await quickInput.waitForTitle(`Sign in to ${place} (1/2)`);
      await quickInput.back();
      await choice(place);
      await quickInput.back();
      await quickInput.waitForTitle('Push api:1 to…');
      await quickInput.escape();
    });

    it('is taken in place of a typed token, and the other way round', async () => {
      const { quickInput } = workbench;
      await workbench.contextMenu(place, 'Sign In…');
      await choice(place);
      await quickInput.pick(typeIt);
      await quickInput.fill('mira');
      await quickInput.accept();
      await quickInput.waitForTitle(`Sign in to ${place} (2/2)`);
      await quickInput.fill(gitHubToken);
      await quickInput.accept();
      await row(place, 'mira (stored here)');
      assert.deepEqual(await records(), [{ key: place, account: 'mira' }]);
      await workbench.contextMenu(place, 'Sign In…');
      await choice(place);
      await quickInput.pick(useGitHub);
      await allow('GitHub');
      await row(place, 'mira (GitHub in VS Code)');
      assert.deepEqual(await records(), [{ key: place, account: 'mira', machine: 'github' }]);
    });
  });

  describe('Microsoft’s in VS Code', () => {
    it('is exchanged for a credential of the registry, from the view', async () => {
      const { quickInput } = workbench;
      await accounts.set('microsoft', { account: 'mira@contoso.com', token: microsoftToken });
      await workbench.contextMenu(azure, 'Sign In…');
      await choice(azure);
      await quickInput.pick(useMicrosoft);
      await allow('Microsoft');
      await row(azure, 'mira@contoso.com (Microsoft in VS Code)');
      assert.deepEqual(await accounts.asked('microsoft'), ['https://management.azure.com/.default']);
      await startPush(workbench, { image: 'api:1', destination: `${azure}/team`, name: 'team/api:1' });
      await workbench.waitForNotification(/^Pushed acme\.azurecr\.io\/team\/api:1 — .*confirmed by the registry/u);
      assert.equal((await endings(workbench)).length, 1);
    });

    it('that the registry does not take is said at the choice', async () => {
      const { quickInput } = workbench;
      const before = await records();
      await accounts.set('microsoft', { account: 'eve@example.com', token: jwt({ tid: 'elsewhere' }) });
      await workbench.contextMenu(azure, 'Sign In…');
      await choice(azure);
      await quickInput.pick(useMicrosoft);
      await allow('Microsoft');
      await said(/does not take this Microsoft account: it must be of the registry's own/u);
      await quickInput.escape();
      assert.deepEqual(await records(), before);
    });
  });

  describe('gcloud’s', () => {
    const place = `${google}/acme/apps`;
    const gcloud = (script: string, at = 'bin'): Promise<void> =>
      writeFile(path.join(folder, at, 'gcloud'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const answers = async (at?: string): Promise<void> => {
      const answer = {
        configuration: { properties: { core: { account: 'mira@example.com' } } },
        credential: { access_token: googleToken, token_expiry: new Date(Date.now() + 3_600_000).toISOString() },
      };
      await writeFile(path.join(folder, 'keys/answer.json'), JSON.stringify(answer));
      await gcloud(`[ "$1 $2" = "config config-helper" ] && exec /bin/cat '${folder}/keys/answer.json'`, at);
    };
    const refused = async (words: RegExp): Promise<void> => {
      await workbench.quickInput.pick(useGcloud);
      await said(words);
    };

    it('that cannot be had says why at the choice, and what helps', async () => {
      const { quickInput } = workbench;
      await workbench.contextMenu(place, 'Sign In…');
      await choice(place);
      assert.deepEqual(
        (await quickInput.items()).map(({ label }) => label),
        [useGcloud, useKeyFile, typeIt],
      );
      await refused(/^gcloud is not on PATH\. Put it on the PATH that VS Code has, or sign in with a key file/u);
      await answers('workspace/bin');
      await refused(/^gcloud is in a folder that is open here, and what a folder brings along is not run\. /u);
      await gcloud(`echo ${googleToken}`);
      await refused(/^gcloud gave an answer without an access token\. See in a terminal/u);
      await gcloud(`echo ${googleToken} >&2; exit 1`);
      await refused(/^gcloud failed with exit code 1\. Sign in with “gcloud auth login” in a terminal/u);
      await rm(path.join(workspace, 'bin/gcloud'));
      const pid = path.join(folder, 'pid');
      await gcloud(`echo $$ > '${pid}'; /bin/sleep 1000`);
      await quickInput.pick(useGcloud);
      const running = await until('it runs', async () => Number(await readFile(pid, 'utf8')) || undefined);
      await quickInput.back();
      await choice(place);
      await until('it is killed', () => !processExists(running));
      await quickInput.escape();
      assert.ok(!JSON.stringify(await records()).includes(google));
    });

    it('is kept unchecked where the registry does not answer, by who chooses it again', async () => {
      const { quickInput } = workbench;
      await answers();
      stopGcloud();
      const cut: Site = { host: google, serves: () => true, answer: (_, response) => void response.destroy() };
      const stopCut = stage.open([cut]);
      await workbench.contextMenu(place, 'Sign In…');
      await choice(place);
      await refused(/ Choose it again to keep it unchecked\.$/u);
      assert.ok(!JSON.stringify(await records()).includes(google));
      await quickInput.accept();
      await row(place, 'mira@example.com (gcloud on this machine)');
      stopCut();
      stopGcloud = stage.open(googleGate({ username: 'oauth2accesstoken', password: googleToken }).sites);
      await signOut(place);
    });

    it('gives a token that pushes, and is asked once for it', async () => {
      const { quickInput } = workbench;
      await answers();
      await openNameStepAfter(place, useGcloud);
      await quickInput.waitForValidation(/as mira@example\.com \(gcloud on this machine\)(?: · |$)/u);
      await quickInput.accept();
      await workbench.waitForNotification(/^Pushed europe-west1-docker\.pkg\.dev\/acme\/apps\/api:1 — .*confirmed/u);
      await row(place, 'mira@example.com (gcloud on this machine)');
      const kept = { key: place, account: 'mira@example.com', machine: 'gcloud' };
      assert.ok((await records()).some((record) => isDeepStrictEqual(record, kept)));
    });
  });

  describe('a service account’s key file', () => {
    const place = `${google}/acme/other`;
    const choose = async (name: string): Promise<void> => {
      const { quickInput } = workbench;
      await quickInput.pick(useKeyFile);
      await quickInput.waitForTitle('Key file of a service account');
      // Once it has read the folder it starts in, the dialog puts that folder's path in place of what was typed.
      await quickInput.waitForItem('..');
      await quickInput.fill(path.join(folder, 'keys', name));
      // Enter before the folder's rows have come opens the folder.
      await quickInput.waitForItem(name);
      await quickInput.accept();
    };

    it('is chosen in a dialog, read once, checked, and kept like a password', async () => {
      const { quickInput } = workbench;
      await writeFile(
        path.join(folder, 'keys/wrong.json'),
        JSON.stringify({ type: 'authorized_user', token: 'planted' }),
      );
      await writeFile(path.join(folder, 'keys/key.json'), key);
      await chooseDestination(workbench, { image: 'api:1', destination: place });
      await choice(google);
      await choose('wrong.json');
      await said(/^wrong\.json is no key of a service account: a JSON file with/u);
      stopGcloud();
      stopGcloud = stage.open(keyGate.sites);
      await choose('key.json');
      await quickInput.waitForTitle(/^Push api:1 to .* \(2\/2\)/u);
      await quickInput.waitForValidation(new RegExp(`as ${email} \\(stored here\\)`, 'u'));
      await rm(path.join(folder, 'keys/key.json'));
      await quickInput.accept();
      await workbench.waitForNotification(/^Pushed europe-west1-docker\.pkg\.dev\/acme\/other\/api:1 — .*confirmed/u);
      const kept = { key: google, account: email };
      assert.ok((await records()).some((record) => isDeepStrictEqual(record, kept)));
    });
  });

  describe('and what was made of it', () => {
    for (const place of places)
      it(`are not in: ${place}`, async () => {
        assert.ok((await search.size(place)) > 0);
        await absent(place);
      });

    it('are gone when signing out of all', async () => {
      await workbench.runCommand('Docker Push: Sign Out of All Registries…');
      await workbench.dialog();
      await workbench.clickDialogButton('Sign Out');
      await row(`${hub}/acme`, 'not signed in');
      await row(azure, 'not signed in');
      await row(`${google}/acme/apps`, 'not signed in');
      assert.deepEqual(await records(), []);
    });
  });

  const openNameStepAfter = async (destination: string, way: string): Promise<void> => {
    await chooseDestination(workbench, { image: 'api:1', destination });
    await choice(destination);
    await workbench.quickInput.pick(way);
    await workbench.quickInput.waitForTitle(/^Push api:1 to .* \(2\/2\)/u);
  };
});
