import { formatReference, type TaggedReference } from '../../reference/index.ts';
import type { ConfiguredProfiles } from '../profiles/configured-profiles.ts';
import { profilesSetting } from '../profiles/profile.ts';
import type { ProfileOffer } from '../profiles/profile-offers.ts';

/** A row of the group Profiles. What has neither targets nor a command is there to be read. */
export interface ProfileRow {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Of the profile; absent for what is told about the setting. */
  readonly name?: string;
  /** Of each image, in their order. */
  readonly targets?: readonly (readonly TaggedReference[])[];
  /** What helps, with its arguments. */
  readonly command?: readonly [id: string, ...args: unknown[]];
}

/** What is offered for the images that are pushed. */
export interface OfferedProfiles extends Pick<ConfiguredProfiles, 'ignored' | 'openSettings'> {
  readonly offers: readonly ProfileOffer[];
}

/** In characters; a row of the quick pick has room for some eighty, its label included. */
const room = 70;

export function profileRows({ offers, ignored, openSettings }: OfferedProfiles): ProfileRow[] {
  const rows = offers.map((offer): ProfileRow => {
    if (offer.kind === 'ready') {
      const { name, targets } = offer;
      return { label: `$(rocket) ${name}`, ...targetWords(targets.flat().map(formatReference), name), name, targets };
    }
    if (offer.kind === 'blocked') return { label: `$(info) ${offer.name}`, detail: offer.reason, name: offer.name };
    return {
      label: `$(warning) Mend the profile ${offer.which}`,
      description: 'in settings.json',
      detail: offer.reason,
      command: [openSettings, { revealSetting: { key: profilesSetting, edit: false } }],
    };
  });
  if (!ignored) return rows;
  return [
    {
      label: '$(shield) Manage Workspace Trust',
      detail: 'This workspace has push profiles. They are ignored until it is trusted.',
      command: ['workbench.trust.manage'],
    },
    ...rows,
  ];
}

/** As many targets as the first line has room for; the others stand below, so that none is pushed to unseen. */
function targetWords(targets: readonly string[], name: string): Pick<ProfileRow, 'description' | 'detail'> {
  let length = name.length;
  const count = targets.findIndex((target) => (length += target.length + 2) > room);
  const shown = targets.slice(0, count === -1 ? targets.length : Math.max(1, count));
  const rest = targets.slice(shown.length);
  const description = [...shown, ...(rest.length > 0 ? [`${rest.length} more`] : [])].join(', ');
  return { description, ...(rest.length > 0 && { detail: rest.join(', ') }) };
}
