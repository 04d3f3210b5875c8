export type { AuthConfig } from './auth-config.ts';
