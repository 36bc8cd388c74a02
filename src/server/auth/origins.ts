/**
 * Who a browser asks for. A page of another site may send requests here, and a name that is made to point here
 * (DNS rebinding) may even read the answers: so both names, the one asked for and the one asking, must be ours.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import os from 'node:os';
import { HttpProblem } from '../problem.js';
import type { Settings } from '../settings.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  return version === 0 ? host === 'localhost' : loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
}

/** A host as it stands in a URL, in one spelling; undefined if it is none. */
function hostOf(text: string): URL | undefined {
  return /^[^/@?#\\\s]+$/.test(text) && URL.canParse(`http://${text}`)
    ? new URL(`http://${text}`)
    : undefined;
}

export class Origins {
  readonly #names = new Set(['localhost', '127.0.0.1', '[::1]']);
  /** Names under which a proxy is reached, with a port where one was given. */
  readonly #proxies: readonly string[];

  constructor({ host, hostNames }: Pick<Settings, 'host' | 'hostNames'>) {
    const everywhere = host === '0.0.0.0' || host === '::';
    const bound = everywhere ? ownAddresses() : [host];
    for (const name of [...bound, ...hostNames]) {
      const url = hostOf(isIP(name) === 6 ? `[${name}]` : name);
      if (url) this.#names.add(url.hostname);
    }
    this.#proxies = hostNames.flatMap((name) => hostOf(name)?.host ?? []);
  }

  /**
   * The port does not count: a tunnel may give it another number, and no other site can choose the name.
   *
   * @throws HttpProblem `bad_origin`
   */
  check(method: string, headers: IncomingHttpHeaders): void {
    const host = hostOf(headers.host ?? '');
    if (!host || !(this.#names.has(host.hostname) || loopbackLiteral(host))) {
      throw new HttpProblem(
        'bad_origin',
        'This server is not reached under that name: expected one that it was started with (--host-name)',
      );
    }
    const { origin } = headers;
    if (origin !== undefined && !this.#isOwn(origin, host)) {
      throw new HttpProblem('bad_origin', 'Requests from pages of other sites are refused');
    }
    const isVisit = (method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate';
    if (headers['sec-fetch-site'] === 'cross-site' && !isVisit) {
      throw new HttpProblem('bad_origin', 'Requests from pages of other sites are refused');
    }
  }

  #isOwn(origin: string, host: URL): boolean {
    if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
    const asking = new URL(origin);
    // A proxy may ask us under another name than it is asked under.
    return (
      asking.host === host.host || this.#proxies.some((name) => [asking.host, asking.hostname].includes(name))
    );
  }
}

/** Any address of the loopback network: no name, so nobody can make it point elsewhere. */
function loopbackLiteral({ hostname }: URL): boolean {
  return isIP(hostname) === 4 && isLoopback(hostname);
}

function ownAddresses(): string[] {
  const addresses = Object.values(os.networkInterfaces()).flatMap((all = []) => all);
  return [os.hostname(), ...addresses.map(({ address }) => address.replace(/%.*$/, ''))];
}
