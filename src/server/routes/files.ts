/** The files of runs: what there is, and each one in whole or in part. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findRun } from '../auth/client.js';
import { type ServerContext, workspaceOf } from '../context.js';
import { portionOf } from '../files/conditions.js';
import { contentType, disposition, fileType } from '../files/file-type.js';
import { byFolder, listFiles } from '../files/list-files.js';
import { type OpenFile, openBelow, pathParts } from '../files/run-file.js';
import { HttpProblem } from '../problem.js';
import { flag, integer, list, object, problems, runParams, text, time } from '../schemas.js';

/** Reports of programs hold names that users chose: they get no script and no part of the server. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

type FileRequest = { Params: { id: string; '*': string }; Querystring: { view?: string } };

const bytes = {
  description: 'bytes of the file',
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
};
const nothing = { description: 'the file is as the client has it', type: 'null' };

export function fileRoutes(app: FastifyInstance, context: ServerContext): void {
  const listed = object({ name: text, path: text, size: integer, modified: time });
  app.get<{ Params: { id: string } }>(
    '/runs/:id/files',
    {
      schema: {
        summary: 'The files of a run by folder',
        params: runParams,
        response: {
          200: object({ files: { type: 'object', additionalProperties: list(listed) } }),
          ...problems(401, 404),
        },
      },
    },
    async (request) => {
      const run = findRun(context, request.params.id);
      return { files: byFolder(await listFiles(workspaceOf(context.settings, run.id).root)) };
    },
  );

  app.route<FileRequest>({
    method: ['GET', 'HEAD'],
    url: '/runs/:id/files/*',
    schema: {
      summary: 'One file of a run',
      description:
        'Knows ETag, Last-Modified, Range and If-Range. With view=1 browsers show it, in a sandbox.',
      params: object({ id: text, '*': { ...text, description: 'path below the run' } }),
      querystring: object({ view: flag }, ['view']),
      response: { 200: bytes, 206: bytes, 304: nothing, ...problems(400, 401, 404, 416) },
    },
    handler: async (request, reply) => {
      const { root } = workspaceOf(context.settings, findRun(context, request.params.id).id);
      const parts = pathParts(rawPath(request));
      const file = await openBelow(root, parts);
      try {
        return await sendFile(request, reply, parts.at(-1)!, file);
      } catch (error) {
        await file.handle.close();
        throw error;
      }
    },
  });
}

/** The path as it came: the router decodes in its own way. */
function rawPath({ url }: FastifyRequest): string {
  return url
    .replace(/[?#].*$/s, '')
    .split('/')
    .slice(4)
    .join('/');
}

async function sendFile(
  request: FastifyRequest<FileRequest>,
  reply: FastifyReply,
  name: string,
  file: OpenFile,
): Promise<FastifyReply> {
  const isViewed = ['1', 'true'].includes(request.query.view ?? '');
  const type = fileType(name);
  const portion = portionOf(request.headers, file);
  if (portion.status === 416) {
    reply.header('content-range', `bytes */${file.size}`);
    throw new HttpProblem(
      'range_not_satisfiable',
      `the file has ${file.size} bytes: expected a range within`,
    );
  }
  reply.code(portion.status).headers({
    etag: `"${file.tag}"`,
    'last-modified': file.modified.toUTCString(),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-disposition': disposition(isViewed ? 'inline' : 'attachment', name),
    // A viewer of PDF documents is a plugin, which no sandbox has.
    ...(type !== 'application/pdf' && { 'content-security-policy': SANDBOX }),
  });
  if (portion.status === 304) {
    await file.handle.close();
    return reply.send();
  }
  const { status, start, end } = portion as Extract<typeof portion, { start: number }>;
  if (status === 206) reply.header('content-range', `bytes ${start}-${end - 1}/${file.size}`);
  reply.headers({ 'content-type': contentType(type), 'content-length': end - start });
  if (request.method === 'HEAD' || start === end) {
    await file.handle.close();
    return reply.send();
  }
  return reply.send(file.handle.createReadStream({ start, end: end - 1 }));
}
