/** What the server is and how it is doing. */
import { byteSize, counted, grouped, NOTHING } from '../../report/format.js';
import type { Genome, SystemInfo, SystemStatus } from './answers.js';
import { call } from './api.js';
import { fill, h, pairs } from './dom.js';
import { figures } from './results/figures-panels.js';
import type { View, ViewContext } from './view.js';
import { duration, stateWords } from './words.js';

/** Milliseconds between looks at it. */
const REFRESH = 5000;

export async function systemView(context: ViewContext): Promise<View> {
  const { signal } = context;
  const ask = () => call<SystemStatus>('GET', '/system/status', { signal });
  const [info, status, { genomes }] = await Promise.all([
    context.info(),
    ask(),
    call<{ genomes: Genome[] }>('GET', '/system/genomes', { signal }),
  ]);
  const state = h('div', {}, stateFigures(status, info));
  const timer = setInterval(() => {
    if (document.hidden) return;
    ask().then(
      (now) => fill(state, stateFigures(now, info)),
      () => {},
    );
  }, REFRESH);
  signal.addEventListener('abort', () => clearInterval(timer));
  const element = h(
    'div',
    {},
    h('h1', { tabindex: -1 }, 'System'),
    h(
      'section',
      { 'aria-label': 'System' },
      h('h2', {}, 'State'),
      state,
      h('h2', {}, 'Limits'),
      limitFigures(info),
      h('h2', {}, 'Programs'),
      figures(
        'Programs',
        ['Program', 'Version'],
        Object.entries(info.tools).map(([tool, version]) => [tool, version ?? 'missing']),
      ),
      h('h2', {}, 'Genomes'),
      genomeFigures(genomes.filter(({ registered }) => registered)),
    ),
  );
  return { title: 'System', element };
}

function stateFigures(status: SystemStatus, info: SystemInfo): HTMLElement {
  const runs = Object.entries(status.run_stats).filter(([, count]) => count > 0);
  const words = runs.map(([name, count]) => `${grouped(count)} ${runWords(name)}`).join(', ');
  return pairs([
    ['Version', info.version],
    ['Mode', info.deployment_mode],
    ['Up for', duration(status.server_uptime * 1000)],
    ['Steps running', `${status.active_jobs} of ${info.limits.max_jobs} at once`],
    ['Steps waiting', grouped(status.queued_jobs)],
    ['Runs', words === '' ? 'none' : `${grouped(status.total_runs)}: ${words}`],
    ['Disk used', byteSize(status.disk_usage)],
    ['Disk free', byteSize(status.disk_free)],
  ]);
}

const runWords = (name: string) =>
  name === 'pending' ? 'not started' : stateWords[name as keyof typeof stateWords].toLowerCase();

function limitFigures({ limits }: SystemInfo): HTMLElement {
  const orNone = (value: number | null) => (value === null ? 'no limit' : grouped(value));
  return pairs([
    ['Size of a file', byteSize(limits.max_upload)],
    ['Threads of all steps', grouped(limits.threads)],
    ['Time of a step', duration(limits.step_seconds * 1000)],
    ['Runs of a client', orNone(limits.runs_per_client)],
    ['Steps of a client at once', orNone(limits.jobs_per_client)],
    [
      'Runs are deleted',
      limits.run_hours === null ? 'never' : `after ${duration(limits.run_hours * 3_600_000)}`,
    ],
  ]);
}

function genomeFigures(genomes: readonly Genome[]): HTMLElement {
  if (genomes.length === 0)
    return h('p', { class: 'intro' }, 'No genome is registered: gtk pcr genome add adds one.');
  const count = (value: number | null) => (value === null ? NOTHING : grouped(value));
  return h(
    'div',
    {},
    figures(
      'Genomes',
      ['Genome', 'Contigs', 'Bases', 'Genes', 'Known sites', 'Aligner'],
      genomes.map((genome) => [
        genome.name,
        count(genome.contigs),
        count(genome.bases),
        count(genome.genes),
        count(genome.known_sites),
        genome.aligner ?? NOTHING,
      ]),
    ),
    h('p', { class: 'after' }, counted(genomes.length, 'genome')),
  );
}
