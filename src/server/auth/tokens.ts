/** The tokens of a team: who may come in, known only by the hashes of what they present. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gtkError } from '../../errors.js';

export interface Token {
  name: string;
  role: 'user' | 'admin';
  /** SHA-256 of the token. */
  hash: Buffer;
}

/** Reads `[{"name", "sha256", "role"}]`. Throws GTK_TOKENS, GTK_INPUT_MISSING, GTK_UNREADABLE. */
export function readTokens(file: string): Token[] {
  const list = parse(file);
  const refuse = (place: string, found: string, expected: string) =>
    gtkError('GTK_TOKENS', { path: file, place, found, expected });
  if (!Array.isArray(list) || list.length === 0) {
    throw refuse('the file', describe(list), 'a list with at least one token');
  }
  const hashes = new Set<string>();
  return list.map((entry: unknown, index) => {
    const place = `entry ${index + 1}`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      throw refuse(place, describe(entry), 'an object with name, sha256 and role');
    }
    const unknown = Object.keys(entry).find((key) => !['name', 'sha256', 'role'].includes(key));
    if (unknown !== undefined) throw refuse(place, `the key ${unknown}`, 'only name, sha256 and role');
    const { name, sha256, role } = entry as Record<string, unknown>;
    if (typeof name !== 'string' || !/^[^\u0000-\u001f\u007f]{1,100}$/.test(name)) {
      throw refuse(`${place}, name`, describe(name), 'a text of 1 to 100 characters');
    }
    // Not shown: it may be the token itself, put there by mistake.
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
      throw refuse(`${place}, sha256`, 'something else', 'the SHA-256 of the token, 64 hexadecimal digits');
    }
    if (role !== 'user' && role !== 'admin') {
      throw refuse(`${place}, role`, describe(role), 'user or admin');
    }
    if (hashes.has(sha256.toLowerCase())) {
      throw refuse(`${place}, sha256`, 'that of another entry', 'every token once');
    }
    hashes.add(sha256.toLowerCase());
    return { name, role, hash: Buffer.from(sha256, 'hex') };
  });
}

function parse(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw gtkError('GTK_INPUT_MISSING', { path: file }, error);
    throw gtkError('GTK_UNREADABLE', { path: file, reason: message }, error);
  }
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would show part of the file.
    throw gtkError('GTK_TOKENS', { path: file, place: 'the file', found: 'no JSON', expected: 'JSON' });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Whose token that is. Every one is compared whole, so that the time taken tells nothing. */
export function tokenOf(tokens: readonly Token[], presented: string): Token | undefined {
  const hash = createHash('sha256').update(presented).digest();
  let found: Token | undefined;
  for (const token of tokens) if (timingSafeEqual(token.hash, hash)) found = token;
  return found;
}
