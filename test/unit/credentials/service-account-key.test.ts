import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  accountOf,
  authConfigOf,
  keyFileLimit,
  readServiceAccountKey,
  SecretCredentialStore,
} from '../../../src/credentials/index.ts';
import { KeyRecordFolder } from '../../../src/credentials/key-record-folder.ts';
import { MemoryVault, temporaryFolder } from './parts.ts';

const email = 'pusher@acme.iam.gserviceaccount.com';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = {
  type: 'service_account',
  project_id: 'acme',
  private_key_id: '0123456789abcdef0123456789abcdef01234567',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  client_email: email,
  client_id: '123456789012345678901',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
  client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(email)}`,
  universe_domain: 'googleapis.com',
};
const text = JSON.stringify(key, undefined, 2);

describe('a service account’s key', () => {
  it('is a password as it stands in its file, and says whose it is', () => {
    const credential = readServiceAccountKey(text);
    assert.deepEqual(credential, { username: '_json_key', password: text, account: email });
    assert.ok(credential);
    assert.equal(accountOf(credential), email);
  });

  it('is nothing else', () => {
    for (const other of [
      { ...key, type: 'authorized_user' },
      { ...key, client_email: undefined },
      { ...key, client_email: 'nobody' },
      { ...key, private_key: '' },
      { ...key, padding: 'x'.repeat(keyFileLimit) },
      [key],
      null,
      'service_account',
    ])
      assert.equal(readServiceAccountKey(JSON.stringify(other)), undefined);
    for (const other of ['', 'planted', text.slice(0, -2)]) assert.equal(readServiceAccountKey(other), undefined);
  });

  it('is kept whole, and given to engines whole', async () => {
    const credential = readServiceAccountKey(text)!;
    const place = { registry: 'europe-west1-docker.pkg.dev', namespace: 'acme' };
    const folder = await temporaryFolder();
    try {
      const index = new KeyRecordFolder(folder.path);
      const store = new SecretCredentialStore(new MemoryVault(), index);
      await store.put(place, credential);
      assert.deepEqual(await store.get(place), { state: 'present', credential });
      assert.deepEqual(await index.all(), [{ key: 'europe-west1-docker.pkg.dev/acme', account: email }]);
      assert.deepEqual(authConfigOf(credential, place.registry), {
        username: '_json_key',
        password: text,
        serveraddress: place.registry,
      });
    } finally {
      await folder.remove();
    }
  });
});
