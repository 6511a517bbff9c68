import type { Style, Terminal } from '../terminal.ts';
import type { NoteKind } from './conversion-log.ts';
import type { MadeObject, ObjectReport } from './conversion.ts';

/** What a note is called, most urgent first. */
const titles: Readonly<Record<NoteKind, { title: string; style: Style }>> = {
  missing: { title: 'missing', style: 'red' },
  action: { title: 'to do', style: 'cyan' },
  changed: { title: 'changed', style: 'yellow' },
  dropped: { title: 'left out', style: 'yellow' },
};
const kinds = Object.keys(titles) as NoteKind[];

export interface Tally extends Record<NoteKind, number> {
  /** Objects that come out. */
  made: number;
}

export function tallyOf(reports: readonly ObjectReport[]): Tally {
  const notes = reports.flatMap((report) => report.notes);
  const count = (kind: NoteKind) => notes.filter((note) => note.kind === kind).length;
  return {
    made: reports.reduce((total, { made }) => total + made.length, 0),
    missing: count('missing'),
    action: count('action'),
    changed: count('changed'),
    dropped: count('dropped'),
  };
}

/** Tells of every source object what became of it and of its fields, where it does not disturb the manifests. */
export function printReport(reports: readonly ObjectReport[], { complain, style }: Terminal): void {
  for (const { source, file, made, notes } of reports) {
    complain(`${style('bold', source)}  ${file}`);
    complain(`  becomes ${made.length === 0 ? 'nothing' : made.map(nameOf).join(', ')}`);
    for (const kind of kinds) {
      for (const { path, words } of notes.filter((note) => note.kind === kind)) {
        const { title, style: colour } = titles[kind];
        complain(`  ${style(colour, title.padEnd(8))}  ${path === '' ? '' : `${path}: `}${words}`);
      }
    }
    complain('');
  }
  const { made, missing, action, changed, dropped } = tallyOf(reports);
  const what = `${made} ${made === 1 ? 'object' : 'objects'} of understudy.dev`;
  const words = `${what}: ${missing} missing, ${action} to do, ${changed} changed, ${dropped} left out`;
  complain(style(missing > 0 ? 'red' : 'green', words));
}

/** The same for programs. */
export const conversionDocument = (reports: readonly ObjectReport[]) => ({
  ...tallyOf(reports),
  items: reports.flatMap(({ made }) => made),
  report: reports.map(({ source, file, made, notes }) => ({
    source,
    file,
    made: made.map(nameOf),
    notes,
  })),
});

const nameOf = ({ kind, metadata: { name, namespace } }: MadeObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
