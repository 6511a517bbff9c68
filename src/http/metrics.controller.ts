import { Controller, Get, Header } from '@nestjs/common';
import { MetricsService } from '../observability/metrics.ts';

/** What Prometheus scrapes. */
@Controller()
export class MetricsController {
  readonly #metrics: MetricsService;

  constructor(metrics: MetricsService) {
    this.#metrics = metrics;
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  metrics(): Promise<string> {
    return this.#metrics.text();
  }
}
