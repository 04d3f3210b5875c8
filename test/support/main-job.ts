import type { Notification, Workbench } from './workbench.ts';

export interface MainJob {
  /** The rows to right-click: the repository and its tag. */
  repository: string;
  tag: string;
  /** The destination to choose, as it is listed, or to type. */
  destination: string;
  /** The name and tag there; what is proposed when absent. */
  name?: string;
  /** Called when something new stands on the screen, with its name. */
  picture?: (name: string) => Promise<void>;
}

/** Pushes an image the way a person does: right-click, choose, name, Enter. Answers the notification at the end. */
export async function pushFromContextMenu(workbench: Workbench, job: MainJob): Promise<Notification> {
  await startPush(workbench, job);
  const end = await workbench.waitForNotification(/^(Pushed|Cancelled\.|Unknown)|Choose|push again/iu);
  await workbench.waitUntilProgressIsGone();
  await job.picture?.('result');
  return end;
}

/** The part up to the Enter that sends it. */
export async function startPush(workbench: Workbench, job: MainJob): Promise<void> {
  const { quickInput } = workbench;
  const picture = job.picture ?? (() => Promise.resolve());
  await workbench.expand(job.repository);
  await workbench.row(job.tag).waitFor();
  await picture('images');
  await workbench.contextMenu(job.tag, 'Push to Registry…');
  await quickInput.waitForTitle(`Push ${job.repository}:${job.tag} to…`);
  await chooseDestination(workbench, job.destination);
  await picture('destination');
  await quickInput.accept();
  await quickInput.waitForTitle(/Push .* to .*\(2\/2\)/u);
  if (job.name !== undefined) await quickInput.fill(job.name);
  await quickInput.waitForValidation(/Enter pushes/u);
  await picture('name');
  await quickInput.accept();
}

/** Types a destination and waits until it stands at the top of the list. */
export async function chooseDestination({ quickInput }: Workbench, destination: string): Promise<void> {
  await quickInput.fill(destination);
  await quickInput.waitForItem(destination);
}
