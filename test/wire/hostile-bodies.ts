/** Bodies at the edge of JSON and of HTTP, as bytes: what is done with each stands in docs/bodies.md. */
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';

export interface Sent {
  headers?: string;
  body: Buffer;
}
type Refused = Sent & { status: 400 | 413; says: RegExp };

const text = (body: string) => Buffer.from(body, 'utf8');
const named = (rest: string) => text(`{"name":"hostile",${rest}}`);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

export const refused: Record<string, Refused> = {
  'cut off': { body: text('{"name":"hostile"'), status: 400, says: /not valid JSON/ },
  'something after the value': { body: text('{"name":"hostile"}{}'), status: 400, says: /not valid JSON/ },
  'a comma too many': { body: text('{"name":"hostile",}'), status: 400, says: /not valid JSON/ },
  'blanks only': { body: text('  \n'), status: 400, says: /not valid JSON/ },
  'no object': { body: text('["hostile"]'), status: 400, says: /expected object/ },
  NaN: { body: named('"metadata":{"a":NaN}'), status: 400, says: /not valid JSON/ },
  Infinity: { body: named('"x":-Infinity'), status: 400, says: /not valid JSON/ },
  'a number beyond a double': { body: named('"x":[1e400]'), status: 400, says: /number too large/ },
  'a bare control character': { body: text('{"name":"a\u0000b"}'), status: 400, says: /not valid JSON/ },
  'bytes that are not UTF-8': { body: Buffer.from('{"name":"\xff"}', 'latin1'), status: 400, says: /not valid utf-8/ },
  'UTF-16': { body: Buffer.from('{"name":"hostile"}', 'utf16le'), status: 400, says: /not valid JSON/ },
  'half a surrogate in UTF-8': {
    body: Buffer.concat([text('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), text('"}')]),
    status: 400,
    says: /not valid utf-8/,
  },
  'the key __proto__': { body: named('"x":{"__proto__":{"admin":true}}'), status: 400, says: /__proto__/ },
  'the key __proto__ in escapes': { body: named('"\\u005f_proto__":1'), status: 400, says: /__proto__/ },
  '65 levels': { body: named(`"x":${nested(64)}`), status: 400, says: /nested deeper than 64/ },
  'a million levels': { body: named(`"x":${nested(1_000_000)}`), status: 400, says: /nested deeper than 64/ },
  'a million brackets that open': { body: text('['.repeat(1_000_000)), status: 400, says: /nested deeper than 64/ },
  'more keys than any request has': {
    body: named(`"metadata":{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":""`).join(',')}}`),
    status: 400,
    says: /more than 250000 values/,
  },
  'a text of 33 MB': { body: named(`"system":"${'x'.repeat(33 * 1024 * 1024)}"`), status: 413, says: /larger/ },
  'a form': {
    headers: 'content-type: multipart/form-data; boundary=b\r\n',
    body: text('--b\r\ncontent-disposition: form-data; name="name"\r\n\r\nhostile\r\n--b--\r\n'),
    status: 400,
    says: /takes JSON/,
  },
  'fields of a form': {
    headers: 'content-type: application/x-www-form-urlencoded\r\n',
    body: text('name=hostile'),
    status: 400,
    says: /not valid JSON/,
  },
  'a charset that is none of ours': {
    headers: 'content-type: application/json; charset=utf-7\r\n',
    body: named('"x":1'),
    status: 400,
    says: /charset/,
  },
  'an encoding that is none of ours': {
    headers: 'content-encoding: zstd\r\n',
    body: named('"x":1'),
    status: 400,
    says: /content-encoding/,
  },
  'gzip that is none': {
    headers: 'content-encoding: gzip\r\n',
    body: named('"x":1'),
    status: 400,
    says: /not valid gzip/,
  },
  'gzip cut off': {
    headers: 'content-encoding: gzip\r\n',
    body: gzipSync(named('"x":1')).subarray(0, -9),
    status: 400,
    says: /not valid gzip/,
  },
  'much in little gzip': {
    headers: 'content-encoding: gzip\r\n',
    body: gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')),
    status: 413,
    says: /once unpacked/,
  },
};

/** Of a text that is JSON, what is read back: the same, unless said. */
export const kept: Record<string, { json: string; back?: string }> = {
  'names of an object’s own machinery': {
    json: '{"constructor":{"prototype":{"x":1}},"toString":"y","hasOwnProperty":null,"valueOf":[]}',
  },
  'odd keys': { json: '{"":1," ":2,"a.b":3,"$":"#","\\u0000":4,"\\ud800":5,"👩‍🚒":6,"__proto":7}' },
  NUL: { json: '{"a":"before \\u0000 after"}' },
  'half surrogates': { json: '{"a":"\\ud800","b":"\\udc00\\ud800","c":"x\\udfff"}' },
  'numbers at the edges': { json: '[1.7976931348623157e308,5e-324,-1e-7,0.1,9007199254740991]' },
  'more digits than a double has': {
    json: '[9007199254740993,0.1000000000000000055,1e-400]',
    back: '[9007199254740992,0.1,0]',
  },
  'minus zero': { json: '[-0,-0.0]', back: '[0,0]' },
  'a key twice': { json: '{"a":1,"b":2,"a":{"c":3}}', back: '{"a":{"c":3},"b":2}' },
  'a long text': { json: JSON.stringify('é'.repeat(200_000)) },
  'many keys': { json: JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i]))) },
  'many levels': { json: nested(50) },
};

/** How a body that is fine may come. */
export const carried: Record<string, (json: string) => Sent> = {
  'with a byte order mark': (json) => ({ body: text(`\ufeff${json}`) }),
  'under another type': (json) => ({ headers: 'content-type: text/html\r\n', body: text(json) }),
  'without a type': (json) => ({ headers: '', body: text(json) }),
  'in gzip': (json) => ({ headers: 'content-encoding: gzip\r\n', body: gzipSync(text(json)) }),
  'in deflate': (json) => ({ headers: 'Content-Encoding: Deflate\r\n', body: deflateSync(text(json)) }),
};

/** One request on a connection of its own, until it is answered or nothing is heard; `head` stands in for the body's length. */
export async function send(
  url: string,
  key: string,
  path: string,
  { headers, body }: Sent,
  head?: string,
  waitMs = 15_000,
) {
  const { hostname, port } = new URL(url);
  const type = headers ?? 'content-type: application/json\r\n';
  const length = head ?? `content-length: ${body.length}\r\n`;
  const start = `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nx-api-key: ${key}\r\nconnection: close\r\n`;
  return await new Promise<{ status: number; body: string }>((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${start}${type}${length}\r\n`);
      socket.write(body);
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    // The server may hang up on a body that it will not read to its end.
    socket.on('error', () => undefined);
    socket.setTimeout(waitMs, () => socket.destroy());
    socket.on('close', () => {
      const [top = '', ...rest] = answer.split('\r\n\r\n');
      resolve({ status: Number(top.split(' ')[1] ?? 0), body: rest.join('\r\n\r\n') });
    });
  });
}
