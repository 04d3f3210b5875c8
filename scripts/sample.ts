import { buildImage, incompressible } from '../test/support/images.ts';

export const sample = { repository: 'hello-push', tag: '1.0', reference: 'hello-push:1.0' };

/** Builds the image to try the product with: three layers, of which one takes a moment to send. */
export async function buildSample(socketPath: string): Promise<void> {
  const layers = [
    { path: '/etc/hello', content: Buffer.from('Hello from Docker Push.\n') },
    { path: '/usr/share/hello/data', content: incompressible(24_000_000, 'data') },
    { path: '/usr/share/hello/notes', content: incompressible(2_000_000, 'notes') },
  ];
  await buildImage(socketPath, sample.reference, layers, { 'org.opencontainers.image.title': 'Hello' });
}
