import type { GrantedCredential, MachineSignInId } from '../../credentials/index.ts';
import { type Checked, CheckedWay, endOf } from './checked-way.ts';
import type { SignInWay } from './sign-in-choice.ts';

export interface MachineWayParts {
  /** @throws CancelledError where who was asked declined */
  readonly grant: (signal: AbortSignal) => Promise<GrantedCredential>;
  readonly check: (granted: GrantedCredential) => Checked;
}

interface Offer {
  readonly label: string;
  readonly icon: string;
  /** Said while something goes on. */
  readonly busy: string;
  /** Whether VS Code asks, in a dialog, a list or a browser: what this extension shows would be in its way. */
  readonly asks: 'VS Code' | 'nobody';
}

const offers: Readonly<Record<MachineSignInId, Offer>> = {
  github: {
    label: 'Use the GitHub account of VS Code',
    icon: 'github',
    busy: 'Checking the GitHub account with the registry…',
    asks: 'VS Code',
  },
  microsoft: {
    label: 'Use the Microsoft account of VS Code',
    icon: 'account',
    busy: 'Checking the Microsoft account with the registry…',
    asks: 'VS Code',
  },
  aws: {
    label: 'Use the AWS sign-in of this machine',
    icon: 'cloud',
    busy: 'Asking AWS for a password, and the registry whether it takes it…',
    asks: 'nobody',
  },
  gcloud: {
    label: 'Use the gcloud sign-in of this machine',
    icon: 'cloud',
    busy: 'Asking gcloud for a token, and the registry whether it takes it…',
    asks: 'nobody',
  },
};

/** A sign-in that this machine has already. */
export function machineWay(id: MachineSignInId, { grant, check }: MachineWayParts): SignInWay {
  const { label, icon, busy, asks } = offers[id];
  const way = new CheckedWay();
  return {
    ...{ label, icon, detail: 'Asked for when it is needed; no password is stored.' },
    take: async (frame) => {
      if (asks === 'nobody') return way.take(frame, busy, async (left) => check(await grant(left)));
      const signal = frame.signal ?? new AbortController().signal;
      return endOf(async () => {
        const granted = await grant(signal);
        return way.take(frame, busy, () => Promise.resolve(check(granted)));
      });
    },
  };
}
