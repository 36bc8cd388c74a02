/** Sending objects to the large file storage. */
import { isTemporary } from '../../net/failure.js';
import type { Reply } from '../../net/request.js';
import { type HubClient, isFine } from './hub-client.js';
import { askActions, type LfsAction, type LfsActions, lfsHeaders, sending } from './lfs-batch.js';
import type { LocalFile } from './local-file.js';
import { hubError } from './refusal.js';

/** Few enough that their addresses are used before they expire. */
const OBJECTS_A_BATCH = 32;

/**
 * Sends what the storage does not have yet, two files at a time.
 *
 * @param files with different contents
 * @returns the files whose bytes went over the line
 * @throws GTK_HUB; GTK_UNREADABLE
 */
export async function sendObjects(hub: HubClient, files: LocalFile[]): Promise<LocalFile[]> {
  const sent: LocalFile[] = [];
  for (let at = 0; at < files.length; at += OBJECTS_A_BATCH) {
    const group = files.slice(at, at + OBJECTS_A_BATCH);
    const actions = await askActions(hub, group);
    const queue = group.values();
    let failure: unknown;
    const drain = async () => {
      for (const file of queue) {
        // One failure ends the upload; what the other lane has begun is worth finishing.
        if (failure !== undefined) return;
        try {
          if (await sendObject(hub, file, actions.get(file.sha256)!)) sent.push(file);
        } catch (thrown) {
          failure ??= thrown;
        }
      }
    };
    await Promise.all([drain(), drain()]);
    if (failure !== undefined) throw failure;
  }
  return sent;
}

/** Returns whether there was anything to send. */
async function sendObject(hub: HubClient, file: LocalFile, actions: LfsActions): Promise<boolean> {
  const refused = await followActions(hub, file, actions);
  if (!refused) return actions.upload !== undefined;
  if (isTemporary(refused.status)) throw hub.refusal(sending(file), refused);
  // The address may have expired, or the reply to the last step was lost and its repetition is an error: the
  // hub tells whether the object has arrived, and if not, where to send it now.
  hub.context.log(`${file.path} was refused, asking again where to send it`, { status: refused.status });
  const newActions = (await askActions(hub, [file])).get(file.sha256)!;
  const refusedAgain = await followActions(hub, file, newActions);
  if (refusedAgain) throw hub.refusal(sending(file), refusedAgain);
  return true;
}

/** Returns the reply that refused, if one did. */
async function followActions(
  hub: HubClient,
  file: LocalFile,
  { upload, verify }: LfsActions,
): Promise<Reply | undefined> {
  if (!upload) return undefined;
  const { chunk_size: partSize } = upload.header;
  const reply =
    partSize === undefined
      ? await sendWhole(hub, file, upload)
      : await sendParts(hub, file, upload, Number(partSize));
  if (!isFine(reply) || !verify) return isFine(reply) ? undefined : reply;
  const json = { oid: file.sha256, size: file.bytes };
  const verified = await hub.callNamed(sending(file), verify.href, { ...lfsHeaders, ...verify.header }, json);
  return isFine(verified) ? undefined : verified;
}

function sendWhole(hub: HubClient, file: LocalFile, { href, header }: LfsAction): Promise<Reply> {
  // The length is ours to state; some servers of the protocol ask for chunks, which signed addresses refuse.
  const isOurs = (name: string) => /^(content-length|transfer-encoding|host)$/i.test(name);
  const headers = Object.fromEntries(Object.entries(header).filter(([name]) => !isOurs(name)));
  const body = { file: file.file, start: 0, bytes: file.bytes };
  return hub.callSigned(sending(file), href, { method: 'PUT', headers, body });
}

/** Sends the parts one by one, each again if need be, and has them put together. */
async function sendParts(
  hub: HubClient,
  file: LocalFile,
  action: LfsAction,
  partSize: number,
): Promise<Reply> {
  const doing = sending(file);
  const parts: { partNumber: number; etag: string }[] = [];
  for (const [index, href] of partAddresses(hub, file, action, partSize).entries()) {
    const start = index * partSize;
    const body = { file: file.file, start, bytes: Math.min(partSize, file.bytes - start) };
    const reply = await hub.callSigned(doing, href, { method: 'PUT', body });
    if (!isFine(reply)) return reply;
    const { etag } = reply.headers;
    if (!etag) throw hubError(doing, hub.target.repo, `the storage gave no etag for part ${index + 1}`);
    parts.push({ partNumber: index + 1, etag });
  }
  const body = JSON.stringify({ oid: file.sha256, parts });
  return hub.callSigned(doing, action.href, { method: 'POST', headers: lfsHeaders, body });
}

/** The addresses of the parts in order; they stand in the header under their numbers. */
function partAddresses(hub: HubClient, file: LocalFile, { header }: LfsAction, partSize: number): string[] {
  const addresses = new Map(
    Object.entries(header).flatMap(([key, href]) => (/^\d+$/.test(key) ? [[Number(key), href]] : [])),
  );
  const count = Math.ceil(file.bytes / partSize);
  const isWhole = Number.isSafeInteger(partSize) && partSize > 0 && addresses.size === count;
  const ordered = isWhole ? Array.from({ length: count }, (_, i) => addresses.get(i + 1)) : [];
  if (ordered.length === 0 || ordered.includes(undefined)) {
    throw hub.misunderstood(
      sending(file),
      `${addresses.size} parts of ${header.chunk_size} bytes for ${file.bytes}`,
    );
  }
  return ordered as string[];
}
