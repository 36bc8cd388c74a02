/**
 * The web page: its files, held in memory, and its shell at every address that the page has. The shell knows
 * nothing of any run; what it shows comes from the API, which asks for the token where there are any.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listReferences } from '../../pcr/references/find.js';
import { canonicalGenome } from '../../pcr/references/reference.js';
import { STYLE } from '../../report/style.js';
import { themeRules } from '../../report/theme.js';
import { packageRoot, packageVersion } from '../../root.js';
import type { ServerContext } from '../context.js';
import { HttpProblem } from '../problem.js';
import { integer, list, object, oneOf, problems, text } from '../schemas.js';

/** A file of the page as it is sent. */
interface Asset {
  type: string;
  body: string;
  etag: string;
}

const types = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;
type AssetName = keyof typeof types;

export function pageRoutes(app: FastifyInstance, { settings }: ServerContext): void {
  const assets = new Map<AssetName, Asset>();
  const hidden = { schema: { hide: true } };

  const send = (name: AssetName, request: FastifyRequest, reply: FastifyReply) => {
    const asset = assets.get(name) ?? readAsset(name);
    assets.set(name, asset);
    reply.header('etag', asset.etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
    return reply.type(asset.type).send(asset.body);
  };

  const about = {
    schema: {
      summary: 'The web page, or name and version of the server',
      tags: ['system'],
      response: {
        200: object({ name: text, version: text, status: oneOf(['running']) }),
      },
    },
  };
  app.get('/', about, (request, reply) => {
    reply.header('vary', 'accept');
    if (wantsPage(request.headers.accept)) return send('index.html', request, reply);
    return reply.send({ name: 'qsLAM PCR Server', version: packageVersion(), status: 'running' });
  });
  app.get<{ Params: { name: string } }>('/system/genomes/:name/contigs', contigs, ({ params }) => {
    const name = canonicalGenome(params.name);
    const genome = listReferences(settings.genomeDir).find((one) => one.name === name);
    if (!genome) throw new HttpProblem('not_found', 'there is no registered genome of this name');
    return { contigs: genome.manifest.contigs };
  });
  for (const name of ['page.js', 'page.css', 'icon.svg'] as const) {
    app.get(`/ui/assets/${name}`, hidden, (request, reply) => send(name, request, reply));
  }
  for (const address of ['/ui', '/ui/', '/ui/new', '/ui/system', '/ui/runs/:id', '/ui/runs/:id/:section']) {
    app.get(address, hidden, (request, reply) => send('index.html', request, reply));
  }
}

/** What the map of sites is drawn on. */
const contigs = {
  schema: {
    summary: 'The contigs of a registered genome in their order',
    tags: ['system'],
    params: object({ name: text }),
    response: {
      200: object({ contigs: list(object({ name: text, length: integer })) }),
      ...problems(401, 404),
    },
  },
};

/** Whether a browser asks: it names HTML, programs say that anything will do. */
export function wantsPage(accept: string | undefined): boolean {
  return /(^|,)\s*text\/html\b/i.test(accept ?? '');
}

function readAsset(name: AssetName): Asset {
  let body: string;
  try {
    body = readFileSync(new URL(`dist/server/page/${name}`, packageRoot), 'utf8');
  } catch {
    throw new HttpProblem('internal', 'the web page was not built with this server: run npm run build');
  }
  // The look of the reports, and what a page has that can be worked with.
  if (name === 'page.css') body = `${themeRules()}\n${STYLE}\n${body}`;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  return { type: types[name], body, etag };
}
