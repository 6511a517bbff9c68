import { metricsSourceContract } from '../../../test/contract/metrics-source.contract.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { SimulatedPrometheus } from './simulated-prometheus.ts';

const clock = new VirtualClock();
const source = new SimulatedPrometheus(clock);
const unreachable = new SimulatedPrometheus(clock, { name: 'nobody' });
unreachable.misbehave({ kind: 'unreachable' });
source.store.append({ __name__: 'understudy_test_total', arm: 'a' }, clock.now() - 30_000, 0);
source.store.append({ __name__: 'understudy_test_total', arm: 'a' }, clock.now() - 15_000, 1);
source.store.append({ __name__: 'understudy_test_total', arm: 'b' }, clock.now() - 15_000, 2);

metricsSourceContract('the simulated Prometheus', () => ({
  source,
  unreachable,
  queries: {
    number: 'vector(42)',
    scalar: '7',
    twoSeries: 'understudy_test_total',
    samples: 'understudy_test_total[1m]',
    nothing: 'understudy_nobody_total',
    nan: 'vector(0) / 0',
    infinite: 'vector(1) / 0',
    negativeInfinite: 'vector(-1) / 0',
    broken: 'sum(',
  },
  atMs: clock.now(),
}));
