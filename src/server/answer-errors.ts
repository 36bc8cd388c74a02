/** Everything that can go wrong below a route, as clients see it: never a stack, never a path of this machine. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FieldProblem } from '../pcr/config/values.js';
import type { Log } from './context.js';
import { HttpProblem, type ProblemCode } from './problem.js';

const byStatus: Record<number, ProblemCode> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  406: 'not_acceptable',
  413: 'too_large',
  415: 'unsupported_type',
  416: 'range_not_satisfiable',
  429: 'too_many_requests',
};

export function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error);
    if (problem.status >= 500 && problem.code !== 'shutting_down') {
      const { stack, message } = error instanceof Error ? error : new Error(String(error));
      log.error({ method: request.method, url: request.url, problem: message, stack }, 'request-failed');
    }
    // What was on its way to the client is cut off: it must not look whole.
    if (reply.raw.headersSent) return reply.raw.destroy();
    return answerProblem(problem, reply);
  });
}

export function answerProblem(
  { status, message, code, details }: HttpProblem,
  reply: FastifyReply,
): FastifyReply {
  const body = { error: message, code, ...(details && { details }) };
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** What is answered to an error. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const { code, validation, validationContext, statusCode, message } = (error ?? {}) as FastifyError;
  if (code?.startsWith('SQLITE')) return new HttpProblem('database', 'The database does not answer');
  if (isFullDisk(error)) return new HttpProblem('no_space', 'The disk of the server is full');
  if (validation) {
    // What is no number is no address either.
    if (validationContext === 'params')
      return new HttpProblem('not_found', 'There is nothing at this address');
    return new HttpProblem('bad_value', `The ${contextName(validationContext)} has values that are refused`, [
      ...fieldProblems(validation),
    ]);
  }
  const mapped = byStatus[statusCode ?? 500];
  // The messages of the framework name what it refuses; those of the system would name paths.
  if (mapped && code?.startsWith('FST_')) return new HttpProblem(mapped, message);
  if (mapped) return new HttpProblem(mapped, 'The request cannot be read');
  return new HttpProblem('internal', 'The server failed at this; its log says why');
}

const contextName = (context?: string) => (context === 'querystring' ? 'query' : 'body');

function isFullDisk(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (['ENOSPC', 'EDQUOT', 'GTK_NO_SPACE'].includes((at as NodeJS.ErrnoException).code ?? '')) return true;
  }
  return false;
}

function fieldProblems(validation: NonNullable<FastifyError['validation']>): FieldProblem[] {
  return validation.map(({ instancePath, keyword, params, message = 'is refused' }) => {
    const { missingProperty, additionalProperty, allowedValues } = params as Record<string, string>;
    const parts = [...instancePath.split('/').slice(1), missingProperty ?? additionalProperty];
    const field = parts.filter(Boolean).join('.');
    if (keyword === 'additionalProperties') return { field, message: 'is not known here' };
    if (keyword === 'required') return { field, message: 'is missing' };
    return { field, message: allowedValues ? `${message}: ${[allowedValues].flat().join(', ')}` : message };
  });
}
