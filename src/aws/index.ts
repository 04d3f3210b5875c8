export { openEcr, openEcrPublic, type AwsOptions, type EcrOptions, type SignedIn } from './open.ts';
