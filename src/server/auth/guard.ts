/** Lets requests in: names, tokens, rates, and the headers that keep a browser from doing more than it is told. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import { HttpProblem } from '../problem.js';
import type { Client } from './client.js';
import { Origins } from './origins.js';
import { readTokens, tokenOf } from './tokens.js';

/** Requests that one client may make in a minute, where strangers or many people come. */
const REQUESTS_PER_MINUTE = 1200;

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
  app.addHook('onRequest', async (request) => {
    request.client = findClient(request);
  });
  if (settings.mode !== 'local') {
    await app.register(rateLimit, { global: false });
    // Before strangers are turned away, so that they cannot try tokens without end.
    const limit = app.rateLimit({
      max: REQUESTS_PER_MINUTE,
      timeWindow: '1 minute',
      // Members of a team may all come from the proxy; who is unknown counts by address, and no header tells it.
      keyGenerator: ({ client, ip }) => client?.name ?? ip,
      errorResponseBuilder: (_request, { after }) =>
        new HttpProblem('too_many_requests', `Too many requests: ask again in ${after}`),
    });
    app.addHook('onRequest', limit);
  }
  app.addHook('onRequest', async (request, reply) => {
    if (request.client || isOpen(request)) return;
    reply.header('www-authenticate', 'Bearer realm="gtk"');
    throw new HttpProblem('unauthorized', 'This address needs a token: Authorization: Bearer TOKEN');
  });

  function findClient({ ip, headers: { authorization = '' } }: FastifyRequest): Client | null {
    if (!tokens) return { name: null, role: settings.mode === 'local' ? 'admin' : 'user', address: ip };
    const presented = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    const token = presented === undefined ? undefined : tokenOf(tokens, presented);
    return token ? { name: token.name, role: token.role, address: ip } : null;
  }
}
