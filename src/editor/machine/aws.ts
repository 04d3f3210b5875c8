import { SidedError } from '../../base/index.ts';
import type { GrantedCredential, MachineSignIn } from '../../credentials/index.ts';
import { awsApiOf, type AwsParts } from './aws-apis.ts';

/** Who is signed in to AWS on this machine: a password for twelve hours comes from Amazon's API. */
export function awsSignIn(parts: AwsParts): MachineSignIn {
  return {
    id: 'aws',
    grant: async ({ registry }, { signal }): Promise<GrantedCredential> => {
      const [found, { ecrCredential, ecrPublicCredential }] = await Promise.all([
        awsApiOf(registry, parts),
        import('../../registry/index.ts'),
      ]);
      if (!found)
        throw new SidedError('credentials', 'machine-sign-in-failed', `${registry} is no registry of Amazon's.`);
      const granted =
        found.kind === 'ecr'
          ? await ecrCredential(found.api, registry, signal)
          : await ecrPublicCredential(found.api, registry, signal);
      const account = whose(await found.api.accountId(signal));
      return { ...granted, ...(account !== undefined && { account }) };
    },
  };
}

/** The profile, as it was chosen; else the AWS account, where the credentials tell it. */
function whose(accountId: string | undefined): string | undefined {
  const { AWS_PROFILE: profile = '' } = process.env;
  if (profile !== '') return `profile ${profile}`;
  return accountId === undefined ? undefined : `account ${accountId}`;
}
