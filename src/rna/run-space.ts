/** Space on the disk for the reads of one run, from their download until they can be quantified. */
import type { DiskPromises } from './disk.js';

/**
 * What the disk has promised to one run. An archive is only fetched where it can also be unpacked: archives that
 * fill a disk none of which can be unpacked would wait for each other for ever.
 */
export class RunSpace {
  #promised = 0;
  #end = () => {};

  constructor(
    private readonly disk: DiskPromises,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Waits until so many bytes are promised. What was promised before counts, or else is given back first: whoever
   * waits holds nothing that others may wait for.
   *
   * @throws SampleFailure `disk-full`; the signal's reason
   */
  async take(bytes: number, stage: 'fetch' | 'extract'): Promise<void> {
    if (bytes <= this.#promised) return;
    this.giveBack();
    this.#end = await this.disk.promise(bytes, stage, this.signal);
    this.#promised = bytes;
  }

  giveBack(): void {
    this.#end();
    this.#end = () => {};
    this.#promised = 0;
  }
}
