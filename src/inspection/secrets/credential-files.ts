import * as v from 'valibot';
import { namedSecret } from './named-secrets.ts';

/** A file that programs know by its path, and what in it makes it a secret. */
interface CredentialFile {
  readonly what: string;
  readonly path: RegExp;
  readonly holds: (text: string) => boolean;
}

/**
 * Where programs keep credentials, by their manuals. `^` and blanks are written so that no text takes longer than its
 * length.
 */
const files: readonly CredentialFile[] = [
  {
    what: 'sign-in to a registry',
    path: /\/(?:\.docker\/config\.json|\.dockercfg|containers\/auth\.json)$/u,
    holds: holdsAuth,
  },
  {
    what: 'sign-in to npm',
    path: /\/\.?npmrc$/u,
    holds: matches(/^[ \t]*(?:\/\/\S{1,500}:)?(?:_authToken|_auth|_password)[ \t]*=[ \t]*["']?[^\s"'$]/mu),
  },
  {
    what: 'sign-in to npm',
    path: /\/\.yarnrc\.yml$/u,
    holds: matches(/^[ \t]*npmAuth(?:Token|Ident):[ \t]*["']?[^\s"'$]/mu),
  },
  { what: 'settings of an application (.env)', path: /\/\.env(?:\.[\w.-]+)?$/u, holds: holdsSettings },
  {
    what: 'history of a Git repository',
    path: /\/\.git\/HEAD$/u,
    holds: matches(/^(?:ref: refs\/|[0-9a-f]{40}\s*$)/u),
  },
  {
    what: 'sign-in of Git',
    path: /\/\.git\/config$|\/\.gitconfig$|\/\.git\/modules\/.*\/config$/u,
    holds: matches(/:\/\/[^\s/:@]{1,500}:[^\s/@]{1,500}@|^[ \t]*extraheader[ \t]*=[ \t]*authorization:[ \t]*\S/imu),
  },
  { what: 'sign-in of Git', path: /\/\.git-credentials$/u, holds: matches(/:\/\/[^\s/:@]{0,500}:[^\s/@]{1,500}@/u) },
  { what: 'sign-in to a server (netrc)', path: /\/[._]netrc$/u, holds: matches(/\bpassword[ \t]+\S/u) },
  { what: 'sign-in to PyPI', path: /\/\.pypirc$/u, holds: matches(/^[ \t]*password[ \t]*[:=][ \t]*[^\s$]/mu) },
  {
    what: 'sign-in to a database (pgpass)',
    path: /\/\.pgpass$/u,
    holds: matches(/^[^#:\n]{1,300}(?::[^:\n]{1,300}){3}:\S/mu),
  },
  {
    what: 'sign-in to Kubernetes',
    path: /\/\.kube\/config$|\/etc\/kubernetes\/[\w.-]+\.conf$/u,
    holds: matches(/^[ \t-]*(?:client-key-data|token|password):[ \t]*["']?[^\s"'$]/mu),
  },
  {
    what: 'sign-in to crates.io',
    path: /\/\.cargo\/credentials(?:\.toml)?$/u,
    holds: matches(/^[ \t]*(?:secret-key|token)[ \t]*=[ \t]*["'][^"'\s]/mu),
  },
  {
    what: 'sign-in to a Maven repository',
    path: /\/\.m2\/settings\.xml$/u,
    holds: matches(/<(?:password|passphrase)>[^<{$\s]/u),
  },
  {
    what: 'sign-in to Google Cloud',
    path: /\/application_default_credentials\.json$/u,
    holds: matches(/"(?:refresh_token|private_key)"[ \t]*:[ \t]*"[^"]/u),
  },
  {
    what: 'sign-in to Azure',
    path: /\/\.azure\/(?:msal_token_cache|accessTokens)\.json$/u,
    holds: matches(/"(?:secret|refreshToken)"[ \t]*:[ \t]*"[^"]/u),
  },
  {
    what: 'sign-in of Terraform',
    path: /\/(?:credentials\.tfrc\.json|\.terraformrc)$/u,
    holds: matches(/["']?token["']?[ \t]*[:=][ \t]*["'][^"'$]/u),
  },
  {
    what: 'sign-in of Composer',
    path: /\/\.?composer\/auth\.json$/u,
    holds: matches(/"(?:password|bearer)"[ \t]*:[ \t]*"[^"]|-(?:oauth|token)"[ \t]*:[ \t]*\{/u),
  },
];
const anyPath = new RegExp(files.map(({ path }) => path.source).join('|'), 'u');
/** They show what to fill in. */
const exampleEnding = /\.(?:dist|example|sample|template|tmpl|defaults?|schema)$/u;

export function isCredentialFile(path: string): boolean {
  return anyPath.test(path) && !exampleEnding.test(path);
}

/** What such a file holds, in plain words; undefined where it holds no secret, as an `.npmrc` without a token. */
export function credentialIn(path: string, text: string): string | undefined {
  if (!isCredentialFile(path)) return undefined;
  return files.find((file) => file.path.test(path) && file.holds(text))?.what;
}

function matches(expression: RegExp): (text: string) => boolean {
  return (text) => expression.test(text);
}

const given = v.pipe(v.string(), v.minLength(1));
const auth = v.union([
  v.object({ auth: given }),
  v.object({ identitytoken: given }),
  v.object({ registrytoken: given }),
  v.object({ password: given }),
]);

/** https://docs.docker.com/reference/cli/docker/login/; with a credential store its `auths` are empty objects. */
function holdsAuth(text: string): boolean {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return false;
  }
  const { success, output } = v.safeParse(v.record(v.string(), v.unknown()), json);
  if (!success) return false;
  const auths = v.safeParse(v.record(v.string(), v.unknown()), output['auths'] ?? output);
  return auths.success && Object.values(auths.output).some((one) => v.is(auth, one));
}

/** What tells nothing of anybody: switches, numbers, words that any such file has. */
const harmless =
  /^(?:|true|false|yes|no|on|off|null|none|[\d.:]+|prod(?:uction)?|dev(?:elopment)?|test|staging|local|debug|info|warn|error|localhost(?::\d+)?|\$.*)$/iu;

/** A `.env` says by itself that it is this place's own; one with nothing but switches and numbers is no matter. */
function holdsSettings(text: string): boolean {
  for (const [, name = '', value = ''] of text.matchAll(
    /^[ \t]*(?:export[ \t]+)?([\w.-]{1,200})[ \t]*=[ \t]*(.*)$/gmu,
  )) {
    const bare = value.trim().replace(/^(["'])(.*)\1$/u, '$2');
    if (!harmless.test(bare) || namedSecret(name, bare) !== undefined) return true;
  }
  return false;
}
