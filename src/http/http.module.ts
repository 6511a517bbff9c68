import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { HealthController } from './health.controller.ts';
import { MetricsController } from './metrics.controller.ts';

/** The controller's HTTP endpoints: /healthz, /readyz and /metrics. Needs providers of HealthState and MetricsService. */
@Module({})
export class HttpModule {
  static register(needed: Pick<ModuleMetadata, 'imports' | 'providers'>): DynamicModule {
    return { module: HttpModule, controllers: [HealthController, MetricsController], ...needed };
  }
}
