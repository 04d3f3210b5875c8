import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Credential,
  CredentialsError,
  KeyRecordFolder,
  SecretCredentialStore,
} from '../../../src/credentials/index.ts';
import { formatRegistryKey, parseRegistryKey } from '../../../src/reference/index.ts';
import { MemoryVault, temporaryFolder } from './parts.ts';

const key = parseRegistryKey('ghcr.io/acme');
const mira = { username: 'mira', password: 'p:"ä' };

describe('the store of credentials', () => {
  let folder: { path: string; remove: () => Promise<void> };
  let vault: MemoryVault;
  let store: SecretCredentialStore;
  /** As another window of the same editor has it. */
  const another = (): SecretCredentialStore =>
    new SecretCredentialStore(vault, new KeyRecordFolder(path.join(folder.path, 'keys')));
  const keys = async (of = store): Promise<string[]> => (await of.keys()).map(formatRegistryKey);

  beforeEach(async () => {
    folder = await temporaryFolder();
    vault = new MemoryVault();
    store = another();
  });
  afterEach(() => folder.remove());

  const credentials: Credential[] = [mira, { identityToken: 'id' }, { identityToken: 'id', username: 'mira' }];
  for (const credential of credentials)
    it(`keeps ${Object.keys(credential).join(', ')}, for another window too`, async () => {
      await store.put(key, credential);
      assert.deepEqual(await another().get(key), { state: 'present', credential });
    });

  it('has none at first, and says so', async () => {
    assert.deepEqual(await store.get(key), { state: 'none' });
    assert.deepEqual(await store.keys(), []);
  });

  it('keeps each key apart: another host, another port, another namespace', async () => {
    await store.put(key, mira);
    for (const other of ['ghcr.io', 'ghcr.io/acme/api', 'ghcr.io:443/acme', 'a.ghcr.io/acme'])
      assert.deepEqual(await store.get(parseRegistryKey(other)), { state: 'none' }, other);
  });

  it('takes a new credential in place of the old one', async () => {
    await store.put(key, mira);
    await store.put(key, { username: 'noa', password: 'new' });
    assert.deepEqual(await store.get(key), { state: 'present', credential: { username: 'noa', password: 'new' } });
    assert.deepEqual(await keys(), ['ghcr.io/acme']);
    vault.secrets.clear();
    assert.deepEqual(await store.get(key), { state: 'missing', account: 'noa' });
  });

  it('notes that a sign-in of this machine serves, and keeps no secret any more', async () => {
    await store.put(key, mira);
    await store.putMachine(key, 'aws', 'noa');
    assert.deepEqual(await another().get(key), { state: 'machine', signIn: 'aws', account: 'noa' });
    assert.equal(vault.secrets.size, 0);
    assert.deepEqual(await keys(), ['ghcr.io/acme']);
    await store.put(key, mira);
    assert.deepEqual(await store.get(key), { state: 'present', credential: mira });
    vault.secrets.clear();
    assert.deepEqual(await store.get(key), { state: 'missing', account: 'mira' });
    await store.putMachine(key, 'github');
    await store.delete(key);
    assert.deepEqual(await store.get(key), { state: 'none' });
  });

  it('forgets what is deleted, and nothing else', async () => {
    await store.put(key, mira);
    await store.put(parseRegistryKey('docker.io'), mira);
    await store.delete(key);
    assert.deepEqual(await store.get(key), { state: 'none' });
    assert.deepEqual(await keys(), ['docker.io']);
    assert.equal(vault.secrets.size, 1);
    await store.delete(key);
  });

  it('loses nothing when windows write at the same time', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `r${index}.example:5000/team`);
    await Promise.all(names.map((name) => another().put(parseRegistryKey(name), mira)));
    assert.deepEqual(await keys(), [...names].sort());
    await Promise.all(names.slice(1).map((name) => another().delete(parseRegistryKey(name))));
    assert.deepEqual(await keys(), names.slice(0, 1));
    assert.equal((await readdir(path.join(folder.path, 'keys'))).length, 1, 'no temporary file stays');
  });

  it('takes the same key from windows that write it at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => another().put(key, mira)));
    assert.deepEqual(await store.get(key), { state: 'present', credential: mira });
    assert.equal((await readdir(path.join(folder.path, 'keys'))).length, 1);
  });

  describe('takes for missing', () => {
    beforeEach(() => store.put(key, mira));
    const missing = { state: 'missing', account: 'mira' };

    it('a secret that was deleted behind its back', async () => {
      vault.secrets.clear();
      assert.deepEqual(await store.get(key), missing);
    });

    it('a secret that the vault cannot give', async () => {
      vault.failure = new Error('the keyring is locked');
      assert.deepEqual(await store.get(key), missing);
    });

    for (const text of ['', '{"username":"mira","password":"p', 'null', '[]', '{"username":"mira"}', '{"password":7}'])
      it(`a secret that reads ${text || 'as nothing'}`, async () => {
        for (const name of vault.secrets.keys()) vault.secrets.set(name, text);
        assert.deepEqual(await store.get(key), missing);
      });
  });

  it('takes for missing what is damaged and not in the index', async () => {
    await store.put(key, mira);
    for (const name of vault.secrets.keys()) vault.secrets.set(name, '{');
    const apart = new SecretCredentialStore(vault, new KeyRecordFolder(path.join(folder.path, 'elsewhere')));
    assert.deepEqual(await apart.get(key), { state: 'missing' });
  });

  it('finds a secret that the index does not know', async () => {
    await store.put(key, mira);
    const apart = new SecretCredentialStore(vault, new KeyRecordFolder(path.join(folder.path, 'elsewhere')));
    assert.deepEqual(await apart.get(key), { state: 'present', credential: mira });
  });

  it('says so when the vault keeps or removes nothing, and then holds on to what there was', async () => {
    await store.put(key, mira);
    vault.failure = new Error('the keyring is locked');
    for (const work of [store.put(key, { username: 'mira', password: 'new' }), store.delete(key)])
      await assert.rejects(work, (error) => {
        assert.ok(error instanceof CredentialsError);
        assert.equal(error.side, 'credentials');
        assert.equal(error.code, 'secret-store-failed');
        assert.match(error.message, /sign-in to ghcr\.io\/acme/u);
        return true;
      });
    vault.failure = undefined;
    assert.deepEqual(await store.get(key), { state: 'present', credential: mira });
    assert.deepEqual(await keys(), ['ghcr.io/acme']);
  });

  it('says so when the list cannot be written, and stores no secret that it would not find again', async () => {
    await writeFile(path.join(folder.path, 'keys'), 'a file where the folder should be');
    for (const work of [store.put(key, mira), store.keys()])
      await assert.rejects(work, { code: 'secret-store-failed', side: 'credentials' });
    assert.equal(vault.secrets.size, 0);
    assert.deepEqual(await store.get(key), { state: 'none' });
  });

  it('passes over records that are damaged or not its own', async () => {
    await store.put(key, mira);
    const records = path.join(folder.path, 'keys');
    await writeFile(path.join(records, 'a.json'), '{"key":');
    await writeFile(path.join(records, 'b.json'), '{"key":7}');
    await writeFile(path.join(records, 'c.json'), '{"key":"not a key"}');
    await writeFile(path.join(records, 'd.txt'), '{"key":"docker.io"}');
    assert.deepEqual(await keys(), ['ghcr.io/acme']);
  });

  it('writes no secret into the index', async () => {
    await store.put(key, mira);
    const records = path.join(folder.path, 'keys');
    const [file = ''] = await readdir(records);
    assert.deepEqual(JSON.parse(await readFile(path.join(records, file), 'utf8')), {
      key: 'ghcr.io/acme',
      account: 'mira',
    });
  });
});
