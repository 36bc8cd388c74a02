import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/h5ad/hub/refusal.js';

const reasonOf = (status: number, type: string, body: string) => {
  const reply = { status, headers: { 'content-type': type }, body: Buffer.from(body) };
  const { message } = refusal('committing to', 'lab/cells', reply, 'hf_token');
  return message.replace('upload failed: committing to lab/cells: ', '');
};

describe('what the server says', () => {
  it.each([
    ['application/json; charset=utf-8', '{"error":"Not so"}', 'HTTP 400 Bad Request: Not so'],
    ['application/json', '{"message":"Not so"}', 'HTTP 400 Bad Request: Not so'],
    ['application/json', '{"error":{"deep":1}}', 'HTTP 400 Bad Request'],
    ['application/json', '{"error":', 'HTTP 400 Bad Request'],
    [
      'application/xml',
      '<?xml?><Error><Code>C</Code><Message>Not so</Message></Error>',
      'HTTP 400 Bad Request: Not so',
    ],
    ['text/plain', 'Not so\nat line 7', 'HTTP 400 Bad Request: Not so'],
    ['text/html', '<html><body>Not so</body></html>', 'HTTP 400 Bad Request'],
    ['', '', 'HTTP 400 Bad Request'],
  ])('is taken from %s', (type, body, reason) => {
    expect(reasonOf(400, type, body)).toBe(reason);
  });

  it('is shown on one short line without tokens and signatures', () => {
    const error = `No:\n\u001b[31m https://s3.example/a/b?X-Amz-Signature=x&y=z is hf_token, see /c?sig=x "${'long '.repeat(99)}`;
    const reason = reasonOf(599, 'application/json', JSON.stringify({ error }));
    expect(reason).toMatch(
      /^HTTP 599: No: \[31m https:\/\/s3\.example\/a\/b is \*\*\*, see \/c "long long.*…$/,
    );
    expect(reason.length).toBeLessThan(230);
  });
});
