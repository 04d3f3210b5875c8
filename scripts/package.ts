import { packageExtension } from './package-extension.ts';

console.log(await packageExtension());
