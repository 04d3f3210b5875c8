import * as vscode from 'vscode';
import type { Log } from '../../base/index.ts';
import type { HelperAnswers } from '../../credentials/index.ts';
import type { DestinationMemory } from '../../push/index.ts';
import type { Repository, TemplateFacts } from '../../reference/index.ts';
import type { Accounts } from '../accounts.ts';
import { askedHelpers } from '../asked-helpers.ts';
import type { DestinationParts, FlowParts, ImageToPush } from '../flow/push-flow.ts';
import { type ConfiguredProfiles, configuredProfiles } from '../profiles/configured-profiles.ts';
import { commandIds, pageArgument } from '../ids.ts';
import type { RegistryConfig } from '../registry-list.ts';
import type { SignIn } from '../sign-in.ts';
import type { TargetLook } from '../target-look.ts';
import { workspaceTags, workspaceValues } from '../workspace-facts/workspace-tags.ts';
import { nextTagsAt, type RegistryTagParts } from './registry-tags.ts';

/** Whence it is known where images can go. */
export interface WhereToParts extends RegistryTagParts {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly registries: () => readonly RegistryConfig[];
  readonly memory: () => Promise<DestinationMemory>;
  readonly signIn: Pick<SignIn, 'accountAt' | 'needAt' | 'onTheWay'>;
  readonly look: Pick<TargetLook, 'at'>;
}

/** What the steps need that ask where several images should go. */
export async function destinationParts(parts: WhereToParts, answers: HelperAnswers): Promise<DestinationParts> {
  const { accounts, log, look, memory, registries, signIn } = parts;
  const profiles = await configuredProfiles();
  return {
    tagsFor: (image) => look.at(image, answers).findTag,
    remembered: await (await memory()).all(),
    registries: registries(),
    profiles,
    profileFacts: await profileFacts(profiles, log),
    accountAt: (destination) => signIn.accountAt(destination),
    whoPushes: (repository) => whoPushes(accounts, repository, answers),
    signInNeed: (destination, signal) => signIn.needAt(destination, answers, signal),
    signIn: (destination, need) => signIn.onTheWay(destination, need),
  };
}

/** The same for one image. */
export async function flowParts(image: ImageToPush, parts: WhereToParts, answers: HelperAnswers): Promise<FlowParts> {
  const { isVersion } = await import('../../push/index.ts');
  return {
    ...(await destinationParts(parts, answers)),
    ...parts.look.at(image, answers),
    inspect: () =>
      void vscode.commands.executeCommand(commandIds.inspectImage, pageArgument({ ...image, image: image.name })),
    suggestions: {
      // What was built of another commit is told apart by that.
      ofWorkspace: (signal, refused) =>
        workspaceTags(
          parts.log,
          signal,
          refused !== undefined && isVersion(refused) ? [`${refused}-\${gitShortSha}`] : [],
        ),
      ofRegistry: (repository, signal, refused) => nextTagsAt(repository, parts, answers, signal, refused),
    },
  };
}

/** Git is waited for no longer than a person waits for a list. */
const factsLimitMs = 2_000;

/** What the workspace's variables in the profiles stand for. */
export function profileFacts({ entries }: ConfiguredProfiles, log: Log): Promise<TemplateFacts> {
  const templates = entries.flatMap((entry) => (entry.kind === 'profile' ? entry.profile.targets : []));
  return workspaceValues(templates, log, AbortSignal.timeout(factsLimitMs));
}

/** Who would push, in words. A helper is heard only where it was asked already, as the registry wanted a sign-in. */
async function whoPushes(
  accounts: Pick<Accounts, 'find'>,
  repository: Repository,
  answers: HelperAnswers,
): Promise<string> {
  const { describeSource } = await import('../../credentials/index.ts');
  const ask = await askedHelpers(repository.registry, answers);
  const answer = await accounts.find(repository, ask).catch(() => undefined);
  const isKnown = answer?.kind === 'found' || (answer?.kind === 'unasked' && answer.source === 'machine');
  return isKnown ? describeSource(answer) : '';
}
