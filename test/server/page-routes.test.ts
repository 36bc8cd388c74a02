import { beforeAll, describe, expect, it } from 'vitest';
import { DARK, LIGHT } from '../../src/report/theme.js';
import { wantsPage } from '../../src/server/routes/page.js';
import { type Served, serve } from './served.js';

describe('the page as it is served', () => {
  let team: Served;
  beforeAll(async () => {
    team = await serve({ mode: 'team' });
  });
  const get = (url: string, headers: Record<string, string> = {}) => team.ask('GET', url, { headers });

  it.each(['/', '/ui', '/ui/', '/ui/new', '/ui/system', '/ui/runs/x', '/ui/runs/x/sites'])(
    'has its shell at %s, for whoever asks',
    async (url) => {
      const { status, headers, body } = await get(url, { accept: 'text/html,*/*;q=0.8' });
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe-inline');
      expect(body).not.toMatch(/<style|style=|<script>|https?:/);
      for (const [, asset] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect((await get(asset)).status, asset).toBe(200);
      }
    },
  );

  it('tells programs what the server is', async () => {
    const { headers, body } = await get('/', { accept: '*/*' });
    expect(body).toEqual({
      name: 'qsLAM PCR Server',
      version: expect.stringMatching(/^\d/),
      status: 'running',
    });
    expect(headers.vary).toBe('accept');
  });

  it('is sent once', async () => {
    const first = await get('/ui/assets/page.js');
    expect(first.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await get('/ui/assets/page.js', { 'if-none-match': String(first.headers.etag) });
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await get('/ui/assets/page.js', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('has the colours of the reports', async () => {
    const { body } = await get('/ui/assets/page.css');
    for (const theme of [LIGHT, DARK]) expect(body).toContain(`--accent:${theme.accent}`);
  });

  it.each(['/ui/assets/none.js', '/ui/none', '/ui/runs/x/sites/y'])('has nothing at %s', async (url) => {
    expect((await get(url, { accept: 'text/html' })).status).not.toBe(200);
  });

  it('asks for a token before it tells of genomes', async () => {
    expect((await get('/system/genomes/yeast/contigs')).status).toBe(401);
    expect((await team.ask('GET', '/system/genomes/yeast/contigs', { as: 'bob' })).status).toBe(404);
  });

  it.each([
    ['text/html', true],
    ['application/xml, TEXT/HTML;q=0.9', true],
    ['application/json', false],
    ['*/*', false],
    [undefined, false],
  ])('is wanted by %s: %s', (accept, wanted) => expect(wantsPage(accept)).toBe(wanted));
});
