/** Asking the server. */
import { authorization } from './session.js';

/** One fault of a field, as the server tells it. */
export interface FieldFault {
  field: string;
  message: string;
}

/** What the server refused, or that it could not be reached (status 0). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly FieldFault[] = [],
  ) {
    super(message);
  }
}

/** The event of the window that asks for a token. */
export const UNAUTHORIZED = 'gtk-unauthorized';

export interface CallOptions {
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** The JSON answer to a request. Throws {@link ApiProblem}. */
export async function call<T>(method: string, address: string, options: CallOptions = {}): Promise<T> {
  const answer = await ask(method, address, options);
  return (await answer.json()) as T;
}

/** The answer to a request, its body unread. Throws {@link ApiProblem}. */
export async function ask(
  method: string,
  address: string,
  { body, signal }: CallOptions = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...authorization(),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem(0, 'unreachable', 'the server does not answer: is it still running?');
  }
  if (answer.ok) return answer;
  throw readProblem(answer.status, await answer.text());
}

/** The problem that a refusal tells of. */
export function readProblem(status: number, text: string): ApiProblem {
  if (status === 401) window.dispatchEvent(new Event(UNAUTHORIZED));
  try {
    const { error, code, details } = JSON.parse(text);
    if (typeof error === 'string') return new ApiProblem(status, String(code), error, details ?? []);
  } catch {
    // What stands between here and the server may answer in its own words.
  }
  return new ApiProblem(status, 'unknown', `the server answered with status ${status}`);
}

/** What to tell of a failure; empty for what the page itself broke off. */
export function describeFailure(error: unknown): string {
  if (error instanceof DOMException && error.name === 'AbortError') return '';
  return error instanceof Error ? error.message : String(error);
}
