/** Who asks, and what they may change. */
import type { FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.js';
import type { RunRow } from '../database/types.js';
import { HttpProblem } from '../problem.js';

export interface Client {
  /** The token's owner; null where there are no tokens. */
  name: string | null;
  role: 'user' | 'admin';
  /** Of the connection itself: what a header says of it counts for nothing. */
  address: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until the request was let in. */
    client: Client | null;
  }
}

export function clientOf(request: FastifyRequest): Client {
  if (!request.client) throw new HttpProblem('unauthorized', 'This address needs a token');
  return request.client;
}

/** Who a run of this client belongs to; undefined where clients may say so themselves. */
export function ownerOf({ settings }: Pick<ServerContext, 'settings'>, client: Client): string | undefined {
  if (settings.mode === 'team') return client.name!;
  return settings.mode === 'trial' ? client.address : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The run of that id. Throws HttpProblem `not_found`, also for what is no id at all. */
export function findRun(context: Pick<ServerContext, 'database'>, id: string): RunRow {
  const run = UUID.test(id) ? context.database.run(id) : undefined;
  if (!run) throw new HttpProblem('not_found', 'There is no run with this id');
  return run;
}

/** The run of that id, to be changed. Throws HttpProblem `not_found`, and `forbidden` if it is somebody else's. */
export function ownRun(context: ServerContext, request: FastifyRequest, id: string): RunRow {
  const run = findRun(context, id);
  const client = clientOf(request);
  const owner = ownerOf(context, client);
  if (client.role !== 'admin' && owner !== undefined && run.created_by !== owner) {
    throw new HttpProblem('forbidden', 'This run belongs to somebody else: expected its owner or an admin');
  }
  return run;
}
