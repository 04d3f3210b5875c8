/**
 * What a test run inside an editor tells the process that started it. The editor's console is the only way out, and
 * the editor writes there too; so each line of a report is marked, and its last one holds the counts.
 */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const mark = '│ ';
const last = '##tests ';

/** A line, or several, as lines of the report. */
export function reportLine(text: string): string {
  return text.replaceAll(/^/gm, mark);
}

/** The line that ends a report. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return reportLine(last + JSON.stringify({ passed, failed, skipped }));
}

/** The report's lines in an output, without their mark and without the counts. */
export function reportIn(output: string): string[] {
  return marked(output).filter((line) => !line.startsWith(last));
}

/** The counts, added up if there are several; undefined when there are none, so the run did not come to its end. */
export function countsIn(output: string): Counts | undefined {
  const all = marked(output).filter((line) => line.startsWith(last));
  if (all.length === 0) return undefined;
  return sum(all.map((line) => JSON.parse(line.slice(last.length)) as Counts));
}

export function sum(all: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const one of all) {
    total.passed += one.passed;
    total.failed += one.failed;
    total.skipped += one.skipped;
  }
  return total;
}

function marked(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith(mark));
  return lines.map((line) => line.slice(mark.length));
}
