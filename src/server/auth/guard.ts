/** Lets requests in: names, tokens, rates, and the headers that keep a browser from doing more than it is told. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import { HttpProblem } from '../problem.js';
import type { Client } from './client.js';
import { Origins } from './origins.js';
import { readTokens, type Token, tokenOf } from './tokens.js';

/** Requests that one address may make in a minute, where strangers or many people come. */
const REQUESTS_PER_MINUTE = 3000;

const headers = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Addresses that tell nothing of any run: the state of the server, and the page, which asks for the token itself. */
function isOpen(request: FastifyRequest): boolean {
  const url = request.routeOptions.url ?? '';
  return url === '/' || url === '/health' || url === '/ui' || url.startsWith('/ui/');
}

export async function guard(app: FastifyInstance, { settings }: ServerContext): Promise<void> {
  const origins = new Origins(settings);
  const tokens = settings.mode === 'team' ? readTokens(settings.tokens!) : undefined;
  app.decorateRequest('client', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    origins.check(request.method, request.headers);
  });
  if (settings.mode !== 'local') {
    await app.register(rateLimit, {
      max: REQUESTS_PER_MINUTE,
      timeWindow: '1 minute',
      // The header that a proxy sets is anybody's to set.
      keyGenerator: ({ ip }) => ip,
      errorResponseBuilder: (_request, { after }) =>
        new HttpProblem('too_many_requests', `too many requests: ask again in ${after}`),
    });
  }
  app.addHook('onRequest', async (request, reply) => {
    const address = request.ip;
    if (!tokens) {
      request.client = { name: null, role: settings.mode === 'local' ? 'admin' : 'user', address };
      return;
    }
    const token = presentedToken(tokens, request.headers.authorization);
    if (token) request.client = clientOf(token, address);
    else if (!isOpen(request)) {
      reply.header('www-authenticate', 'Bearer realm="gtk"');
      throw new HttpProblem('unauthorized', 'expected a token: Authorization: Bearer TOKEN');
    }
  });
}

function presentedToken(tokens: readonly Token[], authorization = ''): Token | undefined {
  const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  return presented === undefined ? undefined : tokenOf(tokens, presented);
}

function clientOf({ name, role }: Token, address: string): Client {
  return { name, role, address };
}
