import { group } from '../../api/group.ts';
import type { Terminal } from '../terminal.ts';
import type { Output } from './cluster-flags.ts';

/** What every object has that is printed. */
export interface PrintedObject {
  kind: string;
  metadata: { name: string; [field: string]: unknown };
}

/** Objects for programs, as kubectl prints them: one as itself, several as a List. */
export async function printObjects(
  terminal: Terminal,
  objects: readonly PrintedObject[] | PrintedObject,
  output: Exclude<Output, 'wide'>,
): Promise<void> {
  const all = 'kind' in objects ? [objects] : objects;
  if (output === 'name') {
    for (const { kind, metadata } of all) terminal.print(`${kind.toLowerCase()}.${group}/${metadata.name}`);
    return;
  }
  const items = all.map(withoutManagedFields);
  const document = 'kind' in objects ? items[0] : { apiVersion: 'v1', kind: 'List', items };
  terminal.print(output === 'json' ? JSON.stringify(document, undefined, 2) : await yamlOf(document));
}

/** Who wrote which field is of no use to anybody who reads the object, and longer than it. */
function withoutManagedFields(object: PrintedObject): PrintedObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as PrintedObject['metadata'] };
}

/** YAML is loaded where it is asked for: it is slow to load. */
async function yamlOf(document: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(document, { aliasDuplicateObjects: false }).trimEnd();
}
