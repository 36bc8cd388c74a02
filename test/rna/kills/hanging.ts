/** A kallisto that hangs, and looking for what it left running. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../../../src/tools/find.js';

/** Environment in which each quantification starts another program and waits for it, for some minutes. */
export function hangingKallisto(folder: string): Record<string, string> {
  const place = path.join(folder, 'hanging');
  mkdirSync(place);
  const script = `#!/bin/sh
case $1 in
  quant) sleep 300; exit 1 ;;
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
