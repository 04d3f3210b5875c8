import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { own } from '../support/cleanup.ts';
import { makeRunFolder } from '../support/run-folder.ts';
import { makeBigImage } from './big-image.ts';
import { runs } from './interleaved.ts';
import type { Bench, Measured, Part } from './part.ts';
import { resetPeak, resident } from './process-memory.ts';

export const inspect: Part = {
  name: 'inspect',
  methods: [
    '**Inspect**: an image of five layers packed with gzip, made on the spot of the files of Debian’s packages, is inspected through the bundles that ship, in a new process each time: its layers read in the worker thread with the fingerprints of its files, and judged; and, as the editor always does it, looked through for secrets in the same pass. The blobs are files, so that no engine and no registry is measured along. The reference unpacks the same layers with the same zlib in the same process, and looks at nothing. Again: all layers are known from the first time. The delay is the longest of the main thread’s event loop (`perf_hooks.monitorEventLoopDelay`, by the millisecond) while the image is inspected; the reference is a second of doing nothing. Delay and memory are of the pass that finds secrets. Memory: the highest resident memory of the process, its worker with it, as the kernel keeps it; idle: before.',
  ],
  measure,
};

interface Answer {
  readonly count: number;
  readonly ms: number;
  readonly longestDelayMs: number;
}

async function measure({ dist, say }: Bench): Promise<Measured> {
  const folder = await makeRunFolder();
  try {
    say('making the image');
    const { manifest, files, bytes } = await makeBigImage(folder.path);
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    say(`${size} in ${files} files`);
    const pairs = () => ({ ours: [] as number[], reference: [] as number[] });
    const [lean, secrets, again, longest, memory] = [pairs(), pairs(), pairs(), pairs(), pairs()];
    for (let run = 0; run < runs; run++) {
      const inspecting = await startInspecting(dist, folder.path);
      const cacheFolder = path.join(folder.path, `cache${run}`);
      const idle = await inspecting.answer({ work: 'idle' });
      memory.reference.push(await resident(inspecting.pid, 'VmRSS'));
      await resetPeak(inspecting.pid);
      const inspect = async (findsSecrets: boolean, known?: string): Promise<Answer> => {
        const answer = await inspecting.answer({ work: 'inspect', manifest, findsSecrets, cacheFolder: known });
        if (answer.count !== files) throw new Error(`It found ${answer.count} of ${files} files.`);
        return answer;
      };
      const inspected = await inspect(true, cacheFolder);
      memory.ours.push(await resident(inspecting.pid, 'VmHWM'));
      const known = await inspect(true, cacheFolder);
      const unpacked = await inspecting.answer({ work: 'unpack', manifest });
      if (unpacked.count !== bytes) throw new Error(`It unpacked ${unpacked.count} of ${bytes} bytes.`);
      const leanness = await inspect(false);
      await inspecting.stop();
      lean.ours.push(leanness.ms);
      secrets.ours.push(inspected.ms);
      again.ours.push(known.ms);
      longest.ours.push(inspected.longestDelayMs);
      for (const { reference } of [lean, secrets, again]) reference.push(unpacked.ms);
      longest.reference.push(idle.longestDelayMs);
    }
    const against = 'unpacking its layers';
    return {
      figures: [
        { what: `inspect for leanness, ${size}`, against, unit: 'ms', samples: lean, budget: { factor: 1.5, plus: 0 } },
        { what: `and for secrets, ${size}`, against, unit: 'ms', samples: secrets, budget: { factor: 3, plus: 0 } },
        { what: `inspect again, ${size}`, against, unit: 'ms', samples: again, budget: { factor: 0.1, plus: 100 } },
        {
          ...{ what: 'inspect, longest delay', against: 'idle', unit: 'ms' },
          ...{ samples: longest, budget: { factor: 1, plus: 50 } },
        },
        {
          ...{ what: `memory, inspecting ${size}`, against: 'idle', unit: 'MB' },
          ...{ samples: memory, budget: { factor: 0, plus: 150 } },
        },
      ],
    };
  } finally {
    await folder.remove();
  }
}

async function startInspecting(dist: string, blobs: string) {
  const child = fork(path.join(import.meta.dirname, 'inspecting.mjs'), [dist, blobs], { execArgv: [] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await exited;
    forget();
  };
  const forget = own({ stop, stopNow: () => void child.kill('SIGKILL') });
  const message = async (): Promise<Answer> => {
    const left = exited.then(() => Promise.reject(new Error('The process that inspects has ended.')));
    const [answer] = (await Promise.race([once(child, 'message'), left])) as [Answer & { error?: string }];
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  await message();
  return {
    pid: child.pid ?? 0,
    answer: (order: object): Promise<Answer> => {
      const answered = message();
      child.send(order);
      return answered;
    },
    stop,
  };
}
