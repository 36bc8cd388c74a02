import { type FastBytes, need, readSize } from './fast-bytes.js';

/** A message of an object header. */
export interface Message {
  type: number;
  /** Bit 1: the body is the place of a message that several objects share. */
  flags: number;
  body: Buffer;
}

const continuation = 0x10;
const prefixBytes = 16;
const messageHead = 8;
/** More than any header needs: messages end at 64 kB, and there are few. */
const maxBytes = 1 << 24;

/**
 * All messages of a version 1 object header ("HDF5 File Format Specification", section IV.A.1.a).
 *
 * @throws NotFast
 */
export function readMessages(file: FastBytes, address: number): Message[] {
  const prefix = file.read(address, prefixBytes);
  need(prefix[0] === 1, `version ${prefix[0]} of an object header`);
  const count = prefix.readUInt16LE(2);
  const blocks = [{ address: address + prefixBytes, length: prefix.readUInt32LE(8) }];
  const messages: Message[] = [];
  let total = 0;
  for (const block of blocks) {
    total += block.length;
    need(total <= maxBytes, `an object header of more than ${maxBytes} bytes`);
    const bytes = file.read(block.address, block.length);
    for (let at = 0; at + messageHead <= bytes.length; ) {
      need(messages.length < count, `more than ${count} messages in an object header`);
      const start = at + messageHead;
      const end = start + bytes.readUInt16LE(at + 2);
      need(end <= bytes.length, 'a message beyond its object header');
      const message = {
        type: bytes.readUInt16LE(at),
        flags: bytes[at + 4]!,
        body: bytes.subarray(start, end),
      };
      messages.push(message);
      if (message.type === continuation) {
        blocks.push({ address: readSize(message.body, 0), length: readSize(message.body, 8) });
      }
      at = end;
    }
  }
  return messages;
}

/** The body of the only message of a type; undefined where there is none. */
export function onlyMessage(messages: readonly Message[], type: number): Buffer | undefined {
  const found = messages.filter((message) => message.type === type);
  need(found.length <= 1, `${found.length} messages of type ${type}`);
  need(
    found.every(({ flags }) => (flags & 2) === 0),
    `a shared message of type ${type}`,
  );
  return found[0]?.body;
}
