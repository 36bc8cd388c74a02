/** What a hub or its store says when it refuses, in words that are fit to be shown. */
import http from 'node:http';
import { type GtkError, gtkError } from '../../errors.js';
import type { NetworkFailure } from '../../net/failure.js';
import type { Reply } from '../../net/request.js';

const LONGEST_MESSAGE = 200;

const again = 'Run the same command again: it uploads what is missing.';

const renamed = 'Use the name that the repository has now.';

const remedies: Record<number, string> = {
  301: renamed,
  307: renamed,
  308: renamed,
  400: 'Check the name of the repository and the files.',
  401: 'Check the token: it needs permission to write to the repository.',
  403: 'Check the token: it needs permission to write to the repository.',
  404: 'Check the name of the repository, and that the token may see it.',
  413: 'Make the files smaller with --chunk-size.',
  429: `Wait a while. ${again}`,
};

/** GTK_HUB for something that went wrong between us and the hub. */
export function hubError(doing: string, repo: string, reason: string, remedy = again): GtkError {
  return gtkError('GTK_HUB', { doing, repo, reason, remedy });
}

/** GTK_HUB for a reply that refuses. */
export function refusal(doing: string, repo: string, reply: Reply, token: string): GtkError {
  return hubError(doing, repo, reasonOf(reply, token), remedies[reply.status]);
}

/** GTK_HUB where no reply came. */
export function noReply(doing: string, repo: string, failure: NetworkFailure): GtkError {
  const remedy = failure.temporary ? again : 'Check the address of the hub and the network.';
  return hubError(doing, repo, failure.message, remedy);
}

function reasonOf(reply: Reply, token: string): string {
  const status = `HTTP ${reply.status} ${http.STATUS_CODES[reply.status] ?? ''}`.trim();
  const message = presentable(messageOf(reply), token);
  return message === '' ? status : `${status}: ${message}`;
}

/** A text of the server on one line, without query strings (signatures) and the token. */
export function presentable(text: string, token: string): string {
  const line = (token === '' ? text : text.replaceAll(token, '***'))
    .replace(/[?&][^\s"'<>]*=[^\s"'<>]*/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line;
}

/** The message within the reply: JSON of the hub, XML of an object store, or plain text. */
export function messageOf({ headers, body }: Reply): string {
  const type = headers['content-type'] ?? '';
  const text = body.subarray(0, 1 << 16).toString();
  if (type.includes('json') || text.startsWith('{')) return jsonMessage(text);
  if (type.includes('xml')) return /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? '';
  return type.startsWith('text/plain') ? text.trim().split('\n', 1)[0]! : '';
}

function jsonMessage(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown };
    return ([error, message].find((value) => typeof value === 'string') as string | undefined) ?? '';
  } catch {
    return '';
  }
}
