/** The document that describes the API, made from the routes themselves. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { packageVersion } from '../root.js';
import { documentationPage } from './documentation.js';
import { sharedSchemas } from './schemas.js';

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
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/docs', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(documentationPage(app.swagger() as never)),
  );
}
