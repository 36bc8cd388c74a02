/** How requests are read and answers are written: nothing is taken that does not say what it is. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** JSON bodies, queries with real numbers, and answers as they were made. */
export function readStrictly(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Programs that always send the header send it without a body, too.
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });
  app.addHook('preValidation', async (request) => {
    const { params, querystring, body } = (request.routeOptions.schema ?? {}) as Record<string, unknown>;
    readNumbers(request.params, params);
    readNumbers(request.query, querystring);
    // Where all of it may be left out, so may the body.
    if (body !== undefined && request.body === undefined && !isMultipart(request)) request.body = {};
  });
  // Schemas of answers describe; they must not drop what they do not know.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

function isMultipart(request: FastifyRequest): boolean {
  return request.headers['content-type']?.startsWith('multipart/') ?? false;
}

/**
 * Integers as the schema wants them. Only plain digits are one: coercion of types would also take `1e2`, `0x1f`
 * and ` 7`; what is left a text is refused by the schema.
 */
function readNumbers(values: unknown, schema: unknown): void {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: string }> };
  const given = values as Record<string, unknown>;
  for (const [name, { type }] of Object.entries(properties)) {
    const text = given[name];
    if (type === 'integer' && typeof text === 'string' && /^\d{1,15}$/.test(text)) given[name] = Number(text);
  }
}
