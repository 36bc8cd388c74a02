/** The worker thread that inspects uploads, several at once: each is looked at as its bytes arrive. */
import { parentPort } from 'node:worker_threads';
import { GrowingFile } from './growing-file.js';
import { inspectReads, namesOfBlock } from './inspect-reads.js';
import type { FromInspector, ToInspector } from './inspector.js';
import { ReadsFault } from './reads-scanner.js';

const files = new Map<number, GrowingFile>();

parentPort!.on('message', (message: ToInspector) => {
  if (message.kind === 'begin') return begin(message);
  const file = files.get(message.id);
  if (message.kind === 'grew') file?.grewTo(message.bytes);
  else if (message.kind === 'ended') file?.end();
  else file?.drop();
});

function begin({ id, path, mate, block }: Extract<ToInspector, { kind: 'begin' }>): void {
  const file = new GrowingFile(path);
  files.set(id, file);
  const chunks = patiently(file.chunks());
  const work = block === undefined ? inspectReads(chunks, mate) : namesOfBlock(chunks, mate, block);
  work
    .then(
      (value) => answer({ id, value }),
      (error: Error) => answer({ id, fault: faultOf(error) }),
    )
    .finally(() => files.delete(id));
}

/** Lets the messages in between chunks: what is inflated natively never waits for anything. */
async function* patiently(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await new Promise(setImmediate);
    yield chunk;
  }
}

function faultOf(error: Error): Extract<FromInspector, { fault: unknown }>['fault'] {
  if (error instanceof ReadsFault) return { code: error.code, message: error.message };
  // What the system says names paths.
  return { code: 'internal', message: 'the server failed to read the upload back' };
}

function answer(message: FromInspector): void {
  parentPort!.postMessage(message);
}
