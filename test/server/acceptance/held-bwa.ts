/** The real bwa, which waits in the middle of its work: it has its genome and R1, and R2 comes when a test wants. */
import {
  createReadStream,
  createWriteStream,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { requireTool } from '../../agreement/tools.js';
import { temporaryFolder } from '../../run-gtk.js';
import { processes, type SeenProcess } from './gtk-serve.js';

export interface Waiting extends SeenProcess {
  /** Path of the reads that it aligns. */
  r1: string;
  /** Gives it its R2, with which it goes on to its end. */
  release(): Promise<void>;
}

export interface HeldBwa {
  /** For the environment of a server. */
  env: { PATH: string };
  /** From now on bwa waits. */
  hold(): void;
  /** From now on it does not. */
  letGo(): void;
  /** Those that wait now. */
  waiting(): Waiting[];
}

export function heldBwa(): HeldBwa {
  const folder = temporaryFolder();
  const flag = path.join(folder, 'hold');
  const script = `#!/usr/bin/python3
import json, os, sys
args = ['bwa'] + sys.argv[1:]
if args[1:2] == ['mem'] and os.path.exists(${JSON.stringify(flag)}):
    fifo = os.path.join(${JSON.stringify(folder)}, '%d.fifo' % os.getpid())
    with open(fifo + '.reads', 'w') as note:
        json.dump([os.path.abspath(file) for file in args[-2:]], note)
    os.mkfifo(fifo)
    args[-1] = fifo
os.execv(${JSON.stringify(requireTool('bwa') ?? '')}, args)
`;
  const file = path.join(folder, 'bwa');
  writeFileSync(file, script, { mode: 0o755 });
  return {
    env: { PATH: `${folder}${path.delimiter}${process.env.PATH}` },
    hold: () => writeFileSync(flag, ''),
    letGo: () => rmSync(flag, { force: true }),
    waiting() {
      const fifos = new Set(readdirSync(folder).filter((name) => name.endsWith('.fifo')));
      return processes().flatMap((seen) => {
        const fifo = `${seen.pid}.fifo`;
        const isBwa = seen.command[0] === 'bwa' && seen.command[1] === 'mem';
        if (!isBwa || !fifos.has(fifo)) return [];
        const file = path.join(folder, fifo);
        const [r1, r2] = JSON.parse(readFileSync(`${file}.reads`, 'utf8')) as [string, string];
        const release = async () => {
          const into = createWriteStream(file);
          // Once it is open on both sides, its name is not needed any more.
          into.on('open', () => rmSync(file));
          await pipeline(createReadStream(r2), into);
        };
        return [{ ...seen, r1, release }];
      });
    },
  };
}
