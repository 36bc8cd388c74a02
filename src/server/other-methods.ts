/** Known addresses, asked with a method that they do not have: 405, and which ones they have. */
import type { FastifyInstance, HTTPMethods, RouteOptions } from 'fastify';
import { HttpProblem } from './problem.js';

const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * To be called before the routes are added.
 *
 * @returns what is to be called when all of them are there
 */
export function otherMethods(app: FastifyInstance): () => void {
  const known = new Map<string, { methods: Set<string>; schema: RouteOptions['schema'] }>();
  app.addHook('onRoute', ({ url, method, schema }) => {
    const route = known.get(url) ?? { methods: new Set(), schema };
    known.set(url, route);
    for (const one of [method].flat()) route.methods.add(one);
  });
  return () => {
    for (const [url, { methods: own, schema }] of [...known]) {
      const allow = methods.filter((method) => own.has(method)).join(', ');
      const others = methods.filter((method) => !own.has(method));
      // The parameters are still checked: a step that does not exist is no known address.
      const { params } = (schema ?? {}) as { params?: unknown };
      app.route({
        method: others,
        url,
        schema: { hide: true, ...(params !== undefined && { params }) },
        // Before the body is read, which may be of any type.
        onRequest: async (request, reply) => {
          reply.header('allow', allow);
          if (!isKnown(request.params as Record<string, string>, params)) throw nothingThere();
          throw new HttpProblem(
            'method_not_allowed',
            `${request.method} is not possible here: expected ${allow}`,
          );
        },
        handler: nothingThere,
      });
    }
  };
}

type Words = { properties?: Record<string, { enum?: readonly string[] }> };

/** Whether the parameters that have a list of words are in it. */
function isKnown(params: Record<string, string>, schema: unknown): boolean {
  const { properties = {} } = (schema ?? {}) as Words;
  return Object.entries(properties).every(
    ([name, { enum: words }]) => !words || words.includes(params[name]!),
  );
}

export function nothingThere(): HttpProblem {
  return new HttpProblem('not_found', 'There is nothing at this address');
}
