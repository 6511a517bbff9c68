/** Where the resolution of binaries tells what it does. Nothing that takes minutes is silent. */
export interface Progress {
  /** Begins a step; `note` says why it takes long. */
  begin(what: string, note?: string): ProgressStep;
}

export interface ProgressStep {
  /** A word on how far it is, such as "12 of 36 MB". */
  update(detail: string): void;
  /** The end of the step, with how it ended: "done", "not available". */
  end(result: string): void;
}

interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
}

const tickMs = 1000;
const linesWithoutTerminalEveryMs = 20_000;

/**
 * Progress for people: on a terminal one line that counts seconds, elsewhere (CI) a line at the start, one
 * every 20 seconds and one at the end.
 */
export function textProgress(output: Output, now: () => number = Date.now): Progress {
  const begin = (what: string, note?: string): ProgressStep => {
    const startedAt = now();
    let detail = '';
    let printedAt = startedAt;
    const elapsed = () => `${Math.round((now() - startedAt) / 1000)} s`;
    const line = (state: string) => [what, detail && `(${detail})`, state].filter(Boolean).join(' ');
    output.write(`${what}${note ? `: ${note}` : ''} ...\n`);
    const timer = setInterval(() => {
      if (output.isTTY) {
        output.write(`\r\u001b[K  ${line(elapsed())}`);
      } else if (now() - printedAt >= linesWithoutTerminalEveryMs) {
        printedAt = now();
        output.write(`  ${line(elapsed())}\n`);
      }
    }, tickMs);
    timer.unref();
    return {
      update: (next) => {
        detail = next;
      },
      end: (result) => {
        clearInterval(timer);
        detail = '';
        output.write(`${output.isTTY ? '\r\u001b[K' : ''}  ${line(`${result} (${elapsed()})`)}\n`);
      },
    };
  };
  return { begin };
}

/** For callers that want no output. */
export const silentProgress: Progress = {
  begin: () => ({ update: () => undefined, end: () => undefined }),
};
