import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { HttpModule } from './http/http.module.ts';
import { HealthState } from './http/health-state.ts';
import { MetricsService } from './observability/metrics.ts';
import { ControllerService } from './controller/controller.service.ts';
import { ResyncService } from './controller/resync.service.ts';
import type { Program } from './program.ts';

/**
 * The composition for Nest: health and metrics endpoints, and the controller that starts and stops with them. The parts are
 * made in `program.ts`, because the connection to the cluster must stand before anything can be injected.
 */
@Module({})
export class AppModule {
  static register({ health, metrics, controller }: Program): DynamicModule {
    const providers = [
      { provide: HealthState, useValue: health },
      { provide: MetricsService, useValue: metrics },
    ];
    return {
      module: AppModule,
      imports: [
        HttpModule.register({ providers }),
        ScheduleModule.forRoot({ cronJobs: false, timeouts: false }),
      ],
      providers: [{ provide: ControllerService, useValue: controller }, ResyncService],
    };
  }
}
