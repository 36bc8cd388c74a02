/** A server on a folder of its own, which tells its address and works until it is killed. */
import path from 'node:path';
import { startServer } from '../../src/server/server.js';

const dataDir = process.argv[2]!;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const { url } = await startServer(
  {
    mode: 'local',
    dataDir,
    genomeDir: path.join(dataDir, 'reference'),
    host: '127.0.0.1',
    port: 0,
    maxUpload: 4 * 2 ** 30,
    maxJobs: 1,
    threads: 1,
    stepSeconds: 60,
    genomeHosts: [],
    hostNames: [],
    adopt: false,
    leaveJobs: false,
  },
  log,
);
process.stdout.write(`${url}\n`);
