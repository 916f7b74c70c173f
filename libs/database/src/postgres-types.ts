import pg from 'pg';

const INT8 = 20;
const INT8_ARRAY = 1016;
const TEXT_ARRAY = 1009;

type Parser = (text: string) => unknown;

// Counters and sequences of ours stay far below 2^53; a value beyond it must not be rounded in silence.
function int8(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

const textArray = pg.types.getTypeParser(TEXT_ARRAY as number as never) as (text: string) => string[];

/** How rows become values: int8 as number while it is safe (else bigint), timestamptz as Date, json parsed. */
export const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): Parser {
    if (format !== 'binary' && oid === INT8) return int8;
    if (format !== 'binary' && oid === INT8_ARRAY) return (text) => textArray(text).map(int8);
    return pg.types.getTypeParser(oid, format) as Parser;
  },
};
