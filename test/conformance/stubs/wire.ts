/** What a Protocol Buffers message holds, by field number: numbers of bytes, or the number itself. */
export type Message = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

/** Reads the fields of a message. Which of its bytes are text or messages again, the caller knows. */
export function readMessage(bytes: Buffer): Message {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (count: number) => bytes.subarray(at, (at += count));
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    switch (tag & 7) {
      case 0:
        values.push(varint());
        break;
      case 1:
        values.push(take(8));
        break;
      case 2:
        values.push(take(Number(varint())));
        break;
      case 5:
        values.push(take(4));
        break;
      default:
        throw new Error(`no wire type ${tag & 7}`);
    }
  }
  return fields;
}

/** The messages that stand in a field of others. */
export function messages(parents: readonly Message[], field: number): Message[] {
  return parents.flatMap((parent) =>
    (parent.get(field) ?? []).map((value) => readMessage(value as Buffer)),
  );
}

export function textOf(message: Message | undefined, field: number): string {
  return bytesOf(message, field).toString('utf8');
}

export function bytesOf(message: Message | undefined, field: number): Buffer {
  return (message?.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0);
}
