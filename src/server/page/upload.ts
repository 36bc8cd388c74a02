/** Sending a form with files, with its progress: fetch tells none of what it sends. */
import { ApiProblem, readProblem } from './api.js';
import { authorization } from './session.js';
import { rateMeter } from './upload-rate.js';

export interface UploadProgress {
  sent: number;
  total: number;
  /** Bytes a second, over the last seconds. */
  rate: number;
}

export interface Upload<T> {
  done: Promise<T>;
  cancel(): void;
}

/** Sends a form; `done` rejects with an {@link ApiProblem}, of the code `cancelled` after `cancel`. */
export function upload<T>(
  address: string,
  form: FormData,
  onProgress: (p: UploadProgress) => void,
): Upload<T> {
  const request = new XMLHttpRequest();
  const rate = rateMeter();
  const done = new Promise<T>((resolve, reject) => {
    const refuse = (code: string, message: string) => () => reject(new ApiProblem(0, code, message));
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress({ sent: loaded, total, rate: rate(loaded, performance.now()) }),
    );
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(readProblem(request.status, request.responseText));
    });
    request.addEventListener(
      'error',
      refuse(
        'unreachable',
        'the connection ended before all was sent: is the server running, are the files still there?',
      ),
    );
    request.addEventListener(
      'abort',
      refuse('cancelled', 'the upload was cancelled; the server kept nothing of it'),
    );
    request.open('POST', address);
    request.setRequestHeader('accept', 'application/json');
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}
