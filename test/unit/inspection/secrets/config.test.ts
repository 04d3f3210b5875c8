import assert from 'node:assert/strict';
import {
  holdsSecret,
  readImageConfig,
  type SecretInConfig,
  secretsInConfig,
} from '../../../../src/inspection/index.ts';
import { drawn, rsaKey, tellsOf } from './planted.ts';

const github = `ghp_${drawn(36, 'github')}`;
const npm = `npm_${drawn(36, 'npm')}`;
const password = drawn(14, 'password');
const all = [github, npm, password, rsaKey.privateKey];

function findings(run: object, ...history: string[]): SecretInConfig[] {
  return secretsInConfig(
    readImageConfig({ config: run, rootfs: {}, history: history.map((created_by) => ({ created_by })) }),
  );
}
const told = (run: object, ...history: string[]): string[] =>
  findings(run, ...history).map(
    ({ where, what, name, step }) => `${where} ${name ?? ''}: ${what}${step === undefined ? '' : ` in ${step}`}`,
  );

describe('secrets in the configuration of an image', () => {
  it('are found in environment and labels, by what they are and by their names', () =>
    assert.deepEqual(
      told({
        Env: ['PATH=/bin', `GH=${github}`, `DB_PASSWORD=${password}`, `KEY=${rsaKey.privateKey}`, 'MYSQL_PWD=hunter2'],
        Labels: { 'com.acme.token': npm, maintainer: 'a@acme.com' },
      }),
      [
        'environment GH: GitHub token',
        'environment DB_PASSWORD: password',
        'environment KEY: private key',
        'environment MYSQL_PWD: password',
        'label com.acme.token: npm token',
      ],
    ));

  it('are found in the history: build arguments, instructions and commands', () =>
    assert.deepEqual(
      told(
        {},
        'ADD rootfs.tar /',
        `RUN |2 VERSION=1.2 two NPM_TOKEN=${npm} /bin/sh -c npm ci # buildkit`,
        `|1 API_KEY=${password}x /bin/sh -c make`,
        `ARG CI_TOKEN=${password}y`,
        `/bin/sh -c #(nop)  ENV SMTP_PASSWORD=${password}z A=b`,
        `RUN /bin/sh -c git clone https://acme:${password}@git.acme.io/api # buildkit`,
        `RUN /bin/sh -c echo "//registry.acme.io/:_authToken=${password}" > .npmrc # buildkit`,
        `RUN /bin/sh -c curl -H "Authorization: ${github}" https://api.acme.io # buildkit`,
      ),
      [
        'build argument NPM_TOKEN: npm token in 1',
        'build argument API_KEY: key in 2',
        'build argument CI_TOKEN: token in 3',
        'environment SMTP_PASSWORD: password in 4',
        'history : password in an address in 5',
        'history : sign-in to npm in 6',
        'history : GitHub token in 7',
      ],
    ));

  it('are told once where the history sets what the environment has', () =>
    assert.deepEqual(
      told({ Env: [`DB_PASSWORD=${password}`, `GH=${github}`] }, `ENV DB_PASSWORD=${password} GH=${github}`),
      ['environment DB_PASSWORD: password', 'environment GH: GitHub token'],
    ));

  it('are told without any part of them', () => {
    const text = JSON.stringify(
      findings(
        { Env: [`DB_PASSWORD=${password}`, `KEY=${rsaKey.privateKey}`], Labels: { token: github } },
        `RUN |1 NPM_TOKEN=${npm} /bin/sh -c echo ${github}x ${npm} https://acme:${password}@git.acme.io/api`,
      ),
    );
    for (const secret of all) assert.ok(!tellsOf(text, secret), text);
  });

  it('are not seen in what ordinary images say of themselves', () =>
    assert.deepEqual(
      told(
        {
          // Of Python's, Node's, PostgreSQL's, Jenkins', Keycloak's and Selenium's official images, and of others.
          Env: [
            'PATH=/usr/local/bin:/usr/bin:/bin',
            'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
            'PYTHON_SHA256=c909157bb25ec114e5869124cc2a9c4a4d4c1e957ca4ff553f1edc692101154e',
            'PYTHON_GET_PIP_URL=https://github.com/pypa/get-pip/raw/66d8a0f637083e2c3ddffc0cb1e65ce126afb856/public/get-pip.py',
            'PYTHON_PIP_VERSION=24.0',
            'NODE_VERSION=22.11.0',
            'NGINX_GPGKEYS=8540A6F18833A80E9C1653A42FD21310B49F6B46',
            'RUBY_DOWNLOAD_SHA256=1d88d8a27b442fdde4aa06dc99e86b0bbf0b288963d8433112dd5fac798fd5ee',
            'PGDATA=/var/lib/postgresql/data',
            'POSTGRES_PASSWORD_FILE=/run/secrets/postgres',
            'JAVA_KEYSTORE_PASSWORD=changeit',
            'SE_VNC_PASSWORD=secret',
            'ME_CONFIG_BASICAUTH_PASSWORD=pass',
            'SECRET_KEY_BASE_DUMMY=1',
            'SECRET_KEY_BASE=dummy',
            'PWD=/srv/application',
            'OLDPWD=/srv/application',
            'TOKEN_URL=https://login.acme.io/oauth/token',
            'VAULT_TOKEN=$TOKEN',
            'GIT_ASKPASS=/usr/bin/askpass',
            'COMPOSER_ALLOW_SUPERUSER=1',
            'KC_DB_PASSWORD=${DB_PASSWORD}',
            'DATABASE_URL=postgres://postgres:postgres@localhost:5432/app',
            'HTTP_PROXY=http://proxy.acme.io:3128',
          ],
          Labels: {
            'org.opencontainers.image.revision': '2c6a2ed3c0b4d3a4b2d3e0c1f0c1d2e3f4a5b6c7',
            'org.opencontainers.image.source': 'https://github.com/acme/api',
            'com.docker.compose.config-hash': 'b4ddea6d6b3e5e1cb1fcf4a4f8dd7c1aee3ba9e7e8a3fd9fc8a5ea4fd1e8e2b6',
          },
        },
        'ARG NPM_TOKEN',
        'ARG GITHUB_TOKEN=',
        'RUN |1 NPM_TOKEN= /bin/sh -c npm ci # buildkit',
        'RUN /bin/sh -c TOKEN="$(cat /run/secrets/token)" make # buildkit',
        'RUN /bin/sh -c echo "//registry.acme.io/:_authToken=$NPM_TOKEN" > .npmrc # buildkit',
        'RUN /bin/sh -c echo "//registry.acme.io/:_authToken="$NPM_TOKEN" > .npmrc # buildkit',
        'RUN /bin/sh -c set -eux; for key in 177F4010FE56CA3336300305F1656F24C74CD1D8; do gpg --recv-keys "$key"; done',
        'RUN /bin/sh -c --mount=type=secret,id=token pip install --extra-index-url https://x:${TOKEN}@pypi.acme.io/simple',
        'COPY --chown=app:app --link . /app # buildkit',
        'ENTRYPOINT ["docker-entrypoint.sh"]',
      ),
      [],
    ));

  it('take no time that matters, whatever their size', () => {
    const started = performance.now();
    const long = 'A=1 '.repeat(250_000);
    findings(
      { Env: [`X=${'a'.repeat(1_000_000)}`] },
      `ENV ${long}`,
      `RUN |9 ${long} /bin/sh -c x`,
      `|1 ${' '.repeat(1_000_000)}`,
    );
    const ms = performance.now() - started;
    assert.ok(ms < 5000, `${ms} ms`);
  });

  it('are known in a line, so that it is not shown', () => {
    assert.ok(holdsSecret(`ENV DB_PASSWORD=${password}`));
    assert.ok(holdsSecret(`RUN curl ${github}`));
    assert.ok(!holdsSecret('RUN apt-get update'));
  });
});
