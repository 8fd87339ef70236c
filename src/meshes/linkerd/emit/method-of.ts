/** `/items.v1.ItemsService/GetItem` in the words of a GRPCRoute. */
export function methodOf(name: string): { readonly service: string; readonly method: string } {
  const [, service = '', method = ''] = name.split('/');
  return { service, method };
}
