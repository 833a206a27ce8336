// Megabytes a second of another tokenizer, on one thread.
//
// usage: node throughput.mjs rust|js MODEL_FOLDER DOCUMENTS SECONDS PASSES     DOCUMENTS: a JSON list of texts
//
// Prints {"ids": how many, "sum": of all ids, "rates": [of each pass], "cpu_rates": [by CPU time]}: as many passes as fit into SECONDS, but at least PASSES. The first begins with empty caches, but with compiled code.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [kind, folder, file, seconds, minPasses] = process.argv.slice(2);
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
const rates = [], cpu_rates = [];
const begin = performance.now();
for (let pass = 0; pass < minPasses || performance.now() - begin < 1000 * seconds; pass++) {
  const start = process.hrtime.bigint(), cpu = process.cpuUsage();
  const all = [];
  for (const text of documents) all.push(await encode(text));
  rates.push(megabytes / (Number(process.hrtime.bigint() - start) / 1e9));
  const used = process.cpuUsage(cpu);
  cpu_rates.push(megabytes / ((used.user + used.system) / 1e6));
  if (pass === 0) for (const list of all) for (const id of list) { ids++; sum += id; }
}
console.log(JSON.stringify({ ids, sum, rates, cpu_rates }));
