/** What files are, by their names, which are the server's own. */
import path from 'node:path';

const types: Record<string, string> = {
  '.bed': 'text/plain',
  '.html': 'text/html',
  '.json': 'application/json',
  '.log': 'text/plain',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.stat': 'text/plain',
  '.svg': 'image/svg+xml',
  '.tsv': 'text/tab-separated-values',
  '.txt': 'text/plain',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.zip': 'application/zip',
  '.gz': 'application/gzip',
};

/** The media type of a file. */
export function fileType(name: string): string {
  return types[path.extname(name).toLowerCase()] ?? 'application/octet-stream';
}

/** Whether files of a type are text. */
export function isText(type: string): boolean {
  return type.startsWith('text/') || type === 'application/json' || type === 'image/svg+xml';
}

/** A type as a header: all texts of ours are UTF-8. */
export function contentType(type: string): string {
  return isText(type) ? `${type}; charset=utf-8` : type;
}

/** The header that names a file that is sent (RFC 6266). */
export function disposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_');
  const exact = plain === name ? '' : `; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`;
  return `${kind}; filename="${plain}"${exact}`;
}
