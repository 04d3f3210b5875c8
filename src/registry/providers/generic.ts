import type { Provider } from './provider.ts';

/** Any registry: the protocol alone, and nothing that is known beside it. No host is its by the name; it can be set. */
export const generic: Provider = {
  id: 'generic',
  selfManaged: true,
  name: 'Registry',
  host: 'registry.example.com',
  place: {
    prompt: 'Its host, with a port and a namespace where it has them',
    example: 'registry.example.com/team',
  },
  owns: () => false,
  credential: { username: 'User name', secret: 'Password or access token' },
};
