import { formatAge, formatBytes } from '../quantities.ts';
import type { BaseImage, ImageReport } from './image-report.ts';

/** What is said of an image in pairs of a word and its value, in the order in which it is looked for. */
export function reportFacts(report: ImageReport): readonly (readonly [label: string, value: string])[] {
  const { id, platform, sizeBytes, createdAt, base, config } = report;
  const { user, entrypoint, command, workingFolder, ports, volumes, healthcheck } = config;
  return [
    ['ID', id],
    ...(platform === undefined ? [] : [['Platform', platform] as const]),
    ['Size', formatBytes(sizeBytes)],
    ...(createdAt
      ? [['Created', `${createdAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${formatAge(createdAt)}`] as const]
      : []),
    ...(base ? [['Base', baseWords(base)] as const] : []),
    ['User', user === '' ? 'root, as none is named' : user],
    ...(entrypoint.length > 0 ? [['Entrypoint', words(entrypoint)] as const] : []),
    ...(command.length > 0 ? [['Command', words(command)] as const] : []),
    ...(workingFolder === '' ? [] : [['Working folder', workingFolder] as const]),
    ...(ports.length > 0 ? [['Ports', ports.join(', ')] as const] : []),
    ...(volumes.length > 0 ? [['Volumes', volumes.join(', ')] as const] : []),
    ['Health check', { absent: 'none', disabled: 'switched off', present: 'yes' }[healthcheck]],
  ];
}

export function baseWords(base: BaseImage): string {
  if (base.kind === 'named')
    return base.digest === undefined
      ? `${base.name}, as the builder says`
      : `${base.name} (${base.digest}), as the builder says`;
  return `${base.name}, by the ${base.layers === 1 ? 'layer' : `${base.layers} layers`} that it shares`;
}

/** As a Dockerfile has it. */
function words(list: readonly string[]): string {
  return `[${list.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** A part of a whole: `12 %`, `< 1 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 1) return '< 1 %';
  return `${Math.round(percent)} %`;
}
