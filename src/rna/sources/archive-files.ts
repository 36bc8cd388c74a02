/** FASTQ files of a run, from the lists in which ENA's file report and the metadata's fastq columns give them. */
import type { ArchiveFiles } from '../sample.js';

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
  const files = addresses.map((text, i) => {
    const address = addressOf(text);
    return {
      address,
      name: address.slice(address.lastIndexOf('/') + 1),
      md5: md5s.length === addresses.length ? md5s[i] : undefined,
      bytes: bytes.length === addresses.length ? bytes[i] : undefined,
    };
  });
  return { files, md5s };
}

function items(list = ''): string[] {
  const found: string[] = [];
  for (let at = 0; at < list.length; ) {
    const mark = list.indexOf(';', at);
    const end = mark === -1 ? list.length : mark;
    const item = list.slice(at, end).trim();
    if (item !== '') found.push(item);
    at = end + 1;
  }
  return found;
}

/** Host and path without a scheme. @throws Error, one clause */
function addressOf(text: string): string {
  const scheme = text.indexOf('://');
  const address = scheme === -1 ? text : text.slice(scheme + 3);
  // Of these characters are the names of all archives; others would mean something in an address or a path.
  if (!/^[\w.-]+(:\d+)?\/[\w.+~/-]*[\w+~-]$/.test(address) || /\/(\.{0,2}\/|\.)/.test(address))
    throw new Error(`found ${JSON.stringify(text.slice(0, 80))}, expected host and path of a file`);
  return address;
}

/** A whole number of at least 0, or undefined. */
export function countOf(text: string | undefined): number | undefined {
  const value = /^\d+(\.0*)?$/.test(text ?? '') ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
