/** A kallisto that hangs, and looking for what it left running. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../../src/tools/find.js';

/**
 * Environment in which quantifications start another program and wait for it, for some minutes: all of them, or those
 * of one run.
 */
export function hangingKallisto(folder: string, run = ''): Record<string, string> {
  const place = path.join(folder, 'hanging');
  mkdirSync(place, { recursive: true });
  const script = `#!/bin/sh
case "$*" in
  quant*${run}*) sleep 300; exit 1 ;;
  *) exec '${findProgram('kallisto')}' "$@" ;;
esac
`;
  writeFileSync(path.join(place, 'kallisto'), script, { mode: 0o755 });
  return { PATH: `${place}:${process.env.PATH}` };
}

/** Process numbers of the living members of a process group: proc(5), fields 3 and 5. */
export function groupMembers(group: number): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [state, , pgrp] = readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(pgrp) === group && state !== 'Z' ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
