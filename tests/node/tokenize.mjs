// Token ids of documents by another implementation.
//
// usage: node tokenize.mjs rust|js MODEL_FOLDER IN OUT [template]     documents to ids
//        node tokenize.mjs rust-decode MODEL_FOLDER IN OUT            ids to documents
//
// rust is the library `tokenizers` itself, js the rewrite `@huggingface/tokenizers`. A file of documents is, again and again, a length and so many
// bytes of text, which need not be UTF-8; one of ids the same with ids. All numbers are 32 bits, little endian.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [kind, folder, input, output, template] = process.argv.slice(2);
const addSpecialTokens = template === 'template';

function readRecords(file, size) {
  const bytes = readFileSync(file);
  const records = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at) * size;
    records.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return records;
}

function record(bytes, count) {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(count);
  return [head, bytes];
}

const idsOf = (bytes) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
const encoded = (ids) => record(Buffer.from(Int32Array.from(ids).buffer), ids.length);
const decoded = (text) => { const bytes = Buffer.from(text, 'utf8'); return record(bytes, bytes.length); };

const parts = [];
if (kind === 'js') {
  const { Tokenizer } = await import('@huggingface/tokenizers');
  const json = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
  for (const bytes of readRecords(input, 1)) {
    parts.push(...encoded(tokenizer.encode(bytes.toString('utf8'), { add_special_tokens: addSpecialTokens }).ids));
  }
} else {
  const { Tokenizer } = createRequire(import.meta.url)('tokenizers');
  const tokenizer = Tokenizer.fromFile(`${folder}/tokenizer.json`);
  const size = kind === 'rust' ? 1 : 4;
  const records = readRecords(input, size);
  for (let i = 0; i < records.length; i += 256) {
    const batch = records.slice(i, i + 256);
    if (kind === 'rust') {
      const encodings = await tokenizer.encodeBatch(batch.map((bytes) => bytes.toString('utf8')), { addSpecialTokens });
      parts.push(...encodings.flatMap((encoding) => encoded(encoding.getIds())));
    } else {
      parts.push(...(await tokenizer.decodeBatch(batch.map(idsOf), false)).flatMap(decoded));
    }
  }
}
writeFileSync(output, Buffer.concat(parts));
