/** `gtk serve`: the server of the pcr pipeline. */
import path from 'node:path';
import type { CommandSpec, OptionValues } from '../engine/command.js';
import type { Live, LiveCommand, Outcome } from '../engine/live.js';
import { liveOptions } from '../engine/live-options.js';
import { workerCount } from '../engine/resources.js';
import { ExitStatus } from '../errors.js';
import type { Log } from './context.js';
import type { Mode, Settings } from './settings.js';

const spec: CommandSpec = {
  name: 'serve',
  summary: 'run the pcr pipeline for several users, with a web page',
  description:
    'Serves runs of the qsLAM PCR pipeline over HTTP, with a web page and an API that /docs describes. In local mode, whoever uses this machine may do everything; in team mode everyone needs a token, and other machines may be let in, behind a proxy with TLS; in trial mode files are small, runs are few and are deleted after a day. SIGTERM or SIGINT ends it.',
  positionals: [],
  options: [
    {
      name: 'host',
      kind: 'string',
      placeholder: 'ADDRESS',
      default: '127.0.0.1',
      summary: 'address to listen at; others than loopback only with --mode team',
    },
    {
      name: 'port',
      kind: 'integer',
      placeholder: 'N',
      default: 5000,
      min: 0,
      max: 65_535,
      summary: 'port to listen at; 0 is any that is free',
    },
    {
      name: 'data-dir',
      kind: 'path',
      placeholder: 'DIR',
      default: 'gtk-data',
      summary: 'where runs and the database are kept',
    },
    {
      name: 'genome-dir',
      kind: 'path',
      placeholder: 'DIR',
      defaultText: 'DATA-DIR/reference',
      summary: 'where registered genomes are',
    },
    {
      name: 'mode',
      kind: 'choice',
      choices: ['local', 'team', 'trial'],
      default: 'local',
      summary: 'who may come in, and how much they may do',
    },
    {
      name: 'tokens',
      kind: 'path',
      placeholder: 'FILE',
      summary: 'tokens of a team: JSON [{"name", "sha256", "role": "user" or "admin"}]',
    },
    {
      name: 'max-upload',
      kind: 'bytes',
      placeholder: 'SIZE',
      default: '10G',
      summary: 'bytes that one uploaded file may have',
    },
    {
      name: 'max-jobs',
      kind: 'integer',
      placeholder: 'N',
      default: 2,
      min: 1,
      max: 256,
      summary: 'steps that work at once; others wait',
    },
    {
      name: 'threads',
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      max: 1024,
      defaultText: 'all processors',
      summary: 'threads of all steps together',
    },
    {
      name: 'step-hours',
      kind: 'number',
      placeholder: 'HOURS',
      default: 24,
      summary: 'how long a step may take before it is ended',
    },
    {
      name: 'retention-days',
      kind: 'integer',
      placeholder: 'DAYS',
      min: 1,
      max: 3650,
      defaultText: 'for ever',
      summary: 'how long runs are kept after their last change',
    },
    {
      name: 'genome-host',
      kind: 'list',
      placeholder: 'NAMES',
      defaultText: 'none',
      summary: 'hosts from which runs may fetch genomes',
    },
    {
      name: 'host-name',
      kind: 'list',
      placeholder: 'NAMES',
      defaultText: 'none',
      summary: 'further names of this server, such as that of the proxy before it',
    },
    {
      name: 'adopt',
      kind: 'flag',
      summary: 'after a crash, follow steps that still work instead of ending them',
    },
    { name: 'leave-jobs', kind: 'flag', summary: 'at the end, leave steps working for a later --adopt' },
    ...liveOptions.filter(({ name }) => name !== 'progress'),
  ],
  engine: false,
  examples: [
    { command: 'gtk serve', does: 'the page is at http://127.0.0.1:5000/' },
    {
      command: 'gtk serve --mode team --tokens tokens.json --host-name pcr.example.org --data-dir /srv/gtk',
      does: 'for a group, behind a proxy that is called pcr.example.org',
    },
  ],
};

/** Milliseconds after which the process ends, whatever is left to do; what was not written is found at the next start. */
const END_MS = 9500;

async function work(values: OptionValues, _positionals: string[], live: Live): Promise<Outcome> {
  const { startServer } = await import('./server.js');
  const log = Object.fromEntries(
    (['debug', 'info', 'warn', 'error'] as const).map((level) => [
      level,
      (fields: object, event: string) => live.log(level, event, fields),
    ]),
  ) as Log;
  const server = await startServer(settingsOf(values), log);
  live.tell({
    text: `gtk serve: ${server.url}\n`,
    json: { url: server.url, pid: process.pid, mode: values.mode, data_dir: values.dataDir },
  });
  log.info({ url: server.url }, 'listening');
  if (!live.signal.aborted) {
    await new Promise((resolve) => live.signal.addEventListener('abort', resolve, { once: true }));
  }
  log.info({ signal: live.signal.reason }, 'ending');
  setTimeout(() => process.exit(ExitStatus.internal), END_MS).unref();
  await server.close();
  log.info({}, 'ended');
  return { text: '', json: {}, status: ExitStatus.done, isService: true };
}

function settingsOf(values: OptionValues): Settings {
  const dataDir = values.dataDir as string;
  return {
    mode: values.mode as Mode,
    dataDir,
    genomeDir: (values.genomeDir as string | undefined) ?? path.join(dataDir, 'reference'),
    host: values.host as string,
    port: values.port as number,
    ...(values.tokens !== undefined && { tokens: values.tokens as string }),
    maxUpload: values.maxUpload as number,
    maxJobs: values.maxJobs as number,
    threads: workerCount(values.threads as number | undefined),
    stepSeconds: (values.stepHours as number) * 3600,
    ...(values.retentionDays !== undefined && { retentionDays: values.retentionDays as number }),
    genomeHosts: (values.genomeHost as string[] | undefined) ?? [],
    hostNames: (values.hostName as string[] | undefined) ?? [],
    adopt: values.adopt as boolean,
    leaveJobs: values.leaveJobs as boolean,
  };
}

export const serveCommand: LiveCommand = { spec, work };
