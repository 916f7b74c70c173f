import { RequestMethod } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ModulesContainer } from '@nestjs/core';

/** Every route that the application's controllers register, read from Nest itself. */
export function listRoutes(app: NestFastifyApplication): Array<{ method: string; path: string }> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()].map(({ metatype }) => metatype as { prototype: object }));
  return controllers.flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor').flatMap((name) => {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
      const path = handler && (Reflect.getMetadata('path', handler) as string | undefined);
      if (path === undefined) return [];
      return { method: RequestMethod[Reflect.getMetadata('method', handler!) as number]!, path: path.startsWith('/') ? path : `/${path}` };
    }),
  );
}
