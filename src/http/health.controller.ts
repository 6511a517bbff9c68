import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { HealthState, isHealthy, type HealthCheck } from './health-state.ts';

interface HealthAnswer {
  status: 'ok' | 'failing';
  checks: HealthCheck[];
}

/** What kubelet asks: 200 when all is well, else 503; both with the checks in words. */
@Controller()
export class HealthController {
  readonly #health: HealthState;

  constructor(health: HealthState) {
    this.#health = health;
  }

  /** Failing: a restart may help. */
  @Get('healthz')
  @Header('cache-control', 'no-store')
  healthz(): HealthAnswer {
    return answer(this.#health.liveness());
  }

  /** Failing: not started yet, or stopping. */
  @Get('readyz')
  @Header('cache-control', 'no-store')
  readyz(): HealthAnswer {
    return answer(this.#health.readiness());
  }
}

function answer(checks: HealthCheck[]): HealthAnswer {
  if (!isHealthy(checks)) throw new ServiceUnavailableException({ status: 'failing', checks });
  return { status: 'ok', checks };
}
