/** How long to wait before a request is sent again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkFailure } from './failure.js';

/** How often a request is sent and how long the pauses are, in milliseconds. */
export interface RetryPolicy {
  /** How often at most, the first time included. */
  tries: number;
  /** The pause before the second try; it grows from try to try. */
  baseMs: number;
  /** By which factor. Default 2. */
  factor?: number;
  /** The longest pause. */
  capMs: number;
  /** Whether a host that nobody answers at is asked again. Default true. */
  triesOffline?: boolean;
}

/** Six tries within about half a minute: outlasts a restart of the server, not an outage. */
export const patient: RetryPolicy = { tries: 6, baseMs: 1000, capMs: 30_000 };

/** A server may ask for more patience than we would have, up to this. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** The pause that a Retry-After header asks for, as seconds or a date (RFC 9110, section 10.2.3). */
function askedFor(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/**
 * Milliseconds to wait after the nth failure (n from 1): what the server asks for, else a growing pause of
 * which up to half is left to chance, so that many clients do not come back at the same moment.
 */
export function pauseAfter(
  failures: number,
  policy: RetryPolicy,
  retryAfter?: string,
  random: () => number = Math.random,
): number {
  const asked = askedFor(retryAfter, Date.now());
  if (asked !== undefined) return asked;
  const full = Math.min(policy.capMs, policy.baseMs * (policy.factor ?? 2) ** (failures - 1));
  return full * (0.5 + 0.5 * random());
}

/** Whether the same request may succeed if it is sent again. */
export function isWorthATry(
  { temporary, kind }: NetworkFailure,
  { triesOffline = true }: RetryPolicy,
): boolean {
  return temporary && (kind !== 'offline' || triesOffline);
}

/** Waits; an abort ends it with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}
