import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadDigits, splitDigits } from './dataset.ts';
import { loadModel, modelFile, ModelFileError, parseModel, serializeModel } from './model/model-file.ts';
import { predict } from './model/model.ts';
import { trainHidden, trainLinear, withContrast } from './training/digits-models.ts';
import { accuracy, evaluate, formatEvaluations } from './training/evaluate.ts';

const rows = loadDigits();
const { train, test } = splitDigits(rows);
const committed = (version: string) => loadModel(modelFile('digits', version));
const committedText = (version: string) => readFileSync(modelFile('digits', version), 'utf8');

describe('the data set', () => {
  it('has 1,797 rows, every digit, and a split that shares none of them', () => {
    expect(rows).toHaveLength(1_797);
    expect(new Set(rows.map((row) => row.digit)).size).toBe(10);
    expect(train.length + test.length).toBe(1_797);
    expect(new Set([...train, ...test]).size).toBe(1_797);
  });

  it('is split by the seed alone', () => {
    expect(splitDigits(rows)).toEqual({ train, test });
    expect(splitDigits(rows, 0.3, 2).test).not.toEqual(test);
  });
});

describe('the committed models', () => {
  const evaluations = ['1', '2', '3'].map((version) => evaluate(committed(version), test));

  it('reach exactly what the README states', () => {
    const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
    expect(readme).toContain(formatEvaluations(evaluations));
  });

  it('get better from version 1 to version 2, and version 3 throws on some inputs only', () => {
    const [first, second, third] = evaluations.map((evaluation) => ({
      accuracy: accuracy(evaluation),
      throws: 1 - evaluation.answered / evaluation.rows,
    }));
    expect(first?.accuracy).toBeGreaterThan(0.95);
    expect(second?.accuracy).toBeGreaterThan((first?.accuracy ?? 1) + 0.005);
    expect([first?.throws, second?.throws]).toEqual([0, 0]);
    expect(third?.throws).toBeGreaterThan(0.15);
    expect(third?.throws).toBeLessThan(0.3);
  });

  it('are what the training script writes: version 1 retrained, version 3 rebuilt from version 2', () => {
    expect(serializeModel(trainLinear(train))).toBe(committedText('1'));
    expect(serializeModel(withContrast(committed('2'), train))).toBe(committedText('3'));
  });
});

describe('training', () => {
  it('of the hidden layer gives the same weights again, and others for other rows', () => {
    const few = train.slice(0, 100);
    const weights = serializeModel(trainHidden(few, 2));
    expect(serializeModel(trainHidden(few, 2))).toBe(weights);
    expect(serializeModel(trainHidden(train.slice(100, 200), 2))).not.toBe(weights);
  });

  it('learns: after a few epochs on few rows it is far better than chance', () => {
    const model = trainHidden(train.slice(0, 300), 10);
    expect(accuracy(evaluate(model, test))).toBeGreaterThan(0.7);
  });
});

describe('a model file', () => {
  it('answers after a round trip as before', () => {
    const model = committed('2');
    const again = parseModel(serializeModel(model), 'a copy');
    for (const row of test.slice(0, 20))
      expect(predict(again, row.pixels)).toEqual(predict(model, row.pixels));
  });

  it.each<[string, (stored: Record<string, unknown>) => void, RegExp]>([
    ['version', (stored) => delete stored['version'], /version: found undefined, accepted a text/],
    ['preprocessing', (stored) => (stored['preprocessing'] = { kind: 'x' }), /preprocessing.kind: found "x"/],
    ['layers', (stored) => (stored['layers'] = []), /layers: found \[\], accepted at least one layer/],
    [
      'weights',
      (stored) => (stored['layers'] as { weights: number[] }[])[0]?.weights.pop(),
      /layers\[0\]\.weights: found 639, accepted 640 numbers/,
    ],
  ])('with a wrong %s is refused by name', (_, damage, message) => {
    const stored = JSON.parse(committedText('1')) as Record<string, unknown>;
    damage(stored);
    expect(() => parseModel(JSON.stringify(stored), 'file')).toThrow(message);
  });

  it('that is missing or no JSON is refused', () => {
    expect(() => loadModel(modelFile('digits', '99'))).toThrow(ModelFileError);
    expect(() => parseModel('{', 'file')).toThrow(/file is not JSON/);
  });
});
