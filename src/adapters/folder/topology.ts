import { z } from 'zod';
import type { Topology } from '../../sre/ports/topology.ts';
import { found, notThere, type Place } from './place.ts';
import { readJson } from './read-file.ts';

const FILE = 'topology.json';
const shape = z.object({
  services: z.array(z.object({ name: z.string(), depends_on: z.array(z.string()).default([]) })),
});

export async function folderTopology(place: Place): Promise<Topology> {
  const content = await readJson(place.dir, FILE, shape);
  return {
    async graph() {
      if (content === null) return notThere(place, FILE);
      return found(
        place,
        content.services.map(({ name, depends_on }) => ({ name, dependsOn: depends_on })),
      );
    },
  };
}
