import assert from 'node:assert/strict';
import { type PlainAnswer, send, type Site } from './front.ts';
import type { Gate } from './gate.ts';

/** A request that a provider's API takes, as often as it comes, and its answer as it is documented. */
export interface ApiRoute {
  readonly host: string;
  /** Method and path with query, as `GET /v2/registries`. */
  readonly request: string;
  /** What must be in the header, a token of the gate's for a scope, or nothing at all. */
  readonly authorization: string | { readonly granted: string } | undefined;
  readonly body?: string | RegExp;
  readonly answer: PlainAnswer;
}

/** Serves these routes of the provider's APIs; of their hosts, it serves all that is not the registry's. */
export function apiSites(routes: readonly ApiRoute[], gate: Gate): Site[] {
  const hosts = [...new Set(routes.map(({ host }) => host))];
  return hosts.map((host) => ({
    host,
    serves: () => true,
    answer: async (request, response) => {
      const { method, url, headers } = request;
      const body = await request.text();
      const line = `${method} ${url.pathname}${url.search}`;
      const route = routes.find(
        (one) =>
          one.host === host &&
          one.request === line &&
          (one.body === undefined || (one.body instanceof RegExp ? one.body.test(body) : one.body === body)),
      );
      assert.ok(route, `the API does not know ${line} ${body}`);
      const { authorization } = route;
      if (typeof authorization === 'object')
        assert.ok(gate.lets(request, authorization.granted), 'no token of its own');
      else assert.equal(headers.authorization, authorization);
      send(response, method, route.answer);
    },
  }));
}
