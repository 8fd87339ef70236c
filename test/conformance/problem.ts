/** The problem details of an answer (RFC 9457). */
export async function problemOf(response: Response): Promise<unknown> {
  const [type] = (response.headers.get('content-type') ?? '').split(';');
  if (type !== 'application/problem+json') {
    throw new Error(`no problem but ${response.status} ${String(type)}: ${await response.text()}`);
  }
  return await response.json();
}
