import type { Connection } from '@temporalio/client';

/** Messages of protobuf read by field number alone, for services whose .proto is not published. */
export class WireMessage {
  private readonly fields = new Map<number, (bigint | Buffer)[]>();

  constructor(bytes: Buffer) {
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++]!;
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const values = this.fields.get(tag >> 3) ?? [];
      this.fields.set(tag >> 3, values);
      if ((tag & 7) === 0) {
        values.push(varint());
      } else if ((tag & 7) === 2) {
        const length = Number(varint());
        values.push(bytes.subarray(at, at + length));
        at += length;
      } else {
        throw new Error(`wire type ${tag & 7} of field ${tag >> 3} is not read here`);
      }
    }
  }

  numbers(): number[] {
    return [...this.fields.keys()].sort((a, b) => a - b);
  }

  texts(field: number): string[] {
    return (this.fields.get(field) ?? []).map((value) => (value as Buffer).toString('utf8'));
  }

  text(field: number): string {
    return this.texts(field)[0] ?? '';
  }

  number(field: number): number {
    return Number(this.fields.get(field)?.[0] ?? 0);
  }

  messages(field: number): WireMessage[] {
    return (this.fields.get(field) ?? []).map((value) => new WireMessage(value as Buffer));
  }

  /** A map: its entries are messages with the key in field 1 and the value in field 2. */
  textMap(field: number): Record<string, string> {
    return Object.fromEntries(
      this.messages(field).map((entry) => [entry.text(1), entry.text(2)] as const)
    );
  }

  numberMap(field: number): Record<string, number> {
    return Object.fromEntries(
      this.messages(field).map((entry) => [entry.text(1), entry.number(2)] as const)
    );
  }
}

/** A message of one field that is a text or a message. */
export function wireField(field: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}

/** A call whose request is given as its bytes; the bytes of the answer. */
export function callRaw(connection: Connection, path: string, request: Buffer): Promise<Buffer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((done, failed) =>
    connection['client'].makeUnaryRequest(path, same, same, request, (error, answer) =>
      error === null ? done(answer!) : failed(error)
    )
  );
}
