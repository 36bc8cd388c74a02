/** What a view is given, and what it gives. */
import type { SystemInfo } from './answers.js';

export interface ViewContext {
  /** What the server is; asked for once. */
  info(): Promise<SystemInfo>;
  /** Aborted when the reader goes elsewhere. */
  signal: AbortSignal;
  /** Goes to another view. */
  go(path: string): void;
  /** Says something once, seen and read out. */
  announce(message: string): void;
}

export interface View {
  /** Of the document. */
  title: string;
  element: HTMLElement;
  /** Shows a part of it, if it has parts with addresses. */
  show?(section: string | undefined): void;
}
