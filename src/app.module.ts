import { type DynamicModule, Module } from '@nestjs/common';
import { HttpServer } from './http/http-server.ts';
import { ControllerService } from './controller/controller.service.ts';
import { ResyncService } from './controller/resync.service.ts';
import type { Program } from './program.ts';

/**
 * What Nest starts and stops together. The parts are made in `program.ts`, because the connection to the cluster must stand before anything
 * can be injected.
 */
@Module({})
export class AppModule {
  static register({ http, controller, resync }: Program): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: HttpServer, useValue: http },
        { provide: ControllerService, useValue: controller },
        { provide: ResyncService, useValue: resync },
      ],
    };
  }
}
