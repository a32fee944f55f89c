import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePeer, decodeReason, decodeText, decodeTopic, headWord, withoutSecrets } from '../../../src/core/extract/erlang.ts';
import type { Charset } from '../../../src/core/pack/pack.ts';

/** A term as it stands in a file: one character a byte. */
function inUtf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\b': '\\b',
  '\f': '\\f',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
};

/** What `io_lib:format("~p", [Bytes])` writes: each byte as a Latin-1 character where all are printable, else numbers. */
function printed(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  if (text === '' || !/^[ -~\xa0-\xff\n\r\t\v\b\f\x1b]*$/.test(text)) return `<<${[...bytes].join(',')}>>`;
  return `<<"${text.replaceAll(/[\n\r\t\v\b\f\x1b"\\]/g, (char) => ESCAPES[char]!)}">>`;
}

describe('what a term says', () => {
  test.each([
    // printed                                  read
    ['<<"sensor-042">>', 'sensor-042'],
    ['<<>>', ''],
    ['<<"">>', ''],
    ['<<"a\\"b">>', 'a"b'],
    ['<<"a\\\\b">>', 'a\\b'],
    ['<<"a\\nb\\tc\\rd\\ee\\vf\\bg\\fh">>', 'a\nb\tc\rd\x1be\vf\bg\fh'],
    ['<<"a\\\\nb">>', 'a\\nb'],
    ['<<"x\\">>} from 9.9.9.9:1 due to y">>', 'x">>} from 9.9.9.9:1 due to y'],
    ['<<229,174,162,230,136,183,231,171,175>>', '客户端'],
    ['<<240,159,152,128>>', '😀'],
    ['<<1,2,3>>', '\x01\x02\x03'],
    ['<<97,98,99,127,100>>', 'abc\x7fd'],
    ['<<240, 159,\n                              152,128>>', '😀'],
    ['<<"payload pay...">>', 'payload pay...'],
    ['<<229,174,162,...>>', '客'],
    ['[]', ''],
    ['"tenant-a"', 'tenant-a'],
    ['"ten\\"ant"', 'ten"ant'],
    ['[116,1,2]', 't\x01\x02'],
    ['<<"\\x41\\x{42}\\103\\d\\s">>', 'ABC\x7f '],
  ])('%j is the text %j in every charset', (term, text) => {
    for (const charset of ['utf8', 'latin1', 'either'] as const) expect(decodeText(term, charset)).toEqual({ text, hex: null });
  });

  test.each(['undefined', 'anonymous', '{a,b}', '#{}', '<<', '<<"a', '"', ''])('%j is no text', (term) => {
    expect(decodeText(term, 'either')).toBeNull();
  });

  test.each<[string, string, Charset, string]>([
    // in the file                    what it is      charset     read
    [inUtf8('<<"bÃ¼ro-42">>'), 'a file of 1.x', 'utf8', 'büro-42'],
    [inUtf8('<<"bÃ¼ro-42">>'), 'a file of 2.x', 'either', 'büro-42'],
    [inUtf8('<<"büro-42">>'), 'standard output of 1.x', 'latin1', 'büro-42'],
    [inUtf8('<<"büro-42">>'), 'standard output of 2.x', 'either', 'büro-42'],
    [inUtf8('"mandant-Ã¶">>').slice(0, -2), 'a mountpoint in a file', 'utf8', 'mandant-ö'],
    ['<<"\xc3\x83\xc2\xbc">>', 'the same once more', 'either', 'ü'],
    ['<<"b\u00c3\u00bcro">>', 'a JSON escape', 'either', 'büro'],
  ])('%j is of %s: in charset %s it reads %j all the same', (term, _, charset, text) => {
    expect(decodeText(term, charset)).toEqual({ text, hex: null });
  });

  test.each([
    ['pump-7', 'pump-7'],
    ['undefined', 'undefined'],
    ['', ''],
    ['<<"a">>', '<<"a">>'],
    ['[97]', '[97]'],
    ["'a\\x41'", "'a\\x41'"],
    [inUtf8('客厅-3'), '客厅-3'],
  ])('%j as plain text is %j, whatever it looks like', (logged, text) => {
    expect(decodeText(logged, 'plain')).toEqual({ text, hex: null });
    expect(decodeTopic(logged, 'plain')).toBe(text);
    expect(decodeReason(logged, 'plain')).toBe(text);
  });

  test('plain text that is no UTF-8 shows its bytes', () => {
    expect(decodeText('k\xe4', 'plain')).toEqual({ text: 'k\ufffd', hex: '6be4' });
  });

  test('a client id that is no UTF-8 shows its bytes', () => {
    expect(decodeText(inUtf8('<<"kä">>'), 'utf8')).toEqual({ text: 'k\ufffd', hex: '6be4' });
    expect(decodeText('<<195,40>>', 'either')).toEqual({ text: '\ufffd(', hex: 'c328' });
  });

  test.each<[string, Charset]>([
    ['{incomplete,<<"k">>,<<"ä">>}', 'utf8'],
    ['{incomplete,<<"k">>,<<"ä">>}', 'either'],
    ['{incomplete, <<107>>, <<228>>}', 'either'],
  ])('%s, an id cut within a character, shows the bytes of both parts (%s)', (term, charset) => {
    expect(decodeText(inUtf8(term), charset)).toEqual({ text: 'k\ufffd', hex: '6be4' });
  });

  test.each([
    ['a file, encoded twice', inUtf8('{incomplete,<<"kÃ©">>,<<"Ã">>}')],
    ['standard output, as sent', '{incomplete,<<"k\xc3\xa9">>,<<"\xc3">>}'],
  ])('an id cut within a character, from %s', (_, term) => {
    expect(decodeText(term, 'either')).toEqual({ text: 'ké\ufffd', hex: '6bc3a9c3' });
  });
});

describe('any bytes that Erlang prints are read back', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => new Uint8Array(Buffer.from(text))),
    fc
      .array(fc.constantFrom(0x22, 0x5c, 0x3e, 0x3c, 0x0a, 0x1b, 0x6e, 0xc3, 0xa9, 0xff), { maxLength: 20 })
      .map((list) => Uint8Array.from(list)),
  );
  const hexOf = (decoded: { text: string; hex: string | null } | null) => decoded?.hex ?? Buffer.from(decoded?.text ?? '').toString('hex');

  test('from a file, which holds each Latin-1 character as UTF-8', () => {
    fc.assert(
      fc.property(bytes, (sent) => {
        expect(hexOf(decodeText(inUtf8(printed(sent)), 'utf8'))).toBe(Buffer.from(sent).toString('hex'));
      }),
      { numRuns: 2000 },
    );
  });

  test('from standard output, which holds each Latin-1 character as a byte', () => {
    fc.assert(
      fc.property(bytes, (sent) => {
        expect(hexOf(decodeText(printed(sent), 'latin1'))).toBe(Buffer.from(sent).toString('hex'));
      }),
      { numRuns: 2000 },
    );
  });

  test('from a file of 2.x, where nobody says which of the two it is, as long as ids are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        const sent = new Uint8Array(Buffer.from(id));
        expect(decodeText(inUtf8(printed(sent)), 'either')).toEqual({ text: Buffer.from(id).toString(), hex: null });
      }),
      { numRuns: 2000 },
    );
  });

  test('as words of a topic', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(',', ', ', ',\n  '),
        (words, comma) => {
          const term = `[${words.map((word) => printed(new Uint8Array(Buffer.from(word)))).join(comma)}]`;
          expect(decodeTopic(inUtf8(term), 'utf8')).toBe(words.join('/'));
        },
      ),
    );
  });
});

describe('topics', () => {
  test.each([
    ['[<<"plant">>,<<"7">>]', 'plant/7'],
    ['[<<>>,<<"plant">>]', '/plant'],
    ['[<<"plant">>,<<"+">>,<<"#">>]', 'plant/+/#'],
    ['[<<"plant">>, <<"7">>]', 'plant/7'],
    ['[<<"a\\">>,<<\\"b">>]', 'a">>,<<"b'],
    ['[<<"a">>|...]', 'a'],
    ['[]', ''],
    ['<<"plant/7">>', 'plant/7'],
  ])('%s is %j', (term, topic) => {
    expect(decodeTopic(term, 'utf8')).toBe(topic);
  });
});

describe('reasons', () => {
  test.each([
    // printed                                            shown
    ['invalid_credentials', 'invalid_credentials'],
    [' not_authorized\t', 'not_authorized'],
    ["'no_+_allowed_in_word'", 'no_+_allowed_in_word'],
    ["'it\\'s'", "it's"],
    ['<<"not_allowed">>', 'not_allowed'],
    [inUtf8('<<"gesperrt fÃ¼r immer">>'), 'gesperrt für immer'],
    ['<<231,166,129>>', '禁'],
    ['{invalid_response_code,500}', '{invalid_response_code,500}'],
    ['[{<<"error">>,<<"x">>}]', '[{<<"error">>,<<"x">>}]'],
    ['#{reason_code => not_authorized}', '#{reason_code => not_authorized}'],
    ['keepalive expired', 'keepalive expired'],
    ['', ''],
  ])('%j is shown as %j', (term, shown) => {
    expect(decodeReason(term, 'either')).toBe(shown);
  });

  test.each([
    ['{badmatch, {error,closed}}', '{badmatch,{error,closed}}'],
    ['{timeout,\n                {gen_server,call}}', '{timeout,{gen_server,call}}'],
    ['#{rc => , {a, b}}', '#{rc => {a,b}}'],
    ['{error, <<"a, b">>}', '{error,<<"a, b">>}'],
    ['{error, <<"a\\", b">>}', '{error,<<"a\\", b">>}'],
    ['connection lost, retry', 'connection lost, retry'], // no term: a comma of a sentence
  ])('%j was broken to fit 80 columns and is shown as %j, like in a text log', (term, shown) => {
    expect(decodeReason(term, 'either')).toBe(shown);
  });

  test.each([
    ['{invalid_response_code,500}', 'invalid_response_code'],
    ["{'timeout',x}", 'timeout'],
    ['[{a,b}]', 'a'],
    ['not_ready', 'not_ready'],
    ['keepalive expired', 'keepalive expired'],
    ['{1,2}', '{1,2}'],
    ['', ''],
  ])('%s is looked up as %s', (reason, word) => {
    expect(headWord(reason)).toBe(word);
  });

  test('one of megabytes is cut, and quickly', () => {
    for (const part of ['x', '客', '"', '\\"', "'", ',', ', ', 'password', 'password,', '{password,<<"', '<<"a">>']) {
      for (const [open, close] of [
        ['{', '}'],
        ['<<"', '">>'],
        ["'", "'"],
        ['', ''],
      ]) {
        expect(decodeReason(open! + part.repeat(300_000) + close!, 'either').length).toBeLessThanOrEqual(2001);
      }
    }
  });

  test('a cut leaves no half of a character', () => {
    expect(decodeReason(inUtf8(printed(new Uint8Array(Buffer.from('a'.repeat(1999) + '😀😀')))), 'utf8')).toBe('a'.repeat(1999) + '…');
  });
});

describe('secrets', () => {
  test.each([
    '{password,<<"hunter2">>}',
    '{<<"password">>,<<"hunter2">>}',
    '{password, <<"hunter2">>}',
    '{badmatch,[{username,<<"alice">>},{password,<<"hunter2">>}]}',
    '#{password => <<"hunter2">>}',
    '#{<<"password">> => <<"hunter2">>}',
    '{password,"hunter2"}',
    '{passwd, "hunter2"}',
    '{passphrase,<<"hunter2">>}',
    '{password,<<"a\\"hunter2">>}',
    '{client_secret,<<"hunter2">>}',
    '{api_key,<<"hunter2">>}',
    '{token,<<"hunter2">>}',
    '{encrypted,<<"hunter2">>}',
    '{PASSWORD,<<"hunter2">>}',
    '{password,<<"hunter2',
    '{password,<<"hunter2\\',
    '{password,<<"hunter2">>,<<"',
  ])('%s is shown without it', (term) => {
    expect(decodeReason(term, 'either')).not.toContain('hunter2');
    expect(withoutSecrets(term)).toContain('…');
  });

  test.each(['{password,<<104,117,110>>}', '{password,[104,117,110]}', '{password,<<104, 117,\n   110>>}', '{password,<<104,117,110'])(
    '%s is shown without its numbers',
    (term) => {
      expect(decodeReason(term, 'either')).not.toMatch(/104|117/);
    },
  );

  test.each(['not_authorized', '{username,<<"alice">>}', 'bad_username_or_password', '{bad_username_or_password,5}'])(
    '%s holds none',
    (term) => {
      expect(decodeReason(term, 'either')).toBe(term);
    },
  );
});

describe('peers', () => {
  test.each([
    // printed                             address              port
    ['192.0.2.17:51234', '192.0.2.17', 51234],
    ['[2001:db8::7]:56324', '2001:db8::7', 56324],
    ['[::1]:57706', '::1', 57706],
    ['[::ffff:192.0.2.17]:51234', '::ffff:192.0.2.17', 51234],
    ['local', 'local', null],
    ['{{192,0,2,17},51234}', '192.0.2.17', 51234],
    ['{{8193,3512,0,0,0,0,0,7},56324}', '2001:db8::7', 56324],
    ['{{0,0,0,0,0,0,0,1},80}', '::1', 80],
    ['{{0,0,0,0,0,0,0,0},80}', '::', 80],
    ['{{8193,0,0,1,0,0,0,16},80}', '2001:0:0:1::10', 80],
    ['{{8193,3512,1,2,3,4,5,0},80}', '2001:db8:1:2:3:4:5:0', 80],
  ])('%s is %s, port %j', (text, address, port) => {
    expect(decodePeer(text)).toEqual({ address, port });
  });

  test('an empty one is none', () => {
    expect(decodePeer('')).toBeNull();
  });
});
