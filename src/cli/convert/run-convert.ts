import { stringify } from 'yaml';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { readObjects } from '../lint/documents.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { MadeObject } from './conversion.ts';
import { convertObjects, isConvertible } from './convert-objects.ts';
import { parseConvertOptions } from './convert-options.ts';
import { conversionDocument, printReport, tallyOf } from './convert-report.ts';

/** Everything but the help. Throws `UsageError`. */
export async function runConvert(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseConvertOptions(argv);
  const objects = await readObjects(options.files);
  if (!objects.some(isConvertible))
    throw new UsageError(`there is no object of Argo Rollouts or Flagger in ${options.files.join(', ')}`);
  const reports = convertObjects({ ...options, objects });
  if (options.json) terminal.print(JSON.stringify(conversionDocument(reports), undefined, 2));
  else {
    const made = reports.flatMap((report) => report.made).sort(templatesFirst);
    terminal.write(made.map(yamlOf).join('---\n'));
    printReport(reports, terminal);
  }
  const { missing, dropped } = tallyOf(reports);
  return missing > 0 || (options.strict && dropped > 0) ? exitCodes.opposite : exitCodes.done;
}

/** Whoever applies a ModelDeployment has the templates that it names. */
const templatesFirst = (one: MadeObject, other: MadeObject): number =>
  Number(one.kind === 'ModelDeployment') - Number(other.kind === 'ModelDeployment');

/** As people write it. */
const yamlOf = (object: object): string => stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 });
