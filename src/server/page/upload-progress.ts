/** An upload as the reader sees it: bytes, rate, time left, and a way to call it off. */
import { byteSize } from '../../report/format.js';
import type { SystemInfo } from './answers.js';
import type { FieldFault } from './api.js';
import { button, fill, h, say } from './dom.js';
import { type UploadProgress, upload } from './upload.js';
import { progressText } from './upload-rate.js';

/** Sends a form and shows in `place` how far it is; empty and hidden again when it ends. */
export async function sendWithProgress<T>(
  address: string,
  form: FormData,
  place: HTMLElement,
  signal: AbortSignal,
): Promise<T> {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Upload' });
  const words = h('p', {}, 'Sending …');
  const aloud = h('p', { class: 'unseen', role: 'status' });
  let tenths = 0;
  const show = ({ sent, total, rate }: UploadProgress) => {
    bar.value = total > 0 ? sent / total : 0;
    say(words, sent < total ? progressText(sent, total, rate) : 'All is sent; the server checks the reads …');
    const now = Math.floor(bar.value * 10);
    // Heard ten times at most, however long it takes.
    if (now > tenths) say(aloud, `${now * 10} % sent`);
    tenths = now;
  };
  const sending = upload<T>(address, form, show);
  signal.addEventListener('abort', sending.cancel, { once: true });
  const cancel = button('Cancel upload', sending.cancel);
  fill(place, bar, words, aloud, cancel);
  place.hidden = false;
  cancel.focus();
  try {
    return await sending.done;
  } finally {
    signal.removeEventListener('abort', sending.cancel);
    place.hidden = true;
    fill(place);
  }
}

/** Files that the server would refuse for their size. */
export function tooLarge({ limits }: SystemInfo, ...inputs: HTMLInputElement[]): FieldFault[] {
  const most = limits.max_upload;
  return inputs.flatMap(({ name, files }) => {
    const size = files![0]?.size;
    if (size === undefined || (size > 0 && size <= most)) return [];
    const message =
      size === 0 ? 'is empty' : `has ${byteSize(size)}, this server takes up to ${byteSize(most)}`;
    return [{ field: name, message }];
  });
}
