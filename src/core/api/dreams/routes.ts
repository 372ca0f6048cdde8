import { json, type Route } from '../route.ts';
import { archiveDream } from './archive.ts';
import { cancelDream } from './cancel.ts';
import { createDream } from './create.ts';
import { listDreams } from './list.ts';
import { retrieveDream } from './retrieve.ts';
import { dreamCreate, dreamListQuery } from './schema.ts';

const dream = '/dreams/:dream_id';

export const dreamRoutes: readonly Route[] = [
  json('POST', '/dreams', { body: dreamCreate }, createDream),
  json('GET', '/dreams', { query: dreamListQuery }, listDreams),
  json('GET', dream, {}, retrieveDream),
  json('POST', `${dream}/cancel`, {}, cancelDream),
  json('POST', `${dream}/archive`, {}, archiveDream),
];
