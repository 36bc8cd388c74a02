/** How many runs a client may have. */
import type { FastifyRequest } from 'fastify';
import { clientOf, ownerOf } from './auth/client.js';
import type { ServerContext } from './context.js';
import { HttpProblem } from './problem.js';

/** Throws HttpProblem `quota` if the client may make no further run. */
export function refuseAboveQuota(context: ServerContext, request: FastifyRequest): void {
  const { runsPerClient } = context.limits;
  const owner = ownerOf(context, clientOf(request));
  if (runsPerClient === undefined || owner === undefined) return;
  if (context.database.countRunsOf(owner) >= runsPerClient) {
    throw new HttpProblem('quota', `One client may have ${runsPerClient} runs here: delete one first`);
  }
}
