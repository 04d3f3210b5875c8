import * as v from 'valibot';
import { messageOf, plainText } from '../../base/index.ts';
import { checkTargetTemplate } from '../../reference/index.ts';

/** The whole name of the setting. */
export const profilesSetting = 'dockerPush.profiles';

/** Where images of some names go, as a team writes it down. */
export interface Profile {
  readonly name: string;
  /** A glob over the familiar name without its tag: `api`, `team/*`. */
  readonly image: string;
  /** Whole references with variables (`expandTarget`); one at least. */
  readonly targets: readonly string[];
}

/** An entry of the setting: what is written wrongly is told, and counts as no profile. */
export type ProfileEntry =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | {
      readonly kind: 'fault';
      /** `“staging”`, or its number where it has no name. */
      readonly which: string;
      /** Plain text, a sentence. */
      readonly reason: string;
    };

const forms = {
  name: '“name” takes text, as "staging".',
  image: '“image” takes a name or a pattern, as "api" or "team/*".',
  targets: '“targets” takes a list of references, as ["registry.example.com/team/${imageName}:${tag}"].',
};
const fields = Object.keys(forms);

const targetTemplate = v.pipe(
  v.string(),
  v.maxLength(500),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      checkTargetTemplate(dataset.value);
    } catch (error) {
      addIssue({ message: messageOf(error) });
    }
  }),
);

const schema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/\S/u), v.maxLength(80)),
  image: v.pipe(
    v.string(),
    v.regex(/^\S+$/u),
    v.maxLength(200),
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && /:[\w.*-]+$/u.test(dataset.value))
        addIssue({ message: '“image” is compared with the name without its tag: leave the tag out.' });
    }),
  ),
  targets: v.pipe(v.array(targetTemplate), v.minLength(1)),
});

/** Reads the setting as it stands there, in its order. */
export function readProfiles(value: unknown): readonly ProfileEntry[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [{ kind: 'fault', which: 'settings', reason: 'It takes a list of profiles.' }];
  return (value as unknown[]).map((entry, index): ProfileEntry => {
    const result = v.safeParse(schema, entry, { abortPipeEarly: true });
    if (result.success) return { kind: 'profile', profile: result.output };
    const { name } = (entry ?? {}) as Record<string, unknown>;
    const isNamed = typeof name === 'string' && name.trim() !== '';
    const which = isNamed ? `“${plainText(name, 80)}”` : `${index + 1}`;
    return { kind: 'fault', which, reason: plainText(reasonOf(result.issues), 500) };
  });
}

type Issue = v.InferIssue<typeof schema>;

/** A field that is not known comes first: where it is a slip of the pen, it is why another one is missing. */
function reasonOf(issues: readonly [Issue, ...Issue[]]): string {
  const unknown = issues.map(fieldOf).find((field) => field !== undefined && !Object.hasOwn(forms, field));
  if (unknown !== undefined) return `It does not know “${unknown}”: it takes ${fields.join(', ')}.`;
  const [first] = issues;
  if (first.type === 'raw_check') return first.message;
  const field = fieldOf(first);
  return field === undefined ? `It takes an object with ${fields.join(', ')}.` : forms[field as keyof typeof forms];
}

function fieldOf({ path }: Issue): string | undefined {
  const key = path?.[0].key;
  return typeof key === 'string' ? key : undefined;
}
