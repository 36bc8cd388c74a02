/** Answering before a body was read to its end. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds that a client has to read the answer. */
const LINGER_MS = 5_000;

/**
 * Reads on for a moment after an early answer, then closes the connection: closed at once, most clients would see a
 * broken connection and no answer, and read to the end, a refused upload would cost as much as one that is taken.
 */
export function closeAfterRefusal({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.raw.once('finish', () => {
    if (raw.complete) return;
    raw.unpipe();
    raw.resume();
    const timer = setTimeout(() => raw.socket.destroy(), LINGER_MS);
    raw.once('close', () => clearTimeout(timer));
  });
}
