import assert from 'node:assert/strict';
import { copyFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startPush } from '../support/main-job.ts';
import { outsideAddress } from '../support/own-network.ts';
import { type RunningRegistry, startRegistry } from '../support/registry.ts';
import { makeRunFolder, type RunFolder } from '../support/run-folder.ts';
import { startTinyproxy, type Tinyproxy } from '../support/tinyproxy.ts';
import { until } from '../support/until.ts';
import type { Workbench } from '../support/workbench.ts';
import { buildTestImage, type Scene, startScene } from '../workbench/scene.ts';

const openToAll = 'lets everybody in.';

describe('whom the extension trusts, and by which way it goes', () => {
  let named: RunningRegistry;
  let extra: RunningRegistry;
  let plain: RunningRegistry;
  let direct: RunningRegistry;
  let proxy: Tinyproxy;
  let files: RunFolder;
  let file: string;
  let scene: Scene;
  let workbench: Workbench;

  before(async () => {
    files = await makeRunFolder();
    file = path.join(files.path, 'ca.pem');
    [named, extra, plain, direct, proxy] = await Promise.all([
      startRegistry({ address: outsideAddress, tls: true }),
      startRegistry({ address: outsideAddress, tls: true }),
      startRegistry({ address: outsideAddress }),
      startRegistry({ address: outsideAddress }),
      startTinyproxy(),
    ]);
    await copyFile(named.caFile!, file);
    scene = await startScene(
      'classic',
      {
        'dockerPush.registries': [
          { registry: named.host },
          { registry: extra.host },
          { registry: plain.host, transport: 'http' },
          { registry: direct.host, transport: 'http' },
        ],
        'http.proxy': proxy.url,
        'http.noProxy': [direct.host],
      },
      { NODE_EXTRA_CA_CERTS: extra.caFile! },
      {
        'dockerPush.registryCertificates': { [named.host]: file },
        'http.proxy': proxy.url,
        'http.noProxy': [direct.host],
      },
    );
    await buildTestImage(scene.engine, 'api:1');
    workbench = await scene.open();
  });
  after(async () => {
    await workbench.close();
    await scene.stop();
    await Promise.all([named, extra, plain, direct, proxy].map((running) => running.stop()));
    await files.remove();
  });
  beforeEach(async () => {
    await workbench.reload();
    await workbench.openDockerPush();
  });

  const tested = async ({ host }: RunningRegistry): Promise<string> => {
    await workbench.row(host).waitFor();
    await workbench.contextMenu(host, 'Test Registry…');
    return (await workbench.waitForNotification(new RegExp(`^${host}: [✓✗]`, 'u'))).text;
  };
  const asked = ({ host }: RunningRegistry): string[] => proxy.seen().filter((line) => line.includes(host));

  it('a certificate that NODE_EXTRA_CA_CERTS adds, by the proxy of the editor’s settings', async () => {
    const { host } = extra;
    const text = await tested(extra);
    assert.ok(text.startsWith(`${host}: ✓ ${host} answers. ? ${host} ${openToAll}`), text);
    assert.ok(asked(extra).length > 0);
    for (const line of asked(extra)) assert.equal(line, `CONNECT ${host}`);
  });

  it('a certificate whose file is named, and says what the engine needs besides', async () => {
    const { host } = named;
    const text = await tested(named);
    const needs =
      `The engine decides for itself whom it trusts: unless it trusts ${host} already, put the certificate of its ` +
      `authority on the engine's machine, as /etc/docker/certs.d/${host}/ca.crt.`;
    assert.ok(text.startsWith(`${host}: ✓ ${host} answers. ${needs} ? ${host} ${openToAll}`), text);
    assert.ok(asked(named).includes(`CONNECT ${host}`));
    // Another tooltip may be just on its way.
    await until('the row says by which file', async () =>
      (await workbench.tooltip(host)).includes(`Its certificate is trusted by ${file}.`),
    );
  });

  it('plain HTTP where that is set, by the proxy, and says what the engine needs besides', async () => {
    const { host } = plain;
    const text = await tested(plain);
    const needs =
      `The engine refuses plain HTTP there: add "${host}" to "insecure-registries" in the engine's configuration and ` +
      'restart it.';
    assert.ok(text.startsWith(`${host}: ✓ ${host} answers. ${needs} ? ${host} ${openToAll}`), text);
    assert.ok(asked(plain).includes(`GET http://${host}/v2/`), asked(plain).join());
  });

  it('plain HTTP once that is chosen, where what the engine needs stands beside it', async () => {
    const { host } = extra;
    const { quickInput } = workbench;
    await workbench.contextMenu(host, 'Edit Registry…');
    await quickInput.waitForTitle(`Edit ${host} (1/2)`);
    await quickInput.accept();
    await quickInput.waitForTitle(`Edit ${host} (2/2)`);
    const words = `The engine refuses plain HTTP there: add "${host}" to "insecure-registries"`;
    await workbench.page.locator('.quick-input-list').getByText(words).waitFor();
    await quickInput.escape();
  });

  it('a registry that the settings except from the proxy without it', async () => {
    const text = await tested(direct);
    assert.ok(text.startsWith(`${direct.host}: ✓ ${direct.host} answers.`), text);
    assert.deepEqual(asked(direct), []);
  });

  it('nothing without the file that is named, which it reads again', async () => {
    const { host } = named;
    const away = `${file}.away`;
    await rename(file, away);
    const missing = await tested(named);
    const words = `dockerPush.registryCertificates names ${file} for ${host}, where there is no file. Correct the path, or remove the entry.`;
    assert.ok(missing.startsWith(`${host}: ✗ ${words} `), missing);
    await workbench.row(host).and(workbench.page.locator('[aria-label*="certificate file cannot be used"]')).waitFor();
    await workbench.clearNotifications();
    await writeFile(file, 'no certificate');
    assert.match(await tested(named), /which holds no certificate in PEM/u);
    await workbench.clearNotifications();
    await rename(away, file);
    assert.ok((await tested(named)).startsWith(`${host}: ✓`));
  });

  it('a push that the engine refused, once the engine has the certificate: confirmed by the registry', async () => {
    const { host } = named;
    await startPush(workbench, { image: 'api:1', destination: host, name: 'team/api:1' });
    const refused = await workbench.waitForNotification(/^(?!Pushing)/u);
    assert.ok(refused.text.startsWith(`The engine does not trust the certificate of ${host}. Put the`), refused.text);
    await scene.engine.trust(host, named.caFile!);
    await workbench.clickNotificationButton('Push Again');
    const end = await workbench.waitForNotification(/^Pushed/u);
    assert.match(end.text, /confirmed by the registry/u);
  });
});
