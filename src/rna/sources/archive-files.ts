/** FASTQ files of a run, from the lists in which ENA's file report and the metadata's fastq columns give them. */
import type { ArchiveFile, ArchiveFiles } from '../sample.js';

/** The columns, each a list separated by semicolons. */
export interface FileLists {
  fastq_ftp?: string | undefined;
  fastq_md5?: string | undefined;
  fastq_bytes?: string | undefined;
}

/**
 * Reads the lists; undefined if they name no file. Sums and sizes belong to the files in the same place, unless
 * there are fewer of them: ENA gives three files but two sums for some runs.
 *
 * @throws Error, one clause, for an address that is none
 */
export function archiveFiles(lists: FileLists): ArchiveFiles | undefined {
  const addresses = items(lists.fastq_ftp);
  if (addresses.length === 0) return undefined;
  const md5s = items(lists.fastq_md5)
    .filter((sum) => /^[0-9a-f]{32}$/i.test(sum))
    .map((sum) => sum.toLowerCase());
  const bytes = items(lists.fastq_bytes).map(countOf);
  const files = addresses.map((address, i) => ({
    ...addressOf(address),
    md5: md5s.length === addresses.length ? md5s[i] : undefined,
    bytes: bytes.length === addresses.length ? bytes[i] : undefined,
  }));
  return { files, md5s };
}

function items(list = ''): string[] {
  return list
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Host and path without a scheme. @throws Error, one clause */
function addressOf(text: string): Pick<ArchiveFile, 'address' | 'name'> {
  const scheme = text.indexOf('://');
  const address = scheme === -1 ? text : text.slice(scheme + 3);
  const name = address.slice(address.lastIndexOf('/') + 1);
  // Of these characters are the names of all archives; others would mean something in an address or a path.
  if (!/^[\w.-]+(:\d+)?\/[\w.+~/-]*[\w+~-]$/.test(address) || /\/(\.{0,2}\/|\.)/.test(address))
    throw new Error(`found ${JSON.stringify(text.slice(0, 80))}, expected host and path of a file`);
  return { address, name };
}

/** A whole number of at least 0, or undefined. */
export function countOf(text: string | undefined): number | undefined {
  const value = /^\d+(\.0*)?$/.test(text ?? '') ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
