/** What this process may use: threads and memory, from the options, Slurm, the cgroup or the machine. */
import { readFileSync } from 'node:fs';
import os from 'node:os';

function readNumber(file: string): number | undefined {
  try {
    const value = Number(readFileSync(file, 'utf8').trim());
    return Number.isFinite(value) && value > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

/** CPUs that the cgroup grants (v2 `cpu.max`, v1 CFS quota), or undefined without a limit. */
function cgroupCpus(): number | undefined {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ').map(Number);
    if (quota && period) return quota / period;
  } catch {
    // Not cgroup v2.
  }
  const quota = readNumber('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const period = readNumber('/sys/fs/cgroup/cpu/cpu.cfs_period_us');
  return quota && period ? quota / period : undefined;
}

/** Worker threads: the option, else Slurm's share, else the cgroup's, else the machine's. */
export function workerCount(option: number | undefined): number {
  if (option !== undefined) return option;
  const slurm = Number(process.env.SLURM_CPUS_PER_TASK);
  if (Number.isInteger(slurm) && slurm > 0) return slurm;
  const machine = os.availableParallelism();
  return Math.max(1, Math.min(machine, Math.floor(cgroupCpus() ?? machine)));
}

/** Memory of the machine or of the cgroup, whichever is less, in bytes. */
export function memoryLimit(): number {
  const limits = [
    os.totalmem(),
    readNumber('/sys/fs/cgroup/memory.max'),
    readNumber('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    Number(process.env.SLURM_MEM_PER_NODE) * 2 ** 20 || undefined,
  ];
  return Math.min(...limits.filter((limit) => limit !== undefined));
}

/** The byte budget for batches in flight: the option, else three quarters of the limit. */
export function memoryBudget(option: number | undefined): number {
  return option ?? Math.floor(memoryLimit() * 0.75);
}
