/** Calls of the hub's interface, and of the signed addresses that it hands out. */
import { NetworkFailure } from '../../net/failure.js';
import { type Reply, type RequestOptions, request } from '../../net/request.js';
import { patient, type RetryPolicy } from '../../net/retry.js';
import { hubError, noReply, presentable, refusal } from './refusal.js';

/** Where a dataset goes. */
export interface HubTarget {
  /** Address of the hub, without a slash at its end. */
  endpoint: string;
  token: string;
  /** NAMESPACE/NAME. */
  repo: string;
  /** Whether the repository is private if it is made now. */
  private: boolean;
}

/** How long to work, whom to tell. */
export interface HubContext {
  signal: AbortSignal;
  log: (message: string, fields?: object) => void;
  /** Default {@link patient}. */
  retry?: RetryPolicy;
}

/** A call of the hub: what for, and what is sent. */
export interface Call {
  /** What an error says was being done to the repository: 'creating', 'committing to'. */
  doing: string;
  method?: 'GET' | 'POST';
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
  /** Statuses besides 2xx that the caller understands. */
  accept?: number[];
}

/** A reply of the hub with its JSON; undefined where it is none. */
export interface HubReply extends Reply {
  json: unknown;
}

/** Completing a large object and committing many files take the hub its time. */
const SLOW_MS = 300_000;

/** A hub, with the repository and the token to be used. */
export class HubClient {
  readonly retry: RetryPolicy;

  constructor(
    readonly target: HubTarget,
    readonly context: HubContext,
  ) {
    this.retry = context.retry ?? patient;
  }

  /**
   * Calls the hub, again if that may help.
   *
   * @param path below the hub's address, with its slash
   * @throws GTK_HUB unless the status is 2xx or accepted
   */
  async call(path: string, { accept = [], ...call }: Call): Promise<HubReply> {
    const reply = await this.#send(call.doing, `${this.target.endpoint}${path}`, {
      method: call.method,
      headers: {
        ...(call.json !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
        ...this.#authorization,
      },
      body: call.json === undefined ? undefined : JSON.stringify(call.json),
      repeatable: true,
    });
    if (!isFine(reply) && !accept.includes(reply.status)) throw this.refusal(call.doing, reply);
    return { ...reply, json: parse(reply.body) };
  }

  /** Posts a commit once; whether it took effect without a reply is for the caller to find out. */
  postCommit(path: string, body: string): Promise<Reply> {
    return request(`${this.target.endpoint}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...this.#authorization },
      body,
      repeatable: false,
      idleMs: SLOW_MS,
      signal: this.context.signal,
    });
  }

  /** Calls an address that the hub has signed, without the token; returns the reply whatever its status. */
  callSigned(
    doing: string,
    href: string,
    options: Omit<RequestOptions, 'signal' | 'repeatable'>,
  ): Promise<Reply> {
    return this.#send(doing, href, { ...options, idleMs: SLOW_MS, repeatable: true });
  }

  /** Posts to an address that the hub named, with the token only if it is the hub's own. */
  callNamed(doing: string, href: string, headers: Record<string, string>, json: unknown): Promise<Reply> {
    const isOwn = URL.canParse(href) && new URL(href).origin === new URL(this.target.endpoint).origin;
    return this.#send(doing, href, {
      method: 'POST',
      headers: { ...headers, ...(isOwn && this.#authorization) },
      body: JSON.stringify(json),
      repeatable: true,
    });
  }

  /** GTK_HUB for a reply that refuses. */
  refusal(doing: string, reply: Reply): Error {
    return refusal(doing, this.target.repo, reply, this.target.token);
  }

  /** A text of the hub on one line, without secrets. */
  presentable(text: string): string {
    return presentable(text, this.target.token);
  }

  /** GTK_HUB for a reply that makes no sense. */
  misunderstood(doing: string, what: string): Error {
    return hubError(doing, this.target.repo, `the hub's reply is not understood: ${what}`);
  }

  get #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.target.token}` };
  }

  async #send(doing: string, href: string, options: Omit<RequestOptions, 'signal'>): Promise<Reply> {
    const { signal, log } = this.context;
    try {
      return await request(href, {
        ...options,
        signal,
        retry: this.retry,
        onRetry: (reason, pauseMs) => log(`${doing} ${this.target.repo}: trying again`, { reason, pauseMs }),
      });
    } catch (thrown) {
      if (thrown instanceof NetworkFailure) throw noReply(doing, this.target.repo, thrown);
      throw thrown;
    }
  }
}

/** True for 2xx. */
export function isFine({ status }: { status: number }): boolean {
  return status >= 200 && status < 300;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
