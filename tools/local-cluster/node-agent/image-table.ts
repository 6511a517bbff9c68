import { readFileSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { log } from './log.ts';

/** What stands for a container image: the process that runs where the image would. */
export interface Image {
  command: string[];
  args?: string[];
  env?: Record<string, string>;
  workingDir?: string;
}

export class ImageTableError extends Error {}

/** The table image -> process. It follows its file; a file that cannot be read leaves the table as it is. */
export class ImageTable {
  private readonly file: string;
  private readonly watcher: FSWatcher;
  private readonly listeners = new Set<() => void>();
  private images = new Map<string, Image>();

  constructor(file: string) {
    this.file = file;
    this.images = parseImageTable(readFileSync(file, 'utf8'));
    // The folder, not the file: a writer that replaces the file by a rename would end a watch of the file.
    this.watcher = watch(dirname(file), (_event, name) => {
      if (name === basename(this.file)) this.reload();
    });
    this.watcher.on('error', (error) => log(`${file} is not followed any more`, error));
  }

  lookup(image: string): Image | undefined {
    return this.images.get(image);
  }

  /** Calls the listener after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.watcher.close();
  }

  private reload(): void {
    try {
      this.images = parseImageTable(readFileSync(this.file, 'utf8'));
    } catch (error) {
      // Also the moment in which a writer has truncated the file: its next write brings the whole of it.
      log(`${this.file} is not used as it is now`, error);
      return;
    }
    for (const listener of [...this.listeners]) listener();
  }
}

export function parseImageTable(text: string): Map<string, Image> {
  const table: unknown = JSON.parse(text);
  if (!isRecord(table))
    throw new ImageTableError('wanted an object image -> {command, args, env, workingDir}');
  return new Map(Object.entries(table).map(([name, entry]) => [name, parseImage(name, entry)]));
}

function parseImage(name: string, entry: unknown): Image {
  const refuse = (field: string, found: unknown, wanted: string): never => {
    throw new ImageTableError(`image ${name}: ${field}: found ${JSON.stringify(found)}, wanted ${wanted}`);
  };
  if (!isRecord(entry)) return refuse('entry', entry, 'an object');
  const { command, args, env, workingDir, ...unknown } = entry;
  for (const field of Object.keys(unknown))
    refuse(field, unknown[field], 'only command, args, env, workingDir');
  if (!isTexts(command) || command.length === 0)
    return refuse('command', command, 'a list of texts, not empty');
  if (args !== undefined && !isTexts(args)) return refuse('args', args, 'a list of texts');
  if (env !== undefined && !(isRecord(env) && isTexts(Object.values(env))))
    return refuse('env', env, 'texts by name');
  if (workingDir !== undefined && typeof workingDir !== 'string')
    return refuse('workingDir', workingDir, 'a path');
  return { command, args, env: env as Record<string, string> | undefined, workingDir };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
