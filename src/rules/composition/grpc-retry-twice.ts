import type { Flow } from '../../flow/flow.js';
import { retryPolicies, type RetryPolicy } from '../../flow/service-configs.js';
import type { AnswerCode } from '../../transports/transport.js';
import { cite, type Report, type Rule } from '../rule.js';

export const grpcRetryTwice: Rule = {
  code: 'GRPC_RETRY_TWICE',
  severity: 'error',
  layer: 'app',
  title: 'A gRPC service config and the application repeat the same code.',
  reads: ['app/retries', 'mesh/workload'],
  why: 'The client repeats by its retryPolicy within each try of the application: the tries multiply, and neither the budget nor the per-try deadline of the application knows. Read are variables of containers, also from ConfigMaps, whose text is JSON with methodConfig[].retryPolicy.',
  fix: 'One of them: no retryPolicy where the application repeats.',
  check: ({ all, flows, workload }) =>
    flows.flatMap((flow) =>
      retryPolicies(all)
        .filter(({ target }) => target === workload?.target)
        .flatMap((policy) => judge(flow, policy)),
    ),
};

function judge({ name, retries, transport, requests }: Flow, policy: RetryPolicy): Report[] {
  const { tries, on } = retries?.values ?? {};
  if (tries === undefined || on === undefined || tries.value < 2) return [];
  if (transport.methodName === undefined || policy.maxAttempts < 2) return [];
  const both = requests.find(
    ({ method, isRepeatable }) => isRepeatable && policy.names.some((one) => isFor(one, method)),
  );
  const code = policy.codes.find((one) => transport.covers(on.value, one as AnswerCode, false));
  if (both === undefined || code === undefined) return [];
  const product = policy.maxAttempts * tries.value;
  return [
    {
      target: name,
      at: policy.place,
      also: [tries.place],
      message: `A call of ${both.method} that ends with ${code} can be tried ${product} times: ${tries.value} tries by the application (${cite(tries.place)}) × ${policy.maxAttempts} by the retryPolicy in ${policy.variable}.`,
      fix: `No retryPolicy for ${policy.names.join(', ')} in ${policy.variable}.`,
    },
  ];
}

/** Names are services, `service/method`, or all. */
function isFor(name: string, method: string): boolean {
  return name === '*' || method === `/${name}` || method.startsWith(`/${name}/`);
}
