/** Tells in lines what it looks like now, for whoever reads why a test failed. */
type Witness = () => Promise<string>;

const witnesses = new Set<Witness>();

/**
 * Asks this one too when a test has failed.
 *
 * @returns asks it no more
 */
export function tellOnFailure(witness: Witness): () => void {
  witnesses.add(witness);
  return () => witnesses.delete(witness);
}

/** What all of them tell; of one that cannot tell, why. */
export async function failureReport(): Promise<string> {
  const told = [...witnesses].map((witness) => witness().catch((error: unknown) => `Nothing to see: ${String(error)}`));
  return (await Promise.all(told)).join('\n');
}
