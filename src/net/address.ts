/** Addresses of the web: which are accepted, and how they are shown. */

/** The address, or undefined unless it is a valid one of http: or https:. */
export function httpAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}

/** An address as messages show it: without query, fragment, user and password, which may hold secrets. */
export function shownAddress(address: string | URL): string {
  const url = typeof address === 'string' ? httpAddress(address) : address;
  if (url) return `${url.origin}${url.pathname}`;
  return String(address)
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/]*@/, '//');
}

/** A text with every address in it as {@link shownAddress} shows it. */
export function withShownAddresses(text: string): string {
  return text.replace(/\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>]+/gi, shownAddress);
}
