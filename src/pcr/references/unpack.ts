/** Unpacks an archive of a genome without trusting it. */
import { createWriteStream, mkdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Extract, extract, type Header } from 'tar-stream';
import { GtkError, gtkError } from '../../errors.js';
import { decompress } from '../../formats/compression/decompress.js';
import { fileChunks, isSystemError } from '../../formats/compression/file-chunks.js';
import { magicBytes, textFormat } from '../../formats/compression/magic.js';
import { peek } from '../../formats/compression/peek.js';
import { type Member, memberOf, refuse } from './archive-member.js';
import { type CopiedFasta, copyFasta } from './copy-fasta.js';
import type { NamedFile } from './table-rows.js';

/** What was unpacked. */
export interface Unpacked {
  fasta: CopiedFasta;
  genes?: NamedFile;
  knownSites?: NamedFile;
}

type Entry = Extract extends AsyncIterable<infer E> ? E : never;

/** Where to. */
export interface UnpackTarget {
  /** The genome's name. */
  name: string;
  /** Gets `NAME.fa` and its index; exists. */
  folder: string;
  /** Gets the other files; made here. */
  aside: string;
  signal: AbortSignal;
}

const MOST_ENTRIES = 64;
const MOST_BYTES = 2 ** 37;
/** Genomes and their indices shrink to a third; what shrinks to less than a hundredth is a trap. */
const MOST_RATIO = 100;
const RATIO_COUNTS_FROM = 2 ** 26;

/**
 * Unpacks a tar archive, plain or compressed with gzip or zstd.
 *
 * @throws GTK_GENOME_ARCHIVE, GTK_TRUNCATED, GTK_CORRUPT, GTK_NOT_WRITABLE, what is wrong with the FASTA, the
 *   signal's reason
 */
export async function unpack(archive: NamedFile, target: UnpackTarget): Promise<Unpacked> {
  const { shown } = archive;
  mkdirSync(target.aside);
  const tar = extract();
  let fault: unknown;
  const source = pipeline(boundedText(archive, target.signal), tar as unknown as NodeJS.WritableStream).catch(
    (error: unknown) => {
      fault = error;
    },
  );
  try {
    const unpacked = await unpackEntries(tar, shown, target);
    await source;
    if (fault !== undefined) throw fault;
    return unpacked;
  } catch (thrown) {
    tar.destroy();
    await source;
    target.signal.throwIfAborted();
    // What went wrong in front of the tar reader explains what it says.
    for (const error of [fault, thrown]) if (error instanceof GtkError) throw error;
    throw isSystemError(thrown)
      ? gtkError('GTK_NOT_WRITABLE', { path: target.folder, reason: thrown.message }, thrown)
      : refuse(shown, `no whole tar archive (${(thrown as Error).message})`, 'a tar archive', thrown);
  }
}

async function unpackEntries(tar: AsyncIterable<Entry>, shown: string, target: UnpackTarget) {
  const seen = new Set<string>();
  const unpacked: Partial<Unpacked> = {};
  let entries = 0;
  let bytes = 0;
  for await (const entry of tar) {
    const { header } = entry;
    entries += 1;
    bytes += header.size;
    if (entries > MOST_ENTRIES) throw refuse(shown, `more than ${MOST_ENTRIES} entries`, 'one genome');
    if (bytes > MOST_BYTES) throw refuse(shown, `more than ${MOST_BYTES} bytes`, 'one genome');
    refuseFullDisk(target.folder, header);
    const member = memberOf(header, target.name, shown);
    const what = member.kind === 'index' ? member.ending : member.kind;
    if (member.kind !== 'nothing' && seen.has(what)) throw refuse(shown, `${header.name} twice`, 'it once');
    seen.add(what);
    await unpackMember(entry, member, shown, target, unpacked);
  }
  const { fasta } = unpacked;
  if (!fasta) throw refuse(shown, `no ${target.name}.fa`, 'the FASTA of the genome');
  return { ...unpacked, fasta };
}

/** A disk that is full to the last byte would stop whatever else works there. Throws GTK_NOT_WRITABLE. */
function refuseFullDisk(folder: string, { name, size }: Header): void {
  const { bavail, bsize } = statfsSync(folder);
  if (size <= bavail * bsize) return;
  const reason = `${name} has ${size} bytes, and only ${bavail * bsize} are free there`;
  throw gtkError('GTK_NOT_WRITABLE', { path: folder, reason });
}

async function unpackMember(
  entry: Entry,
  member: Member,
  shown: string,
  { name, folder, aside, signal }: UnpackTarget,
  unpacked: Partial<Unpacked>,
): Promise<void> {
  const fasta = path.join(folder, `${name}.fa`);
  const content = entry as AsyncIterable<Uint8Array>;
  const write = (file: string) => pipeline(content, createWriteStream(file, { flags: 'wx' }), { signal });
  switch (member.kind) {
    case 'fasta': {
      const { head, rest } = await peek(content, magicBytes);
      // Its size inside of another compression would be known too late.
      if (textFormat(head) !== 'plain') throw refuse(shown, `${name}.fa compressed`, 'it plain');
      unpacked.fasta = await copyFasta(rest, `${name}.fa in ${shown}`, fasta, signal);
      return;
    }
    case 'index':
      return write(fasta + member.ending);
    case 'nothing':
      for await (const _ of content);
      return;
    default: {
      const file = path.join(aside, member.kind);
      await write(file);
      unpacked[member.kind === 'genes.gtf.gz' ? 'genes' : 'knownSites'] = {
        file,
        shown: `${member.kind} in ${shown}`,
      };
    }
  }
}

/** The decompressed archive, as long as it is not suspiciously larger than what was read of it. */
async function* boundedText({ file, shown }: NamedFile, signal: AbortSignal) {
  const { head, rest } = await peek(fileChunks(file, { signal }), magicBytes);
  const format = textFormat(head);
  if (format === 'parquet') {
    await rest.return?.();
    throw refuse(shown, 'Parquet data', 'a tar archive');
  }
  let packed = 0;
  let bytes = 0;
  const onBytes = (more: number) => {
    packed += more;
  };
  for await (const piece of decompress(rest, format, shown, { onBytes })) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw refuse(shown, `more than ${MOST_BYTES} bytes`, 'one genome');
    if (bytes > RATIO_COUNTS_FROM && bytes > MOST_RATIO * packed)
      throw refuse(shown, `data that grow more than ${MOST_RATIO} times`, 'a genome');
    yield piece;
  }
}
