import { applyDecorators, Delete, Get, HttpCode, Patch, Post, Put, SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export type Access = 'public' | 'user' | 'admin';

/** One route of the client API: what it takes, what it gives, who may call it. OpenAPI is made from these. */
export interface EndpointSpec {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** with `:name` for path parameters */
  path: string;
  summary: string;
  tag: string;
  access?: Access;
  /** answers whatever Host says */
  isOfNoTenant?: boolean;
  /** of the provider's view: on its Host only, and `user` is somebody of the provider */
  isProviders?: boolean;
  /** of a success; default 200 */
  status?: number;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** fields of a multipart body, which the controller reads as it comes */
  form?: z.ZodObject;
  /** of `data` in the answer; absent where there is no body */
  response?: z.ZodType;
  /** of each line, where a success is JSON lines instead */
  line?: z.ZodType;
  /** a success is the bytes of a file */
  isFile?: boolean;
}

type Parsed<S> = S extends z.ZodType ? z.infer<S> : Record<never, never>;

/** What a controller method gets, parsed and checked. */
export interface InputOf<S extends EndpointSpec> {
  params: Parsed<S['params']>;
  query: Parsed<S['query']>;
  body: Parsed<S['body']>;
}

/** One JSON object on each line, told as described by `line`. */
export const JSON_LINES = 'application/x-ndjson';

/** Every endpoint of this process, for the API description. */
export const ENDPOINTS: EndpointSpec[] = [];

export const ENDPOINT_METADATA = 'scaiwave:endpoint';

/** Writes an endpoint down; the controller method names it with `@Endpoint`. */
export function defineEndpoint<const S extends EndpointSpec>(spec: S): S {
  ENDPOINTS.push(spec);
  return spec;
}

const METHODS = { GET: Get, POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

/** Binds a controller method to its endpoint. */
export function Endpoint(spec: EndpointSpec): MethodDecorator {
  return applyDecorators(METHODS[spec.method](spec.path), HttpCode(spec.status ?? 200), SetMetadata(ENDPOINT_METADATA, spec));
}
