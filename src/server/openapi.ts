/** The document that describes the API, made from the routes themselves. */
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { packageVersion } from '../root.js';
import { documentationPage } from './documentation.js';
import { problems, sharedSchemas } from './schemas.js';

/** Adds `/openapi.json` and `/docs`. To be called before the routes that it describes. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  for (const schema of sharedSchemas) app.addSchema(schema);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'qsLAM PCR Server',
        version: packageVersion(),
        description: 'Runs of the qsLAM PCR pipeline: reads, steps, logs and integration sites.',
      },
      security: [{}, { token: [] }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: ({ schema, url }) => ({ schema: { ...everywhere(schema ?? {}), tags: [tagOf(url)] }, url }),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(documentationPage(app.swagger() as never)),
  );
}

/** With the refusals that every address may answer: no token, the wrong one or origin, too many requests. */
function everywhere(schema: FastifySchema): FastifySchema {
  return { ...schema, response: { ...(schema.response as object), ...problems(401, 403, 429) } };
}

const groups: [RegExp, string][] = [
  [/\/(logs|events)/, 'logs'],
  [/\/(results|files)/, 'results'],
  [/\/(export|import)$/, 'transfer'],
  [/\/(:step|qc|pipeline|kill)/, 'steps'],
  [/^\/runs/, 'runs'],
  [/^/, 'system'],
];

/** The group that an address stands in. */
function tagOf(url: string): string {
  return groups.find(([pattern]) => pattern.test(url))![1];
}
