import { createHash, generateKeyPairSync } from 'node:crypto';

/** A file with a secret in it, and what is to be said of it. */
export interface Planted {
  readonly path: string;
  readonly content: string;
  /** No part of it may be told. */
  readonly secret: string;
  readonly what: string;
}

/** Letters and digits that look drawn by lot, and are the same each time: no token stands in this repository. */
export function drawn(length: number, seed: string): string {
  let text = '';
  for (let count = 0; text.length < length; count++)
    text += createHash('sha256')
      .update(`${seed} ${count}`)
      .digest('base64')
      .replaceAll(/[^A-Za-z0-9]/gu, '');
  return text.slice(0, length);
}

const pem = { type: 'pkcs8', format: 'pem' } as const;
const publicPem = { type: 'spki', format: 'pem' } as const;

export const rsaKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: pem,
  publicKeyEncoding: publicPem,
});
export const curveKey = generateKeyPairSync('ec', {
  namedCurve: 'prime256v1',
  privateKeyEncoding: { type: 'sec1', format: 'pem' },
  publicKeyEncoding: publicPem,
});
const edwardsKey = generateKeyPairSync('ed25519', { privateKeyEncoding: pem, publicKeyEncoding: publicPem });

const github = `ghp_${drawn(36, 'github')}`;
const npm = `npm_${drawn(36, 'npm')}`;
const aws = drawn(40, 'aws');
const stripe = `sk_live_${drawn(32, 'stripe')}`;
const slack = `xoxb-${drawn(12, 'slack')}-${drawn(24, 'slack too')}`;
const password = drawn(16, 'password');
const auth = Buffer.from(`acme:${password}`).toString('base64');

/** One of each kind; files of programs are planted twice, with a secret and (below) without. */
export const planted: readonly Planted[] = [
  { path: 'root/.ssh/id_rsa', content: rsaKey.privateKey, secret: rsaKey.privateKey, what: 'private key' },
  { path: 'etc/tls/server.key', content: curveKey.privateKey, secret: curveKey.privateKey, what: 'private key' },
  { path: 'usr/lib/acme/edwards', content: edwardsKey.privateKey, secret: edwardsKey.privateKey, what: 'private key' },
  {
    path: 'app/account.json',
    content: JSON.stringify({ private_key_id: '1', private_key: rsaKey.privateKey }),
    secret: rsaKey.privateKey,
    what: 'key of a Google Cloud service account',
  },
  {
    path: 'root/.aws/credentials',
    content: `[default]\naws_access_key_id = AKIA${drawn(16, 'id').toUpperCase()}\naws_secret_access_key = ${aws}\n`,
    secret: aws,
    what: 'AWS secret access key',
  },
  { path: 'app/src/deploy.sh', content: `curl -H "Authorization: ${github}"`, secret: github, what: 'GitHub token' },
  { path: 'opt/pay.py', content: `KEY = "${stripe}"`, secret: stripe, what: 'Stripe secret key' },
  { path: 'srv/bot.yaml', content: `token: ${slack}`, secret: slack, what: 'Slack token' },
  {
    path: 'app/settings.py',
    content: `DB = "postgresql://api:${password}@db.acme.internal/api"`,
    secret: password,
    what: 'password of a PostgreSQL database',
  },
  { path: 'app/.env', content: `PORT=80\nDB_PASSWORD="${password}"\n`, secret: password, what: '.env' },
  { path: 'root/.npmrc', content: `//npm.acme.internal/:_auth=${auth}\n`, secret: auth, what: 'sign-in to npm' },
  { path: 'home/app/.npmrc', content: `//npm.acme.internal/:_authToken=${npm}\n`, secret: npm, what: 'sign-in to npm' },
  {
    path: 'root/.docker/config.json',
    content: JSON.stringify({ auths: { 'registry.acme.internal': { auth } } }),
    secret: auth,
    what: 'sign-in to a registry',
  },
  { path: 'app/.git/HEAD', content: 'ref: refs/heads/main\n', secret: github, what: 'history of a Git repository' },
  {
    path: 'app/.git/config',
    content: `[http "https://git.acme.internal/"]\n\textraheader = AUTHORIZATION: basic ${auth}\n`,
    secret: auth,
    what: 'sign-in of Git',
  },
  {
    path: 'root/.git-credentials',
    content: `https://acme:${password}@git.acme.internal\n`,
    secret: password,
    what: 'sign-in of Git',
  },
  { path: 'root/.netrc', content: `machine a login b password ${password}`, secret: password, what: 'netrc' },
  { path: 'root/.pypirc', content: `[pypi]\npassword: ${password}`, secret: password, what: 'sign-in to PyPI' },
  { path: 'root/.pgpass', content: `db:5432:api:api:${password}\n`, secret: password, what: 'pgpass' },
  {
    path: 'root/.kube/config',
    content: `users:\n- name: a\n  user:\n    token: ${password}\n`,
    secret: password,
    what: 'sign-in to Kubernetes',
  },
  {
    path: 'root/.m2/settings.xml',
    content: `<server><password>${password}</password></server>`,
    secret: password,
    what: 'sign-in to a Maven repository',
  },
];

/** The same files, and some that look like them, without a secret in them. */
export const innocent: readonly (readonly [path: string, content: string])[] = [
  ['root/.npmrc', 'registry=https://npm.acme.internal/\n//npm.acme.internal/:_authToken=${NPM_TOKEN}\n'],
  ['home/app/.npmrc', '//npm.acme.internal/:_authToken="$NPM_TOKEN"\nfund=false\n'],
  ['root/.docker/config.json', JSON.stringify({ auths: { 'registry.acme.internal': {} }, credsStore: 'desktop' })],
  ['home/app/.docker/config.json', '{"auths": '],
  ['app/.env', '# switches\nPORT=80\nDEBUG=false\nNODE_ENV=production\nDB_PASSWORD=\n'],
  ['app/.env.example', 'DB_PASSWORD=correct-horse-battery\n'],
  ['app/.git/config', '[remote "origin"]\n\turl = https://github.com/acme/api.git\n'],
  ['app/.gitignore', '.env\n'],
  ['root/.gitconfig', '[user]\n\tname = A\n'],
  ['root/.kube/config', 'clusters: []\nusers: []\n'],
  ['root/.m2/settings.xml', '<server><password>${env.PASSWORD}</password></server>'],
  ['root/.pgpass', '# hostname:port:database:username:password\n'],
  ['etc/tls/server.crt', rsaKey.publicKey],
  ['app/readme.md', `-----BEGIN PRIVATE KEY-----\n${'x'.repeat(200)}\n-----END PRIVATE KEY-----\n`],
  ['app/proxy.md', 'https://user:hunter22@proxy.example.com and postgres://api:hunter22@localhost/x'],
  ['app/aws.md', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['etc/ssl/private/ssl-cert-snakeoil.key', rsaKey.privateKey],
  ['app/node_modules/tls/test/server.key', rsaKey.privateKey],
  ['usr/local/lib/python3.12/test/keycert.pem', rsaKey.privateKey],
  ['usr/share/doc/xmlsec/examples/rsakey.pem', rsaKey.privateKey],
  ['usr/share/perl/5.36.0/HTTP/Tiny.pm', 'http://scott:tiger77@proxy.acme.internal'],
];

/** Whether a text holds eight letters in a row of the lines of a secret. */
export function tellsOf(text: string, secret: string): boolean {
  return secret
    .split('\n')
    .filter((line) => !line.startsWith('-----'))
    .some((line) =>
      Array.from(line, (_, at) => line.slice(at, at + 8)).some((p) => p.length === 8 && text.includes(p)),
    );
}
