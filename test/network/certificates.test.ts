import assert from 'node:assert/strict';
import https from 'node:https';
import type { EngineKind } from '../support/engine.ts';
import { openNameStep, startPush } from '../support/main-job.ts';
import { outsideAddress, trustHere } from '../support/own-network.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import type { Notification, Workbench } from '../support/workbench.ts';
import { buildTestImage, endings, type Scene, startScene } from '../workbench/scene.ts';

const user = 'mira';
const password = 'planted-7f3a9c51';

for (const kind of ['classic', 'containerd'] satisfies EngineKind[]) {
  describe(`a registry elsewhere, ${kind} image store`, () => {
    let open: RunningRegistry;
    let known: RunningRegistry;
    let locked: RunningRegistry;
    let plain: RunningRegistry;
    let scene: Scene;
    let workbench: Workbench;

    before(async () => {
      [open, known, locked, plain] = await Promise.all([
        startRegistry({ address: outsideAddress, tls: true }),
        startRegistry({ address: outsideAddress, tls: true }),
        startRegistry({ address: outsideAddress, tls: true, htpasswd: { user, password } }),
        startRegistry({ address: outsideAddress }),
      ]);
      await trustHere(known.caFile!);
      scene = await startScene(kind, { 'dockerPush.registries': [{ registry: locked.host }] });
      await buildTestImage(scene.engine, 'api:1');
      // One profile for all: VS Code in a browser keeps its secrets there.
      workbench = await scene.open();
    });
    after(async () => {
      await workbench.close();
      await Promise.all([open, known, locked, plain].map((registry) => registry.stop()));
      await scene.stop();
    });
    beforeEach(async () => {
      await workbench.reload();
      await workbench.openDockerPush();
    });

    const push = ({ host }: RunningRegistry): Promise<void> =>
      startPush(workbench, { image: 'api:1', destination: host, name: 'team/api:1' });

    /** One notification: the engine's fault, in these words, with one remedy. The log names side and code. */
    const refusedByEngine = async (words: string, code: string): Promise<void> => {
      const end = await workbench.waitForNotification(/^(?!Pushing)/u);
      assert.equal(end.text, words);
      assert.equal(end.severity, 'error');
      assert.deepEqual(end.buttons, ['Push Again', 'Show Log']);
      await endedOnce(end);
      const failed = (await scene.server.extensionLog()).split('\n').filter((line) => line.includes('[error]'));
      assert.match(failed.at(-1) ?? '', new RegExp(` failed \\(engine, ${code}\\): `, 'u'));
    };

    const untrusted = ({ host }: RunningRegistry): string =>
      `The engine does not trust the certificate of ${host}. Put the certificate of its authority on the engine's ` +
      `machine, as /etc/docker/certs.d/${host}/ca.crt, then push again. It says: ` +
      '“x509: certificate signed by unknown authority”.';

    /** One notification: pushed, and what keeps it from being confirmed, with one remedy. */
    /** @param last the local tag was made for this push, also where the first try made it */
    const pushedUnconfirmed = async (
      registry: RunningRegistry,
      last: 'Remove Local Tag' | 'Show Log' = 'Remove Local Tag',
    ): Promise<Notification> => {
      const end = await workbench.waitForNotification(/^Pushed/u);
      const { host } = registry;
      assert.equal(end.severity, 'warning');
      assert.match(end.text, new RegExp(`^Pushed ${host}/team/api:1 — .* · the engine’s word, not confirmed · `, 'u'));
      const why =
        `${host}/team/api:1 could not be looked up. The certificate of ${host} is not trusted here ` +
        '(self-signed certificate). Add its authority to those that this machine trusts, ' +
        'or its file to dockerPush.registryCertificates.';
      assert.ok(end.text.endsWith(` The digest is the engine's word: ${why}`), end.text);
      assert.deepEqual(end.buttons, ['Copy Digest', 'Copy Pull Command', last]);
      assert.equal(/sha256:[0-9a-f]{64}/u.exec(end.text)?.[0], await digestAt(registry));
      assert.match(await scene.server.extensionLog(), /\[info\] p-\w+ pushed sha256:[0-9a-f]{64}, not confirmed; /u);
      return end;
    };

    /** The row of the registry that wants a sign-in, once it says this. */
    const row = (facts: string): Promise<void> =>
      workbench.page.getByRole('treeitem', { name: `${locked.host}, ${facts}`, exact: true }).waitFor();

    const endedOnce = async (...ends: Notification[]): Promise<void> => {
      const texts = (await endings(workbench)).map(({ text }) => text);
      assert.deepEqual(
        texts,
        ends.map(({ text }) => text),
      );
    };

    /** Types user and password. The password cannot be checked from here, which is said where it is typed. */
    const signInUnchecked = async (): Promise<void> => {
      const { quickInput } = workbench;
      await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
      await quickInput.fill(user);
      await quickInput.accept();
      await quickInput.waitForTitle(`Sign in to ${locked.host} (2/2)`);
      await quickInput.fill(password);
      await quickInput.accept();
      await quickInput.waitForValidation(
        `The certificate of ${locked.host} is not trusted here, so the sign-in cannot be checked. ` +
          'The engine decides for itself whether it trusts it. Press Enter again to keep it unchecked.',
      );
      assert.equal(await quickInput.validationSeverity(), 'warning');
      await quickInput.accept();
    };

    it('whose certificate the engine refuses: with the file that is named, Push Again pushes', async () => {
      await push(open);
      await refusedByEngine(untrusted(open), 'certificate-untrusted');
      await scene.engine.trust(open.host, open.caFile!);
      await workbench.clickNotificationButton('Push Again');
      await pushedUnconfirmed(open);
    });

    it('whose certificate the engine refuses, with a sign-in that was kept unchecked: the same', async () => {
      await workbench.contextMenu(locked.host, 'Sign In…');
      await signInUnchecked();
      await row('mira (stored here)');
      await push(locked);
      await refusedByEngine(untrusted(locked), 'certificate-untrusted');
      // It stands beside the registry until it is mended.
      await row('mira (stored here), certificate not trusted by the engine');
      await scene.engine.trust(locked.host, locked.caFile!);
      await workbench.clickNotificationButton('Push Again');
      await pushedUnconfirmed(locked);
      await row('mira (stored here)');
      await workbench.contextMenu(locked.host, 'Sign Out…');
      await row('not signed in');
    });

    it('whose certificate only this machine refuses: the engine asks for the sign-in, and the push goes on', async () => {
      const { quickInput } = workbench;
      await openNameStep(workbench, { image: 'api:1', destination: locked.host, name: 'team/api:1' });
      await quickInput.accept();
      await quickInput.waitForTitle(`Sign in to ${locked.host} (1/2)`);
      assert.match(await quickInput.message(), new RegExp(`^${locked.host} asks for a sign-in before it takes`, 'u'));
      await signInUnchecked();
      await endedOnce(await pushedUnconfirmed(locked, 'Show Log'));
      await row('mira (stored here)');
    });

    it('whose certificate the engine and this machine trust', async () => {
      await scene.engine.trust(known.host, known.caFile!);
      await push(known);
      const end = await workbench.waitForNotification(/^(?!Pushing)/u);
      assert.match(end.text, new RegExp(`^Pushed ${known.host}/team/api:1 — .* · confirmed by the registry · `, 'u'));
      assert.equal(end.severity, 'info');
    });

    it('that speaks plain HTTP, which the engine refuses', async () => {
      await push(plain);
      await refusedByEngine(
        `The engine refuses to push to ${plain.host}, which speaks plain HTTP. If everybody on the way may read what ` +
          `is sent, add "${plain.host}" to "insecure-registries" in the engine's configuration and restart it, then ` +
          'push again.',
        'plain-http-refused',
      );
    });
  });
}

/** What the registry itself says that it holds. */
async function digestAt({ url }: RunningRegistry): Promise<string | undefined> {
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
  };
  const answer = new Promise<string | undefined>((resolve, reject) => {
    https
      .get(`${url}/v2/team/api/manifests/1`, { headers, rejectUnauthorized: false, agent: false }, (response) => {
        response.resume();
        const { 'docker-content-digest': digest } = response.headers;
        resolve(response.statusCode === 200 && typeof digest === 'string' ? digest : undefined);
      })
      .on('error', reject);
  });
  return answer;
}
