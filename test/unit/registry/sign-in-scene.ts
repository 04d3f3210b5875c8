import type { Credential } from '../../../src/credentials/index.ts';
import { openRegistry, type RegistryClient } from '../../../src/registry/index.ts';
import type { ScriptedServer, Step, StepAnswer } from '../../support/registry-server.ts';
import { HeldClock } from './held-clock.ts';
import { head, scripted, served, tag } from './scenario.ts';

export const ada: Credential = { username: 'ada', password: 'p:ä secret' };
export const adaBasic = `Basic ${Buffer.from('ada:p:ä secret').toString('base64')}`;
export const scopeQuery = 'scope=repository%3Aacme%2Fapi%3Apull';

/** A registry with its token server, new with each `start`, and the steps that a sign-in at them takes. */
export class SignInScene {
  server!: ScriptedServer;
  tokens!: ScriptedServer;
  clock = new HeldClock();

  async start(): Promise<void> {
    [this.server, this.tokens] = await Promise.all([scripted(), scripted()]);
    this.clock = new HeldClock();
  }

  readonly open = (credential?: Credential): RegistryClient =>
    openRegistry(this.server.host, { transport: 'http', credential, clock: this.clock, retries: 0 });
  readonly resolve = (client: RegistryClient) => client.resolve(tag(this.server.host));
  readonly challenged = (header: string): StepAnswer => ({ status: 401, headers: { 'www-authenticate': header } });
  readonly bearer = (more = ''): string => `Bearer realm="${this.tokens.url}/token",service="reg"${more}`;
  readonly without = (header = this.bearer()): Step => ({
    request: head,
    headers: { authorization: undefined },
    answer: this.challenged(header),
  });
  readonly withToken = (token: string, answer: StepAnswer = served()): Step => ({
    request: head,
    headers: { authorization: `Bearer ${token}` },
    answer,
  });
  readonly token = (body: object, query = `?service=reg&${scopeQuery}`): Step => ({
    request: `GET /token${query}`,
    headers: { authorization: undefined },
    answer: { status: 200, body },
  });
}
