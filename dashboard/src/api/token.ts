const key = 'understudy.token';

/** The person's token, for this tab and until it is closed: nothing is written to a disk, and no cookie goes along by itself. */
export const readToken = (): string | undefined => sessionStorage.getItem(key) ?? undefined;

export function keepToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token);
}

/** Takes the token out of an address such as `?#token=...`, as `understudy dashboard` prints it, so that it stays in no history. */
export function takeTokenOfAddress(): void {
  const token = tokenIn(new URLSearchParams(location.hash.slice(1)).get('token') ?? '');
  if (token === undefined) return;
  keepToken(token);
  history.replaceState(null, '', location.pathname + location.search);
}

/** What a request says of the person. */
export function authorization(): Record<string, string> {
  const token = readToken();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** A token as people paste it: with blanks, line ends and quotes around it, or with the word before it. */
export function tokenIn(text: string): string | undefined {
  const token = text
    .trim()
    .replace(/^authorization:\s*/i, '')
    .replace(/^bearer\s+/i, '')
    .replace(/^["']|["']$/g, '');
  return /^[\x21-\x7e]{1,16384}$/.test(token) ? token : undefined;
}
