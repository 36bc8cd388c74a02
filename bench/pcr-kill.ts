import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { median } from './measure.js';
import type { PcrInputs } from './pcr-inputs.js';
import { membersOf, PcrServer, until } from './pcr-server.js';
import type { Figure, Probe } from './suite.js';

/** How long it takes until a step that is killed is gone, with all that it started. */

/** Stands in for fastp; like what it starts, it ignores SIGTERM. */
const deaf = `#!/bin/sh
[ "$1" = --version ] && { echo 'fastp 0.23.2' >&2; exit; }
trap '' TERM
while :; do sleep 1; done
`;

export function killProbe(inputs: PcrInputs): Probe {
  return {
    title: 'Kill',
    note: `From DELETE /runs/ID/kill to its answer, ${inputs.workloads.kills} times each; the answer counts once /proc has nothing left of the process group. bwa mem and samtools sort end themselves on SIGTERM; a script that stands in for fastp does not.`,
    async measure() {
      await inputs.makeReads();
      const folder = inputs.scratch();
      const programs = path.join(folder, 'programs');
      mkdirSync(programs);
      writeFileSync(path.join(programs, 'fastp'), deaf, { mode: 0o755 });
      const server = await PcrServer.start(path.join(folder, 'data'), inputs.genomes, programs);
      try {
        const run = await server.upload(inputs.reads);
        await server.work(run, 'cutadapt');
        const trials = (step: string, program: string) =>
          times(server, run, step, program, inputs.workloads.kills);
        const obeying = await trials('read_mapping', 'bwa');
        // Once it has started a program, it has set its trap.
        const ignoring = await trials('fastp', 'sleep');
        return [
          ...figures('bwa mem and samtools sort', obeying, 0.5),
          ...figures('ignores SIGTERM', ignoring, 6),
        ];
      } finally {
        await server.close();
        rmSync(folder, { recursive: true });
      }
    },
  };
}

function figures(name: string, trials: number[], limit: number): Figure[] {
  return [
    { name: `${name}, median`, value: median(trials), unit: 's' },
    { name: `${name}, longest`, value: Math.max(...trials), unit: 's', goal: { bound: 'at most', limit } },
  ];
}

/** Seconds that each kill of a step takes, once it has started that program. */
async function times(
  server: PcrServer,
  run: string,
  step: string,
  program: string,
  trials: number,
): Promise<number[]> {
  const took: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    await server.ask('POST', `/runs/${run}/${step}`, {});
    const group = await until(() => server.groups().find((leader) => membersOf(leader).includes(program)), 5);
    const started = performance.now();
    const { job_id: job } = await server.ask<{ job_id: number | null }>('DELETE', `/runs/${run}/kill`);
    const left = membersOf(group);
    // Looking through /proc belongs to it: only then is it known.
    took.push((performance.now() - started) / 1000);
    if (job === null) throw new Error(`${step} had ended before it was killed`);
    if (left.length > 0) throw new Error(`Still there after the kill of ${step}: ${left.join(', ')}`);
    const { status } = await server.ask<{ status: string }>('GET', `/runs/${run}/${step}/status`);
    if (status !== 'killed') throw new Error(`${step} is ${status} after its kill, expected killed`);
  }
  return took;
}
