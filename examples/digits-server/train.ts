/**
 * Trains the three models of the example and prints what each is worth on rows that it has not seen.
 *
 *   node examples/digits-server/train.ts              trains, writes models/*.json, prints the table
 *   node examples/digits-server/train.ts --evaluate   prints the table of the committed models, writes nothing
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadDigits, splitDigits } from './dataset.ts';
import { loadModel, modelFile, modelsFolder, parseModel, serializeModel } from './model/model-file.ts';
import type { Model } from './model/model.ts';
import { trainHidden, trainLinear, withContrast } from './training/digits-models.ts';
import { evaluate, formatEvaluations } from './training/evaluate.ts';

const { values: flags } = parseArgs({ options: { evaluate: { type: 'boolean', default: false } } });
const { train, test } = splitDigits(loadDigits());

function trainAll(): Model[] {
  const startedMs = performance.now();
  const linear = trainLinear(train);
  const hidden = trainHidden(train);
  console.error(
    `trained on ${train.length} rows in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
  mkdirSync(modelsFolder, { recursive: true });
  return [linear, hidden, withContrast(hidden, train)].map((model) => {
    const text = serializeModel(model);
    const file = modelFile(model.name, model.version);
    writeFileSync(file, text);
    return parseModel(text, file.pathname); // measure what is served: the rounded weights
  });
}

const models = flags.evaluate
  ? ['1', '2', '3'].map((version) => loadModel(modelFile('digits', version)))
  : trainAll();
console.log(formatEvaluations(models.map((model) => evaluate(model, test))));
