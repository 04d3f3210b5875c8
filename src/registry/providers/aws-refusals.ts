import { formatReference, formatRepository, type TaggedReference } from '../../reference/index.ts';
import type { Explanation } from './provider.ts';

/**
 * What Amazon ECR and ECR Public say of a push. Wordings: aws-actions/amazon-ecr-login#4, #166, #202, #232 (unknown
 * repository, missing right), microsoft/vscode#205489 (expired), moby/buildkit#3776 and osscontainertools/kaniko#204
 * (immutable).
 */
export function explainAws(words: string, target: TaggedReference): Explanation | undefined {
  const { repository, tag } = target;
  const { registry, path } = repository;
  if (/authorization token has expired/iu.test(words))
    return {
      code: 'token-expired',
      message: `The sign-in to ${registry} has expired: Amazon's last twelve hours. Sign in again, then push again.`,
    };
  if (/cannot be overwritten because the/iu.test(words))
    return {
      code: 'tag-immutable',
      message: `${formatRepository(repository)} does not let ${tag} be pushed again: its tags are immutable. Choose another tag.`,
    };
  if (/repository with name \S+ does not exist|name[_ ]unknown/iu.test(words))
    return path.startsWith(`${registry}/`)
      ? {
          code: 'reference-invalid',
          message: `The name ${formatReference(target)} has the registry twice. Leave one out.`,
        }
      : {
          code: 'repository-missing',
          message: `${registry} has no repository ${path}, and a push does not make one. Create it, then push again.`,
        };
  const [, action] = /not authorized to perform:?\s*(ecr(?:-public)?:\w+)/iu.exec(words) ?? [];
  if (action !== undefined)
    return {
      code: 'denied',
      message: `AWS refused the push to ${formatRepository(repository)}: the right ${action} is missing. Ask for it, or sign in as who has it.`,
    };
  return undefined;
}
