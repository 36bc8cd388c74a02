/** Server-sent events (WHATWG HTML, "Server-sent events"): one answer that does not end until its client does. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Milliseconds after which a client is told that the connection is still there. */
const HEARTBEAT_MS = 15_000;
/** Streams at once, all clients together. */
const MOST_STREAMS = 500;

export interface StreamEvent {
  event: string;
  data: string;
  /** What the client says it has seen, when it comes again. */
  id?: number;
}

/** An event as it is sent; the lines of its data stay as they are. */
export function eventText({ event, data, id }: StreamEvent): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\n${lines.join('')}\n`;
}

/** Something that may happen to what is followed: waits for it, or for some time. */
export class Bell {
  #rings = 0;
  #wake = () => {};

  readonly ring = (): void => {
    this.#rings += 1;
    this.#wake();
  };

  /** Until the next ring, or one that came since the last wait, or the time is over. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#rings === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rings = 0;
  }
}

/** Gives the events since the last call; `isOver` after the last one. */
export type NextEvents = () => Promise<{ events: StreamEvent[]; isOver: boolean }>;

export class EventStreams {
  readonly #open = new Set<Readable>();

  get isFull(): boolean {
    return this.#open.size >= MOST_STREAMS;
  }

  /**
   * Answers with what `next` gives, which is asked whenever the bell rings or so many milliseconds have passed.
   *
   * @param close called at the end, however it comes
   */
  answer(
    reply: FastifyReply,
    next: NextEvents,
    bell: Bell,
    everyMs: number,
    close: () => void,
  ): FastifyReply {
    const end = { is: false };
    const stream = Readable.from(texts(next, bell, everyMs, end), { objectMode: false });
    this.#open.add(stream);
    stream.once('close', () => {
      this.#open.delete(stream);
      close();
    });
    // A generator that waits ends only when it wakes.
    reply.raw.once('close', () => {
      end.is = true;
      bell.ring();
    });
    return reply
      .headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Proxies must not collect what is told.
        'x-accel-buffering': 'no',
      })
      .send(stream);
  }

  /** Ends all of them. */
  close(): void {
    for (const stream of this.#open) stream.destroy();
  }
}

async function* texts(
  next: NextEvents,
  bell: Bell,
  everyMs: number,
  end: { is: boolean },
): AsyncGenerator<string> {
  yield 'retry: 2000\n\n';
  let quietSince = performance.now();
  while (!end.is) {
    const { events, isOver } = await next();
    for (const event of events) yield eventText(event);
    if (isOver) return;
    if (events.length > 0) quietSince = performance.now();
    else if (performance.now() - quietSince >= HEARTBEAT_MS) {
      yield ': still here\n\n';
      quietSince = performance.now();
    }
    await bell.wait(everyMs);
  }
}
