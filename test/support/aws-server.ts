import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AwsKeys, signatureFault } from './aws-signature.ts';
import type { Certificate } from './certificate.ts';
import { listen } from './http-server.ts';

/** A call that must come next, and what is answered. */
export interface AwsCall {
  /** `ecr GetAuthorizationToken`, `ecr-public DescribeRegistries` */
  readonly call: string;
  readonly input?: object;
  /** `eu-central-1` when absent, of ECR Public `us-east-1`. */
  readonly region?: string;
  /** Who asks; the server's keys when absent. */
  readonly keys?: AwsKeys;
  /** An object is the output, an error is refused as AWS does it, and `silence` is no answer at all. */
  readonly answer: object | AwsRefusal | 'silence';
}

/** As AWS refuses: `__type` and `message` in the body. */
export class AwsRefusal {
  readonly type: string;
  readonly message: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    this.type = type;
    this.message = message;
    this.status = status;
  }
}

export interface AwsServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly url: string;
  /** Adds to what must come, in this order. */
  readonly expect: (...calls: AwsCall[]) => void;
  /** All that was received, headers and bodies. */
  readonly received: () => string;
  /** How many of the requests so far. */
  readonly count: () => number;
  /** The User-Agent of each. */
  readonly userAgents: readonly string[];
  /** Stops it. Fails if a request came that was not expected or not signed rightly, or one did not come that was. */
  readonly finish: () => Promise<void>;
}

export const testKeys: AwsKeys = { accessKeyId: 'AKIDTEST', secretAccessKey: 'planted/secret+key' };

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/, https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/ */
const services: Readonly<Record<string, string>> = {
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  SpencerFrontendService: 'ecr-public',
};

/**
 * Starts a server that speaks AWS's JSON protocol as Amazon ECR and ECR Public do
 * (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), and checks each signature.
 */
export async function startAws(certificate?: Certificate): Promise<AwsServer> {
  const script: AwsCall[] = [];
  const faults: unknown[] = [];
  const texts: string[] = [];
  const userAgents: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await request.toArray()).join('');
    texts.push([request.url, ...request.rawHeaders, body].join('\n'));
    userAgents.push(request.headers['user-agent'] ?? '');
    const step = script.shift();
    try {
      check(request, body, step);
    } catch (error) {
      faults.push(error);
      send(response, 400, { __type: 'NotExpected', message: 'the test does not expect this' });
      return;
    }
    if (step === undefined || step.answer === 'silence') return;
    if (step.answer instanceof AwsRefusal) {
      const { type, message, status } = step.answer;
      send(response, status, { __type: type, message });
    } else send(response, 200, step.answer);
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => void serve(request, response);
  const server = await listen(certificate ? createSecureServer({ ...certificate }, handle) : createServer(handle));
  return {
    host: server.host,
    url: `${certificate ? 'https' : 'http'}://${server.host}`,
    expect: (...calls) => void script.push(...calls),
    received: () => texts.join('\n\n'),
    count: () => texts.length,
    userAgents,
    finish: async () => {
      await server.close();
      if (faults.length > 0) throw faults[0];
      assert.deepEqual(
        script.map(({ call }) => call),
        [],
        'calls that did not come',
      );
    },
  };
}

/** What GetAuthorizationToken answers of ECR: times are seconds. */
export function tokenOf(password: string, expiresAt: Date): object {
  return {
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
        expiresAt: expiresAt.getTime() / 1_000,
      },
    ],
  };
}

function check(request: IncomingMessage, body: string, step: AwsCall | undefined): void {
  const { method, url, headers } = request;
  assert.equal(`${method ?? ''} ${url ?? ''}`, 'POST /');
  assert.equal(headers['content-type'], 'application/x-amz-json-1.1');
  const [prefix = '', verb = ''] = String(headers['x-amz-target']).split('.');
  const service = services[prefix] ?? prefix;
  assert.equal(`${service} ${verb}`, step?.call ?? 'no further call');
  if (step?.input) assert.deepEqual(JSON.parse(body), step.input);
  const region = step?.region ?? (service === 'ecr' ? 'eu-central-1' : 'us-east-1');
  assert.equal(signatureFault(request, body, `${region}/${service}`, step?.keys ?? testKeys), undefined);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
