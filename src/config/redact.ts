const hidden = '***';
const secretName = /password|token|secret|credential|auth/i;

/** An address without what may be secret in it: user, password and query. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return text.replaceAll(/\/\/[^/@\s]*@/g, `//${hidden}@`);
  const url = new URL(text);
  if (!url.username && !url.password && !url.search) return text;
  const user = url.username || url.password ? `${hidden}@` : '';
  const query = url.search ? `?${hidden}` : '';
  return `${url.protocol}//${user}${url.host}${url.pathname}${query}`;
}

/**
 * A copy that may be shown: values whose name sounds secret are hidden, and addresses lose their secret parts. Names of
 * files and folders are shown: they say where a secret is, not what it is.
 */
export function redact(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, name));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
  }
  if (secretName.test(name) && !/(file|directory)$/i.test(name)) return hidden;
  return typeof value === 'string' && value.includes('://') ? redactUrl(value) : value;
}
