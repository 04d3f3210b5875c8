import type { MachineSignIn } from '../../credentials/index.ts';
import type { RegistryContact } from '../registry-contact.ts';
import { sessionOf } from './session.ts';

/**
 * What registries take unless they are told to take tokens for registries alone
 * (https://learn.microsoft.com/azure/container-registry/container-registry-disable-authentication-as-arm). That VS Code
 * may ask for such a one is not known; for this one Azure's own extensions do.
 */
const scopes = ['https://management.azure.com/.default'];

/** VS Code's own Microsoft session, whose token the registry exchanges for one of its own. */
export function microsoftSignIn(contact: Pick<RegistryContact, 'optionsFor'>): MachineSignIn {
  return {
    id: 'microsoft',
    grant: async (key, options) => {
      const { accessToken, account } = await sessionOf('microsoft', scopes, options);
      const { azureCredential, openApi } = await import('../../registry/index.ts');
      const { registry } = key;
      const api = openApi(registry, contact.optionsFor(key));
      return { ...(await azureCredential({ registry, api }, accessToken, options.signal)), account: account.label };
    },
  };
}
