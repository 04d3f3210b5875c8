import { messageOf, needsSignIn, plainText, redacted, SidedError, type Side } from '../base/index.ts';
import type { EngineInfo } from '../engine/index.ts';
import { formatReference, formatRepository, type TaggedReference } from '../reference/index.ts';
import type { Diagnostic, Explanation, Pinger, Provider, PushRightProbe } from '../registry/index.ts';
import { engineRemedy } from './engine-remedy.ts';
import type { PushError } from './request.ts';

interface Refusal {
  readonly code: string;
  readonly side: Side;
  /** Of what an engine may say. Engines word the same thing differently, so a class is matched, never a sentence. */
  readonly words: RegExp;
  readonly message: (target: Names, words: string) => string;
}

interface Names {
  readonly reference: string;
  readonly repository: string;
  readonly registry: string;
  /** Who was signed in; undefined for nobody. */
  readonly account: string | undefined;
  /** Whose sign-in was kept and is lost. */
  readonly lostAccount: string | undefined;
  readonly product: EngineInfo['product'] | undefined;
}

/** What is known besides the engine's words. */
export interface RefusalFacts {
  readonly registry?: Pinger & Partial<PushRightProbe>;
  readonly account?: string;
  readonly lostAccount?: string;
  readonly product?: EngineInfo['product'];
  /** There is a sign-in, and the user does not let this engine have it. */
  readonly withheld?: boolean;
  /** What the kind of registry is known to mean by its words. */
  readonly explain?: Provider['explain'];
}

/** In order: the first that matches is meant. Wordings: Docker (both image stores) and Podman, as recorded in test/fixtures. */
const refusals: readonly Refusal[] = [
  {
    code: 'plain-http-refused',
    side: 'engine',
    words: /server gave HTTP response to HTTPS client/iu,
    message: ({ registry, product }) =>
      `The engine refuses to push to ${registry}, which speaks plain HTTP. If everybody on the way may read what is sent, ${engineRemedy('plain-http', registry, product)}, then push again.`,
  },
  {
    code: 'certificate-untrusted',
    side: 'engine',
    words: /x509:|certificate (?:is not trusted|has expired|signed by)|failed to verify certificate/iu,
    message: certificateRefused,
  },
  {
    code: 'engine-disk-full',
    side: 'engine',
    words: /no space left on device/iu,
    message: () => `The engine's disk is full. Remove images that are no longer needed, then push again.`,
  },
  {
    code: 'image-missing',
    side: 'engine',
    words:
      /tag does not exist|image does not exist locally|image not known|no such image|content digest sha256:[0-9a-f]+: not found/iu,
    message: ({ reference }) =>
      `The engine no longer has ${reference}: its tag was removed before the push was done. Choose the image again.`,
  },
  {
    code: 'platform-missing',
    side: 'engine',
    words: /does not provide the specified platform|multiple matching manifests found/iu,
    message: ({ reference }) => `The engine does not have ${reference} for that platform.`,
  },
  {
    code: 'reference-invalid',
    side: 'reference',
    words: /invalid reference format|invalid tag format|invalid image name|repository name must be/iu,
    message: ({ reference }) => `The engine does not accept the name ${reference}. Choose another name.`,
  },
  {
    code: 'registry-unreachable',
    side: 'registry',
    words:
      /connection refused|no such host|i\/o timeout|TLS handshake timeout|no route to host|network is unreachable|connection reset|deadline exceeded/iu,
    message: ({ registry }) =>
      `${registry} does not answer the engine. Check that the registry runs and that its address is right, then push again.`,
  },
  {
    code: 'unauthorized',
    side: 'credentials',
    words: /no basic auth credentials|unauthorized|authentication required|authorization failed/iu,
    message: (names) =>
      names.account === undefined
        ? signInFirst(names)
        : `${names.registry} did not accept the sign-in of ${names.account} for a push to ${names.repository}.`,
  },
  {
    code: 'too-large',
    side: 'registry',
    words: /(?:entity|payload|content) too large|HTTP 413|StatusCode: 413/iu,
    message: ({ registry }) =>
      `${registry}, or a proxy before it, refuses a layer of this size. Raise its limit for the size of a request.`,
  },
  {
    code: 'rate-limited',
    side: 'registry',
    words: /toomanyrequests|too many requests|rate limit/iu,
    message: ({ registry }) => `${registry} takes no more pushes for now: its rate limit is reached. Push again later.`,
  },
  {
    code: 'repository-missing',
    side: 'registry',
    words: /name unknown|name_unknown|repository (?:with name )?\S+ does not exist|repository \S* ?not found/iu,
    message: ({ registry, repository }) =>
      `${registry} has no repository ${repository} and does not make one by itself. Create it there, then push again.`,
  },
  {
    code: 'denied',
    side: 'registry',
    words: /\bdenied\b|forbidden/iu,
    message: ({ registry, repository, account }) =>
      `${registry} refused the push to ${repository}: signed in as ${account ?? 'nobody'}, who may not push there.`,
  },
  {
    code: 'registry-error',
    side: 'registry',
    words: /internal server error|service unavailable|bad gateway|\bunavailable\b/iu,
    message: ({ registry }) => `${registry} failed while it took the push. Push again later.`,
  },
];

function certificateRefused({ registry }: Names, words: string): string {
  const quoted = plainText(redacted(/x509:.*$/isu.exec(words)?.[0] ?? words), 200);
  const [what, remedy] = certificateFault(quoted, registry);
  return `The engine ${what}. ${remedy}, then push again. It says: “${quoted}”.`;
}

function certificateFault(words: string, registry: string): readonly [what: string, remedy: string] {
  if (/expired|not yet valid/iu.test(words))
    return [`refuses the certificate of ${registry}, which is not valid today`, 'Give the registry a valid one'];
  if (/certificate is valid for|cannot validate certificate for|not valid for any names|is not valid for/iu.test(words))
    return [
      `refuses the certificate of ${registry}, which was made for another name`,
      'Give the registry one for this name',
    ];
  return [`does not trust the certificate of ${registry}`, capitalized(engineRemedy('certificate', registry))];
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Of an error in the protocol's standard words, Docker with its own image store shows the code alone
 * (https://github.com/distribution/distribution/blob/v2.8.3/registry/api/errcode/errors.go): here are the words to it.
 */
const standardWords = new Map([
  ['denied', 'requested access to the resource is denied'],
  ['unauthorized', 'authentication required'],
]);

const notARegistry = (registry: string): PushError => ({
  code: 'not-a-registry',
  side: 'registry',
  message: `${registry} answers, but it is no registry. Check the address.`,
});

/** The wordings under which an engine reports an answer that no registry gives; a look at the registry settles it. */
const oddAnswer =
  /invalid character '<'|invalid checksum digest|unexpected status|unexpected HTTP status|parsing HTTP \d+ response|invalid content digest|failed commit/iu;

/**
 * Says in plain words who refused a push, from the engine's words. Where these leave open whether there is a registry at
 * all, `registry` is asked.
 */
export async function explainRefusal(
  words: string,
  target: TaggedReference,
  facts: RefusalFacts = {},
): Promise<PushError> {
  const error = await refusalOf(words, target, facts);
  return error.code === 'unauthorized' && facts.withheld ? signInWithheld(target.repository.registry) : error;
}

async function refusalOf(
  said: string,
  target: TaggedReference,
  { registry, account, lostAccount, product, explain }: RefusalFacts,
): Promise<PushError> {
  const standard = standardWords.get(said.trim());
  const words = standard === undefined ? said : `${said}: ${standard}`;
  const names = {
    reference: formatReference(target),
    repository: formatRepository(target.repository),
    registry: target.repository.registry,
    account,
    lostAccount,
    product,
  };
  const known = refusals.find((refusal) => refusal.words.test(words));
  const unclear = !known || known.code === 'registry-error' || known.code === 'too-large';
  if (unclear && (oddAnswer.test(words) || !known) && (await isNoRegistry(registry)))
    return notARegistry(names.registry);
  const explained = known?.side === 'engine' ? undefined : explain?.(words, target);
  // To who is not signed in, a registry that lets everybody read says “denied” where it means “sign in first”.
  if (account === undefined && (explained ?? known)?.code === 'denied')
    return { code: 'unauthorized', side: 'credentials', message: signInFirst(names) };
  const isOfRight = ['unauthorized', 'denied'].includes((explained ?? known)?.code ?? '');
  const missing =
    explain && isOfRight && account !== undefined ? await missingBehind(target, explain, registry) : undefined;
  const meant = missing ?? explained;
  if (meant)
    return {
      code: meant.code,
      side: needsSignIn(meant.code) ? 'credentials' : 'registry',
      message: `${meant.message}${account === undefined ? '' : ` Signed in as ${account}.`}`,
    };
  if (known) return { code: known.code, side: known.side, message: known.message(names, words) };
  return {
    code: 'push-refused',
    side: 'registry',
    message: `The push to ${names.reference} was refused: ${plainText(redacted(words), 200)}`,
  };
}

/**
 * Docker's containerd store and Podman begin with a HEAD, whose refusal has no words, so that a repository that is not
 * there reads like a missing right. The registry's own words for a push tell the two apart.
 */
async function missingBehind(
  target: TaggedReference,
  explain: NonNullable<Provider['explain']>,
  registry: Partial<PushRightProbe> | undefined,
): Promise<Explanation | undefined> {
  const answer = await registry?.mayPush?.(target.repository).catch((error: unknown) => ({ kind: 'refused', error }));
  const { diagnostics = [] } = answer && 'error' in answer ? (answer.error as { diagnostics?: Diagnostic[] }) : {};
  const explained = explain(diagnostics.map(({ message }) => message).join('; '), target);
  return explained?.code === 'repository-missing' ? explained : undefined;
}

/** To sign in anew is of no use. */
const signInWithheld = (registry: string): PushError => ({
  code: 'credential-withheld',
  side: 'credentials',
  message: `${registry} asks for a sign-in, and yours is not sent to this engine: its connection is not encrypted, and you chose not to.`,
});

function signInFirst({ registry, repository, lostAccount }: Names): string {
  const lost = lostAccount === undefined ? '' : ` That of ${lostAccount} is lost: sign in again.`;
  return `${registry} asks for a sign-in before it takes a push to ${repository}.${lost}`;
}

async function isNoRegistry(registry: Pinger | undefined): Promise<boolean> {
  try {
    await registry?.ping();
    return false;
  } catch (error) {
    return error instanceof SidedError && error.code === 'not-a-registry';
  }
}

/** Any error as the part of a result that scripts read. */
export function pushErrorOf(error: unknown): PushError {
  if (error instanceof SidedError) return { code: error.code, message: error.message, side: error.side };
  return {
    code: 'internal',
    message: `Something unexpected happened: ${plainText(messageOf(error), 200)}`,
    side: 'engine',
  };
}
