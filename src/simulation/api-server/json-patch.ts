import { ClusterError } from '../../kubernetes/cluster-error.ts';
import type { JsonPatchOperation } from '../../kubernetes/cluster.ts';
import { isObject, isSame } from './json-value.ts';

/** RFC 6902, as far as the port has it. Changes nothing that was given. A failed `test` is a conflict, a path that is not there is invalid. */
export function patched<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  return operations.reduce<unknown>(applyOne, document) as T;
}

function applyOne(document: unknown, operation: JsonPatchOperation): unknown {
  const path = segmentsOf(operation.path);
  if (operation.op !== 'test') return changed(document, path, operation);
  const found = path.reduce<unknown>(memberOf, document);
  if (isSame(found, operation.value)) return document;
  throw new ClusterError('conflict', `the test of ${operation.path} failed`, { status: 422 });
}

/** `~1` stands for a slash and `~0` for a tilde. */
const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

const memberOf = (value: unknown, segment: string): unknown =>
  Array.isArray(value) ? value[Number(segment)] : isObject(value) ? value[segment] : undefined;

function changed(value: unknown, [segment, ...rest]: string[], operation: JsonPatchOperation): unknown {
  if (segment === undefined)
    return operation.op === 'remove' ? undefined : (operation as { value: unknown }).value;
  if (Array.isArray(value)) return changedList(value, segment, rest, operation);
  if (!isObject(value)) throw missing(operation);
  const isThere = value[segment] !== undefined;
  if (!isThere && (rest.length > 0 || operation.op !== 'add')) throw missing(operation);
  const { [segment]: member, ...others } = value;
  const next = changed(member, rest, operation);
  return next === undefined ? others : { ...value, [segment]: next };
}

function changedList(
  list: readonly unknown[],
  segment: string,
  rest: string[],
  operation: JsonPatchOperation,
): unknown[] {
  const index = segment === '-' ? list.length : Number(segment);
  const inserts = operation.op === 'add' && rest.length === 0;
  if (!Number.isInteger(index) || index < 0 || index >= list.length + (inserts ? 1 : 0))
    throw missing(operation);
  if (inserts) return list.toSpliced(index, 0, operation.value);
  const next = changed(list[index], rest, operation);
  return next === undefined ? list.toSpliced(index, 1) : list.with(index, next);
}

const missing = ({ op, path }: JsonPatchOperation): ClusterError =>
  new ClusterError('invalid', `${op} ${path}: there is no such path`, { status: 422 });
