/** What the server refuses, as its clients see it: `{error, code, details?}` with a status. */
import type { FieldProblem } from '../pcr/config/values.js';

/** Every word that clients may meet as `code`, with its status. */
export const problemStatuses = {
  bad_request: 400,
  bad_value: 400,
  bad_path: 400,
  unauthorized: 401,
  forbidden: 403,
  bad_origin: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  busy: 409,
  not_configured: 409,
  input_missing: 409,
  no_genome: 409,
  already_there: 409,
  finished: 409,
  too_large: 413,
  unsupported_type: 415,
  range_not_satisfiable: 416,
  unpaired: 422,
  bad_reads: 422,
  quota: 429,
  too_many_requests: 429,
  internal: 500,
  database: 503,
  tool_missing: 503,
  shutting_down: 503,
  no_space: 507,
} as const;

export type ProblemCode = keyof typeof problemStatuses;

/** Thrown anywhere below a route; the error handler answers with it. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly details?: readonly FieldProblem[],
  ) {
    super(message);
  }

  get status(): number {
    return problemStatuses[this.code];
  }
}
