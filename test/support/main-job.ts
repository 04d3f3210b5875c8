import type { Notification, Workbench } from './workbench.ts';

/** Where a push can be started. */
export const ways = ['context menu', 'command palette', 'status bar'] as const;
export type Way = (typeof ways)[number];

export interface Account {
  user: string;
  password: string;
}

export interface MainJob {
  /** The context menu when absent. */
  way?: Way;
  /** The image's name as a person writes it, `api:1.4.2`. */
  image: string;
  /** The destination to type. */
  destination: string;
  /** What to type when the registry asks for a sign-in on the way; absent when it must not ask. */
  account?: Account;
  /** The name and tag there; what is proposed when absent. */
  name?: string;
  /** Called when something new stands on the screen, with its name. */
  picture?: (name: string) => Promise<void>;
}

/** Pushes an image the way a person does: choose it, where to, the name there, Enter. Answers the notification at the end. */
export async function pushImage(workbench: Workbench, job: MainJob): Promise<Notification> {
  await startPush(workbench, job);
  if (job.picture) {
    await workbench.waitForNotification(/^Push/u);
    await job.picture('progress');
  }
  const end = await workbench.waitForNotification(/^(?!Pushing|Cancelling)/u);
  await workbench.waitUntilProgressIsGone();
  await job.picture?.('result');
  return end;
}

/** The part up to the Enter that sends it. */
export async function startPush(workbench: Workbench, job: MainJob): Promise<void> {
  await openNameStep(workbench, job);
  await workbench.quickInput.accept();
  await workbench.quickInput.waitUntilClosed();
}

/** The part up to the name, all of it typed and not sent. */
export async function openNameStep(workbench: Workbench, job: MainJob): Promise<void> {
  const { quickInput } = workbench;
  await chooseDestination(workbench, job);
  if (job.account) await typeAccount(workbench, job.destination, job.account);
  await quickInput.waitForTitle(/Push .* to .*\(2\/2\)/u);
  if (job.name !== undefined) await quickInput.fill(job.name);
  await quickInput.waitForValidation(/Enter pushes/u);
  await job.picture?.('name');
}

/** The part up to the Enter that chooses where to; the next step is not waited for. */
export async function chooseDestination(workbench: Workbench, job: MainJob): Promise<void> {
  const { quickInput } = workbench;
  const picture = job.picture ?? (() => Promise.resolve());
  await start[job.way ?? 'context menu'](workbench, job.image, picture);
  await quickInput.waitForTitle(`Push ${job.image} to…`);
  await picture('destinations');
  await quickInput.fill(job.destination);
  await quickInput.waitForItem(job.destination);
  await quickInput.accept();
}

/** Answers the two steps of a sign-in; what comes of it is not waited for. */
export async function typeAccount(
  { quickInput }: Workbench,
  registry: string,
  { user, password }: Account,
): Promise<void> {
  await quickInput.waitForTitle(`Sign in to ${registry} (1/2)`);
  await quickInput.fill(user);
  await quickInput.accept();
  await quickInput.waitForTitle(`Sign in to ${registry} (2/2)`);
  await quickInput.fill(password);
  await quickInput.accept();
}

/** What opens the first step, the image chosen. */
const start: Record<
  Way,
  (workbench: Workbench, image: string, picture: (name: string) => Promise<void>) => Promise<void>
> = {
  'context menu': async (workbench, image, picture) => {
    await workbench.row(image).waitFor();
    await picture('images');
    await workbench.contextMenu(image, 'Push to Registry…', () => picture('menu'));
  },
  'command palette': async (workbench, image) => {
    await workbench.runCommand('Docker Push: Push to Registry…');
    await workbench.quickInput.waitForTitle('Push to Registry');
    await workbench.quickInput.pick(image);
  },
  'status bar': (workbench, image) =>
    workbench.statusBarItem('dockerPush.lastBuilt').filter({ hasText: image }).click(),
};

/** Has the extension log all it can. Waits until it runs: the list of logs does not change while it is open. */
export async function logEverything(workbench: Workbench, image: string): Promise<void> {
  await workbench.openDockerPush();
  await workbench.row(image).waitFor();
  await workbench.runCommand('Developer: Set Log Level...');
  await workbench.quickInput.pick('Docker Push');
  await workbench.quickInput.pick('Trace');
}
