/**
 * The commands of a block, as far as their words can be known: of a console those behind the prompt, without comments, with what is
 * continued by a backslash joined, and each part of a pipe or list for itself.
 */
export function shellCommands({ language, content }: { language: string; content: string }): string[][] {
  const joined = content.replaceAll(/\\\n\s*/g, ' ').split('\n');
  const lines =
    language === 'console'
      ? joined.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
      : joined;
  return lines.flatMap(commandsOf).filter((words) => words.length > 0);
}

const token = /"(?:[^"\\]|\\.)*"|'[^']*'|<\(|>\(|&&|\|\||[|;()#]|[^\s"'|;()#<&]+|[<&]/g;

function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  let end = 0;
  for (const match of line.matchAll(token)) {
    const [word] = match;
    const isJoined = match.index === end && match.index > 0;
    end = match.index + word.length;
    if (word === '#' && !isJoined) break;
    if (/^(<\(|>\(|&&|\|\||[|;()&])$/.test(word)) commands.push([]);
    else if (isJoined && commands.at(-1)!.length > 0)
      commands.at(-1)![commands.at(-1)!.length - 1] += unquoted(word);
    else commands.at(-1)!.push(unquoted(word));
  }
  return commands;
}

const unquoted = (word: string): string => word.replace(/^(["'])(.*)\1$/s, '$2');

/** The arguments of `understudy` in a command, however it is called; undefined where it is another program. */
export function understudyArguments(words: readonly string[]): string[] | undefined {
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const call = words.slice(Math.max(start, 0));
  const program = call.join(' ');
  for (const [pattern, skipped] of [
    [/^understudy( |$)/, 1],
    [/^kubectl understudy( |$)/, 2],
    [/^npx understudy( |$)/, 2],
  ] as const) {
    if (pattern.test(program)) return untilRedirect(call.slice(skipped));
  }
  if (!/^npm run (--silent )?understudy --( |$)/.test(program)) return undefined;
  return untilRedirect(call.slice(call.indexOf('--') + 1));
}

function untilRedirect(words: readonly string[]): string[] {
  const end = words.findIndex((word) => /^\d?>/.test(word));
  return words.slice(0, end < 0 ? undefined : end);
}
