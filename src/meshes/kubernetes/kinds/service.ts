import type { Kind } from '../../../manifests/kind.js';
import { checkService } from '../checks/kubernetes.js';
import { readService } from '../kubernetes.js';

export const service: Kind = {
  group: '',
  kind: 'Service',
  schema: 'v1',
  check: checkService,
  read: (object) => [readService(object)],
  mergeKeys: { ports: 'port' },
};
