// Stands in for the process of steps: does what the run's configuration says in `vector_contig`, as JSON:
//   record    'done' or 'failed': what is written down at the end; nothing otherwise
//   print     text for the log
//   status    exit status
//   until     file to wait for before the end
//   mark      file that lists this process's beginning and end, to count how many work at once
//   stubborn  also starts a child that does not obey SIGTERM, and waits until it does not
//   half      leaves a half-made output
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

if (readSync(0, Buffer.alloc(1)) === 0) process.exit();

const { request, log, exit } = JSON.parse(process.argv[2]).steps[0];
const {
  record,
  print = '',
  status = 0,
  until,
  mark,
  stubborn,
  half,
} = JSON.parse(request.config.vector_contig ?? '{}');
/** @param {string} word */
const tell = (word) => mark && appendFileSync(mark, `${word} ${process.pid}\n`);

if (half) {
  mkdirSync(path.join(request.workspace, 'tmp/umi-half'), { recursive: true });
  writeFileSync(path.join(request.workspace, 'umi/R1.fastq.gz'), 'half');
}
if (stubborn) {
  const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('deaf')`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
}
appendFileSync(log, print);
tell('begin');
while (until && !existsSync(until)) await sleep(10);
tell('end');
const completedAt = new Date().toISOString();
if (record) {
  const error = { code: 'GTK_STEP_FAILED', message: 'umi failed: no reads', remedy: 'Try.', exitStatus: 1 };
  const done = {
    task: request.task,
    inputs: [{ path: 'rawdata/R1.fastq.gz', bytes: 3, mtimeMs: 0 }],
    argv: [
      ['cutadapt', '-o', 'a b.gz', `${request.references}/yeast/yeast.fa`],
      ['samtools', 'sort'],
    ],
    toolVersions: { cutadapt: '4.2' },
    threads: request.threads,
    config: request.config,
    startedAt: completedAt,
    completedAt,
    summary: {},
  };
  const { inputs, argv, toolVersions } = done;
  const how = record === 'done' ? { record: done } : { error, account: { inputs, argv, toolVersions } };
  writeFileSync(`${exit}.tmp`, JSON.stringify({ completedAt, ...how }));
  renameSync(`${exit}.tmp`, exit);
}
process.exit(status);
