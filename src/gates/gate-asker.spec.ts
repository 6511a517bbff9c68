import { describe, expect, it } from '@jest/globals';
import type { GateQuestion } from '../domain/gates/gate-question.ts';
import { RecordingLogger } from '../runtime/testing/recording-logger.ts';
import { GateAsker } from './gate-asker.ts';
import { QuestionWithdrawn } from './question-withdrawn.ts';
import { hanging, passed, ScriptedGates } from './testing/scripted-gates.ts';

const question = (id: string) => ({ id, gate: { name: 'acceptance' } }) as GateQuestion;
const settle = () => new Promise((resolve) => setImmediate(resolve));

function asking() {
  const runner = new ScriptedGates();
  const logger = new RecordingLogger();
  const answered: string[] = [];
  const asker = new GateAsker({ runner, logger, onAnswer: (key) => answered.push(key) });
  return { runner, logger, answered, asker };
}

describe('asking in the background', () => {
  it('law 12: withdraws what is no longer open for good, and only leaves what another process goes on with', async () => {
    const { asker, runner } = asking();
    const signals = new Map<string, AbortSignal>();
    runner.run = ({ id }, signal) => {
      signals.set(id, signal);
      return hanging();
    };
    asker.ask('ml/a', [question('over'), question('open')]);
    asker.ask('ml/a', [question('open')]);
    asker.ask('ml/b', [question('last')]);
    asker.ask('ml/b', []);
    asker.forget('ml/a');
    asker.ask('ml/c', [question('closed')]);
    asker.close();
    const reasons = [...signals].map(([id, { reason }]) => [id, reason instanceof QuestionWithdrawn]);
    expect(reasons).toEqual([
      ['over', true],
      ['open', false],
      ['last', true],
      ['closed', false],
    ]);
  });

  it('gives the answer to the pass that follows, for as long as the question is open', async () => {
    const { asker, answered, runner } = asking();
    expect(asker.ask('ml/a', [question('1')])).toEqual([{ id: '1' }]);
    await settle();
    expect(answered).toEqual(['ml/a']);
    for (let pass = 0; pass < 3; pass += 1) {
      expect(asker.ask('ml/a', [question('1')])).toEqual([{ id: '1', answer: passed }]);
    }
    expect(runner.asked).toHaveLength(1);
  });

  it('law 17: one that hangs waits alone', async () => {
    const { asker, runner } = asking();
    runner.says = ({ id }) => (id === 'slow' ? hanging() : passed);
    asker.ask('ml/a', [question('slow'), question('fast')]);
    asker.ask('ml/b', [question('other')]);
    await settle();
    expect(asker.ask('ml/a', [question('slow'), question('fast')])).toEqual([
      { id: 'slow' },
      { id: 'fast', answer: passed },
    ]);
    expect(asker.ask('ml/b', [question('other')])).toEqual([{ id: 'other', answer: passed }]);
  });

  it('what is no longer open is given up, and says nothing more', async () => {
    const { asker, runner, answered } = asking();
    runner.says = hanging;
    asker.ask('ml/a', [question('1')]);
    asker.ask('ml/a', []);
    await settle();
    expect(answered).toEqual([]);
    asker.ask('ml/a', [question('1')]);
    expect(runner.asked).toHaveLength(2);
    asker.close();
    await settle();
    expect(answered).toEqual([]);
  });

  it('law 9: a fault of the controller is silence, and is logged', async () => {
    const { asker, runner, logger } = asking();
    runner.says = () => Promise.reject(new TypeError('no such thing'));
    asker.ask('ml/a', [question('1')]);
    await settle();
    expect(asker.ask('ml/a', [question('1')])).toMatchObject([{ answer: { kind: 'silent' } }]);
    expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
  });
});
