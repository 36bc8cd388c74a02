// Clients that ask a server again and again, each over a connection of its own and one request at a time.
// pcr-clients.mjs '{"urls": [...], "clients": 50, "waitMs": 200, "seconds": 30}'
// Client N asks the N-th address, round and round; prints one line of JSON with what they saw.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** @type {{urls: string[], clients: number, waitMs: number, seconds: number}} */
const { urls, clients, waitMs, seconds } = JSON.parse(process.argv[2] ?? '');

/** @type {number[]} */
const milliseconds = [];
/** @type {string[]} */
const errors = [];
let running = 0;
const end = performance.now() + seconds * 1000;

/** @param {number} number */
async function client(number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const url = urls[number % urls.length] ?? '';
  // They do not all ask at the same moment.
  await sleep((waitMs * number) / clients);
  while (performance.now() < end) {
    const started = performance.now();
    try {
      const { status, body } = await ask(url, agent);
      milliseconds.push(performance.now() - started);
      if (status !== 200) errors.push(`${status} ${body}`);
      else if (JSON.parse(body).status === 'running') running++;
    } catch (error) {
      errors.push(String(error));
    }
    await sleep(waitMs);
  }
  agent.destroy();
}

/**
 * @param {string} url
 * @param {http.Agent} agent
 * @returns {Promise<{status: number | undefined, body: string}>}
 */
function ask(url, agent) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', reject);
  });
}

const started = performance.now();
await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
const took = (performance.now() - started) / 1000;
milliseconds.sort((a, b) => a - b);
/** @param {number} share */
const quantile = (share) => milliseconds[Math.max(0, Math.ceil(share * milliseconds.length) - 1)];
const summary = {
  requests: milliseconds.length,
  seconds: took,
  p50: quantile(0.5),
  p99: quantile(0.99),
  max: quantile(1),
  running,
  errors: errors.length,
  firstError: errors[0] ?? null,
};
console.log(JSON.stringify(summary));
