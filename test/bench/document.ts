import { type Budget, type Figure, holds, summary } from './figure.ts';

/** What stands above the table. */
export interface Report {
  readonly figures: readonly Figure[];
  /** How each was measured, a paragraph each. */
  readonly methods: readonly string[];
  readonly machine: readonly string[];
  /** ISO, without the time. */
  readonly date: string;
  readonly runs: number;
}

/** docs/performance.md: the figures of one run of `npm run bench`, and how they came about. */
export function performanceDocument({ figures, methods, machine, date, runs }: Report): string {
  return `# Performance

Written by \`npm run bench\` on ${date}; not edited by hand. ${verdict(figures)}

${table(figures)}

Ours and the reference were run in turn, ${runs} times each after one pair that does not count. Ours and reference are medians, with the lowest and the highest value behind; difference and ratio are medians of the comparisons run by run, and so is what is held against the budget.

## What was measured

${methods.map((method) => `- ${method}`).join('\n')}

## Where

${machine.map((line) => `- ${line}`).join('\n')}

## Repeat it

\`npm run bench\` measures all of it and writes this page; its exit code is 1 when a budget is missed. \`npm run bench -- activation view\` measures these parts alone (activation, view, browse, push, many, memory, inspect, idle) and only prints. Other work on the machine makes every figure worse: run it on a quiet one.
`;
}

/** The lines that a run prints, and the document's table. */
export function table(figures: readonly Figure[]): string {
  const head = ['what', 'ours', 'reference', 'difference', 'ratio', 'budget', ''];
  return [head, head.map(() => '---'), ...figures.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cells(figure: Figure): string[] {
  const { what, against, unit, samples, budget } = figure;
  const { ours, reference, difference, ratio } = summary(figure);
  const spread = (values: readonly number[]): string => `${number(Math.min(...values))}–${number(Math.max(...values))}`;
  return [
    what,
    `${number(ours)} ${unit} (${spread(samples.ours)})`,
    `${against}: ${number(reference)} ${unit} (${spread(samples.reference)})`,
    `${difference < 0 ? '−' : '+'}${number(Math.abs(difference))} ${unit}`,
    ratio === undefined ? '' : `× ${ratio.toFixed(2)}`,
    budget ? budgetWords(budget, unit) : '',
    budget ? (holds(figure) ? 'held' : '**missed**') : '',
  ];
}

function budgetWords({ factor, plus }: Budget, unit: string): string {
  if (factor === 0) return `${number(plus)} ${unit}`;
  const times = factor === 1 ? 'reference' : `${factor} × reference`;
  return `${times} + ${number(plus)} ${unit}`;
}

function verdict(figures: readonly Figure[]): string {
  const missed = figures.filter((figure) => !holds(figure));
  if (missed.length === 0) return 'Every budget is held.';
  return `Missed: ${missed.map(({ what }) => what).join('; ')}.`;
}

/** Three digits are all that is known. */
function number(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 2));
}
