import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryBudget, memoryLimit, workerCount } from '../../src/engine/resources.js';

afterEach(() => vi.unstubAllEnvs());

describe('what a process may use', () => {
  it('is the option, then what Slurm grants, then the machine or less', () => {
    vi.stubEnv('SLURM_CPUS_PER_TASK', '3');
    expect(workerCount(7)).toBe(7);
    expect(workerCount(undefined)).toBe(3);
    for (const meaningless of ['', '0', 'many', '2.5']) {
      vi.stubEnv('SLURM_CPUS_PER_TASK', meaningless);
      const count = workerCount(undefined);
      expect(count, meaningless).toBeGreaterThanOrEqual(1);
      expect(count, meaningless).toBeLessThanOrEqual(os.availableParallelism());
    }
  });

  it.skipIf(process.platform !== 'linux')('is no more processors than nproc counts', () => {
    vi.stubEnv('SLURM_CPUS_PER_TASK', '');
    expect(workerCount(undefined)).toBeLessThanOrEqual(Number(execFileSync('nproc', { encoding: 'utf8' })));
  });

  it('is three quarters of the memory that is granted, or the option', () => {
    vi.stubEnv('SLURM_MEM_PER_NODE', '');
    const machine = memoryLimit();
    expect(machine).toBeGreaterThan(0);
    expect(machine).toBeLessThanOrEqual(os.totalmem());
    vi.stubEnv('SLURM_MEM_PER_NODE', '64');
    expect(memoryLimit()).toBe(64 * 1024 * 1024);
    expect(memoryBudget(undefined)).toBe(48 * 1024 * 1024);
    expect(memoryBudget(123)).toBe(123);
    vi.stubEnv('SLURM_MEM_PER_NODE', 'all');
    expect(memoryLimit()).toBe(machine);
  });
});
