// Megabytes a second of another tokenizer, on one thread.
//
// usage: node throughput.mjs rust|js MODEL_FOLDER DOCUMENTS ROUNDS     DOCUMENTS: a JSON list of texts
//
// Prints {"ids": how many, "sum": of all ids, "rates": [of each round]}. The first round begins with empty caches, but with compiled code.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [kind, folder, file, rounds] = process.argv.slice(2);
const documents = JSON.parse(readFileSync(file, 'utf8'));
const megabytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
const json = (name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));

async function load() {
  if (kind === 'js') {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
    return async (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  }
  const { Tokenizer } = createRequire(import.meta.url)('tokenizers');
  const tokenizer = Tokenizer.fromFile(`${folder}/tokenizer.json`);
  return async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
}

const warmUp = await load();
for (let i = 0; i < 300; i++) await warmUp(`Some other text, to compile the code 123 !!\n  x = y; ${i}`);
const encode = await load();
let ids = 0, sum = 0;
const rates = [];
for (let round = 0; round < rounds; round++) {
  const start = process.hrtime.bigint();
  const all = [];
  for (const text of documents) all.push(await encode(text));
  rates.push(megabytes / (Number(process.hrtime.bigint() - start) / 1e9));
  if (round === 0) for (const list of all) for (const id of list) { ids++; sum += id; }
}
console.log(JSON.stringify({ ids, sum, rates }));
