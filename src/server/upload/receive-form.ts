/** Reads a multipart form with the reads of a run, its parts in any order: fields into memory, files onto the disk. */
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FieldProblem } from '../../pcr/config/values.js';
import type { ReadFiles } from '../../pcr/workspace.js';
import { HttpProblem } from '../problem.js';
import type { Inspection, Inspector } from './inspector.js';
import type { Mate } from './reads-scanner.js';
import { storeReads } from './store-reads.js';

export interface FormOptions {
  /** Where the files go; nothing is there yet. */
  reads: ReadFiles;
  inspector: Inspector;
  /** Bytes that one file may have. */
  maxBytes: number;
  signal: AbortSignal;
  /** What is wrong with the fields so far, whatever comes later. */
  checkFields(fields: Readonly<Record<string, string>>): readonly FieldProblem[];
}

export interface ReceivedForm {
  fields: Record<string, string>;
  /** What is wrong with the form, besides the values of its fields. */
  problems: FieldProblem[];
  /** Stored files; still under inspection. */
  files: Partial<Record<Mate, Inspection>>;
}

/**
 * Receives the form. Before the first file the fields that came so far are judged, so that nobody waits for a long
 * upload to be told of a slip.
 *
 * @throws HttpProblem: `bad_value` with everything known by then, `bad_request`, and as {@link storeReads}
 */
export async function receiveForm(request: FastifyRequest, options: FormOptions): Promise<ReceivedForm> {
  const form: ReceivedForm = { fields: {}, problems: [], files: {} };
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') await takeFile(part, form, options);
      else takeField(part, form);
    }
  } catch (thrown) {
    for (const inspection of Object.values(form.files)) inspection.drop();
    throw readable(thrown);
  }
  for (const mate of ['R1', 'R2'] as const) {
    if (form.files[mate]) continue;
    const isText = form.problems.some(({ field }) => field === mate);
    if (!isText) form.problems.push({ field: mate, message: 'is missing: expected a FASTQ file' });
  }
  return form;
}

function takeField(part: Extract<Multipart, { type: 'field' }>, form: ReceivedForm): void {
  const { fieldname: field, value } = part;
  const refuse = (message: string) => form.problems.push({ field, message });
  if (isMate(field)) refuse('is no file: expected a FASTQ file');
  else if (part.valueTruncated || part.fieldnameTruncated) refuse('is too long');
  else if (Object.hasOwn(form.fields, field)) refuse('is given twice');
  else form.fields[field] = typeof value === 'string' ? value : JSON.stringify(value);
}

async function takeFile(part: MultipartFile, form: ReceivedForm, options: FormOptions): Promise<void> {
  const { fieldname: field } = part;
  const refuse = (message: string) => form.problems.push({ field, message });
  if (!isMate(field)) refuse('is no file of a run: expected R1 and R2');
  else if (form.files[field]) refuse('is given twice');
  const problems = [...options.checkFields(form.fields), ...form.problems];
  if (problems.length > 0) throw badForm(problems);
  const mate = field as Mate;
  const { reads, inspector, maxBytes, signal } = options;
  const path = mate === 'R1' ? reads.r1 : reads.r2;
  const earlier = Object.values(form.files);
  form.files[mate] = await storeReads(part.file, { path, mate, inspector, maxBytes, earlier, signal });
}

/** Tells all that is wrong with a form. */
export function badForm(problems: readonly FieldProblem[]): HttpProblem {
  const shown = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new HttpProblem('bad_value', `the form is refused: ${shown.slice(0, 1000)}`, problems);
}

function isMate(name: string): name is Mate {
  return name === 'R1' || name === 'R2';
}

/** What the parser throws, in our words. */
function readable(thrown: unknown): unknown {
  if (thrown instanceof HttpProblem) return thrown;
  const { code = '', message } = thrown as NodeJS.ErrnoException;
  if (code === 'FST_INVALID_JSON_FIELD_ERROR') {
    return new HttpProblem('bad_value', 'a field that says it is JSON is none');
  }
  const isParser = code === '' && /multipart|boundary|terminated early|part header/i.test(message);
  return isParser ? new HttpProblem('bad_request', 'the multipart form is damaged or ends early') : thrown;
}
