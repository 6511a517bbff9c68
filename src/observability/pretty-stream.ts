import type { DestinationStream } from 'pino';

/**
 * Lines for people: time of day, level, message, and the fields as `name=value`; the stack of an error below it. A line
 * that is no JSON is passed on as it is.
 */
export function prettyStream(destination: DestinationStream): DestinationStream {
  return { write: (line: string) => destination.write(prettyLine(line)) };
}

export function prettyLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, msg, error, ...fields } = record;
  const clock = String(time).slice(11, 23);
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const head = [clock, String(level).toUpperCase().padEnd(5), String(msg ?? ''), ...rest].join(' ');
  return `${head}${errorLines(error)}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && !/[\s="]/.test(value) ? value : JSON.stringify(value);
}

function errorLines(error: unknown): string {
  if (error === undefined) return '';
  const isRecord = typeof error === 'object' && error !== null;
  const text = isRecord && 'stack' in error ? String(error.stack) : shown(error);
  return text
    .split('\n')
    .map((line) => `\n    ${line.trim()}`)
    .join('');
}
