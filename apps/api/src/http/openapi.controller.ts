import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { defineEndpoint, Endpoint } from './endpoint.js';
import { buildOpenApi } from './openapi.js';

const getOpenApi = defineEndpoint({ method: 'GET', path: '/v1/openapi.json', summary: 'This description', tag: 'description', access: 'public', isOfNoTenant: true, response: z.looseObject({}) });

@Controller()
export class OpenApiController {
  readonly #description = { current: undefined as Record<string, unknown> | undefined };

  @Endpoint(getOpenApi)
  getOpenApi() {
    return (this.#description.current ??= buildOpenApi());
  }
}
