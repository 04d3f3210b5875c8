import type { Notification, Workbench } from './workbench.ts';

export interface MainJob {
  /** The image's name as a person writes it, `api:1.4.2`. */
  image: string;
  /** The destination to type. */
  destination: string;
  /** The name and tag there; what is proposed when absent. */
  name?: string;
  /** Called when something new stands on the screen, with its name. */
  picture?: (name: string) => Promise<void>;
}

/** Pushes an image the way a person does: right-click, choose, name, Enter. Answers the notification at the end. */
export async function pushFromContextMenu(workbench: Workbench, job: MainJob): Promise<Notification> {
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
  const picture = job.picture ?? (() => Promise.resolve());
  await workbench.row(job.image).waitFor();
  await picture('images');
  await workbench.contextMenu(job.image, 'Push to Registry…', () => picture('menu'));
  await quickInput.waitForTitle(`Push ${job.image} to…`);
  await picture('destinations');
  await quickInput.fill(job.destination);
  await quickInput.waitForItem(job.destination);
  await quickInput.accept();
  await quickInput.waitForTitle(/Push .* to .*\(2\/2\)/u);
  if (job.name !== undefined) await quickInput.fill(job.name);
  await quickInput.waitForValidation(/Enter pushes/u);
  await picture('name');
}
