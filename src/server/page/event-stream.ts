/** Server-sent events over fetch: EventSource can send no token. */
import { ApiProblem, ask } from './api.js';
import { EventParser, type StreamEvent } from './event-parser.js';

export interface Follow {
  signal: AbortSignal;
  onEvent(event: StreamEvent): void;
  /** The stream broke; it is opened again after a while unless this returns false. */
  onBreak?(problem: unknown): boolean;
}

/** Milliseconds before a broken stream is opened again. */
const AGAIN = 2000;

/**
 * Follows a stream until it is aborted, the server ends it for good (204, 4xx), or `onBreak` says so. A page that
 * nobody sees lets go of it meanwhile: browsers keep six connections to a server, for all of its pages together.
 */
export async function follow(address: string, { signal, onEvent, onBreak }: Follow): Promise<void> {
  let lastId = '';
  while (!signal.aborted) {
    await untilSeen(signal);
    const seen = whileSeen(signal);
    let problem: unknown;
    try {
      const resume = lastId === '' ? undefined : { 'last-event-id': lastId };
      const answer = await ask('GET', address, { signal: seen }, { accept: 'text/event-stream', ...resume });
      if (answer.status === 204 || !answer.body) return;
      for await (const event of eventsOf(answer.body)) {
        lastId = event.id || lastId;
        onEvent(event);
      }
    } catch (error) {
      problem = error;
    }
    if (signal.aborted) return;
    if (seen.aborted) continue;
    const isFinal = problem instanceof ApiProblem && problem.status >= 400 && problem.status < 500;
    if (onBreak?.(problem) === false || isFinal) return;
    await pause(AGAIN, signal);
  }
}

/** Aborted when the page is hidden, or with the other signal. */
function whileSeen(signal: AbortSignal): AbortSignal {
  const hidden = new AbortController();
  const look = () => document.hidden && hidden.abort();
  document.addEventListener('visibilitychange', look, { signal: hidden.signal });
  signal.addEventListener('abort', () => hidden.abort(), { signal: hidden.signal });
  if (signal.aborted) hidden.abort();
  return hidden.signal;
}

function untilSeen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.hidden || signal.aborted) resolve();
    };
    document.addEventListener('visibilitychange', look, { signal });
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Waits, or until it is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
