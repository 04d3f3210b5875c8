import { formatAge, formatBytes, formatDuration } from './quantities.ts';
import { plainText } from '../base/index.ts';
import type { Outlook, PushFacts, PushProgress, PushResult, TagOutlook, There } from '../push/index.ts';
import { platformWords } from './views/platform-words.ts';

/** One line of progress: `42 % · 16 of 38 MB · 11 MB/s · layer 5 of 7`. What the engine does not say is left out. */
export function progressWords({ phase, percent, layers, bytes, bytesPerSecond, retryInSeconds }: PushProgress): string {
  if (phase === 'confirming') return 'asking the registry…';
  const parts: string[] = [];
  if (percent !== undefined) parts.push(`${percent} %`);
  if (bytes)
    parts.push(bytes.total === undefined ? `${formatBytes(bytes.sent)} sent` : ofTotal(bytes.sent, bytes.total));
  if (bytesPerSecond !== undefined) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (layers) {
    // As a person counts who waits for them: it is at the first before any is through.
    parts.push(`layer ${Math.min(layers.done + 1, layers.total)} of ${layers.total}`);
    if (layers.reused > 0) parts.push(`${layers.reused} already there`);
  }
  if (retryInSeconds !== undefined) parts.push(`the engine tries again in ${retryInSeconds} s`);
  return parts.length === 0 ? 'the engine is at work…' : parts.join(' · ');
}

/** What a push would do to its tag: `replaces your push of 3 minutes ago (sha256:77aa0c1e)`. */
export function tagWords(tag: TagOutlook): string {
  switch (tag.kind) {
    case 'new':
      return 'new tag';
    case 'same':
      return 'same image';
    case 'replaces': {
      const digest = shortDigest(tag.digest);
      const { ours, there } = tag;
      if (!ours) {
        const facts = there ? thereFacts(there) : [];
        return `replaces ${digest}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}, which was not pushed from here`;
      }
      // Who pushes one platform over several takes the others away from whoever pulls them.
      const platforms = there && there.platforms.length > 1 ? `, ${platformWords(there.platforms)}` : '';
      return `replaces your push of ${formatAge(new Date(ours.at))} (${digest}${platforms})`;
    }
    case 'unknown':
      return `what the tag holds is not known: ${tag.reason}`;
  }
}

/** What is known of what a tag holds: `built 2 hours ago`, `linux/amd64, linux/arm64`. */
export function thereFacts({ createdAt, platforms }: There): string[] {
  // Who builds reproducibly sets the clock to a moment long ago.
  const built = createdAt && createdAt.getUTCFullYear() > 1980 ? [`built ${formatAge(createdAt)}`] : [];
  return [...built, ...(platforms.length > 0 ? [platformWords(platforms)] : [])];
}

/** What a push would do at its target, as far as it is known: `new tag · 3 of 7 layers already there · up to 38 MB to send`. */
export function outlookWords(outlook: Outlook): string {
  return outlookFacts(outlook).join(' · ');
}

/** The same as a line of the log. */
export function planWords(outlook: Outlook): string {
  return `plan: ${outlookFacts(outlook).join('; ')}`;
}

function outlookFacts({ tag, mutability, layers }: Outlook): string[] {
  const parts = [tag.kind === 'unknown' ? 'what the tag holds is not known' : tagWords(tag)];
  if (tag.kind === 'replaces' && mutability?.kind === 'immutable')
    parts.push(`cannot be replaced: ${plainText(mutability.reason, 120)}`);
  if (layers && tag.kind !== 'same') {
    const { held, missingBytes, total } = layers;
    if (held === total) parts.push('all layers already there');
    else if (held > 0) parts.push(`${held} of ${countOf(total, 'layer')} already there`);
    if (held < total && missingBytes !== undefined) parts.push(`up to ${formatBytes(missingBytes)} to send`);
  }
  return parts;
}

/** A digest as people compare it by eye: `sha256:77aa0c1e`. */
export function shortDigest(digest: string): string {
  return plainText(digest, 80).replace(/^(\w+:\w{8})\w*$/u, '$1');
}

/** What became of the layers: `4 layers sent (31.2 MB), 3 reused`. */
export function layerWords({ layers, bytes }: PushFacts): string | undefined {
  if (!layers) return undefined;
  if (layers.total > 0 && layers.reused === layers.total)
    return layers.total === 1
      ? 'nothing to send: the layer was there'
      : `nothing to send: all ${layers.total} layers were there`;
  const size = bytes && bytes.sent > 0 ? ` (${formatBytes(bytes.sent)})` : '';
  const sent = `${countOf(layers.sent, 'layer')} sent${size}`;
  return layers.reused > 0 ? `${sent}, ${layers.reused} reused` : sent;
}

/** The end of a push in one or two sentences, for the notification. */
export function resultWords(result: PushResult): string {
  const warnings = result.warnings.join(' ');
  switch (result.outcome) {
    case 'pushed': {
      const word =
        result.verification === 'confirmed' ? 'confirmed by the registry' : 'the engine’s word, not confirmed';
      const facts = [result.digest, word, layerWords(result), formatDuration(result.durationMs)];
      return sentences(
        `Pushed ${result.target} — ${facts.filter((fact) => fact !== undefined).join(' · ')}.`,
        warnings,
      );
    }
    case 'failed':
      return sentences(result.error.message, warnings);
    case 'unknown':
      return sentences(`Unknown: ${result.error.message}`, warnings);
    case 'cancelled':
      return sentences('Cancelled.', warnings === '' ? nothingPublished(result) : warnings);
  }
}

/** The end of a request with several targets. What was pushed is named; what was not is told in full. */
export function resultsWords(results: readonly PushResult[]): string {
  const pushed = results.filter(({ outcome }) => outcome === 'pushed');
  const rest = results.filter(({ outcome }) => outcome !== 'pushed');
  const names = pushed.length === 0 ? '' : `: ${pushed.map(({ target }) => target).join(', ')}`;
  return sentences(
    `Pushed ${pushed.length} of ${results.length}${names}.`,
    ...pushed.flatMap(({ warnings }) => warnings),
    ...rest.map((result) => `${result.target}: ${resultWords(result)}`),
  );
}

function sentences(...all: string[]): string {
  return all.filter((sentence) => sentence !== '').join(' ');
}

function nothingPublished(result: PushFacts): string {
  const finished = result.layers?.sent ?? 0;
  if (finished === 0) return 'Nothing was published.';
  const stays = finished === 1 ? '1 finished layer stays' : `${finished} finished layers stay`;
  return `Nothing was published; ${stays} at the registry and will not be sent again.`;
}

/** The end of a push as one line of the log. */
export function resultLine(result: PushResult): string {
  const facts = [layerWords(result), formatDuration(result.durationMs)].filter((fact) => fact !== undefined).join('; ');
  switch (result.outcome) {
    case 'pushed':
      return `pushed ${result.digest}, ${result.verification === 'confirmed' ? 'confirmed by the registry' : 'not confirmed'}; ${facts}`;
    case 'cancelled':
      return `cancelled; ${facts}`;
    default:
      return `${result.outcome} (${result.error.side}, ${result.error.code}): ${result.error.message}; ${facts}`;
  }
}

function ofTotal(part: number, whole: number): string {
  const [value, unit] = formatBytes(part).split(' ');
  const total = formatBytes(whole);
  // The unit is said once where it is the same.
  return total.endsWith(` ${unit}`) ? `${value} of ${total}` : `${value} ${unit} of ${total}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
