/** The HTTP application: guards, routes, and the document that describes them. */
import fastifyFactory, { type FastifyInstance, type FastifyReply } from 'fastify';
import { answerErrors, answerProblem, problemOf } from './answer-errors.js';
import { guard } from './auth/guard.js';
import type { ServerContext } from './context.js';
import { describeApi } from './openapi.js';
import { nothingThere, otherMethods } from './other-methods.js';
import { readStrictly } from './read-strictly.js';
import { fileRoutes } from './routes/files.js';
import { logRoutes } from './routes/logs.js';
import { pageRoutes } from './routes/page.js';
import { resultRoutes } from './routes/results.js';
import { runRoutes } from './routes/runs.js';
import { stepRoutes } from './routes/steps.js';
import { systemRoutes } from './routes/system.js';
import { transferRoutes } from './routes/transfer.js';
import { uploadRoutes } from './routes/uploads.js';

/** Bytes of a body, where a route does not take more. */
const BODY_LIMIT = 2 ** 20;

/** The application, ready to listen or to be asked directly. Throws GTK_TOKENS. */
export async function buildApp(context: ServerContext): Promise<FastifyInstance> {
  const app = fastifyFactory({
    bodyLimit: BODY_LIMIT,
    frameworkErrors: (error, _request, reply: FastifyReply) => answerProblem(problemOf(error), reply),
    // Whoever holds a connection open must not hold up the end of the server.
    forceCloseConnections: true,
    return503OnClosing: true,
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: true,
        allErrors: true,
        allowUnionTypes: true,
      },
    },
  });
  answerErrors(app, context.log);
  app.setNotFoundHandler(() => {
    throw nothingThere();
  });
  readStrictly(app);
  await guard(app, context);
  const completeMethods = otherMethods(app);
  await describeApi(app);
  for (const addRoutes of [
    pageRoutes,
    systemRoutes,
    transferRoutes,
    runRoutes,
    stepRoutes,
    uploadRoutes,
    fileRoutes,
    logRoutes,
    resultRoutes,
  ]) {
    addRoutes(app, context);
  }
  completeMethods();
  await app.ready();
  return app;
}
